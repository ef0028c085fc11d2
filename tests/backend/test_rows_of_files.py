"""Statements about files, links, their histories and the installation: each takes its own rows and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, inspect

from sel_backend.security.keys import Keys
from sel_backend.security.old_schemes import OldKind
from sel_backend.storage import files, installation, links, mailbox, old_kinds, tables
from sel_backend.storage.fast_reads import LINKS_OF_TOKEN, session_and_links
from sel_backend.storage.files import FactRow
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


def test_a_file_is_found_by_each_of_its_names_and_by_its_identifier_alone(tx: Connection) -> None:
    three_files(tx)
    for one in IDS:
        for found in (files.by_id(tx, one), files.by_name(tx, f"ci-{one}")):
            assert found is not None
            assert (found.id, found.identifier) == (one, f"ci-{one}")
    for other in NOBODYS:
        assert files.by_id(tx, other) is files.by_name(tx, f"ci-{other}") is None
    found = files.by_id(tx, "m")
    assert found is not None
    added = files.FileRow(**{**vars(found), "id": "n"})
    files.add(tx, added, ["n1", "n2"])
    assert files.by_name(tx, "n1") == files.by_name(tx, "n2") == files.by_id(tx, "n") == added


def test_a_fact_is_replaced_where_it_still_is_the_same(tx: Connection) -> None:
    three_files(tx)
    for one in IDS:
        files.add_facts(tx, one, [FactRow(question, "k1", "digest", None) for question in ("q4", "q5", "q6")])
    old, new = FactRow("q5", "k1", "digest", None), FactRow("q5", "k2", "anew", "hash")
    for other in NOBODYS:
        files.replace_fact(tx, other, old, new)
        files.replace_fact(tx, "m", replace(old, question=other), new)
        files.replace_fact(tx, "m", replace(old, digest=other), new)
    files.replace_fact(tx, "m", old, new)
    rows = {
        (row.file_id, row.question): (row.key_id, row.digest, row.answer_hash) for row in all_rows(tx, tables.facts)
    }
    assert rows.pop(("m", "q5")) == ("k2", "anew", "hash")
    assert set(rows.values()) == {("k1", "digest", None)}


def test_facts_are_their_own_files_and_are_settled_where_they_still_are_the_same(tx: Connection) -> None:
    three_files(tx)
    for one in IDS:
        questions = [FactRow(question, "k1", "digest", None) for question in ("q4", "q5", "q6")]
        files.add_facts(tx, one, questions)
    assert dict(files.facts_of(tx, "m")) == {f"q{n}": FactRow(f"q{n}", "k1", "digest", None) for n in (4, 5, 6)}
    for other in NOBODYS:
        assert files.facts_of(tx, other) == {}
        files.settle_fact(tx, other, "q5", "digest", "hash")
        files.settle_fact(tx, "m", other, "digest", "hash")
        files.settle_fact(tx, "m", "q5", other, "hash")
    for digest in ("diges", "digesu"):
        files.settle_fact(tx, "m", "q5", digest, "hash")
    files.settle_fact(tx, "m", "q5", "digest", "hash")
    settled = {(row.file_id, row.question): row.answer_hash for row in all_rows(tx, tables.facts)}
    assert {key for key, kept in settled.items() if kept} == {("m", "q5")}


def test_the_questions_of_twenty_files_on_either_side_of_a_name_are_near_it(tx: Connection) -> None:
    for number in range(100, 150):
        put(tx, tables.files, id=str(number))
        put(tx, tables.file_names, name=f"ci{number}", file_id=str(number))
        put(tx, tables.facts, file_id=str(number), question=f"q{number}")
    put(tx, tables.facts, file_id="124", question="trade")
    near = files.questions_near(tx, "ci125")
    assert set(near) == {f"ci{number}" for number in (*range(105, 125), *range(126, 146))}
    assert near["ci124"] == {"q124", "trade"}
    assert near["ci126"] == {"q126"}
    assert set(files.questions_near(tx, "ci1245")) == {f"ci{number}" for number in range(105, 145)}
    assert set(files.questions_near(tx, "ci100")) == {f"ci{number}" for number in range(101, 121)}
    assert files.questions_near(tx, "zz").keys() == {f"ci{number}" for number in range(130, 150)}


def test_an_old_hash_is_replaced_where_it_still_is_the_one_that_was_read(tx: Connection) -> None:
    for one in IDS:
        put(tx, tables.files, id=one, legacy_scheme="resting", legacy_hash="old")
    put(tx, tables.files, id="none", legacy_scheme="resting")
    put(tx, tables.files, id="sest", legacy_scheme="sesting", legacy_hash="older")
    put(tx, tables.files, id="qest", legacy_scheme="qesting", legacy_hash="oldest")
    assert list(files.hashes_as_they_came(tx, "resting")) == ["old"] * 3
    for other in NOBODYS:
        files.set_legacy_hash(tx, other, "old", "wrapped", "new")
    for other in ("", "ole", "olc"):
        files.set_legacy_hash(tx, "m", other, "wrapped", "new")
    files.set_legacy_hash(tx, "m", "old", "wrapped", "new")
    kept = {row.id: (row.legacy_scheme, row.legacy_hash) for row in all_rows(tx, tables.files) if row.id in IDS}
    assert kept == {"a": ("resting", "old"), "m": ("wrapped", "new"), "z": ("resting", "old")}
    assert list(files.hashes_as_they_came(tx, "resting")) == ["old"] * 2


def add_code(tx: Connection, file: str, *usernames: str) -> str:
    drawn = iter(usernames)
    return files.add_link_code(tx, file, draw=lambda: next(drawn), code_hash="hash", created_at=NOW, expires_at=LATER)


def test_new_coordinates_replace_the_earlier_ones_of_their_file_and_take_a_free_username(tx: Connection) -> None:
    three_files(tx)
    for one in IDS:
        assert add_code(tx, one, f"L-{one}") == f"L-{one}"
    put(tx, tables.link_codes, id="used", file_id="m", username="L-used", used_at=EARLIER)
    put(tx, tables.link_codes, id="before", file_id="m", username="L-before", replaced_at=EARLIER)
    assert add_code(tx, "m", "L-a", "L-z", "L-n") == "L-n"
    replaced = column(tx, tables.link_codes, "replaced_at", "username")
    assert replaced == {"L-a": None, "L-z": None, "L-n": None, "L-m": NOW, "L-used": None, "L-before": EARLIER}
    assert add_code(tx, "m", *["L-a"] * 99, "L-new") == "L-new"
    with pytest.raises(RuntimeError, match="no linking username is free"):
        add_code(tx, "m", *["L-a"] * 100, "L-newer")


def test_coordinates_are_found_renewed_and_used_by_themselves(tx: Connection) -> None:
    three_files(tx)
    for one in IDS:
        put(tx, tables.link_codes, id=one, file_id=one, username=f"L-{one}")
    for other in NOBODYS:
        assert files.link_code(tx, f"L-{other}") is None
        assert files.renew_link_code(tx, f"L-{other}", NOW) is False
        assert files.use_link_code(tx, other, NOW) is False
    found = files.link_code(tx, "L-m")
    assert found is not None
    assert (found.id, found.file_id, found.code_hash) == ("m", "m", "hash")
    for expires_at, good in ((NOW - MOMENT, False), (NOW, False), (NOW + MOMENT, True)):
        assert files.renew_link_code(tx, "L-m", expires_at) is True
        assert column(tx, tables.link_codes, "expires_at") == {"a": LATER, "m": expires_at, "z": LATER}
        assert files.use_link_code(tx, "m", NOW) is good
    assert files.use_link_code(tx, "m", NOW) is False
    assert files.renew_link_code(tx, "L-m", LATER) is False
    assert column(tx, tables.link_codes, "used_at") == {"a": None, "m": NOW, "z": None}
    put(tx, tables.link_codes, id="n", file_id="m", username="L-n", replaced_at=EARLIER)
    assert (files.use_link_code(tx, "n", NOW), files.renew_link_code(tx, "L-n", LATER)) == (False, False)


def test_kinds_of_old_hashes_are_kept_once_in_one_order(tx: Connection) -> None:
    old_kinds.note(tx, [OldKind("m", "scrypt", "first"), OldKind("a", "bcrypt", "x"), OldKind("m", "scrypt", "last")])
    old_kinds.note(tx, [OldKind("m", "scrypt", "other"), OldKind("b", "phpass", "y")])
    assert [(one.kind, one.config) for one in old_kinds.all_kinds(tx)] == [("a", "x"), ("b", "y"), ("m", "last")]


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


KEYS = Keys("k2", {"k1": bytes(32), "k2": bytes(range(32))})


def test_an_installation_says_its_kind_and_its_keys_and_what_was_said_first_stays(tx: Connection) -> None:
    tx.execute(tables.schema_version.delete())
    assert installation.read(tx) == installation.State(leftovers=True)
    assert not installation.read(tx).empty
    assert installation.State().empty
    assert not installation.State("0001").empty
    put(tx, tables.schema_version, version_num="0007")
    assert installation.read(tx) == installation.State("0007")
    installation.mark(tx, installation.DEMONSTRATION, NOW)
    installation.mark(tx, installation.PRODUCTION, LATER)
    installation.record(tx, KEYS, KEYS.material, NOW)
    installation.record(tx, Keys("k1", {"k1": bytes(31) + b"x"}), ["k1"], LATER)
    prints = {name: KEYS.fingerprint(name) for name in ("k1", "k2")}
    assert installation.read(tx) == installation.State("0007", "demonstration", prints, "k1")
    (row,) = all_rows(tx, tables.installation)
    assert (row.id, row.made_at) == (1, NOW)
    for other in ("", "k0", "k11", "k3"):
        installation.forget_key(tx, other)
    assert set(installation.read(tx).fingerprints) == {"k1", "k2"}
    installation.forget_key(tx, "k1")
    assert installation.read(tx) == installation.State("0007", "demonstration", {"k2": prints["k2"]}, None)
    installation.let_last(tx, KEYS, "k2", LATER)
    assert installation.read(tx).lasting == "k2"
    tx.execute(tables.installation.update().values(kind="other"))
    assert installation.read(tx).kind is None


@pytest.mark.parametrize("missing", ["installation", "key_fingerprints"])
def test_a_database_of_an_older_version_says_no_more_than_its_version(tx: Connection, missing: str) -> None:
    tx.execute(tables.schema_version.update().values(version_num="0004"))
    tx.exec_driver_sql(f"DROP TABLE {missing}")
    assert installation.read(tx) == installation.State("0004")


def test_only_tables_of_ours_are_leftovers(tx: Connection) -> None:
    tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    tx.execute(tables.schema_version.delete())
    for name in inspect(tx).get_table_names():
        if name != "alembic_version":
            tx.exec_driver_sql(f"DROP TABLE {name}")
    tx.exec_driver_sql("CREATE TABLE somebody_elses (id TEXT)")
    assert installation.read(tx) == installation.State()
    tx.exec_driver_sql("DROP TABLE alembic_version")
    assert installation.read(tx).empty


def test_what_needs_a_key_is_counted_by_its_own_name(tx: Connection) -> None:
    for one in IDS:
        put(tx, tables.files, id=one, legacy_hash=f"k{len(one)}:sha1::d")
    put(tx, tables.files, id="other", legacy_hash="k10:sha1::d")
    put(tx, tables.files, id="wrapped", legacy_hash="$argon2id$k1:")
    for number, key in enumerate(("k1", "k1", "k10", "k9")):
        put(tx, tables.facts, file_id="a", question=f"q{number}", key_id=key)
    seals = (b"k1:", b"k1:\xff", b"k1:x", b"k1;", b"k1", b"k0:x", b"k10:x", None)
    for place, sealed in enumerate(seals):
        put(tx, tables.outbox, id=str(place), sealed=sealed)
    assert installation.rows_by_key(tx, ["k1", "k2"]) == {"k1": 2 + 3 + 3, "k2": 0, "k9": 1, "k10": 1 + 1 + 1}
    assert installation.rows_by_key(tx, []) == {"k1": 8, "k9": 1, "k10": 3}


@pytest.mark.parametrize("count", [199, 200, 201])
def test_the_demonstrations_mailbox_shows_its_two_hundred_newest_mails(tx: Connection, count: int) -> None:
    for number in range(count):
        sent_at = EARLIER + timedelta(seconds=number // 2)
        put(tx, tables.demo_mails, id=f"{number:03d}", sent_at=sent_at, subject=f"s{number}")
    shown = mailbox.newest(tx).mails
    assert [mail.id for mail in shown] == [f"{number:03d}" for number in range(count)][::-1][:200]
    assert (shown[0].to, shown[0].text, shown[0].subject) == ("a@e.test", "b", f"s{count - 1}")
