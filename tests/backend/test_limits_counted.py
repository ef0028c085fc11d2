"""The counters of limits against a model of them in plain Python, at every moment that matters and one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from sel_backend.settings import Rule
from sel_backend.storage import limits, tables
from sel_backend.storage.limits import Standing
from tests.backend.rows import MOMENT, NOW, all_rows

PLAIN = Rule(tries=3, window_seconds=60)
WAITING = Rule(tries=3, window_seconds=60, wait_seconds=100)
GROWING = Rule(tries=2, window_seconds=60, wait_seconds=100, growing=True)
ONE = Rule(tries=1, window_seconds=60)
ONE_WAITING = Rule(tries=1, window_seconds=60, wait_seconds=100)
ONE_GROWING = Rule(tries=1, window_seconds=60, wait_seconds=30, growing=True)
RULES = (PLAIN, WAITING, GROWING, ONE, ONE_WAITING, ONE_GROWING)


@dataclass
class Model:
    """A counter as the contract's rule 2 describes it."""

    rule: Rule
    tries: int = 0
    strikes: int = 0
    end: datetime = NOW
    locked: datetime | None = None

    def _begin(self, now: datetime) -> None:
        quiet = self.locked is None
        self.tries, self.end, self.locked = 0, now + timedelta(seconds=self.rule.window_seconds), None
        self.strikes = 0 if quiet else self.strikes

    def count(self, now: datetime) -> Standing:
        """Count one attempt."""
        new = self.tries == 0 or (self.locked or self.end) <= now
        if new:
            self._begin(now)
        self.tries += 1
        if self.locked is None and self.tries >= self.rule.tries:
            times = 2 ** min(self.strikes, 4) if self.rule.growing and not new else 1
            waits = self.rule.wait_seconds
            self.locked = self.end if waits is None else now + timedelta(seconds=waits * times)
            # Where the first attempt locks, no longer wait follows: only the very first one is a strike.
            self.strikes = max(1, self.strikes) if new else self.strikes + 1
        return self.look(now, admitted=self.tries <= self.rule.tries)

    def look(self, now: datetime, *, admitted: bool | None = None) -> Standing:
        """Return what is so."""
        if admitted is None and (self.tries == 0 or (self.locked or self.end) <= now):
            return Standing(0, self.rule.tries, None, now + timedelta(seconds=self.rule.window_seconds), admitted=True)
        left = max(0, self.rule.tries - self.tries)
        if admitted is None:
            left = 0 if self.locked else left
        return Standing(self.tries, left, self.locked, self.end, admitted=left > 0 if admitted is None else admitted)

    def give_back(self, end: datetime) -> None:
        """Take one attempt off the window with this end."""
        if end == self.end and self.tries > 0:
            self.tries -= 1
            if self.tries < self.rule.tries:
                self.strikes -= self.locked is not None
                self.locked = None


SECONDS = st.sampled_from([0, 1, 30, 59, 60, 61, 99, 100, 101, 200, 400, 800, 1_600])
PASSES = st.tuples(SECONDS, st.sampled_from([-1, 0, 1])).map(
    lambda drawn: timedelta(seconds=drawn[0], microseconds=drawn[1] if drawn[0] else 0)
)
STEPS = st.lists(st.tuples(PASSES, st.sampled_from(["count", "count", "count", "back", "back-other"])), max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rule=st.sampled_from(RULES), steps=STEPS)
def test_a_counter_says_what_its_model_says_whenever_it_is_asked(
    empty_tables: Engine, rule: Rule, steps: list[tuple[timedelta, str]]
) -> None:
    with empty_tables.connect() as tx, tx.begin() as transaction:
        model, now = Model(rule), NOW
        for passed, step in steps:
            now += passed
            if step == "count":
                assert limits.count(tx, rule, "s", "k", now) == model.count(now)
            else:
                end = model.end + (MOMENT if step == "back-other" else timedelta())
                if model.tries > 1:
                    limits.give_back(tx, [(rule, "s", "k", end)])
                    model.give_back(end)
            assert limits.look(tx, rule, "s", "k", now) == model.look(now)
        transaction.rollback()


def counted(tx: Connection, rule: Rule, *seconds: float) -> list[tuple[int, int, float | None, float, bool]]:
    """Return after attempts at these seconds: tries, left, the lock's and the window's end in seconds, admitted."""
    found = []
    for one in seconds:
        got = limits.count(tx, rule, "s", "k", NOW + timedelta(seconds=one))
        lock = None if got.locked_until is None else (got.locked_until - NOW).total_seconds()
        found.append((got.tries, got.left, lock, (got.window_ends_at - NOW).total_seconds(), got.admitted))
    return found


def test_a_window_without_a_wait_is_locked_until_it_ends(tx: Connection) -> None:
    assert counted(tx, PLAIN, 0, 1, 2, 3, 59.999999, 60) == [
        (1, 2, None, 60, True),
        (2, 1, None, 60, True),
        (3, 0, 60, 60, True),
        (4, 0, 60, 60, False),
        (5, 0, 60, 60, False),
        (1, 2, None, 120, True),
    ]


