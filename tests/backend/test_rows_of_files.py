"""Statements about files, their facts and coordinates, and the installation: each takes its own rows and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, inspect

from sel_backend.security.keys import Keys
from sel_backend.security.old_schemes import OldKind
from sel_backend.storage import files, installation, mailbox, old_kinds, tables
from sel_backend.storage.files import FactRow
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
