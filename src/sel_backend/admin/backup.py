"""`backup`: a consistent copy of SQLite's file; requests wait while it is made. PostgreSQL has tools of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
from sel_contract.base import Request


class BackupRequest(Request):
    """Where the copy goes: the absolute path of a new file on the database's machine."""

    path: Path


async def backup(backend: Backend, request: BackupRequest) -> Result:
    """Copy the database with `VACUUM INTO`, readable by its owner alone.

    Raises:
        TaskRefusedError: not SQLite, the file exists, or it cannot be written.
    """
    core = backend.core
    if not core.database.is_sqlite:
        raise TaskRefusedError("this is for SQLite; with PostgreSQL use pg_dump or its base backups")
    target = request.path
    try:
        # VACUUM INTO accepts an empty file: created here first, so that nobody but its owner can ever read it.
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise TaskRefusedError(f"the file cannot be made: {error.strerror}") from error

    def copy(connection: Any) -> None:
        connection.execute("VACUUM INTO ?", (str(target),))

    await core.database.run_outside(copy)
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
