"""`sel-backend purge`: delete what has served its time (settings: `retention`). Made for a nightly timer."""

from collections.abc import Sequence

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.purge import Purging
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Purge; return 0, or 1 when the database cannot be reached."""
    parser = command("purge", "Delete what has served its time; the settings' retention says when.")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _purge(settings, dry_run=chosen.dry_run))


def _purge(settings: Settings, *, dry_run: bool) -> int:
    for table, rows in perform(settings, "purge", Purging(dry_run=dry_run)).items():
        say(f"{table:<18} {rows:>10} {'may go' if dry_run else 'deleted'}")
    return DONE
