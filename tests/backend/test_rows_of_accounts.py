"""Statements about accounts, sessions, codes, challenges and keys: each takes its own rows, at its moment, no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection

from sel_backend.storage import accounts, challenges, idempotency, known_networks, single_use, tables
from sel_backend.storage.files import FactRow, FileRow, LinkCodeRow
from sel_backend.storage.idempotency import Claim, KeyScope, StoredAnswer
from sel_backend.storage.rows import new_id, timed_id
from tests.backend.rows import (
    EARLIER,
    IDS,
    LATER,
    MOMENT,
    NOBODYS,
    NOW,
    all_rows,
    column,
    put,
    three_accounts,
    three_files,
)

AROUND = [(NOW - MOMENT, False), (NOW, False), (NOW + MOMENT, True)]
"""When something expires, and whether it is good now."""


def test_an_account_is_found_by_its_own_address_and_identifier_alone(tx: Connection) -> None:
    three_accounts(tx)
    for one in IDS:
        for found in (accounts.by_id(tx, one), accounts.by_email(tx, f"{one}@e.test")):
            assert found is not None
            assert (found.id, found.email, found.password_hash) == (one, f"{one}@e.test", "hash")
        held = accounts.hold(tx, one)
        assert held is not None
        assert (held[0].id, held[1]) == (one, 0)
    for other in NOBODYS:
        assert accounts.by_id(tx, other) is accounts.by_email(tx, f"{other}@e.test") is None
        assert accounts.hold(tx, other) is None


def with_links(tx: Connection) -> None:
    """Give a one, m two and z three linked files, and each one that has ended."""
    three_accounts(tx)
    for number in range(1, 5):
        put(tx, tables.files, id=f"f{number}")
    for linked, account in enumerate(IDS, start=1):
        for number in range(1, linked + 2):
            ended = EARLIER if number > linked else None
            link = f"{account}{number}"
            put(
                tx,
                tables.links,
                id=link,
                account_id=account,
                file_id=f"f{number}",
                reference=link,
                ended_at=ended,
                linked_at=EARLIER + number * MOMENT,
            )


def test_an_accounts_own_links_are_counted_and_no_ended_one(tx: Connection) -> None:
    with_links(tx)
    for linked, account in enumerate(IDS, start=1):
        held = accounts.hold(tx, account)
        assert held is not None
        assert held[1] == linked
        accounts.open_session(tx, account, f"t{account}", now=NOW, expires_at=LATER, linked_files=0)
        found = accounts.by_token(tx, f"t{account}")
        assert found is not None
        assert (found[0].id, found[1].linked_files) == (account, linked)


def test_an_address_has_one_account(tx: Connection) -> None:
    def add() -> str | None:
        return accounts.add(
            tx, email="a@e.test", password_hash="h", first_name="Z", last_name="R", language="fr-CA", now=NOW
        )

    account = add()
    assert account is not None
    assert add() is None
    (row,) = all_rows(tx, tables.accounts)
    assert (row.id, row.role, row.created_at, row.password_changed_at) == (account, "person", NOW, NOW)


def test_a_hash_is_replaced_where_it_still_is_the_one_that_was_checked(tx: Connection) -> None:
    three_accounts(tx)
    for old in ("", "gash", "iash"):
        accounts.rehash(tx, "m", old, "new")
    for other in NOBODYS:
        accounts.rehash(tx, other, "hash", "new")
    assert column(tx, tables.accounts, "password_hash") == dict.fromkeys(IDS, "hash")
    accounts.rehash(tx, "m", "hash", "new")
    assert column(tx, tables.accounts, "password_hash") == {"a": "hash", "m": "new", "z": "hash"}
    assert column(tx, tables.accounts, "password_changed_at") == dict.fromkeys(IDS, EARLIER)


def three_sessions(tx: Connection) -> None:
    three_accounts(tx)
    for one in IDS:
        put(tx, tables.sessions, id=one, token_hash=f"t{one}", account_id=one)
    put(tx, tables.sessions, id="m2", token_hash="tm2", account_id="m")
    put(tx, tables.sessions, id="m3", token_hash="tm3", account_id="m", ended_at=EARLIER)


def test_a_new_password_ends_every_session_of_its_account_and_no_other(tx: Connection) -> None:
    three_sessions(tx)
    for other in NOBODYS:
        accounts.set_password(tx, other, "new", NOW)
    accounts.set_password(tx, "m", "new", NOW)
    assert column(tx, tables.accounts, "password_hash") == {"a": "hash", "m": "new", "z": "hash"}
    assert column(tx, tables.accounts, "password_changed_at") == {"a": EARLIER, "m": NOW, "z": EARLIER}
    assert column(tx, tables.sessions, "ended_at") == {"a": None, "m": NOW, "m2": NOW, "m3": EARLIER, "z": None}


def test_a_session_is_found_used_selected_and_ended_by_itself(tx: Connection) -> None:
    three_sessions(tx)
    for other in NOBODYS:
        assert accounts.by_token(tx, f"t{other}") is None
        accounts.touch(tx, other, NOW)
        accounts.select_link(tx, other, "link")
        assert accounts.end_session(tx, other, NOW) is False
    accounts.touch(tx, "m", NOW)
    accounts.select_link(tx, "m", "link")
    found = accounts.by_token(tx, "tm")
    assert found is not None
    session = found[1]
    assert (found[0].id, session.id, session.selected_link_id, session.last_seen_at) == ("m", "m", "link", NOW)
    assert (session.authenticated_at, session.expires_at, session.ended_at) == (EARLIER, LATER, None)
    seen = column(tx, tables.sessions, "last_seen_at")
    assert seen == {"a": EARLIER, "m": NOW, "m2": EARLIER, "m3": EARLIER, "z": EARLIER}
    assert column(tx, tables.sessions, "selected_link_id") == {
        "a": None,
        "m": "link",
        "m2": None,
        "m3": None,
        "z": None,
    }
    assert accounts.end_session(tx, "m", NOW) is True
    assert accounts.end_session(tx, "m", LATER) is False
    assert accounts.end_session(tx, "m3", NOW) is False
    assert column(tx, tables.sessions, "ended_at") == {"a": None, "m": NOW, "m2": None, "m3": EARLIER, "z": None}


def test_a_session_begins_as_it_is_returned(tx: Connection) -> None:
    three_accounts(tx)
    opened = accounts.open_session(tx, "m", "token", now=NOW, expires_at=LATER, selected="link", linked_files=0)
    assert (opened.authenticated_at, opened.last_seen_at, opened.expires_at, opened.ended_at) == (NOW, NOW, LATER, None)
    found = accounts.by_token(tx, "token")
    assert found is not None
    assert found[1] == opened


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


SCOPE = KeyScope("m", "op5", "key5")
ANSWER = StoredAnswer(201, "application/json", "{}")
NEIGHBOURS = [KeyScope(account, operation, key) for account, operation, key in (
    *(("a", "op5", "key5"), ("z", "op5", "key5"), ("m", "op4", "key5"), ("m", "op6", "key5")),
    *(("m", "op5", "key4"), ("m", "op5", "key6")),
)]  # fmt: skip


def claimed(tx: Connection, scope: KeyScope, now: datetime = NOW, body: str = "body") -> Claim:
    return idempotency.claim(tx, scope, body, now)


def test_a_key_is_claimed_once_and_its_neighbours_for_themselves(tx: Connection) -> None:
    first = claimed(tx, SCOPE)
    assert first.lease
    assert (first.counted, first.same_body, first.stored) == (False, True, None)
    assert claimed(tx, SCOPE) == Claim()
    for body in ("", "bodx", "bodz"):
        assert claimed(tx, SCOPE, body=body) == Claim(same_body=False)
    others = [claimed(tx, one) for one in NEIGHBOURS]
    assert len({one.lease for one in others} | {first.lease}) == 7
    for lease in ("", "0", "g", others[0].lease, others[1].lease):
        assert idempotency.finish(tx, SCOPE, lease, ANSWER) is False
        idempotency.abandon(tx, SCOPE, lease)
    for one in NEIGHBOURS:
        assert idempotency.finish(tx, one, first.lease, ANSWER) is False
        idempotency.abandon(tx, one, first.lease)
    assert claimed(tx, SCOPE) == Claim()
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is True
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is False
    assert claimed(tx, SCOPE) == Claim(stored=ANSWER)
    assert claimed(tx, SCOPE, body="other") == Claim(same_body=False)
    assert [claimed(tx, one) for one in NEIGHBOURS] == [Claim()] * 6
    idempotency.abandon(tx, SCOPE, first.lease)
    assert claimed(tx, SCOPE) == Claim(stored=ANSWER)


def test_a_lease_lasts_a_minute_and_who_takes_it_over_counts_nothing_again(tx: Connection) -> None:
    first = claimed(tx, SCOPE)
    end = NOW + timedelta(seconds=60)
    assert claimed(tx, SCOPE, end - MOMENT) == Claim()
    second = claimed(tx, SCOPE, end)
    assert (bool(second.lease), second.counted, second.same_body) == (True, True, True)
    assert second.lease != first.lease
    assert claimed(tx, SCOPE, end + timedelta(seconds=60) - MOMENT) == Claim()
    assert claimed(tx, SCOPE, end + timedelta(seconds=60)).counted
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is False
    neighbours = [claimed(tx, one) for one in NEIGHBOURS]
    assert claimed(tx, SCOPE, end + timedelta(seconds=120)).counted
    leases = [
        idempotency.finish(tx, one, claim.lease, ANSWER) for one, claim in zip(NEIGHBOURS, neighbours, strict=True)
    ]
    assert leases == [True] * 6


def test_an_answer_is_kept_for_two_days(tx: Connection) -> None:
    for one in (SCOPE, *NEIGHBOURS):
        assert idempotency.finish(tx, one, claimed(tx, one).lease, ANSWER)
    end = NOW + timedelta(hours=48)
    assert claimed(tx, SCOPE, end - MOMENT).stored == ANSWER
    anew = claimed(tx, SCOPE, end)
    assert (bool(anew.lease), anew.counted, anew.stored) == (True, False, None)
    assert len(all_rows(tx, tables.idempotency)) == 7
    assert [claimed(tx, one).stored for one in NEIGHBOURS] == [ANSWER] * 6


def test_the_answers_of_one_operation_are_forgotten_and_open_keys_stay(tx: Connection) -> None:
    for one in (SCOPE, *NEIGHBOURS):
        assert idempotency.finish(tx, one, claimed(tx, one).lease, ANSWER)
    waiting = KeyScope("m", "op5", "open")
    assert claimed(tx, waiting).lease
    for other in NOBODYS:
        idempotency.forget_answers(tx, other, "op5")
        idempotency.forget_answers(tx, "m", other)
    assert len(all_rows(tx, tables.idempotency)) == 8
    idempotency.forget_answers(tx, "m", "op5")
    left = {(row.account_id, row.operation, row.key) for row in all_rows(tx, tables.idempotency)}
    assert left == {
        ("a", "op5", "key5"),
        ("z", "op5", "key5"),
        ("m", "op4", "key5"),
        ("m", "op6", "key5"),
        ("m", "op5", "open"),
    }


def test_an_abandoned_key_is_free(tx: Connection) -> None:
    for one in NEIGHBOURS:
        claimed(tx, one)
    idempotency.abandon(tx, SCOPE, claimed(tx, SCOPE).lease)
    assert len(all_rows(tx, tables.idempotency)) == 6
    assert claimed(tx, SCOPE).lease


def test_a_network_is_new_where_an_account_has_logged_in_before_but_never_from_there(tx: Connection) -> None:
    three_accounts(tx)
    assert [known_networks.see(tx, one, "n1", NOW) for one in IDS] == [False] * 3
    assert known_networks.see(tx, "m", "n2", NOW) is True
    assert known_networks.see(tx, "m", "n2", NOW) is False
    day = timedelta(days=1)
    for since, seen in ((day - MOMENT, NOW), (day, NOW + day), (day + MOMENT, NOW + day)):
        assert known_networks.see(tx, "m", "n1", NOW + since) is False
        kept = {(row.account_id, row.network): row.seen_at for row in all_rows(tx, tables.known_networks)}
        assert kept == {("a", "n1"): NOW, ("m", "n1"): seen, ("m", "n2"): NOW, ("z", "n1"): NOW}


def test_an_identifier_of_a_moment_sorts_by_it_and_within_it_in_the_order_in_which_it_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sel_backend.storage.rows._COUNTER", count(65_530))
    drawn = [timed_id(NOW) for _ in range(10)]
    # RFC 9562: 48 bits of milliseconds.
    assert {int(one[:12], 16) for one in drawn} == {int(NOW.timestamp()) * 1_000}
    assert int(timed_id(NOW + timedelta(microseconds=7_999))[:12], 16) == int(NOW.timestamp()) * 1_000 + 7
    assert [int(one[12:16], 16) for one in drawn] == [*range(65_530, 65_536), 0, 1, 2, 3]
    assert len({one[16:] for one in drawn}) == 10
    assert {len(one) for one in (*drawn, new_id())} == {32}
    assert drawn[:6] == sorted(drawn[:6])
    assert new_id() != new_id()


def test_a_time_is_kept_to_the_microsecond(tx: Connection) -> None:
    three_files(tx)
    moments = [datetime.fromisoformat(f"{year}-03-02T14:00:00.{part:06d}+00:00") for year in (1970, 2026, 2100)
               for part in (0, 1, 499_999, 500_000, 999_999)]  # fmt: skip
    for place, moment in enumerate(moments):
        put(tx, tables.link_codes, id=str(place), file_id="m", username=str(place), created_at=moment)
    assert column(tx, tables.link_codes, "created_at") == {str(place): one for place, one in enumerate(moments)}
    raw = tx.exec_driver_sql("SELECT created_at FROM link_codes WHERE id = '6'").scalar()
    assert raw == 1_772_460_000_000_001


def test_no_row_shows_its_hash() -> None:
    shown = {
        row: {name: name in repr(made) for name in vars(made) if "hash" in name or name == "digest"}
        for row in (accounts.AccountRow, single_use.CodeRow, single_use.RegistrationRow, FileRow, FactRow, LinkCodeRow)
        for made in (row(**dict.fromkeys(row.__dataclass_fields__, "x")),)  # type: ignore[arg-type]
    }
    assert all(hashes and not any(hashes.values()) for hashes in shown.values()), shown
