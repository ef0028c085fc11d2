"""Statements about links, what ended them, and their histories: each takes its own rows and no other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.storage import links, tables
from sel_backend.storage.fast_reads import LINKS_OF_TOKEN, session_and_links
from sel_backend.storage.operator_tables import audit
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

PLACES = [(account, file) for account in IDS for file in IDS]


def nine_links(tx: Connection, **values: object) -> None:
    """Link each of three files to each of three accounts, under ids such as am; one second after the other."""
    three_accounts(tx)
    three_files(tx)
    for place, (account, file) in enumerate(PLACES):
        link = account + file
        moment = EARLIER + timedelta(seconds=place)
        put(
            tx,
            tables.links,
            **({"id": link, "account_id": account, "file_id": file, "linked_at": moment} | values),
            reference=f"r{link}",
        )


def test_links_are_found_by_account_file_identifier_and_reference(tx: Connection) -> None:
    nine_links(tx)
    put(tx, tables.links, id="over", account_id="m", file_id="m", reference="rover", ended_at=EARLIER)
    assert [one.id for one in links.of_account(tx, "m")] == ["mz", "mm", "ma"]
    assert sorted(one.id for one in links.holders(tx, "m")) == ["am", "mm", "zm"]
    found = links.find(tx, "m", "mm")
    assert found is not None
    assert (found.id, found.account_id, found.file_id, found.identifier) == ("mm", "m", "m", "ci-m")
    assert found == links.by_id(tx, "mm") == links.by_reference(tx, "rmm")
    ended = links.by_id(tx, "over")
    assert ended is not None
    assert ended == links.by_reference(tx, "rover")
    assert ended.ended_at == EARLIER
    assert links.find(tx, "m", "over") is None
    for other in (*NOBODYS, "mn", "ml"):
        assert links.of_account(tx, other) == links.holders(tx, other) == []
        assert links.find(tx, "m", other) is links.by_id(tx, other) is links.by_reference(tx, f"r{other}") is None
        assert links.find(tx, other, "mm") is None
    assert links.find(tx, "a", "mm") is links.find(tx, "z", "mm") is None


def test_links_of_one_moment_stand_in_the_order_of_their_identifiers(tx: Connection) -> None:
    nine_links(tx, linked_at=EARLIER)
    assert [one.id for one in links.of_account(tx, "m")] == ["ma", "mm", "mz"]


def test_links_that_ended_since_a_moment_are_their_accounts_and_files(tx: Connection) -> None:
    nine_links(tx, ended_at=NOW)
    put(tx, tables.links, id="open", account_id="m", file_id="m", reference="ropen")
    assert links.ended(tx, "m", "m", NOW - MOMENT) == ["mm"]
    assert links.ended(tx, "m", "m", NOW) == links.ended(tx, "m", "m", NOW + MOMENT) == []
    for other in NOBODYS:
        assert links.ended(tx, other, "m", EARLIER) == links.ended(tx, "m", other, EARLIER) == []


def add_link(tx: Connection, account: str, file: str, reference: str, *, exclusive: bool = False) -> str | None:
    return links.add(
        tx, account_id=account, file_id=file, exclusive=exclusive, method="questions", reference=reference, now=NOW
    )


def test_a_file_is_linked_once_an_account_and_with_exclusivity_once(tx: Connection) -> None:
    three_accounts(tx)
    three_files(tx)
    first = add_link(tx, "a", "m", "r1")
    assert first is not None
    assert add_link(tx, "a", "m", "r2") is None
    assert add_link(tx, "m", "m", "r3") is not None
    assert add_link(tx, "a", "z", "r4", exclusive=True) is not None
    assert add_link(tx, "m", "z", "r5", exclusive=True) is None
    assert links.end(tx, "a", first, NOW)
    assert add_link(tx, "a", "m", "r6") is not None
    row = links.by_reference(tx, "r6")
    assert row is not None
    assert (row.method, row.verification, row.linked_at, row.frozen_at) == ("questions", "to_verify", NOW, None)


def test_an_account_ends_its_own_link_once_and_no_frozen_one(tx: Connection) -> None:
    nine_links(tx)
    for other in (*NOBODYS, "a", "z"):
        assert links.end(tx, other, "mm", NOW) is False
    for other in (*NOBODYS, "am", "zm"):
        assert links.end(tx, "m", other, NOW) is False
    assert [links.end(tx, "m", "mm", NOW) for _ in range(2)] == [True, False]
    frozen = links.by_id(tx, "ma")
    assert frozen is not None
    assert links.freeze(tx, frozen, NOW)
    assert links.end(tx, "m", "ma", NOW) is False
    ended = column(tx, tables.links, "ended_at")
    assert {link for link, at in ended.items() if at} == {"mm"}


def test_a_link_is_frozen_with_what_links_its_account_to_its_file_since_and_thawed_with_it(tx: Connection) -> None:
    nine_links(tx)
    put(tx, tables.links, id="mm0", account_id="m", file_id="m", reference="r0", ended_at=EARLIER)
    put(tx, tables.links, id="mm1", account_id="m", file_id="m", reference="r1", ended_at=EARLIER, linked_at=NOW)
    old = links.by_id(tx, "mm0")
    assert old is not None
    assert links.frozen(tx, "m", "m") == []
    assert [links.freeze(tx, old, NOW), links.freeze(tx, old, LATER)] == [True, False]
    frozen = column(tx, tables.links, "frozen_at")
    assert {link: at for link, at in frozen.items() if at} == {"mm": NOW, "mm0": NOW}
    assert [one.id for one in links.frozen(tx, "m", "m")] == ["mm", "mm0"]
    for other in (*NOBODYS, "a", "z"):
        assert links.frozen(tx, other, "m") == links.frozen(tx, "m", other) == []
        assert (links.thaw(tx, other, "m"), links.thaw(tx, "m", other)) == (0, 0)
    for other in (*NOBODYS, "ml", "ma", "mm0"):
        assert links.end_frozen(tx, other, NOW) is False
    assert [links.end_frozen(tx, "mm", LATER) for _ in range(2)] == [True, False]
    ended = column(tx, tables.links, "ended_at")
    assert {link: at for link, at in ended.items() if at} == {"mm": LATER, "mm0": EARLIER, "mm1": EARLIER}
    assert links.thaw(tx, "m", "m") == 2
    assert links.thaw(tx, "m", "m") == 0
    assert set(column(tx, tables.links, "frozen_at").values()) == {None}


def test_what_an_account_disowned_is_every_link_and_every_name_of_the_files_it_froze(tx: Connection) -> None:
    nine_links(tx)
    put(tx, tables.file_names, name="old@e.test", file_id="m")
    put(tx, tables.links, id="before", account_id="m", file_id="m", reference="r0", ended_at=EARLIER)
    put(tx, tables.files, id="nameless", identifier="ci-nameless")
    put(tx, tables.links, id="last", account_id="m", file_id="nameless", reference="r1", frozen_at=NOW)
    assert links.disowned(tx, "m") == {"last", "ci-nameless"}
    frozen = links.by_id(tx, "mm")
    assert frozen is not None
    links.freeze(tx, frozen, NOW)
    assert links.disowned(tx, "m") == {"last", "ci-nameless", "mm", "before", "ci-m", "old@e.test"}
    for other in (*NOBODYS, "a", "z"):
        assert links.disowned(tx, other) == frozenset()


def test_what_is_said_of_a_file_is_kept_at_its_own_link(tx: Connection) -> None:
    nine_links(tx)
    for other in (*NOBODYS, "ml", "mn"):
        links.verify(tx, other, outcome="error", reference="ref", note="note", now=NOW)
    links.verify(tx, "mm", outcome="error", reference="ref", note="note", now=NOW)
    said = {row.id: (row.verification, row.verified_at) for row in all_rows(tx, tables.links)}
    assert said == dict.fromkeys(said, ("to_verify", None)) | {"mm": ("error", NOW)}
    found = links.find(tx, "m", "mm")
    assert found is not None
    assert (found.verification_reference, found.verification_note) == ("ref", "note")


def test_a_history_is_its_accounts_newest_first_from_before_an_event_and_so_many(tx: Connection) -> None:
    three_accounts(tx)
    for number in range(5):
        for account in IDS:
            links.add_event(tx, account, f"kind{number}", NOW + timedelta(seconds=number), link_id=f"l{number}")
    whole = links.events_of(tx, "m", None, 99)
    assert [row.kind for row in whole] == ["kind4", "kind3", "kind2", "kind1", "kind0"]
    assert {row.account_id for row in whole} == {"m"}
    assert links.events_of(tx, "m", None, 2) == whole[:2]
    assert links.events_of(tx, "m", whole[1].id, 2) == whole[2:4]
    assert links.events_of(tx, "m", whole[4].id, 2) == []
    assert all(links.events_of(tx, other, None, 9) == [] for other in NOBODYS)
    lines = [row for row in all_rows(tx, audit) if row.account_id == "m"]
    assert [(row.action, row.link_id, row.network) for row in lines] == [(f"kind{n}", f"l{n}", None) for n in range(5)]


def test_a_support_case_is_kept_with_its_line_of_the_audit(tx: Connection) -> None:
    three_accounts(tx)
    links.add_support_case(
        tx, reference="r1", account_id="m", kind="not-recognized", reason="no-file", now=NOW, network="net", file_id="f"
    )
    (case,) = all_rows(tx, tables.support_cases)
    assert (case.reference, case.account_id, case.at, case.reason, case.file_id) == ("r1", "m", NOW, "no-file", "f")
    (line,) = all_rows(tx, audit)
    assert (line.reference, line.network, line.outcome, line.file_id, line.actor) == (
        "r1",
        "net",
        "no-file",
        "f",
        "account",
    )


def test_the_list_of_profiles_is_read_in_one_statement_as_transactions_read_it(tx: Connection) -> None:
    nine_links(tx)
    put(tx, tables.links, id="over", account_id="m", file_id="m", reference="rover", ended_at=EARLIER)
    links.verify(tx, "mm", outcome="accurate", reference=None, note=None, now=NOW)
    for one in IDS:
        put(tx, tables.sessions, id=f"s{one}", token_hash=f"t{one}", account_id=one, last_seen_at=NOW)
    put(tx, tables.accounts, id="n", email="n@e.test")
    put(tx, tables.sessions, id="sn", token_hash="tn", account_id="n", ended_at=NOW, selected_link_id="mm")
    found = session_and_links(LINKS_OF_TOKEN.run_in(tx, "tm"))
    assert found is not None
    session, listed = found
    assert listed == links.of_account(tx, "m")
    assert (session.id, session.linked_files, session.ended_at, session.selected_link_id) == ("sm", 3, None, None)
    assert (session.authenticated_at, session.last_seen_at, session.expires_at) == (EARLIER, NOW, LATER)
    none = session_and_links(LINKS_OF_TOKEN.run_in(tx, "tn"))
    assert none is not None
    assert (none[1], none[0].linked_files, none[0].ended_at, none[0].selected_link_id) == ([], 0, NOW, "mm")
    assert all(session_and_links(LINKS_OF_TOKEN.run_in(tx, f"t{other}")) is None for other in ("", "b", "zz"))
    tx.execute(tables.links.update().values(linked_at=EARLIER))
    again = session_and_links(LINKS_OF_TOKEN.run_in(tx, "tm"))
    assert again is not None
    assert [one.id for one in again[1]] == ["ma", "mm", "mz"]
