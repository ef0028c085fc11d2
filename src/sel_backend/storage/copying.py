"""A consistent copy of SQLite's file while it is written to.

A connection that only reads holds one moment of the write-ahead log from the first page to the last: the writer goes on
and waits for nothing, what it writes meanwhile is not in the copy, and the log cannot begin anew until then.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from sel_backend.storage.database import Database
from sel_backend.storage.wholeness import check_copy

# Written to the disk one by one: all at once in the end would keep every commit waiting for as long.
_STEP_PAGES: Final = 1024
_DRAFT: Final = ".part"


class ClosingError(Exception):
    """The database is being closed: the copy was given up."""


def copy_file(database: Database, target: Path, on_step: Callable[[int, int], None] = lambda _left, _all: None) -> None:
    """Copy SQLite's file, have every page of the copy checked, and only then give it its name.

    Call it by `Database.beside`. What a killed copy left under the name with `.part` is written over.

    Args:
        database: on SQLite, in use or not.
        target: a file that does not exist; it will be its owner's alone.
        on_step: called between steps with the number of pages that are left, and of all.

    Raises:
        FileExistsError: it does.
        OSError: it cannot be written.
        sqlite3.Error: the database cannot be read, or the copy not be written.
        DamagedError: the copy, and so the database, is not whole.
        ClosingError: the database is being closed.
    """
    if target.exists():
        raise FileExistsError(None, "File exists", str(target))
    draft = target.with_name(f"{target.name}{_DRAFT}")
    file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            closing(sqlite3.connect(f"{database.path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(draft, isolation_level=None)) as copy,
        ):
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            # Nobody needs a half-made copy: no journal for it, and this function flushes what matters.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            source.backup(copy, pages=_STEP_PAGES, progress=_between_steps(file, database, on_step), sleep=0)
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            # One file, with no log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        check_copy(draft)
        os.fsync(file)
        draft.rename(target)
        _flush_folder(target.parent)
    except BaseException:
        for end in ("", "-journal", "-wal", "-shm"):
            draft.with_name(f"{draft.name}{end}").unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _between_steps(file: int, database: Database, on_step: Callable[[int, int], None]) -> Callable[..., None]:
    def step(_status: int, left: int, every: int) -> None:
        os.fdatasync(file)
        if database.closing.is_set():
            raise ClosingError
        on_step(left, every)

    return step


def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
