"""`sel-backend backup`: a consistent copy of SQLite's file; requests wait while it is made."""

from collections.abc import Sequence
from pathlib import Path

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.copies import BackupRequest
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Copy; return 0, or 1 when it cannot be done."""
    parser = command("backup", "Copy SQLite's file; the keys are not in it.")
    parser.add_argument("file", type=Path, help="a file that does not exist")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _copy(settings, chosen.file))


def _copy(settings: Settings, file: Path) -> int:
    told = perform(settings, "backup", BackupRequest(path=file.absolute()))
    say(f"{told['file']}  {told['bytes']:,} bytes; back up {settings.keys_path} as well, somewhere else")
    return DONE
