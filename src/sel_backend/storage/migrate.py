"""Migrations by Alembic, run from the package: no configuration file, no shell. Imported only when they are needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config

from sel_backend.storage.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision, in one transaction where the database can."""
    _run(database, revision, up=True)


def downgrade(database: Database, revision: str) -> None:
    """Bring the schema down to a revision (`base`: no tables)."""
    _run(database, revision, up=False)


def _run(database: Database, revision: str, *, up: bool) -> None:
    config = _config()
    with _without_foreign_keys(database), database.engine.begin() as connection:
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
