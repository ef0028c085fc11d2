"""Each migration says whether the version before it can run beside it and what its way back loses; both are tried."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, MetaData, select
from sqlalchemy.exc import DBAPIError

from sel_backend.storage import migrate
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.migrate import Step

STEPS = migrate.steps()
PAIRS = [pytest.param(before, step, id=step.revision) for before, step in pairwise(STEPS)]
NOT_OURS = {"alembic_version"}
APPEND_ONLY = {"audit"}


def as_it_is(database: Database) -> MetaData:
    """Return the tables of a database as it says them: what a version of the program writes and reads."""
    found = MetaData()
    database.run_now(found.reflect)
    return found


def row_of(tables: MetaData, name: str, mark: str) -> dict[str, Any]:
    """Return a row with a value in every column; two marks make two rows that stand side by side."""
    row: dict[str, Any] = {}
    for column in tables.tables[name].columns:
        of_other = next(iter(column.foreign_keys), None)
        kind: Any = column.type
        if of_other:
            row[column.name] = row_of(tables, of_other.column.table.name, mark)[of_other.column.name]
        elif isinstance(kind, Boolean):
            row[column.name] = True
        elif isinstance(kind, Integer | BigInteger):
            row[column.name] = ord(mark)
        elif isinstance(kind, LargeBinary):
            row[column.name] = mark.encode()
        else:
            row[column.name] = f"{mark}{column.name}"[: kind.length or 100]
    return row


def fill(tx: Connection, tables: MetaData, mark: str) -> None:
    for table in tables.sorted_tables:
        if table.name not in NOT_OURS:
            tx.execute(table.insert().values(**row_of(tables, table.name, mark)))


def use(tx: Connection, tables: MetaData) -> None:
    """Do what a version of the program does with its tables: insert, read and change every column, delete."""
    fill(tx, tables, "b")
    for table in reversed(tables.sorted_tables):
        if table.name in NOT_OURS:
            continue
        row = row_of(tables, table.name, "b")
        mine = [column == row[column.name] for column in table.primary_key.columns]
        assert dict(tx.execute(select(table).where(*mine)).one()._mapping) == row
        if table.name not in APPEND_ONLY:
            tx.execute(table.update().where(*mine).values(**row))
            tx.execute(table.delete().where(*mine))


def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    tables = as_it_is(database)
    ours = [table for table in tables.sorted_tables if table.name not in NOT_OURS]

    def work(tx: Connection) -> dict[str, list[dict[str, Any]]]:
        return {table.name: [dict(row._mapping) for row in tx.execute(select(table))] for table in ours}

    return database.run_now(work)


def test_every_migration_declares_itself() -> None:
    assert [step.revision for step in STEPS] == [f"{number:04}" for number in range(1, len(STEPS) + 1)]
    for step in STEPS:
        assert isinstance(step.beside, bool)
        assert isinstance(step.lost, tuple)
        assert step.subject
        assert step.why
        assert not step.why.endswith(".")


@pytest.mark.parametrize(("before", "step"), PAIRS)
def test_the_version_before_works_on_the_new_schema_where_the_migration_says_so(
    empty_url: str, before: Step, step: Step
) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database, before.revision)
    old = as_it_is(database)
    database.run_now(lambda tx: fill(tx, old, "a"))
    migrate.upgrade(database, step.revision)
    if step.beside:
        database.run_now(lambda tx: use(tx, old))
    else:
        with pytest.raises(DBAPIError):
            database.run_now(lambda tx: use(tx, old))
    database.close()


@pytest.mark.parametrize(("before", "step"), PAIRS)
def test_the_way_back_keeps_every_row_and_value_but_those_that_the_migration_names(
    empty_url: str, before: Step, step: Step
) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database, step.revision)
    new = as_it_is(database)
    database.run_now(lambda tx: fill(tx, new, "a"))
    had = contents(database)
    counted = database.run_now(lambda tx: migrate.losses(tx, before.revision))
    assert counted == dict.fromkeys(step.lost, 1)
    migrate.downgrade(database, before.revision)
    has = contents(database)
    for table, rows in had.items():
        if table in step.lost:
            assert not has.get(table)
            continue
        kept = [{name: row[name] for name in row if f"{table}.{name}" not in step.lost} for row in rows]
        assert [{name: row[name] for name in kept[0]} for row in has[table]] == kept
    assert database.run_now(lambda tx: migrate.losses(tx, before.revision)) == {}
    database.close()
