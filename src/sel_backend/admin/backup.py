"""`backup`: a consistent copy of SQLite's file, made beside the requests. PostgreSQL has tools of its own."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sel_backend.admin.base import (
    DONE,
    Result,
    Task,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.backend import Backend
from sel_backend.settings import Settings
from sel_backend.storage import audit
from sel_backend.storage.copying import ClosingError, copy_file
from sel_backend.storage.wholeness import DamagedError
from sel_contract.base import Request


class BackupRequest(Request):
    """Where the copy goes: the absolute path of a new file on the database's machine."""

    path: Path


async def backup(backend: Backend, request: BackupRequest) -> Result:
    """Copy the database, readable by its owner alone, and check every page of the copy.

    Raises:
        TaskRefusedError: not SQLite, the file exists, or it cannot be written, or the database is damaged.
    """
    core = backend.core
    if not core.database.is_sqlite:
        raise TaskRefusedError("this is for SQLite; with PostgreSQL use pg_dump or its base backups")
    target = request.path
    try:
        await core.database.beside(lambda: copy_file(core.database, target))
    except OSError as error:
        raise TaskRefusedError(f"the file cannot be made: {error.strerror}") from error
    except sqlite3.Error as error:
        raise TaskRefusedError(f"the copy cannot be made: {error}") from error
    except DamagedError as error:
        raise TaskRefusedError(
            "the database is damaged, no copy was kept: stop the server and bring back an earlier backup"
        ) from error
    except ClosingError as error:
        raise TaskRefusedError("the server stops: no copy was made") from error
    now = core.clock()
    await core.database.run(lambda tx: audit.record(tx, now, audit.OPERATOR, "backup"))
    return {"file": str(target), "bytes": target.stat().st_size}


BACKUP = Task("backup", BackupRequest, backup)


def main(arguments: Sequence[str]) -> int:
    """Copy the database; return 0, or 1 when it cannot be copied."""
    parser = argument_parser("backup", "Copy SQLite's file; the keys are not in it.")
    parser.add_argument("file", type=Path, help="a file that does not exist")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _copy(settings, chosen.file))


def _copy(settings: Settings, file: Path) -> int:
    result = perform(settings, BACKUP, BackupRequest(path=file.absolute()))
    write_line(f"{result['file']}  {result['bytes']:,} bytes; back up {settings.keys_path} as well, somewhere else")
    return DONE
