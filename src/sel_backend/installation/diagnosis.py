"""What `doctor` checks: everything that must be right, with advice for each thing that is not. Changes nothing."""

import stat
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.installation import checks, mail_diagnosis
from sel_backend.installation import folder as folders
from sel_backend.installation.findings import Finding
from sel_backend.mail import overview
from sel_backend.questions import QuestionCatalogue
from sel_backend.security import old_schemes
from sel_backend.security.networks import networks
from sel_backend.services.terms import TermsFile
from sel_backend.serving.errors import DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage import installation, old_kinds
from sel_backend.storage.database import Database, DatabaseAddressError, open_database, quick_check
from sel_backend.storage.installation import State
from sel_contract import Category

_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_CLOCK_SECONDS: Final = 2.0
_STALE_DAYS: Final = 365


def examine(settings: Settings, now: datetime, *, held: bool) -> Iterator[Finding]:
    """Check everything and yield one finding after the other.

    Args:
        settings: those that a server would use.
        now: the time of this machine's clock.
        held: a server holds SQLite's lock, so the database is not opened.
    """
    yield _folder(settings)
    yield from _texts(settings, now)
    yield _server(settings)
    if now < _EARLIEST:
        yield Finding("clock", f"{now:%Y-%m-%d %H:%M} UTC", "set the clock: codes and sessions depend on it")
    else:
        yield Finding("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    state = None
    if held:
        yield Finding("database", "SQLite, held by a running server: ask its /health/ready")
    else:
        state = yield from _database(settings, now)
    yield _keys(settings, state)
    yield mail_diagnosis.server(settings)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _folder(settings: Settings) -> Finding:
    folder = settings.data_folder
    if not folder.is_dir():
        return Finding("data folder", f"{folder} is missing", checks.INIT)
    try:
        checks.insist_on_folder(settings)
        kind = folders.kind_of(folder) or "not marked"
    except DataRefusedError as error:
        return Finding("data folder", error.found, error.advice)
    seen = f"{folder}, {kind}, mode {_mode(folder):o}"
    return Finding("data folder", seen, f"chmod 700 {folder}" if _mode(folder) & 0o077 else "")


def _keys(settings: Settings, state: State | None) -> Finding:
    """Look at the keys, and whether they are the database's where its state is known."""
    path = settings.keys_path
    try:
        keys = checks.keys_of(path, state or State())
    except DataRefusedError as error:
        nothing_yet = state is not None and state.empty and not path.exists()
        return Finding("keys", error.found, f"{checks.INIT}, or {error.advice}" if nothing_yet else error.advice)
    seen = f"{path}, {len(keys.material)} keys, current {keys.current}, mode {_mode(path):o}"
    if state and state.fingerprints:
        return Finding("keys", f"{seen}; the database's own")
    return Finding("keys", f"{seen}; not compared with a database")


def _texts(settings: Settings, now: datetime) -> Iterator[Finding]:
    def read(name: str, what: Callable[[], str]) -> Finding:
        try:
            return Finding(name, what())
        except (OSError, ValueError, KeyError) as error:
            return Finding(name, type(error).__name__, "correct the file that the settings name")

    questions = QuestionCatalogue(settings.service.questions_file)

    def describe() -> str:
        number = len({name for category in Category for one in questions.sets_of(category) for name in one})
        return f"{number} of {len(questions.entries)} in the catalogue are asked"

    yield read("questions", describe)
    yield read("conditions of use", lambda: f"version {TermsFile(settings.service.terms_file).current.version}")
    verified = datetime.fromisoformat(settings.service.verified_on).replace(tzinfo=UTC)
    old = (now - verified).days > _STALE_DAYS
    yield Finding(
        "phone and hours",
        f"verified on {settings.service.verified_on}",
        "call the number, then set service.verified_on to today" if old else "",
    )


def _server(settings: Settings) -> Finding:
    server = settings.server
    seen = (
        f"{server.host}:{server.port}, {server.workers} workers, TLS in front: {'yes' if server.behind_tls else 'no'}"
    )
    try:
        networks((*server.trusted_networks, *server.trusted_proxies))
    except ValueError:
        return Finding("addresses", seen, "server.trusted_networks and trusted_proxies are not all address ranges")
    if server.behind_tls and settings.demo:
        return Finding("addresses", seen, "a demonstration shows its codes to everybody: take server.behind_tls away")
    if server.behind_tls and not server.trusted_proxies:
        return Finding(
            "addresses", seen, "name the proxy in server.trusted_proxies, or everybody shares its limits per network"
        )
    return Finding("addresses", seen)


def _database(settings: Settings, now: datetime) -> Generator[Finding, None, State | None]:
    """Look at the database and return what it says of itself, or None where it cannot be asked."""
    file = folders.sqlite_file(settings)
    if file is not None and not file.exists():
        yield Finding("database", f"{file} is missing", f"bring it back from a backup, or {checks.INIT}")
        return State()
    try:
        database = open_database(settings.url, 1)
    except DatabaseAddressError as error:
        yield Finding("database", "not found", str(error))
        return None
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        if not quick_check(database):
            advice = "bring it back from a backup" if database.is_sqlite else "check database_url and the server"
            yield Finding("database", f"{kind} is damaged or cannot be reached", advice)
            return None
        yield Finding("database", f"{kind} answers")
        state = database.run_now(installation.read)
        schema = _schema(state, settings)
        yield schema
        if schema.right:
            yield from _old_passwords(database)
            waiting, dead = database.run_now(lambda tx: (overview.waiting(tx), overview.dead(tx)))
            yield mail_diagnosis.outbox(waiting.number, waiting.refused, dead)
        yield from _postgresql(database, now)
    except SQLAlchemyError as error:
        yield Finding("database", f"{kind}: {type(error).__name__}", "check database_url and the server's log")
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
    kinds = database.run_now(old_kinds.all_kinds)
    if not kinds:
        return
    seen = f"each try of method 1 computes {', '.join(one.kind for one in kinds)}"
    missing = f"install the extra '{old_schemes.EXTRA}' (libpass): until then every try of method 1 answers 503"
    yield Finding("old passwords", seen, "" if old_schemes.available() else missing)


def _postgresql(database: Database, now: datetime) -> Iterator[Finding]:
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
