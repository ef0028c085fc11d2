"""What must be true before a database is used. One function for each thing, so that `doctor` can say each by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.clock import utc_now
from sel_backend.installation import folder as folders
from sel_backend.questions import QuestionCatalogue
from sel_backend.security.keys import CARRIED, RESTORE, Keys, KeysFileError, read_keys
from sel_backend.services.terms import TermsFile
from sel_backend.serving.errors import CannotStartError, DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage import installation
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.installation import DEMONSTRATION, PRODUCTION, Kind, State
from sel_backend.storage.reasons import why
from sel_backend.storage.tables import SCHEMA_VERSION
from sel_backend.storage.wholeness import DamagedError, check_ends

INIT: Final = "run `sel-backend init`"
_OWN_PLACE: Final = "give a demonstration a folder and a database of its own; nothing was changed here"
_NOT_A_SERVICE: Final = (
    "a service needs a folder and a database of its own; SEL_BACKEND_DEMO=true says that you mean the demonstration"
)


def wanted_kind(settings: Settings) -> Kind:
    """Return what kind of data the settings are for."""
    return DEMONSTRATION if settings.demo else PRODUCTION


def insist_on_mark(settings: Settings) -> Kind | None:
    """Return how the folder is marked, and refuse one that is marked as the other kind.

    Raises:
        DataRefusedError: it is.
    """
    folder = settings.data_folder
    found = folders.kind_of(folder)
    if not settings.demo and found == DEMONSTRATION:
        raise DataRefusedError(f"{folder} is marked as a demonstration", _NOT_A_SERVICE)
    if settings.demo and found == PRODUCTION:
        raise DataRefusedError(f"{folder} is marked as a service's", _OWN_PLACE)
    return found


def insist_on_folder(settings: Settings) -> None:
    """Refuse a folder that is marked as the other kind; a demonstration's must be marked, or new.

    Raises:
        DataRefusedError: it is not what it must be.
    """
    if insist_on_mark(settings) is None and settings.demo and not folders.is_new(settings.data_folder):
        raise DataRefusedError(f"{settings.data_folder} is not marked as a demonstration", _OWN_PLACE)


def wrong_texts(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each file of texts that cannot be used: what it holds, and why it cannot."""
    service = settings.service
    texts: tuple[tuple[str, Path | None, Callable[[], object]], ...] = (
        ("questions", service.questions_file, QuestionCatalogue(service.questions_file).check),
        ("conditions of use", service.terms_file, lambda: TermsFile(service.terms_file).current),
    )
    for name, path, read in texts:
        try:
            read()
        except OSError as error:
            yield name, f"{path} cannot be read: {error.strerror}"
        except ValueError as error:
            yield name, f"{path} cannot be used: {error}"


def insist_on_texts(settings: Settings) -> None:
    """Refuse a file of texts that cannot be used, before anybody asks for one of them.

    Raises:
        CannotStartError: there is one.
    """
    for name, problem in wrong_texts(settings):
        raise CannotStartError(f"{name}: {problem}")


def opened(settings: Settings, threads: int | None = None) -> Database:
    """Return the settings' database, not looked at yet.

    Raises:
        DatabaseAddressError: there is none at the address.
    """
    prepared = settings.database_prepared_statements
    return open_database(settings.url, threads or settings.database_connections, prepared=prepared)


def insist_on_whole(database: Database) -> None:
    """Refuse a database that is away, or damaged as far as a start can see in a moment.

    Raises:
        CannotStartError: it is.
    """
    try:
        check_ends(database)
    except DamagedError as error:
        raise CannotStartError("the database is damaged: bring it back from a backup") from error
    except SQLAlchemyError as error:
        raise CannotStartError(f"the database cannot be used: {why(error)}") from error


def insist_on_kind(state: State, settings: Settings) -> None:
    """Refuse a database that is marked as the other kind; a demonstration's must be marked, or empty.

    Raises:
        DataRefusedError: it is not what it must be.
    """
    if state.leftovers:
        raise DataRefusedError(
            "the database has tables with the names of ours, but no version",
            "bring it back from a backup, or name an empty one",
        )
    if not settings.demo and state.kind == DEMONSTRATION:
        raise DataRefusedError("the database is marked as a demonstration's", _NOT_A_SERVICE)
    if settings.demo and state.kind != DEMONSTRATION and not state.empty:
        found = "marked as a service's" if state.kind else "not marked as a demonstration's"
        raise DataRefusedError(f"the database is {found}", _OWN_PLACE)


