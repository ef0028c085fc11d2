"""What `doctor` checks: everything that must be right, with advice for each thing that is not. Changes nothing."""

import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sel_backend.installation import checks, database_diagnosis, mail_diagnosis, text_diagnosis
from sel_backend.installation import folder as folders
from sel_backend.installation.findings import Finding
from sel_backend.security.keys import open_to_others
from sel_backend.security.networks import is_loopback, networks
from sel_backend.serving.errors import DataRefusedError
from sel_backend.settings import Settings
from sel_backend.storage.installation import State

_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)


def examine(settings: Settings, now: datetime, *, held: bool, secrets: Sequence[Path] = ()) -> Iterator[Finding]:
    """Check everything and yield one finding after the other.

    Args:
        settings: those that a server would use.
        now: the time of this machine's clock.
        held: a server holds SQLite's lock, so the database is not opened.
        secrets: the files that a password was read from.
    """
    yield _folder(settings)
    yield from _secrets(secrets)
    yield from text_diagnosis.look(settings, now)
    yield _server(settings)
    if now < _EARLIEST:
        yield Finding("clock", f"{now:%Y-%m-%d %H:%M} UTC", "set the clock: codes and sessions depend on it")
    else:
        yield Finding("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    state = None
    if held:
        yield Finding("database", "SQLite, held by a running server: ask its /health/ready")
    else:
        state = yield from database_diagnosis.look(settings, now)
    yield _keys(settings, state)
    yield mail_diagnosis.server(settings)
    if found := mail_diagnosis.bounces(settings):
        yield found


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


def _secrets(paths: Sequence[Path]) -> Iterator[Finding]:
    for path in paths:
        status = path.stat()
        advice = f"it holds a password: chmod 600 {path}" if open_to_others(status) else ""
        yield Finding("file with a secret", f"{path}, mode {stat.S_IMODE(status.st_mode):o}", advice)


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
    if server.operator_port is not None and not server.metrics_token and not is_loopback(server.operator_host):
        return Finding("addresses", seen, "set server.metrics_token: outside loopback nobody gets /metrics without it")
    return Finding("addresses", seen)
