"""What `doctor` says of the database: whether it answers, is ours, takes writes, and what stands before it."""

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.installation import checks, mail_diagnosis
from sel_backend.installation import folder as folders
from sel_backend.installation.findings import Finding
from sel_backend.mail import overview
from sel_backend.security import legacy, old_schemes
from sel_backend.security.argon2_bounds import why_unusable
from sel_backend.serving.errors import DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage import files, installation, old_kinds
from sel_backend.storage.address import DatabaseAddressError
from sel_backend.storage.database import Database, takes_no_writes
from sel_backend.storage.installation import State
from sel_backend.storage.reasons import why
from sel_backend.storage.wholeness import DamagedError, check_whole

_CLOCK_SECONDS: Final = 2.0


def look(settings: Settings, now: datetime) -> Generator[Finding, None, State | None]:
    """Look at the database and return what it says of itself, or None where it cannot be asked."""
    file = folders.sqlite_file(settings)
    if file is not None and not file.exists():
        yield Finding("database", f"{file} is missing", f"bring it back from a backup, or {checks.INIT}")
        return State()
    try:
        database = checks.opened(settings, 1)
    except DatabaseAddressError as error:
        yield Finding("database", "not found", str(error))
        return None
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        check_whole(database)
        yield Finding("database", f"{kind} answers")
        state = database.run_now(installation.read)
        schema = _schema(state, settings)
        yield schema
        if schema.right:
            yield from _old_passwords(database)
            waiting, dead = database.run_now(lambda tx: (overview.waiting(tx), overview.settled(tx).given_up))
            yield mail_diagnosis.outbox(waiting.number, waiting.refused, dead, demo=settings.demo)
        yield from _postgresql(database, settings, now)
    except DamagedError:
        yield Finding("database", f"{kind} is damaged", "bring it back from a backup")
        return None
    except SQLAlchemyError as error:
        yield Finding("database", f"{kind}: {why(error)}", "check database_url and the server's log")
        return None
    finally:
        database.close()
    return state


def _schema(state: State, settings: Settings) -> Finding:
    if state.empty:
        return Finding("schema", "none", checks.INIT)
    try:
        checks.insist_on_kind(state, settings)
        checks.insist_on_schema(state)
    except DataRefusedError as error:
        return Finding("schema", error.found, error.advice)
    return Finding("schema", f"{state.version}, {state.kind}")


def _old_passwords(database: Database) -> Iterator[Finding]:
    def count(tx: Connection) -> int:
        return sum(bool(why_unusable(one)) for one in files.hashes_as_they_came(tx, legacy.NATIVE))

    if unusable := database.run_now(count):
        seen = f"{unusable} argon2id hashes of old passwords cost too much, or are none: they are never right"
        yield Finding("old argon2id", seen, "import these files again without them; their owners link by other methods")
    kinds = database.run_now(old_kinds.all_kinds)
    if not kinds:
        return
    seen = f"each try of method 1 computes {', '.join(one.kind for one in kinds)}"
    missing = f"install the extra '{old_schemes.EXTRA}' (libpass): until then every try of method 1 answers 503"
    yield Finding("old passwords", seen, "" if old_schemes.available() else missing)


def _postgresql(database: Database, settings: Settings, now: datetime) -> Iterator[Finding]:
    if database.is_sqlite:
        return

    def ask(tx: Connection) -> tuple[datetime, str]:
        row = tx.execute(text("SELECT clock_timestamp() AS now, current_setting('server_encoding') AS encoding")).one()
        return row.now, row.encoding

    theirs, encoding = database.run_now(ask)
    apart = abs((theirs - now).total_seconds())
    yield Finding(
        "database's clock",
        f"{apart:.1f} s from this machine's",
        "keep both by NTP" if apart > _CLOCK_SECONDS else "",
    )
    yield Finding(
        "database's encoding", encoding, "" if encoding == "UTF8" else "make the database with ENCODING 'UTF8'"
    )
    yield Finding("database's role", database.run_now(_role))
    standby = database.run_now(takes_no_writes)
    yield Finding(
        "database's writes",
        "refused: a standby, or read-only" if standby else "taken",
        "name the primary in database_url, or all hosts: postgresql://a,b/NAME" if standby else "",
    )
    pooled = database.run_now(_is_pooled)
    prepared = settings.database_prepared_statements
    seen = f"{'there is one' if pooled else 'none'}; statements are {'' if prepared else 'not '}prepared"
    advice = "set database_prepared_statements = false: a pooler that lends by transaction loses them"
    yield Finding("database's pooler", seen, advice if pooled and prepared else "")


_ROLE: Final = text(
    "SELECT coalesce(bool_or(pg_has_role(tableowner, 'MEMBER')), false) AS owns, "
    "coalesce(bool_or(tablename = 'audit' AND has_table_privilege("
    "format('%I.%I', schemaname, tablename), 'UPDATE, DELETE, TRUNCATE')), false) AS changes "
    "FROM pg_tables WHERE schemaname = current_schema()"
)


def _role(tx: Connection) -> str:
    """Return what the role that the service logs in as may do beyond its work; a superuser may do everything."""
    row = tx.execute(_ROLE).one()
    if row.owns:
        return "owns its tables, and could change the audit: deploy/postgresql/roles.sql makes one that cannot"
    if row.changes:
        return "owns no table; only a trigger keeps it from changing the audit: run deploy/postgresql/roles.sql again"
    return "owns no table; reads the audit and adds to it"


def _is_pooled(tx: Connection) -> bool:
    """Return whether a pooler such as PgBouncer stands in between: it greets with a number that is no process's."""
    driver: Any = tx.connection.driver_connection
    return bool(driver.info.backend_pid != tx.scalar(text("SELECT pg_backend_pid()")))
