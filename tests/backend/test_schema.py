"""The schema: made at once or by migrations, it is the same; data survives."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from sel_backend.backend import build
from sel_backend.demo.seed import seed
from sel_backend.storage import migrate, schema
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.tables import SCHEMA_VERSION, accounts, facts, metadata
from sel_backend.storage.wholeness import check_whole
from tests.backend.world import KEYS, Clock, demo_settings


def differences(database: Database) -> list[object]:
    def work(tx: Connection) -> list[object]:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        return [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]

    return database.run_now(work)


def table_names(database: Database) -> set[str]:
    return database.run_now(lambda tx: set(inspect(tx).get_table_names()))


def described(database: Database) -> dict[str, object]:
    """Return all that a database says of its tables, their keys and indexes in one order."""

    def work(tx: Connection) -> dict[str, object]:
        inspector = inspect(tx)
        said: dict[str, object] = {}
        for table in inspector.get_table_names():
            for column in inspector.get_columns(table):
                kind = (str(column["type"]), column["nullable"], column["default"])
                said[f"{table}.{column['name']}"] = kind
            said[f"{table} key"] = inspector.get_pk_constraint(table)["constrained_columns"]
            said[f"{table} others"] = sorted(
                (one["constrained_columns"], one["referred_table"], one["referred_columns"], one.get("options"))
                for one in inspector.get_foreign_keys(table)
            )
            said[f"{table} unique"] = sorted(one["column_names"] for one in inspector.get_unique_constraints(table))
            said[f"{table} indexes"] = sorted(
                (
                    str(one["name"]),
                    one["column_names"],
                    bool(one["unique"]),
                    [str(option) for option in (one.get("dialect_options") or {}).values()],
                )
                for one in inspector.get_indexes(table)
            )
        return said

    return database.run_now(work)


def test_a_database_says_the_same_of_tables_that_migrations_led_to_and_of_those_made_at_once(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database)
    migrated = described(database)
    schema.drop(database)
    assert table_names(database) == set()
    schema.prepare(database)
    assert described(database) == migrated
    assert len(migrated) > 200
    database.close()


def test_migrations_lead_to_exactly_the_tables_of_the_code(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database)
    assert schema.version(database) == SCHEMA_VERSION
    assert differences(database) == []
    database.close()


def test_tables_made_at_once_are_the_same_and_need_no_migration(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    schema.prepare(database)
    assert (
        schema.version(database) == SCHEMA_VERSION == ScriptDirectory.from_config(migrate._config()).get_current_head()
    )
    assert differences(database) == []
    database.close()


def test_every_migration_goes_up_and_down_with_data(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    script = ScriptDirectory.from_config(migrate._config())
    revisions = [revision.revision for revision in script.walk_revisions()][::-1]
    for _ in range(2):
        for revision in revisions:
            migrate.upgrade(database, revision)
        backend = build(demo_settings(), clock=Clock(), database=database, keys=KEYS)
        seed(backend)
        assert database.run_now(lambda tx: tx.execute(accounts.select()).first()) is not None
        for revision in [*revisions[:-1][::-1], "base"]:
            migrate.downgrade(database, revision)
        assert table_names(database) <= {"alembic_version"}
        backend.core.hasher.close()
    database.close()


def test_dropping_a_column_and_adding_it_again_keeps_every_row(empty_url: str) -> None:
    def shown(tx: Connection) -> set[tuple[object, ...]]:
        return {tuple(row) for row in tx.execute(facts.select())}

    database = open_database(empty_url, 2)
    migrate.upgrade(database)
    backend = build(demo_settings(), clock=Clock(), database=database, keys=KEYS)
    seed(backend)
    before = database.run_now(shown)
    migrate.downgrade(database, "0005")
    of_0005 = database.run_now(lambda tx: set(tx.exec_driver_sql("SELECT normaliser FROM facts").scalars()))
    migrate.upgrade(database)
    assert of_0005 == {1}
    assert before
    assert database.run_now(shown) == before
    assert differences(database) == []
    backend.core.hasher.close()
    database.close()


def test_an_older_schema_is_brought_up_at_the_start(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database, "0001")
    schema.prepare(database)
    assert schema.version(database) == SCHEMA_VERSION
    database.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
def test_sqlite_is_set_up_so_that_nothing_acknowledged_is_lost(database_url: str) -> None:
    database = open_database(database_url)

    def pragma(name: str) -> object:
        return database.run_now(lambda tx: tx.exec_driver_sql(f"PRAGMA {name}").scalar())

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("trusted_schema") == 0
    check_whole(database)
    database.close()


def test_two_machines_that_start_at_once_on_an_empty_database_both_find_it_made(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    schema.prepare(database)
    found = schema.version(database)
    with pytest.raises(DBAPIError):
        schema.create(database)
    assert schema.version(database) == found
    schema.prepare(database)
    database.close()
