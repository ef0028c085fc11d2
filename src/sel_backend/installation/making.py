"""Making and upgrading what a service needs: `init`, and what the demonstration does for itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from sel_backend.demo.desk_files import DESK_FILES
from sel_backend.demo.files import DEMO_FILES
from sel_backend.installation import checks
from sel_backend.installation import folder as folders
from sel_backend.security.keys import RESTORE, Keys, new_keys, write_keys
from sel_backend.serving.errors import CannotStartError, DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage import installation, schema
from sel_backend.storage.database import Database
from sel_backend.storage.installation import State
from sel_backend.storage.tables import files, outbox

_UNKNOWN: Final = "mark it only if it is: its client files are not the demonstration's"


@dataclass(frozen=True)
class Made:
    """What was there and what was made.

    Attributes:
        keys: the database's own.
        new_keys: they were made now.
        before: the schema's version that was found.
    """

    keys: Keys
    new_keys: bool
    before: str | None


def make(database: Database, settings: Settings, now: datetime) -> Made:
    """Make what is missing and upgrade what is older; keys are made for an empty database only.

    Whoever calls holds the data folder's lock.

    Raises:
        CannotStartError: folder or keys cannot be written.
        DataRefusedError: what is there does not fit together; nothing was changed.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be used.
    """
    state = database.run_now(installation.read)
    # A database that is a demonstration's speaks for a folder that was made before marks.
    (checks.insist_on_folder if state.empty else checks.insist_on_mark)(settings)
    kind = checks.wanted_kind(settings)
    unmarked_demonstration = settings.demo and not state.empty and state.kind is None
    if unmarked_demonstration:
        _insist_on_the_demonstrations_files(database, state)
    else:
        checks.insist_on_kind(state, settings)
    checks.insist_on_known_schema(state)
    makes_keys = state.empty and not settings.keys_path.exists()
    if not makes_keys:
        keys = checks.keys_of(settings.keys_path, state)
        needed = {keys.oldest, keys.current}
        if not state.empty and not state.fingerprints:
            needed |= database.run_now(lambda tx: _needed(tx, keys))
    try:
        folders.mark(settings.data_folder, kind)
        if makes_keys:
            keys = new_keys()
            needed = {keys.current}
            write_keys(settings.keys_path, keys)
    except OSError as error:
        raise CannotStartError(f"the data folder or the keys cannot be written: {error.strerror}") from error

    def say(tx: Connection) -> None:
        installation.mark(tx, kind, now)
        installation.record(tx, keys, needed, now)

    schema.prepare(database, say)
    if state.version is not None:
        database.run_now(say)
    # Another machine may have made it at the same moment, with keys of its own.
    after = database.run_now(installation.read)
    checks.insist_on_kind(after, settings)
    checks.insist_on_schema(after)
    return Made(checks.keys_of(settings.keys_path, after), makes_keys, state.version)


def upgrade(database: Database, settings: Settings, now: datetime) -> None:
    """Upgrade what is older, and nothing else: where nothing was made yet, nothing is made.

    Whoever calls holds the data folder's lock; of several that do so on one server's database, one upgrades it.

    Raises:
        CannotStartError: the folder cannot be written.
        DataRefusedError: what is there does not fit together; nothing was changed.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be used.
    """
    state = database.run_now(installation.read)
    if not state.empty and not checks.is_of_today(state):
        make(database, settings, now)


def _needed(tx: Connection, keys: Keys) -> set[str]:
    """Return the keys that rows from before fingerprints need.

    Raises:
        DataRefusedError: these keys cannot be those that the database was used with.
    """
    needed = {name for name, rows in installation.rows_by_key(tx, keys.material).items() if rows}
    if missing := needed - set(keys.material):
        raise DataRefusedError(f"the keys lack {', '.join(sorted(missing))}, which rows need", RESTORE)
    sealed = tx.scalar(select(outbox.c.sealed).where(outbox.c.sealed.is_not(None)).limit(1))
    if sealed is not None and not keys.opens(sealed):
        raise DataRefusedError("the keys do not open the mails that wait in the database", RESTORE)
    return needed


def _insist_on_the_demonstrations_files(database: Database, state: State) -> None:
    """Refuse to mark as a demonstration what was made before marks, unless it holds the demonstration's files alone."""
    ours = {record.identifier for record in DEMO_FILES}
    for_desk = {record.identifier for record in DESK_FILES}  # of which an earlier version had none
    some = select(files.c.identifier).limit(len(ours | for_desk) + 1)
    found = set(database.run_now(lambda tx: tx.scalars(some).all()))
    if state.leftovers or not ours <= found <= ours | for_desk:
        raise DataRefusedError("the database is not marked as a demonstration's", _UNKNOWN)
