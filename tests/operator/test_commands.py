"""The operator's small commands, on both databases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from sel_backend.demo.seed import seed
from sel_backend.security.keys import read_keys
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import accounts, limits, link_codes, links, outbox, sessions
from tests.operator.conftest import Operator

TO_BEGIN = "run `sel-backend init` first, or say by --settings or --data where they are"


@pytest.fixture
def seeded(operator: Operator) -> Operator:
    backend = operator.backend()
    seed(backend)
    backend.core.close()
    return operator


def test_init_makes_what_is_missing_for_its_owner_alone_and_may_be_run_again(fresh: Operator) -> None:
    assert fresh.run("issue-code", "ci1") == (
        1,
        f"sel-backend: there are no keys at {fresh.folder / 'keys.json'}: {TO_BEGIN}\n",
    )
    assert fresh.run("init")[0] == 0
    keys = (fresh.folder / "keys.json").read_text()
    assert fresh.folder.stat().st_mode & 0o777 == 0o700
    assert (fresh.folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert fresh.run("init")[0] == 0
    assert (fresh.folder / "keys.json").read_text() == keys


def test_an_agent_gets_a_password_from_a_file_or_one_that_is_shown_once(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("Canari-2026!\nnot this")
    code, said = operator.run("create-agent", "a@b.test", "Alex", "Gagné", "--password-file", tmp_path / "secret")
    assert (code, "Canari" in said) == (0, False)
    code, said = operator.run("create-agent", "c@d.test", "Sam", "Roy")
    assert code == 0
    assert "password  " in said
    assert {row.role for row in operator.rows(accounts)} == {"agent"}
    assert operator.run("create-agent", "a@b.test", "Alex", "Gagné")[0] == 1
    (tmp_path / "secret").write_text("canari")
    code, said = operator.run("create-agent", "e@f.test", "Sam", "Roy", "--password-file", tmp_path / "secret")
    assert (code, "canari" in said) == (1, False)
    assert operator.count(audit, audit.c.action == "create_agent") == 2


def test_a_supervisor_is_made_by_role_and_an_agent_becomes_one_with_another_password(operator: Operator) -> None:
    assert operator.run("create-agent", "a@b.test", "Alex", "Gagné", "--role", "supervisor")[0] == 0
    assert operator.run("create-agent", "c@d.test", "Sam", "Roy")[0] == 0
    before = {row.email: row.password_hash for row in operator.rows(accounts)}
    code, said = operator.run("create-agent", "c@d.test", "Sam", "Roy", "--again", "--role", "supervisor")
    assert (code, "changed at the first log-in" in said) == (0, True)
    assert operator.run("create-agent", "e@f.test", "Sam", "Roy", "--again")[0] == 1
    after = {row.email: (row.role, row.password_hash == before[row.email]) for row in operator.rows(accounts)}
    assert after == {"a@b.test": ("supervisor", True), "c@d.test": ("supervisor", False)}


def test_support_cases_are_exported(operator: Operator, tmp_path: Path) -> None:
    assert operator.run("export", "cases", tmp_path / "cases.csv")[0] == 0
    columns = "reference,at,kind,reason,method,terminal,category,handled,handled_at,linked_at\n"
    assert (tmp_path / "cases.csv").read_text("utf-8").replace("\r", "") == columns


def test_a_code_is_told_or_mailed_and_replaces_the_earlier_one(seeded: Operator) -> None:
    code, said = seeded.run("issue-code", "CI 123-4567")
    assert code == 0
    assert len(dict(line.split(maxsplit=1) for line in said.splitlines())["code"]) == 11
    assert seeded.run("issue-code", "ci1234567", "--mail") == (0, "the coordinates wait in the outbox\n")
    assert seeded.count(outbox, outbox.c.recipient == "maika.cote@exemple.test") == 1
    good = (link_codes.c.replaced_at.is_(None), link_codes.c.used_at.is_(None))
    assert seeded.count(link_codes, *good) == 2
    assert seeded.run("issue-code", "ci999")[0] == 1
    assert seeded.run("issue-code", "ci0000099", "--mail")[0] == 1
    assert seeded.run("issue-code", "999")[0] == 1


def test_unlocking_forgets_the_counters_of_what_was_named_alone(seeded: Operator) -> None:
    backend = seeded.backend()
    rate_limits = backend.rate_limits
    account = next(row for row in seeded.rows(accounts) if row.email.startswith("nouvelle"))

    def lock(scope: str, key: str) -> None:
        values = {"scope": scope, "key": key, "tries": 9, "strikes": 1, "window_ends_at": backend.core.clock()}
        backend.core.database.run_now(lambda tx: tx.execute(insert(limits).values(**values)))

    lock("legacy_access:account", rate_limits.subject(account.id))
    lock("login", rate_limits.subject(f"{account.email}|192.0.2.7"))
    lock("single_use_hour", rate_limits.subject(f"password:{account.email}|192.0.2.7"))
    lock("single_use_address", rate_limits.subject(f"account:{account.email}"))
    lock("login_network", rate_limits.subject("192.0.2.7"))
    lock("login_everywhere", rate_limits.subject(f"everywhere|{account.email}"))
    lock("login_right", rate_limits.subject(account.id))
    lock("single_use_day", rate_limits.subject(f"account:{account.email}|2001:db8:1::/48"))
    lock("asking_network", rate_limits.subject("2001:db8:1::/48"))
    lock("login_site", rate_limits.subject("2001:db8:1::/48"))
    lock("questions:file", rate_limits.subject(backend.proofs.subject_of(None, "ci404")))
    backend.core.close()
    assert seeded.run("unlock")[0] == 1
    assert seeded.run("unlock", "--account", "nobody@exemple.test")[0] == 1
    assert seeded.run("unlock", "--account", account.email) == (0, "counters forgotten: 4\n")
    assert seeded.run("unlock", "--account", account.email, "--network", "192.0.2.7")[1] == "counters forgotten: 2\n"
    there = ("--account", account.email, "--network", "2001:db8:1:2::3")
    assert seeded.run("unlock", *there) == (0, "counters forgotten: 1\n")
    assert seeded.run("unlock", "--network", "192.0.2.7") == (0, "counters forgotten: 1\n")
    assert seeded.run("unlock", "--network", "2001:db8:1:2::3") == (0, "counters forgotten: 2\n")
    assert seeded.run("unlock", "--file", "ci 404") == (0, "counters forgotten: 1\n")
    assert seeded.count(limits) == 0


def test_a_frozen_link_is_freed_or_ended_by_its_reference(seeded: Operator) -> None:
    backend = seeded.backend()
    link = backend.core.database.run_now(lambda tx: tx.execute(select(links).order_by(links.c.id)).first())
    assert link is not None
    freeze = update(links).where(links.c.id == link.id).values(frozen_at=link.linked_at)
    backend.core.database.run_now(lambda tx: tx.execute(freeze))
    assert seeded.run("unfreeze", link.reference.lower()) == (0, "links freed: 1, links ended: 0\n")
    code, said = seeded.run("unfreeze", link.reference)
    assert (code, said) == (1, "sel-backend: this reference names nothing that is frozen\n")
    assert seeded.run("unfreeze", "rien")[0] == 1
    backend.core.database.run_now(lambda tx: tx.execute(freeze))
    assert seeded.run("unfreeze", link.reference, "--end") == (0, "links freed: 0, links ended: 1\n")
    backend.core.close()
    assert seeded.count(audit, audit.c.action == "unfreeze") == 2


def test_purge_deletes_what_has_served_its_time_and_nothing_else(seeded: Operator) -> None:
    backend = seeded.backend()
    long_ago = backend.core.clock().replace(year=2020)
    account = seeded.rows(accounts)[0].id

    def fill(number: int) -> None:
        moment = long_ago if number else backend.core.clock()
        row = {"id": f"s{number}", "token_hash": f"h{number}", "account_id": account, "authenticated_at": moment}
        row |= {"last_seen_at": moment, "expires_at": moment}
        backend.core.database.run_now(lambda tx: tx.execute(insert(sessions).values(**row)))

    for number in range(3):
        fill(number)
    backend.core.close()
    before = seeded.count(audit)
    assert "sessions                    2 may go" in seeded.run("purge", "--dry-run")[1]
    assert seeded.count(sessions) == 3
    assert "sessions                    2 deleted" in seeded.run("purge")[1]
    assert [row.id for row in seeded.rows(sessions)] == ["s0"]
    assert seeded.count(audit) == before + 1


def test_a_key_is_added_used_and_retired_only_when_nothing_needs_it(seeded: Operator) -> None:
    path = seeded.folder / "keys.json"
    assert seeded.run("rotate-key", "--add")[0] == 0
    assert read_keys(path).current == "k1"
    assert seeded.run("rotate-key", "--use", "k2")[0] == 0
    assert seeded.run("rotate-key")[1].startswith("keys k1, k2, k3; current k3")
    assert "k1" in seeded.run("rotate-key", "--list")[1]
    assert seeded.run("rotate-key", "--retire", "k1")[0] == 1
    assert seeded.run("rotate-key", "--retire", "k3")[0] == 1
    assert seeded.run("rotate-key", "--retire", "k2")[0] == 0
    assert list(read_keys(path).material) == ["k1", "k3"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_first_key_stays_while_rows_need_it(seeded: Operator) -> None:
    seeded.run("rotate-key")
    code, said = seeded.run("rotate-key", "--retire", "k1", "--forget-counters")
    assert (code, "rows still need k1" in said) == (1, True)


def test_what_must_last_is_the_same_after_a_rotation(seeded: Operator) -> None:
    before = seeded.backend()
    subject = before.proofs.subject_of(None, "ci404")
    sealed = before.core.keys.seal(b"x")
    before.core.close()
    seeded.run("rotate-key")
    after = seeded.backend()
    assert after.proofs.subject_of(None, "ci404") == subject
    assert after.core.keys.unseal(sealed) == b"x"
    after.core.close()


def test_a_backup_is_whole_and_for_its_owner_alone(seeded: Operator, tmp_path: Path) -> None:
    code, said = seeded.run("backup", tmp_path / "copy.sqlite3")
    if "SQLite" in said:
        assert (code, "pg_dump" in said) == (1, True)
        return
    assert code == 0
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o777 == 0o600
    expected = seeded.count(accounts)
    (seeded.folder / "sel-backend.sqlite3").write_bytes((tmp_path / "copy.sqlite3").read_bytes())
    assert seeded.count(accounts) == expected > 5
    assert seeded.run("backup", tmp_path / "copy.sqlite3")[0] == 1


def test_doctor_says_of_each_thing_what_is_wrong_and_what_to_do(fresh: Operator) -> None:
    code, said = fresh.run("doctor")
    assert code == 1
    assert "sel-backend init" in said
    fresh.run("init")
    (fresh.folder / "keys.json").chmod(0o644)
    code, said = fresh.run("doctor")
    assert code == 1
    assert "WRONG  keys" in said
    assert f"→ chmod 600 {fresh.folder / 'keys.json'}" in said
    assert "ok     schema" in said
    assert "→ set mail.host" in said
    (fresh.folder / "keys.json").chmod(0o600)
    fresh.settings.write_text(fresh.settings.read_text() + "\n[mail]\nhost = '127.0.0.1'\nport = 1\n")
    code, said = fresh.run("doctor")
    assert "WRONG  mail" in said
    server = "\n[server]\noperator_host = '0.0.0.0'\noperator_port = 8001\n"
    fresh.settings.write_text(fresh.settings.read_text() + server)
    assert "→ set server.metrics_token" in fresh.run("doctor")[1]
    fresh.settings.write_text(fresh.settings.read_text() + f"metrics_token = '{'t' * 16}'\n")
    assert "→ set server.metrics_token" not in fresh.run("doctor")[1]


def test_settings_that_cannot_be_used_are_said_without_their_values(fresh: Operator) -> None:
    fresh.settings.write_text("[mail]\npassword = 'canari'\nport = 'canari'\n")
    code, said = fresh.run("doctor")
    assert (code, "canari" in said, "mail.port" in said) == (1, False, True)


def test_the_keys_file_says_which_key_is_current(operator: Operator) -> None:
    written = json.loads((operator.folder / "keys.json").read_text())
    assert written["current"] in written["keys"]


def test_doctor_counts_each_question_that_is_asked_once(operator: Operator) -> None:
    said = operator.run("doctor")[1]
    asked, known = map(int, re.findall(r"ok +questions +([0-9]+) of ([0-9]+) in the catalogue", said)[0])
    assert 0 < asked <= known