def test_a_wait_is_counted_from_the_last_admitted_attempt(tx: Connection) -> None:
    assert counted(tx, WAITING, 0, 1, 2, 101.999999, 102, 161.999999, 162) == [
        (1, 2, None, 60, True),
        (2, 1, None, 60, True),
        (3, 0, 102, 60, True),
        (4, 0, 102, 60, False),
        (1, 2, None, 162, True),
        (2, 1, None, 162, True),
        (1, 2, None, 222, True),
    ]


def test_a_further_wait_is_twice_as_long_up_to_sixteen_times_until_a_window_passes_quietly(tx: Connection) -> None:
    now, waits = 0.0, []
    for _ in range(7):
        first, second = counted(tx, GROWING, now, now + 1)
        assert (first[2], first[4], second[4]) == (None, True, True)
        assert second[2] is not None
        waits.append(second[2] - now - 1)
        now = second[2]
    assert waits == [100, 200, 400, 800, 1_600, 1_600, 1_600]
    assert counted(tx, GROWING, now)[0][2] is None
    (quiet, locked) = counted(tx, GROWING, now + 60, now + 61)
    assert (quiet[0], locked[2]) == (1, now + 161)


@pytest.mark.parametrize(("rule", "lock"), [(ONE, 60), (ONE_WAITING, 100), (ONE_GROWING, 30)])
def test_a_single_try_locks_at_once(tx: Connection, rule: Rule, lock: int) -> None:
    assert counted(tx, rule, 0, 1, lock - 0.000001, lock) == [
        (1, 0, lock, 60, True),
        (2, 0, lock, 60, False),
        (3, 0, lock, 60, False),
        (1, 0, lock * 2, lock + 60, True),
    ]
    (row,) = all_rows(tx, tables.limits)
    assert row.strikes == 1


NEIGHBOURS = [("s4", "k5"), ("s6", "k5"), ("s5", "k4"), ("s5", "k6")]


def test_a_counter_is_one_scopes_and_one_keys_alone(tx: Connection) -> None:
    for scope, key in NEIGHBOURS:
        for _ in range(3):
            limits.count(tx, PLAIN, scope, key, NOW)
    for scope, key in (*NEIGHBOURS, ("s5", "k5")):
        tries = 0 if (scope, key) == ("s5", "k5") else 3
        assert limits.look(tx, PLAIN, scope, key, NOW).tries == tries
    assert limits.look(tx, PLAIN, "s5", "k5", NOW) == Standing(0, 3, None, NOW + timedelta(seconds=60), admitted=True)
    end = limits.count(tx, PLAIN, "s5", "k5", NOW).window_ends_at
    assert limits.count(tx, PLAIN, "s5", "k5", NOW).tries == 2
    limits.give_back(tx, [(PLAIN, "s5", "k5", end)])
    limits.give_back(tx, [])
    for wrong in (end - MOMENT, end + MOMENT):
        limits.give_back(tx, [(PLAIN, "s5", "k5", wrong)])
    assert [limits.look(tx, PLAIN, *one, NOW).tries for one in NEIGHBOURS] == [3] * 4
    assert limits.look(tx, PLAIN, "s5", "k5", NOW).tries == 1
    for _ in range(2):
        limits.give_back(tx, [(PLAIN, "s5", "k5", end)])
    (row,) = [row for row in all_rows(tx, tables.limits) if (row.scope, row.key) == ("s5", "k5")]
    assert (row.tries, row.strikes, row.locked_until) == (0, 0, None)


def test_several_attempts_are_given_back_at_once_and_a_lock_ends_with_the_try_that_made_it(tx: Connection) -> None:
    standing = [limits.count(tx, WAITING, "s", key, NOW) for key in "kkkkl"]
    end = standing[0].window_ends_at
    limits.give_back(tx, [(WAITING, "s", "k", end), (WAITING, "s", "l", end)])
    assert limits.look(tx, WAITING, "s", "l", NOW).tries == 0
    # Four were counted, three are admitted: one given back leaves all three used and the lock where it is.
    assert limits.look(tx, WAITING, "s", "k", NOW) == Standing(3, 0, standing[2].locked_until, end, admitted=False)
    limits.give_back(tx, [(WAITING, "s", "k", end)])
    assert limits.look(tx, WAITING, "s", "k", NOW) == Standing(2, 1, None, end, admitted=True)
    assert {row.strikes for row in all_rows(tx, tables.limits)} == {0}
    limits.give_back(tx, [(WAITING, "s", "k", end)])
    assert limits.look(tx, WAITING, "s", "k", NOW) == Standing(1, 2, None, end, admitted=True)
    assert {row.strikes for row in all_rows(tx, tables.limits)} == {0}
