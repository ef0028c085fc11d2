"""Rate-limit counters: one upsert with RETURNING per counter, in the transaction of what it protects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, case, delete, or_, select, update

from sel_backend.settings import Rule
from sel_backend.storage.rows import insert_into
from sel_backend.storage.tables import Instant, limits

_GROWTH: Final = (1, 2, 4, 8, 16)

_LOOK: Final = select(limits.c.tries, limits.c.locked_until, limits.c.window_ends_at).where(
    limits.c.scope == bindparam("the_scope"), limits.c.key == bindparam("the_key")
)
_UNLOCKS: Final = limits.c.tries - 1 < bindparam("the_limit", type_=Integer())
_GIVE_BACK: Final = (
    update(limits)
    .where(
        limits.c.scope == bindparam("the_scope"),
        limits.c.key == bindparam("the_key"),
        limits.c.window_ends_at == bindparam("the_window", type_=Instant()),
        limits.c.tries > 0,
    )
    .values(
        tries=limits.c.tries - 1,
        locked_until=case((_UNLOCKS, None), else_=limits.c.locked_until),
        strikes=case(
            (and_(_UNLOCKS, limits.c.locked_until.is_not(None)), limits.c.strikes - 1), else_=limits.c.strikes
        ),
    )
)


@dataclass(frozen=True)
class Standing:
    """The state of one counter.

    Attributes:
        tries: how many attempts were counted in this window, refused ones included.
        left: how many more are admitted.
        locked_until: when attempts are admitted again; set when none is left.
        window_ends_at: identifies the window, so that an attempt is given back to the window it was counted in.
        admitted: whether the attempt that was just counted may proceed.
    """

    tries: int
    left: int
    locked_until: datetime | None
    window_ends_at: datetime
    admitted: bool


def count(tx: Connection, rule: Rule, scope: str, key: str, now: datetime) -> Standing:
    """Count one attempt and return the counter's state after it."""
    window_end = now + timedelta(seconds=rule.window_seconds)
    first_lock = None
    if rule.tries == 1:
        first_lock = window_end if rule.wait_seconds is None else now + timedelta(seconds=rule.wait_seconds)
    waits = {
        f"lock_{times}": now + timedelta(seconds=(rule.wait_seconds or 0) * times)
        for times in (_GROWTH if rule.growing else _GROWTH[:1])
        if rule.wait_seconds is not None
    }
    parameters = {"the_scope": scope, "the_key": key, "now": now, "window_end": window_end, "first_lock": first_lock}
    parameters["first_strikes"] = 0 if first_lock is None else 1
    row = tx.execute(_count_statement(rule, tx.dialect.name), parameters | waits).one()
    return Standing(
        tries=row.tries,
        left=max(0, rule.tries - row.tries),
        locked_until=row.locked_until,
        window_ends_at=row.window_ends_at,
        admitted=row.tries <= rule.tries,
    )


@lru_cache(maxsize=256)
def _count_statement(rule: Rule, dialect: str) -> Any:
    """Return the upsert of a rule, built once: building it costs five times more than running it."""
    now, window_end, first_lock = (bindparam(name, type_=Instant()) for name in ("now", "window_end", "first_lock"))
    over = or_(
        and_(limits.c.locked_until.is_not(None), limits.c.locked_until <= now),
        and_(limits.c.locked_until.is_(None), limits.c.window_ends_at <= now),
    )
    lock: ColumnElement[Any]
    if rule.wait_seconds is None:
        lock = limits.c.window_ends_at
    elif rule.growing:
        waits = [bindparam(f"lock_{times}", type_=Instant()) for times in _GROWTH]
        lock = case(*((limits.c.strikes == place, wait) for place, wait in enumerate(waits)), else_=waits[-1])
    else:
        lock = bindparam("lock_1", type_=Instant())
    locks_now = and_(limits.c.locked_until.is_(None), limits.c.tries + 1 >= rule.tries)
    return (
        insert_into(dialect, limits)
        .values(
            scope=bindparam("the_scope"),
            key=bindparam("the_key"),
            tries=1,
            window_ends_at=window_end,
            locked_until=first_lock,
            strikes=bindparam("first_strikes"),
        )
        .on_conflict_do_update(
            index_elements=["scope", "key"],
            set_={
                "tries": case((over, 1), else_=limits.c.tries + 1),
                "window_ends_at": case((over, window_end), else_=limits.c.window_ends_at),
                "locked_until": case((over, first_lock), (locks_now, lock), else_=limits.c.locked_until),
                "strikes": case(
                    (and_(over, limits.c.locked_until.is_(None)), 0),
                    (and_(~over, locks_now), limits.c.strikes + 1),
                    else_=limits.c.strikes,
                ),
            },
        )
        .returning(limits.c.tries, limits.c.locked_until, limits.c.window_ends_at)
    )


def look(tx: Connection, rule: Rule, scope: str, key: str, now: datetime) -> Standing:
    """Return a counter's state without counting."""
    row = tx.execute(_LOOK, {"the_scope": scope, "the_key": key}).first()
    fresh = Standing(0, rule.tries, None, now + timedelta(seconds=rule.window_seconds), admitted=True)
    if row is None or (row.locked_until or row.window_ends_at) <= now:
        return fresh
    left = 0 if row.locked_until else max(0, rule.tries - row.tries)
    return Standing(row.tries, left, row.locked_until, row.window_ends_at, admitted=left > 0)


def forget(tx: Connection, counters: Iterable[tuple[str, str]], *, of_key: str | None = None, begins: str = "") -> int:
    """Forget counters and return how many there were.

    Args:
        tx: a transaction.
        counters: the scope and key of each.
        of_key: every counter of this key as well: all counters of a file have its key.
        begins: how the scopes of these begin.
    """
    chosen: list[ColumnElement[bool]] = [and_(limits.c.scope == scope, limits.c.key == key) for scope, key in counters]
    if of_key is not None:
        chosen.append(and_(limits.c.key == of_key, limits.c.scope.startswith(begins, autoescape=True)))
    return sum(len(tx.execute(delete(limits).where(rows).returning(limits.c.scope)).all()) for rows in chosen)


def give_back(tx: Connection, counted: Iterable[tuple[Rule, str, str, datetime]]) -> None:
    """Take one attempt off each window (rule, scope, key, end): the service failed, or the proof was right."""
    parameters = [
        {"the_scope": scope, "the_key": key, "the_window": window_ends_at, "the_limit": rule.tries}
        for rule, scope, key, window_ends_at in counted
    ]
    if parameters:
        tx.execute(_GIVE_BACK, parameters)
