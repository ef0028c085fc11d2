"""Statements about challenges, codes and registrations: each takes its own rows, at its moment, no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from sel_backend.storage import challenges, single_use, tables
from tests.backend.rows import (
    EARLIER,
    IDS,
    LATER,
    MOMENT,
    NOBODYS,
    NOW,
    column,
    put,
    three_accounts,
)
from tests.backend.test_rows_of_accounts import AROUND


def ask(tx: Connection, now: datetime = NOW, *, account: str = "m", subject: str = "s5") -> challenges.ChallengeRow:
    return challenges.ask(
        tx,
        account_id=account,
        subject=subject,
        identifier="ci1",
        file_id=None,
        questions=("trade", "year"),
        now=now,
        expires_at=now + timedelta(hours=1),
    )


def test_a_subject_has_one_open_challenge_an_account_until_it_expires(tx: Connection) -> None:
    three_accounts(tx)
    others = [ask(tx, account=account, subject=subject) for account, subject in (("a", "s5"), ("z", "s5"))]
    others += [ask(tx, subject=subject) for subject in ("s4", "s6")]
    first = ask(tx)
    assert (first.questions, first.expires_at, first.passed_at) == (("trade", "year"), LATER, None)
    assert ask(tx, LATER - MOMENT) == first
    second = ask(tx, LATER)
    assert second.id != first.id
    assert set(column(tx, tables.challenges, "account_id")) == {one.id for one in others} | {second.id}
    assert challenges.close(tx, second.id, LATER) is True
    third = ask(tx, LATER)
    assert third.id not in {first.id, second.id}
    assert [challenges.find(tx, one.id, one.account_id, NOW) for one in others] == others


@pytest.mark.parametrize(("expires_at", "good"), AROUND)
def test_a_challenge_is_found_and_passed_once_by_its_account_until_it_expires(
    tx: Connection, expires_at: datetime, good: bool
) -> None:
    three_accounts(tx)
    for one in IDS:
        put(tx, tables.challenges, id=one, account_id=one, subject="s", expires_at=expires_at)
    for other in NOBODYS:
        assert challenges.find(tx, other, "m", NOW) is challenges.find(tx, "m", other, NOW) is None
        assert challenges.close(tx, other, NOW) is False
    assert challenges.find(tx, "a", "m", NOW) is challenges.find(tx, "z", "m", NOW) is None
    found = challenges.find(tx, "m", "m", NOW)
    assert (found is not None) is good
    assert challenges.close(tx, "m", NOW) is good
    assert challenges.close(tx, "m", NOW) is False
    assert challenges.find(tx, "m", "m", NOW) is None
    assert column(tx, tables.challenges, "passed_at") == {"a": None, "m": NOW if good else None, "z": None}


def three_codes(tx: Connection, **values: object) -> None:
    three_accounts(tx)
    for one in IDS:
        put(tx, tables.single_use_codes, **({"id": one, "account_id": one} | values))


def test_a_try_is_counted_for_its_own_code_and_purpose(tx: Connection) -> None:
    three_codes(tx, tries=2)
    for other in NOBODYS:
        assert single_use.count_try(tx, other, "reset") is None
        single_use.give_back(tx, other)
    for purpose in ("", "q", "s"):
        assert single_use.count_try(tx, "m", purpose) is None
    counted = single_use.count_try(tx, "m", "reset")
    assert counted is not None
    assert (counted.id, counted.account_id, counted.tries, counted.code_hash) == ("m", "m", 3, "hash")
    assert column(tx, tables.single_use_codes, "tries") == {"a": 2, "m": 3, "z": 2}
    for left in (2, 1, 0, 0):
        single_use.give_back(tx, "m")
        assert column(tx, tables.single_use_codes, "tries") == {"a": 2, "m": left, "z": 2}


@pytest.mark.parametrize(("expires_at", "good"), AROUND)
def test_a_code_is_used_once_until_it_expires(tx: Connection, expires_at: datetime, good: bool) -> None:
    three_codes(tx, expires_at=expires_at)
    assert not any(single_use.use(tx, other, NOW) for other in NOBODYS)
    assert [single_use.use(tx, "m", NOW) for _ in range(2)] == [good, False]
    assert column(tx, tables.single_use_codes, "used_at") == {"a": None, "m": NOW if good else None, "z": None}


def test_a_new_code_has_no_tries(tx: Connection) -> None:
    three_accounts(tx)
    single_use.add_code(tx, "c", purpose="reset", account_id="m", code_hash="h", now=NOW, expires_at=LATER)
    counted = single_use.count_try(tx, "c", "reset")
    assert counted is not None
    assert (counted.tries, counted.expires_at, counted.used_at, counted.purpose) == (1, LATER, None, "reset")


def test_an_accounts_code_is_renewed_while_it_is_unused(tx: Connection) -> None:
    three_codes(tx)
    assert not any(single_use.renew(tx, other, NOW) for other in NOBODYS)
    assert single_use.renew(tx, "m", NOW) is True
    assert column(tx, tables.single_use_codes, "expires_at") == {"a": LATER, "m": NOW, "z": LATER}
    assert single_use.use(tx, "m", EARLIER)
    assert single_use.renew(tx, "m", LATER) is False


def test_a_registrations_newest_code_is_renewed_with_it_and_an_older_one_is_not(tx: Connection) -> None:
    for one in (*IDS, "old"):
        put(tx, tables.single_use_codes, id=one, account_id=None)
    for one in IDS:
        put(tx, tables.registrations, id=f"r{one}", email=f"{one}@e.test", code_id=one, expires_at=NOW)
    assert single_use.renew(tx, "old", LATER) is False
    for renewed, kept in ((NOW - MOMENT, NOW), (NOW, NOW), (NOW + MOMENT, NOW + MOMENT)):
        assert single_use.renew(tx, "m", renewed) is True
        assert column(tx, tables.registrations, "expires_at") == {"ra": NOW, "rm": kept, "rz": NOW}
        assert column(tx, tables.single_use_codes, "expires_at")["m"] == renewed
    single_use.set_code(tx, "rm", "new")
    assert column(tx, tables.registrations, "code_id") == {"ra": "a", "rm": "new", "rz": "z"}
    assert single_use.renew(tx, "m", LATER) is False


def test_the_codes_of_an_account_and_purpose_are_retired_or_one_of_them(tx: Connection) -> None:
    three_codes(tx)
    put(tx, tables.single_use_codes, id="m2", account_id="m")
    put(tx, tables.single_use_codes, id="m3", account_id="m", used_at=EARLIER)
    put(tx, tables.single_use_codes, id="m4", account_id="m", purpose="q")
    put(tx, tables.single_use_codes, id="m5", account_id="m", purpose="s")
    for other in NOBODYS:
        single_use.retire(tx, account_id=other, purpose="reset", now=NOW)
        single_use.retire(tx, account_id="m", purpose="reset", now=NOW, only=other)
    unused = {"a": None, "m": None, "m2": None, "m3": EARLIER, "m4": None, "m5": None, "z": None}
    assert column(tx, tables.single_use_codes, "used_at") == unused
    single_use.retire(tx, account_id="m", purpose="reset", now=NOW, only="m2")
    assert column(tx, tables.single_use_codes, "used_at") == unused | {"m2": NOW}
    single_use.retire(tx, account_id="m", purpose="reset", now=LATER)
    assert column(tx, tables.single_use_codes, "used_at") == unused | {"m2": NOW, "m": LATER}


def test_a_registration_is_found_by_itself_and_all_of_an_address_are_dropped(tx: Connection) -> None:
    for one in (*IDS, "m2"):
        put(tx, tables.registrations, id=one, email=f"{one[0]}@e.test", code_id=one)
    assert all(single_use.registration(tx, other) is None for other in NOBODYS)
    found = single_use.registration(tx, "m")
    assert found is not None
    assert (found.id, found.email, found.password_hash) == ("m", "m@e.test", "hash")
    for other in NOBODYS:
        single_use.drop_registrations(tx, f"{other}@e.test")
        single_use.set_code(tx, other, "new")
    assert column(tx, tables.registrations, "code_id") == {one: one for one in (*IDS, "m2")}
    single_use.drop_registrations(tx, "m@e.test")
    assert set(column(tx, tables.registrations, "email")) == {"a", "z"}
    single_use.add_registration(tx, found)
    assert single_use.registration(tx, "m") == found


@pytest.mark.parametrize(("expires_at", "good"), AROUND)
def test_a_code_of_this_was_not_me_is_used_once_until_it_expires(
    tx: Connection, expires_at: datetime, good: bool
) -> None:
    three_accounts(tx)
    for one in IDS:
        link = None if one == "z" else f"l{one}"
        single_use.add_disavowal(tx, one, account_id=one, link_id=link, now=EARLIER, expires_at=expires_at)
    assert {single_use.use_disavowal(tx, other, NOW) for other in NOBODYS} == {None}
    found = [single_use.use_disavowal(tx, one, NOW) for one in ("m", "m", "z")]
    assert found == ([("m", "lm"), None, ("z", None)] if good else [None] * 3)
    assert column(tx, tables.disavowals, "used_at", "token_hash")["a"] is None
