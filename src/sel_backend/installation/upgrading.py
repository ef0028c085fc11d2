"""What an upgrade would do, looked at without changing anything, and the way back from one."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from sel_backend.installation import checks
from sel_backend.installation import folder as folders
from sel_backend.serving.errors import CannotStartError
from sel_backend.settings import Settings
from sel_backend.storage import installation
from sel_backend.storage.database import Database
from sel_backend.storage.installation import State
from sel_backend.storage.migrate import Step, downgrade, losses, steps
from sel_backend.storage.tables import SCHEMA_VERSION


@dataclass(frozen=True)
class Plan:
    """What `init` would do.

    Attributes:
        version: the database's schema; None: there is none, `init` makes everything.
        steps: the migrations that it would run.
        records: it would record whose data these are and with which keys.
    """

    version: str | None
    steps: list[Step]
    records: bool

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        return self.version is None or bool(self.steps) or self.records


def plan(settings: Settings) -> Plan:
    """Return what `init` would do; a server may be running meanwhile.

    Raises:
        CannotStartError: the folder cannot be used.
        DataRefusedError: what is there does not fit together, so that `init` would refuse too.
        DatabaseAddressError: there is no database at the address.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be used.
    """
    (checks.insist_on_mark if settings.keys_path.exists() else checks.insist_on_folder)(settings)
    state = _state(settings)
    if state.empty:
        return Plan(None, steps(), records=True)
    if not settings.demo or state.kind is not None:
        checks.insist_on_kind(state, settings)
    checks.insist_on_known_schema(state)
    checks.keys_of(settings.keys_path, state)
    records = state.kind is None or not state.fingerprints
    found = state.version or ""
    return Plan(found, steps(found) if found < SCHEMA_VERSION else [], records)


class WouldLoseError(Exception):
    """The older schema has no place for some rows or values; the message says how many, and where they are."""


def go_back(database: Database, settings: Settings, revision: str, *, lose: bool) -> str:
    """Bring the schema back to an older one, in one transaction; return the one that it was.

    Args:
        database: whose servers are stopped.
        settings: the service's.
        revision: the older one.
        lose: rows and values that have no place there may go.

    Raises:
        CannotStartError: nothing was made yet, or this is no older schema.
        DataRefusedError: the database is none of this program's, or the keys are not its own.
        WouldLoseError: there are such rows, and they may not go.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be used.
    """
    state = database.run_now(installation.read)
    if state.empty or state.version is None:
        raise CannotStartError(f"the database is empty: {checks.INIT} first")
    checks.insist_on_kind(state, settings)
    checks.insist_on_known_schema(state)
    checks.keys_of(settings.keys_path, state)
    older = [step.revision for step in steps(None, state.version)][:-1]
    if revision not in older:
        raise CannotStartError(f"{revision} is no older schema: there are {', '.join(older) or 'none'}")

    def insist_on_losing_nothing(tx: Connection) -> None:
        if not lose and (lost := losses(tx, revision)):
            told = ", ".join(f"{number} in {name}" for name, number in lost.items())
            raise WouldLoseError(f"the schema {revision} has no place for {told}")

    downgrade(database, revision, insist_on_losing_nothing)
    return state.version


def _state(settings: Settings) -> State:
    file = folders.sqlite_file(settings)
    if file is None:
        with closing(checks.opened(settings, 1)) as database:
            return database.run_now(installation.read)
    if not file.exists():
        return State()
    engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: _reading(file))
    try:
        with engine.connect() as connection:
            return installation.read(connection)
    finally:
        engine.dispose()


def _reading(file: Path) -> sqlite3.Connection:
    """Return a connection that writes nothing: where no log lies beside the file, none is made."""
    logged = file.with_name(f"{file.name}-wal").exists()
    return sqlite3.connect(f"{file.absolute().as_uri()}?{'mode=ro' if logged else 'immutable=1'}", uri=True)
