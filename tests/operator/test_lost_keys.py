"""Lost or wrong keys are refused before anything is tried with them, and never replaced in silence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from sel_backend.backend import build
from sel_backend.demo.seed import seed
from sel_backend.security.keys import new_keys, read_keys, with_new_key, write_keys
from sel_backend.security.tokens import new_reference
from sel_backend.settings_sources import load_settings
from sel_backend.storage import installation, migrate, schema
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.tables import SCHEMA_VERSION, accounts, facts, key_fingerprints, outbox, schema_version
from tests.operator.conftest import Operator

REFUSED = 78
COMMANDS: dict[str, tuple[object, ...]] = {
    "serve": ("--port", "0"),
    "init": (),
    "import": ("files.csv",),
    "harden": ("--minutes", "0.01"),
    "export": ("links", "links.csv"),
    "create-agent": ("a@b.test", "Alex", "Gagné"),
    "issue-code": ("ci1",),
    "unlock": ("--network", "192.0.2.7"),
    "unfreeze": (new_reference(),),
    "purge": (),
    "rotate-key": (),
    "backup": ("copy.sqlite3",),
}


def keys_path(operator: Operator) -> Path:
    return operator.folder / "keys.json"


def opened(operator: Operator) -> Database:
    return open_database(load_settings(operator.settings, data_folder=operator.folder).url, 1)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_its_keys_nothing_works_on_a_database_that_was_made_with_some(operator: Operator, command: str) -> None:
    kept = keys_path(operator).rename(operator.folder / "backup.json")
    code, said = operator.run(command, *COMMANDS[command])
    assert (code, said.count("\n")) == (REFUSED, 1)
    assert f"there are no keys at {keys_path(operator)}: restore keys.json from its backup" in said
    assert not keys_path(operator).exists()
    assert operator.run("doctor")[0] == 1
    kept.rename(keys_path(operator))
    assert operator.run("unlock", "--network", "192.0.2.7")[0] == 0


def test_doctor_says_that_the_keys_are_lost_or_wrong(operator: Operator) -> None:
    assert "ok     keys" in operator.run("doctor")[1]
    write_keys(keys_path(operator), new_keys())
    said = operator.run("doctor")[1]
    assert "WRONG  keys" in said
    assert "→ restore keys.json from its backup" in said
    keys_path(operator).unlink()
    said = operator.run("doctor")[1]
    assert "WRONG  keys" in said
    assert "→ restore keys.json from its backup" in said


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def another_key_of_the_same_name(path: Path) -> None:
    write_keys(path, new_keys())


def one_key_shorter(path: Path) -> None:
    written = json.loads(path.read_text())
    path.write_text(json.dumps({**written, "keys": {name: key[:20] for name, key in written["keys"].items()}}))


def in_another_order(path: Path) -> None:
    keys = with_new_key(read_keys(path))
    write_keys(path, replace(keys, material=dict(reversed(keys.material.items()))))


def of_another_shape(path: Path) -> None:
    path.write_text('{"current": ["k1"], "keys": ["k1"]}')


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FAULTS: list[Callable[[Path], object]] = [
    truncated,
    another_key_of_the_same_name,
    one_key_shorter,
    in_another_order,
    of_another_shape,
    a_folder,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"\xff\xfe\x00"),
    lambda path: path.write_text("[" * 100_000),
    lambda path: path.chmod(0o644),
    lambda path: path.chmod(0o640),
    lambda path: path.chmod(0o602),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_keys_that_are_wrong_damaged_or_open_to_others_are_refused(
    operator: Operator, fault: Callable[[Path], object]
) -> None:
    fault(keys_path(operator))
    for command in ("serve", "unlock", "rotate-key", "init"):
        code, said = operator.run(command, *COMMANDS[command])
        assert (code, said.count("\n")) == (REFUSED, 1), command
        assert "keys" in said
        assert "restore keys.json" in said or "chmod 600" in said
    assert "WRONG  keys" in operator.run("doctor")[1]


def test_keys_that_cannot_be_read_are_refused(operator: Operator, tmp_path: Path) -> None:
    operator.settings.write_text(
        f"key_file = '{tmp_path / 'settings.toml' / 'keys.json'}'\n{operator.settings.read_text()}"
    )
    for command in ("serve", "unlock", "init"):
        code, said = operator.run(command, *COMMANDS[command])
        assert (code, "cannot be read (Not a directory)" in said) == (REFUSED, True), command
    assert "cannot be read (Not a directory)" in operator.run("doctor")[1]


def test_init_makes_keys_for_an_empty_database_only(operator: Operator, tmp_path: Path) -> None:
    url = load_settings(operator.settings, data_folder=operator.folder).url
    elsewhere = Operator(tmp_path / "other", tmp_path / "other.toml", operator.capsys)
    elsewhere.settings.write_text(f"database_url = {json.dumps(url)}\n")
    code, said = elsewhere.run("init")
    assert (code, "there are no keys" in said) == (REFUSED, True)
    assert not keys_path(elsewhere).exists()
    write_keys(keys_path(elsewhere), new_keys())
    assert elsewhere.run("init")[0] == REFUSED
    shutil.copy(keys_path(operator), keys_path(elsewhere))
    assert elsewhere.run("init")[0] == 0


def test_a_server_makes_neither_keys_nor_a_database(fresh: Operator) -> None:
    code, said = fresh.run("serve", "--port", "0")
    assert code == 1
    assert said.startswith(
        f"sel-backend: there are no keys at {keys_path(fresh)}: run `sel-backend init` first, or say"
    )
    assert not list(fresh.folder.glob("*.sqlite3"))
    assert not keys_path(fresh).exists()
    fresh.folder.mkdir(exist_ok=True)
    write_keys(keys_path(fresh), new_keys())
    code, said = fresh.run("serve", "--port", "0")
    assert (code, "run `sel-backend init` first" in said) == (1, True)
    assert not list(fresh.folder.glob("*.sqlite3"))


def test_a_rotation_goes_on_and_the_file_from_before_it_is_refused_once_the_new_key_is_in_use(
    operator: Operator,
) -> None:
    path = keys_path(operator)
    before = path.read_bytes()
    assert operator.run("rotate-key", "--add")[0] == 0
    assert operator.run("unlock", "--network", "::1")[0] == 0
    assert {row.name for row in operator.rows(key_fingerprints)} == {"k1"}
    assert operator.run("rotate-key", "--use", "k2")[0] == 0
    assert operator.run("unlock", "--network", "::1")[0] == 0
    assert {row.name: row.lasting for row in operator.rows(key_fingerprints)} == {"k1": True, "k2": False}
    after = path.read_bytes()
    path.write_bytes(before)
    code, said = operator.run("unlock", "--network", "::1")
    assert (code, "lack k2" in said) == (REFUSED, True)
    path.write_bytes(after)
    assert operator.run("rotate-key", "--use", "k1")[0] == 0
    assert operator.run("rotate-key", "--retire", "k2")[0] == 0
    assert {row.name for row in operator.rows(key_fingerprints)} == {"k1"}
    path.write_bytes(before)
    assert operator.run("unlock", "--network", "::1")[0] == 0


def test_no_fingerprint_is_a_key_or_a_digest_that_is_used_for_anything_else(operator: Operator) -> None:
    keys = read_keys(keys_path(operator))
    (row,) = operator.rows(key_fingerprints)
    assert row.fingerprint == keys.fingerprint("k1")
    assert row.fingerprint != keys.material["k1"].hex()
    assert row.fingerprint not in {
        keys.digest(purpose, "k1") for purpose in ("answer", "limits", "subject", "operator")
    }


def set_version(operator: Operator, version: str) -> None:
    database = opened(operator)
    database.run_now(lambda tx: tx.execute(update(schema_version).values(version_num=version)))
    database.close()


def test_an_older_or_newer_database_is_refused_with_what_to_run_and_left_as_it_is(operator: Operator) -> None:
    for version, advice in (("0004", "run `sel-backend init`"), ("0999", "install the version"), ("rc1", "install")):
        set_version(operator, version)
        for command in ("serve", "import", "unlock"):
            code, said = operator.run(command, *COMMANDS[command])
            assert (code, advice in said, version in said) == (REFUSED, True, True), (command, said)
        assert "WRONG  schema" in operator.run("doctor")[1]
        assert operator.rows(schema_version)[0].version_num == version
    code, said = operator.run("init")
    assert (code, "install the version" in said) == (REFUSED, True)


def made_at_0004(operator: Operator) -> None:
    """Make what today's version's predecessor made: no mark, no fingerprint, data and a mail that waits."""
    operator.folder.mkdir(mode=0o700)
    write_keys(keys_path(operator), new_keys())
    database = opened(operator)
    migrate.upgrade(database)
    settings = load_settings(operator.settings, data_folder=operator.folder)
    backend = build(settings, database=database)
    seed(backend)
    now = backend.core.clock()
    mail = {"id": "m1", "kind": "x", "recipient": "a@b.test", "sealed": backend.core.keys.seal(b"{}"), "tries": 0}
    row = mail | {"created_at": now, "due_at": now}
    database.run_now(lambda tx: tx.execute(insert(outbox).values(**row)))
    migrate.downgrade(database, "0004")
    backend.core.close()


def test_init_upgrades_a_database_from_before_fingerprints_and_keeps_its_data(fresh: Operator) -> None:
    made_at_0004(fresh)
    written = keys_path(fresh).read_bytes()
    counted = [fresh.count(table) for table in (accounts, facts, outbox)]
    code, said = fresh.run("serve", "--port", "0")
    assert (code, "older" in said, "run `sel-backend init`" in said) == (REFUSED, True, True)
    code, said = fresh.run("init")
    assert (code, f"schema       {SCHEMA_VERSION} (was 0004)" in said) == (0, True)
    assert [fresh.count(table) for table in (accounts, facts, outbox)] == counted
    assert keys_path(fresh).read_bytes() == written
    assert {row.name for row in fresh.rows(key_fingerprints)} == {"k1"}
    assert fresh.run("issue-code", "ci1234567")[0] == 0
    write_keys(keys_path(fresh), new_keys())
    assert fresh.run("issue-code", "ci1234567")[0] == REFUSED


def test_an_upgrade_records_no_keys_that_cannot_be_the_ones_that_were_used(fresh: Operator) -> None:
    made_at_0004(fresh)
    keys = read_keys(keys_path(fresh))
    for wrong in (None, new_keys(), replace(keys, current="k9", material={"k9": keys.material["k1"]})):
        keys_path(fresh).unlink()
        if wrong:
            write_keys(keys_path(fresh), wrong)
        code, said = fresh.run("init")
        assert (code, "restore keys.json" in said) == (REFUSED, True)
        assert fresh.rows(schema_version)[0].version_num == "0004"
        write_keys(keys_path(fresh), keys)
    assert fresh.run("init")[0] == 0


def test_an_upgrade_that_was_killed_before_it_recorded_the_keys_is_finished_by_init(fresh: Operator) -> None:
    made_at_0004(fresh)
    database = opened(fresh)
    schema.prepare(database)
    database.close()
    code, said = fresh.run("serve", "--port", "0")
    assert (code, "run `sel-backend init`" in said) == (REFUSED, True)
    assert fresh.run("init")[0] == 0
    database = opened(fresh)
    assert database.run_now(installation.read).kind == "production"
    database.close()


def test_tables_of_ours_without_a_version_are_left_alone(operator: Operator) -> None:
    database = opened(operator)
    database.run_now(schema_version.drop)
    database.close()
    for command in ("init", "serve", "unlock"):
        code, said = operator.run(command, *COMMANDS[command])
        assert (code, "but no version" in said) == (REFUSED, True)
    assert operator.count(accounts) == 0
