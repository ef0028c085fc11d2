"""The demonstration makes, upgrades and throws away its own data, and touches nothing else."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.clock import utc_now
from sel_backend.installation import checks, making
from sel_backend.installation import folder as folders
from sel_backend.security.keys import Keys
from sel_backend.serving.errors import CannotStartError, DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage import installation, schema
from sel_backend.storage.database import Database
from sel_backend.storage.installation import DEMONSTRATION
from sel_backend.storage.reasons import why


def open_demonstration(settings: Settings, *, fresh: bool) -> tuple[Database, Keys]:
    """Return the demonstration's database, made when there is none, and its keys; whoever calls holds the lock.

    Args:
        settings: a demonstration's.
        fresh: throw away what is there first, if it is marked as a demonstration's.

    Raises:
        CannotStartError: folder or database cannot be used.
        DataRefusedError: folder or database are not marked as a demonstration's, or do not fit together.
    """
    checks.insist_on_folder(settings)
    file = folders.sqlite_file(settings)
    try:
        if file is None or file.exists():
            with closing(checks.opened(settings)) as database:
                checks.insist_on_whole(database)
                checks.insist_on_kind(database.run_now(installation.read), settings)
                if fresh and file is None:
                    schema.drop(database)
        if fresh:
            _remove_files(settings, file)
        # First of all: a start that is killed in the middle must leave a folder that is known for what it is.
        folders.mark(settings.data_folder, DEMONSTRATION)
        database = checks.opened(settings)
        try:
            return database, making.make(database, settings, utc_now()).keys
        except BaseException:
            database.close()
            raise
    except DataRefusedError as error:
        if folders.kind_of(settings.data_folder) != DEMONSTRATION or fresh:
            raise
        raise DataRefusedError(error.found, f"{error.advice}; --fresh begins again") from error
    except SQLAlchemyError as error:
        raise CannotStartError(f"the database cannot be used: {why(error)}") from error
    except OSError as error:
        raise CannotStartError(f"the data folder cannot be used: {error.strerror}") from error


def _remove_files(settings: Settings, file: Path | None) -> None:
    """Remove the files of a demonstration, each by its full name; the keys last, on which the database depends."""
    folder = settings.data_folder
    beside = [file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm", "-journal", "")] if file else []
    keys = [settings.keys_path] if settings.keys_path.parent == folder else []
    for path in (*beside, folder / folders.LOG_NAME, *keys):
        path.unlink(missing_ok=True)
