"""Whether a database is whole: what a start can see in a moment, and what reads every page.

A start looks at what breaks when a copy was cut short or the wrong file was put there; it reads a few pages of each
table, however many rows there are. Damage in the middle is found by `doctor` and by every `backup`, which read all.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sel_backend.storage.database import Database

_ALL: Final = "PRAGMA quick_check(1)"


class DamagedError(Exception):
    """The database is not whole."""


def check_ends(database: Database) -> None:
    """Do nothing where SQLite's file has its length and each table can be read at both ends, or a server answers.

    Raises:
        SQLAlchemyError: it cannot be reached or read.
        DamagedError: it is not whole.
    """
    with _told_apart():
        if database.is_sqlite:
            _insist_on_length(database)
        database.run_now(_read_ends if database.is_sqlite else _ask)


def check_whole(database: Database) -> None:
    """Do nothing where SQLite finds its file whole, every page of it read, or a server database answers.

    Raises:
        SQLAlchemyError: it cannot be reached or read.
        DamagedError: it is not whole.
    """
    if not database.is_sqlite:
        database.run_now(_ask)
        return
    with _told_apart():
        if database.run_now(lambda tx: tx.exec_driver_sql(_ALL).scalar()) != "ok":
            raise DamagedError


def check_copy(path: Path) -> None:
    """Do nothing where SQLite finds the file at `path`, which nobody uses, whole.

    Raises:
        sqlite3.OperationalError: it cannot be read.
        DamagedError: it is not whole.
    """
    with _told_apart(), closing(sqlite3.connect(path)) as copy:
        if copy.execute(_ALL).fetchone() != ("ok",):
            raise DamagedError


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        # Its own kinds of this failure say other things: locked, full, not to be opened.
        if type(getattr(error, "orig", error)) is sqlite3.DatabaseError:
            raise DamagedError from error
        raise


def _ask(tx: Connection) -> None:
    tx.exec_driver_sql("SELECT 'ok'")


def _insist_on_length(database: Database) -> None:
    """Refuse a file that was cut short: while its log holds anything, SQLite itself compares with the log alone."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        busy, logged, copied = driver.execute("PRAGMA wal_checkpoint").fetchone()
        if busy or logged != copied:
            # Somebody reads it just now, so not all of the log is in the file.
            return
        (pages,), (size,) = (driver.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    if database.path.stat().st_size < pages * size:
        raise DamagedError


def _read_ends(tx: Connection) -> None:
    tables = tx.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").scalars().all()
    for table in tables:
        for end in ("ASC", "DESC"):
            tx.exec_driver_sql(f'SELECT * FROM "{table}" ORDER BY rowid {end} LIMIT 1').first()  # noqa: S608 - its own names