def insist_on_known_schema(state: State) -> None:
    """Refuse a database that another version of the program, a newer one as a rule, has changed.

    Raises:
        DataRefusedError: its schema is none of this program's.
    """
    known = {f"{number:04}" for number in range(1, int(SCHEMA_VERSION) + 1)}
    if state.version is not None and state.version not in known:
        raise DataRefusedError(
            f"the database has the schema {state.version}, newer than this program's, {SCHEMA_VERSION}",
            "install the version of sel-backend that made it, or bring back a backup from before",
        )


def is_of_today(state: State) -> bool:
    """Return whether a database has the program's schema, and says whose data it holds and with which keys."""
    return state.version == SCHEMA_VERSION and state.kind is not None and bool(state.fingerprints)


def insist_on_schema(state: State) -> None:
    """Refuse a database that has not exactly the program's schema, and its mark: only `init` changes one.

    Raises:
        DataRefusedError: it is older or newer.
    """
    insist_on_known_schema(state)
    if is_of_today(state):
        return
    if state.version is None or state.version < SCHEMA_VERSION:
        raise DataRefusedError(
            f"the database has the schema {state.version}, older than this program's, {SCHEMA_VERSION}",
            f"stop the older version, make a backup, then {INIT}",
        )
    raise DataRefusedError("the database does not say whose data it holds and with which keys", INIT)


def keys_of(path: Path, state: State) -> Keys:
    """Return the keys at `path`, which are those that the database depends on.

    Raises:
        DataRefusedError: they are lost, wrong, cannot be read, or others than their owner may use them.
    """
    try:
        keys = read_keys(path)
    except KeysFileError as error:
        raise DataRefusedError(error.found, error.advice) from error
    for name, fingerprint in state.fingerprints.items():
        if not keys.has(name):
            lacking = "what was carried over from the first key" if name == CARRIED else name
            raise DataRefusedError(f"the keys at {path} lack {lacking}, which the database depends on", RESTORE)
        if keys.fingerprint(name) != fingerprint:
            raise DataRefusedError(f"the keys at {path} are not this database's", RESTORE)
    # What is carried over does not depend on the order of the keys.
    if not keys.carried and state.lasting not in (None, keys.oldest):
        raise DataRefusedError(f"the keys at {path} are not in their order, {state.lasting} comes first", RESTORE)
    return keys


def insist_on_file(settings: Settings) -> None:
    """Refuse to open a file of SQLite that is missing: opening it would make it.

    Raises:
        CannotStartError: it is.
    """
    file = folders.sqlite_file(settings)
    if file is not None and not file.exists():
        raise _not_made(settings, f"there is no database at {file}: bring it back from a backup, or {INIT} first")


def _not_made(settings: Settings, found: str) -> CannotStartError:
    """Return the refusal where nothing was made yet."""
    if settings.keys_path.exists():
        return CannotStartError(found)
    return CannotStartError(
        f"there are no keys at {settings.keys_path}: {INIT} first, or say by --settings or --data where they are"
    )


def fitting_keys(database: Database, settings: Settings) -> Keys:
    """Return the keys of a database that is what it must be; from now on it depends on the current one.

    Raises:
        CannotStartError: nothing was made yet, or the database cannot be used.
        DataRefusedError: database or keys are not what they must be.
    """
    try:
        state = database.run_now(installation.read)
        if state.empty:
            raise _not_made(settings, f"the database is empty: {INIT} first")
        insist_on_kind(state, settings)
        insist_on_schema(state)
        keys = keys_of(settings.keys_path, state)
        if keys.current not in state.fingerprints:
            now = utc_now()
            database.run_now(lambda tx: installation.record(tx, keys, [keys.current], now))
            # Another machine may have recorded a key of this name at the same moment.
            keys = keys_of(settings.keys_path, database.run_now(installation.read))
    except SQLAlchemyError as error:
        raise CannotStartError(f"the database cannot be used: {why(error)}") from error
    return keys
