"""Statements about accounts, sessions and networks: each takes its own rows, at its moment, no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection

from sel_backend.storage import accounts, known_networks, single_use, tables
from sel_backend.storage.files import FactRow, FileRow, LinkCodeRow
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
