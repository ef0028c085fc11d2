"""`sel-backend init`: make the data folder, the keys and the schema; bring an older schema up to date."""

from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.commands.office import DONE, command, run, say
from sel_backend.operations.task import TaskRefusedError
from sel_backend.security.keys import keys_at
from sel_backend.serving.lock import alone_in
from sel_backend.settings import Settings
from sel_backend.storage import schema
from sel_backend.storage.database import open_database


def main(arguments: Sequence[str]) -> int:
    """Make what is missing; return 0, or 1 when the folder or the database cannot be used."""
    chosen = command("init", "Make the data folder, the keys and the schema.").parse_args(arguments)
    return run(chosen, _make)


def _make(settings: Settings) -> int:
    try:
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not settings.keys_path.exists()
        keys_at(settings.keys_path)
    except (OSError, ValueError) as error:
        raise TaskRefusedError(f"the data folder or the keys cannot be used: {error}") from error
    say(f"data folder  {settings.data_folder.resolve()}")
    say(f"keys         {settings.keys_path} ({'made: back them up apart from the database' if is_new else 'kept'})")
    with ExitStack() as stack:
        if settings.url.startswith("sqlite"):
            stack.enter_context(alone_in(settings.data_folder))
        database = open_database(settings.url)
        stack.callback(database.close)
        try:
            before = schema.version(database)
            schema.prepare(database)
        except SQLAlchemyError as error:
            raise TaskRefusedError(f"the database cannot be used: {type(error).__name__}") from error
        say(f"schema       {schema.version(database)} (was {before or 'none'})")
    return DONE
