"""An upgrade: said beforehand, made by `init`, and how it is left again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, event, select, update

from sel_backend.security.keys import new_keys, write_keys
from sel_backend.settings_sources import load_settings
from sel_backend.storage import migrate
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.tables import SCHEMA_VERSION, accounts, metadata, schema_version
from tests.operator.conftest import Operator
from tests.operator.servers import serving

WOULD_CHANGE, REFUSED = 3, 78


def opened(operator: Operator) -> Database:
    return open_database(load_settings(operator.settings, data_folder=operator.folder).url, 2)


def bring_to(operator: Operator, revision: str) -> None:
    database = opened(operator)
    migrate.downgrade(database, revision)
    database.close()


def version_of(operator: Operator) -> str:
    (row,) = operator.rows(schema_version)
    return str(row.version_num)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_a_check_of_nothing_makes_nothing(fresh: Operator) -> None:
    code, said = fresh.run("init", "--check")
    assert (code, said.splitlines()[0]) == (WOULD_CHANGE, f"schema       none; this program's is {SCHEMA_VERSION}")
    assert files_in(fresh.folder) == {}


def test_a_check_of_todays_schema_finds_nothing_to_do(operator: Operator) -> None:
    before = files_in(operator.folder)
    code, said = operator.run("init", "--check")
    assert (code, said.splitlines()[-1]) == (0, "nothing to do")
    assert files_in(operator.folder) == before


def test_a_check_names_each_migration_and_whether_the_old_version_can_run_beside_it(operator: Operator) -> None:
    bring_to(operator, "0005")
    before = files_in(operator.folder)
    code, said = operator.run("init", "--check")
    assert code == WOULD_CHANGE
    assert said.startswith(f"schema       0005; this program's is {SCHEMA_VERSION}\n")
    lines = said.splitlines()
    revisions = [line.split()[0] for line in lines[1:] if not line.startswith(" ")]
    assert revisions == [step.revision for step in migrate.steps("0005")]
    assert lines[1:3] == [
        "0006         Without two columns that were written and never read, each with the same value in every row",
        "             stop every older version first: it drops columns that the version before fills",
    ]
    assert "             the version before can run beside it: it only adds a table" in lines
    assert files_in(operator.folder) == before
    assert version_of(operator) == "0005"
    assert operator.run("init")[0] == 0
    assert operator.run("init", "--check")[0] == 0


def test_a_check_says_that_marks_and_keys_would_be_recorded(operator: Operator) -> None:
    bring_to(operator, "0004")
    database = opened(operator)
    migrate.upgrade(database)
    database.close()
    code, said = operator.run("init", "--check")
    assert (code, "record whose data these are" in said) == (WOULD_CHANGE, True)


def test_a_check_refuses_what_init_would_refuse(operator: Operator) -> None:
    database = opened(operator)
    database.run_now(lambda tx: tx.execute(update(schema_version).values(version_num="0999")))
    database.close()
    code, said = operator.run("init", "--check")
    assert (code, "newer than this program's" in said) == (REFUSED, True)
    (operator.folder / "keys.json").unlink()
    assert operator.run("init", "--check")[0] == REFUSED


def test_a_check_says_in_one_line_that_a_database_cannot_be_used(operator: Operator) -> None:
    operator.settings.write_text(f"database_url = 'postgresql://nobody@127.0.0.1:1/none'\n{_without_url(operator)}")
    code, said = operator.run("init", "--check")
    assert (code, said.count("\n")) == (1, 1)
    assert "the database cannot be used" in said


def _without_url(operator: Operator) -> str:
    return "\n".join(line for line in operator.settings.read_text().splitlines() if "database_url" not in line)


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_a_check_works_while_a_server_runs(operator: Operator) -> None:
    with serving("--settings", operator.settings, "--data", operator.folder):
        assert operator.run("init", "--check") == (
            0,
            f"schema       {SCHEMA_VERSION}; this program's is {SCHEMA_VERSION}\nnothing to do\n",
        )


def test_a_server_upgrades_its_database_first_when_it_is_told_to(operator: Operator) -> None:
    agent = ("create-agent", "a@b.test", "Alex", "Gagné")
    assert operator.run(*agent)[0] == 0
    bring_to(operator, "0007")
    refused, said = operator.run("serve", "--port", "0")
    assert (refused, "run `sel-backend init`" in said) == (REFUSED, True)
    assert version_of(operator) == "0007"
    flags = ("--settings", operator.settings, "--data", operator.folder, "--migrate")
    with serving(*flags) as server:
        assert httpx.get(f"{server['operator_url']}/health/ready", trust_env=False).status_code == 200
    assert version_of(operator) == SCHEMA_VERSION
    assert operator.count(accounts) == 1
    with serving(*flags):
        pass


def test_a_server_that_may_upgrade_refuses_a_newer_database_and_makes_none(fresh: Operator) -> None:
    code, said = fresh.run("serve", "--migrate", "--port", "0")
    assert (code, "run `sel-backend init` first" in said) == (1, True)
    assert set(files_in(fresh.folder)) <= {"sel.lock"}
    fresh.run("init")
    database = opened(fresh)
    database.run_now(lambda tx: tx.execute(update(schema_version).values(version_num="0999")))
    database.close()
    code, said = fresh.run("serve", "--migrate", "--port", "0")
    assert (code, "newer than this program's" in said) == (REFUSED, True)
    assert version_of(fresh) == "0999"


def test_a_server_that_may_upgrade_refuses_other_keys_and_changes_nothing(operator: Operator) -> None:
    bring_to(operator, "0008")
    write_keys(operator.folder / "keys.json", new_keys())
    code, said = operator.run("serve", "--migrate", "--port", "0")
    assert (code, "not this database's" in said) == (REFUSED, True)
    assert version_of(operator) == "0008"


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_of_two_that_upgrade_at_once_one_does_and_the_other_finds_it_done(operator: Operator) -> None:
    bring_to(operator, "0007")
    made: list[str] = []
    first, second = opened(operator), opened(operator)
    for name, database in (("first", first), ("second", second)):
        event.listen(database.engine, "before_cursor_execute", partial(_note_tables, made, name), named=True)
    holding = first.engine.connect()
    holding.begin()
    holding.execute(select(schema_version).with_for_update())
    with ThreadPoolExecutor(2) as threads:
        upgrades = [threads.submit(migrate.upgrade, database) for database in (first, second)]
        while operator_sees_waiting(operator) < len(upgrades):
            assert not any(upgrade.done() for upgrade in upgrades)
        holding.rollback()
        for upgrade in upgrades:
            upgrade.result(60)
    holding.close()
    since = [name for name in metadata.tables if name in {"kiosks", "handoffs", "bounce_reports"} or "desk_" in name]
    assert len(made) == len(since)
    assert len(set(made)) == 1
    assert version_of(operator) == SCHEMA_VERSION
    first.close()
    second.close()


def _note_tables(made: list[str], name: str, **about: Any) -> None:
    if "CREATE TABLE" in about["statement"]:
        made.append(name)


def operator_sees_waiting(operator: Operator) -> int:
    """Return how many connections wait for a lock; a transaction would see the same number each time."""
    database = opened(operator)
    try:
        return database.run_now(_waiting_for_a_lock)
    finally:
        database.close()


def _waiting_for_a_lock(tx: Connection) -> int:
    statement = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return tx.exec_driver_sql(statement).scalar() or 0


def test_the_way_back_from_the_last_migration_and_up_again(operator: Operator) -> None:
    last = migrate.steps()[-1]
    before = migrate.steps()[-2].revision
    assert operator.run("create-agent", "a@b.test", "Alex", "Gagné")[0] == 0
    code, said = operator.run("init", "--back-to", before)
    assert (code, said) == (0, f"schema       {before} (was {last.revision}): start the version that it belongs to\n")
    assert version_of(operator) == before
    assert operator.count(accounts) == 1
    assert operator.run("serve", "--port", "0")[0] == REFUSED
    assert operator.run("init")[0] == 0
    assert operator.count(accounts) == 1


def test_the_way_back_loses_nothing_unless_told_to(operator: Operator) -> None:
    assert operator.run("kiosks", "add", "hall", "--place", "Laval")[0] == 0
    assert operator.run("create-agent", "a@b.test", "Alex", "Gagné")[0] == 0
    code, said = operator.run("init", "--back-to", "0007")
    assert (code, said) == (
        1,
        (
            "sel-backend: the schema 0007 has no place for 1 in kiosks: --lose-them says that you mean it; "
            "nothing was changed\n"
        ),
    )
    assert version_of(operator) == SCHEMA_VERSION
    assert operator.run("init", "--back-to", "0007", "--lose-them")[0] == 0
    assert version_of(operator) == "0007"
    assert operator.run("init")[0] == 0
    assert operator.run("kiosks")[1].count("hall") == 0
    assert operator.count(accounts) == 1


@pytest.mark.parametrize("wrong", [SCHEMA_VERSION, "0999", "head", "base", "0000", "-1", ""])
def test_the_way_back_leads_to_an_older_schema_alone(operator: Operator, wrong: str) -> None:
    code, said = operator.run("init", f"--back-to={wrong}")
    assert (code, said.count("\n"), "is no older schema" in said) == (1, 1, True)
    assert version_of(operator) == SCHEMA_VERSION


def test_there_is_no_way_back_from_nothing_nor_with_other_keys(fresh: Operator) -> None:
    code, said = fresh.run("init", "--back-to", "0008")
    assert (code, "run `sel-backend init` first" in said) == (1, True)
    assert set(files_in(fresh.folder)) <= {"sel.lock"}
    fresh.run("init")
    write_keys(fresh.folder / "keys.json", new_keys())
    assert fresh.run("init", "--back-to", "0008")[0] == REFUSED
    assert version_of(fresh) == SCHEMA_VERSION


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_there_is_no_way_back_while_a_server_runs(operator: Operator) -> None:
    with serving("--settings", operator.settings, "--data", operator.folder):
        code, said = operator.run("init", "--back-to", "0008")
    assert (code, "another process uses the data folder" in said) == (1, True)
