"""Migrations by Alembic, run from the package: no configuration file, no shell. Imported only when they are needed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, func, inspect, select, table

from sel_backend.storage.database import Database
from sel_backend.storage.tables import schema_version


@dataclass(frozen=True)
class Step:
    """One migration.

    Attributes:
        revision: the schema's version after it.
        subject: what it does, in a line.
        beside: whether the version of the program before it can go on working on the new schema.
        why: that is so.
        lost: tables, and columns as `table.column`, whose contents the way back loses.
    """

    revision: str
    subject: str
    beside: bool
    why: str
    lost: tuple[str, ...]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def steps(after: str | None = None, until: str = "head") -> list[Step]:
    """Return the migrations after a revision (None: from the first) until another one, the oldest first."""
    scripts = list(ScriptDirectory.from_config(_config()).iterate_revisions(until, after or "base"))[::-1]
    return [
        Step(
            one.revision,
            (one.module.__doc__ or "").partition("\n")[0].rstrip("."),
            one.module.BESIDE_THE_OLD_VERSION,
            one.module.WHY,
            one.module.LOST_ON_THE_WAY_BACK,
        )
        for one in scripts
    ]


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision, in one transaction; who starts at the same moment waits, and finds it done."""
    _run(database, revision, up=True)


def downgrade(database: Database, revision: str, first: Callable[[Connection], None] = lambda _tx: None) -> None:
    """Bring the schema down to a revision (`base`: no tables).

    Args:
        database: whose schema.
        revision: an older one.
        first: called in the same transaction before anything is changed; what it raises leaves all as it was.
    """
    _run(database, revision, up=False, first=first)


def losses(tx: Connection, revision: str) -> dict[str, int]:
    """Return how many rows, or values of a column, the way back to a revision loses: by table or `table.column`."""
    counted = {}
    for name in (name for step in steps(revision, tx.scalar(select(schema_version)) or "") for name in step.lost):
        owner, _, of_column = name.partition(".")
        what = func.count(column(of_column)) if of_column else func.count()
        counted[name] = tx.scalar(select(what).select_from(table(owner))) or 0
    return {name: number for name, number in counted.items() if number}


def _run(
    database: Database, revision: str, *, up: bool, first: Callable[[Connection], None] = lambda _tx: None
) -> None:
    config = _config()
    with _without_foreign_keys(database), database.engine.begin() as connection:
        if inspect(connection).has_table(schema_version.name):
            # On SQLite the transaction itself is the lock.
            connection.execute(select(schema_version).with_for_update())
        first(connection)
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[None]:
    """Keep SQLite from deleting rows while a migration copies a table; the switch works outside a transaction only."""
    if not database.is_sqlite:
        yield
        return
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA foreign_keys=OFF")
        yield
    finally:
        connection.cursor().execute("PRAGMA foreign_keys=ON")
        connection.close()
