"""`init`: make the data folder, the keys and the schema; bring an older schema up to date, or say what that does."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.admin.base import DONE, TaskRefusedError, argument_parser, run_command, write_line
from sel_backend.clock import utc_now
from sel_backend.installation import checks, making
from sel_backend.installation import folder as folders
from sel_backend.serving.lock import alone_in
from sel_backend.settings import Settings
from sel_backend.storage.reasons import why
from sel_backend.storage.tables import SCHEMA_VERSION

WOULD_CHANGE: Final = 3


def main(arguments: Sequence[str]) -> int:
    """Make what is missing, or say what that would be.

    Returns:
        0, 1 when it cannot be made, 3 when `--check` found something to do, 78 when what is there does not fit.
    """
    parser = argument_parser("init", "Make the data folder, the keys and the schema, or upgrade the schema.")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="say what would be done, and change nothing")
    does.add_argument("--back-to", metavar="REVISION", help="bring the schema back to an older one")
    parser.add_argument("--lose-them", action="store_true", help="with --back-to: what has no place there may be lost")
    chosen = parser.parse_args(arguments)
    if chosen.back_to is not None:
        return run_command(chosen, lambda settings: _go_back(settings, chosen.back_to, lose=chosen.lose_them))
    return run_command(chosen, _check if chosen.check else _make)


def _make(settings: Settings) -> int:
    # Checked before anything is written; where there are keys already, the database decides what else must fit.
    (checks.insist_on_mark if settings.keys_path.exists() else checks.insist_on_folder)(settings)
    folders.make(settings.data_folder)
    with ExitStack() as stack:
        stack.enter_context(alone_in(settings.data_folder))
        database = checks.opened(settings)
        stack.callback(database.close)
        try:
            made = making.make(database, settings, utc_now())
        except SQLAlchemyError as error:
            raise TaskRefusedError(f"the database cannot be used: {why(error)}") from error
    write_line(f"data folder  {settings.data_folder.resolve()} ({checks.wanted_kind(settings)})")
    kept = "made: back them up apart from the database" if made.new_keys else "kept"
    write_line(f"keys         {settings.keys_path} ({kept})")
    write_line(f"schema       {SCHEMA_VERSION} (was {made.before or 'none'})")
    return DONE


def _check(settings: Settings) -> int:
    from sel_backend.installation.upgrading import plan

    try:
        found = plan(settings)
    except SQLAlchemyError as error:
        raise TaskRefusedError(f"the database cannot be used: {why(error)}") from error
    write_line(f"schema       {found.version or 'none'}; this program's is {SCHEMA_VERSION}")
    if found.version is None:
        write_line("to do        make the data folder, the keys and the schema where they are missing")
        return WOULD_CHANGE
    for step in found.steps:
        write_line(f"{step.revision:<12} {step.subject}")
        beside = "the version before can run beside it" if step.beside else "stop every older version first"
        write_line(f"{'':<12} {beside}: {step.why}")
    if found.records:
        write_line("to do        record whose data these are, and with which keys")
    if not found.changes:
        write_line("nothing to do")
    return WOULD_CHANGE if found.changes else DONE


def _go_back(settings: Settings, revision: str, *, lose: bool) -> int:
    from sel_backend.installation.upgrading import WouldLoseError, go_back

    checks.insist_on_mark(settings)
    checks.insist_on_file(settings)
    with ExitStack() as stack:
        stack.enter_context(alone_in(settings.data_folder))
        database = checks.opened(settings)
        stack.callback(database.close)
        try:
            before = go_back(database, settings, revision, lose=lose)
        except WouldLoseError as error:
            raise TaskRefusedError(f"{error}: --lose-them says that you mean it; nothing was changed") from error
        except SQLAlchemyError as error:
            raise TaskRefusedError(f"the database cannot be used: {why(error)}") from error
    write_line(f"schema       {revision} (was {before}): start the version that it belongs to")
    return DONE
