"""The schema's version: made at once on an empty database, moved by migrations otherwise."""

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy import insert as plain_insert
from sqlalchemy.exc import DBAPIError

from sel_backend.storage import desk_tables, operator_tables
from sel_backend.storage.database import Database
from sel_backend.storage.tables import SCHEMA_VERSION, metadata, schema_version

# Their tables belong to the same metadata: whoever makes the schema must have loaded them.
ALL_TABLES = metadata
assert operator_tables.audit.metadata is desk_tables.desk_sessions.metadata is ALL_TABLES

Work = Callable[[Connection], None]


def version(database: Database) -> str | None:
    """Return the schema's version, or None where there is no schema."""

    def work(tx: Connection) -> str | None:
        if not inspect(tx).has_table(schema_version.name):
            return None
        return tx.scalar(select(schema_version.c.version_num))

    return database.run_now(work)


def create(database: Database, also: Work | None = None) -> None:
    """Make every table in an empty database, note the version, and do what else belongs to it, in one transaction."""

    def work(tx: Connection) -> None:
        metadata.create_all(tx)
        tx.execute(plain_insert(schema_version).values(version_num=SCHEMA_VERSION))
        if also:
            also(tx)

    database.run_now(work)


def drop(database: Database) -> None:
    """Drop every table of ours, and nothing else, in one transaction."""

    def work(tx: Connection) -> None:
        metadata.drop_all(tx)
        if not database.is_sqlite:
            tx.execute(text("DROP FUNCTION IF EXISTS audit_is_append_only()"))

    database.run_now(work)


def prepare(database: Database, also: Work | None = None) -> None:
    """Bring the database to today's schema: made anew when empty, else by migrations (whose tool loads only then).

    Args:
        database: an empty one, or one that is not newer than this program.
        also: done in the transaction that makes an empty one.
    """
    found = version(database)
    if found is None:
        try:
            create(database, also)
        except DBAPIError:
            # Another machine made it at the same moment.
            if version(database) is None:
                raise
    elif found != SCHEMA_VERSION:
        from sel_backend.storage.migrate import upgrade

        upgrade(database)
