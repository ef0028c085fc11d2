"""The part of `sel-tui doctor` about the server: whether it answers, its certificate, its clock, the way there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from sel_tui import __version__
from sel_tui.api import ApiError, Probe, RefusedError, UntrustedServerError, probe
from sel_tui.journey.core.messages import Msg, msg, public, published
from sel_tui.runtime.calls import failure_of, send_heartbeat
from sel_tui.runtime.heartbeat import heartbeat

if TYPE_CHECKING:
    from sel_tui.i18n import Words

# Seconds by which clocks may differ: an answer is under way that long.
_AGREED: Final = timedelta(seconds=5)
_HOURS: Final = timedelta(hours=2)


def check_server(address: str, proxy: str, words: Words) -> tuple[list[str], bool]:
    """Look at a server; return the lines of the report, and whether the server can be used.

    Args:
        address: The back end's address; "" when none was given.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        words: The language.
    """
    if not address:
        return _said([("doctor.server", msg("doctor.server.none"))], words), True
    found = _probed(address, proxy)
    secure = address.startswith("https:")
    rows: list[tuple[str, Msg | None]] = [
        ("doctor.server", public(address)),
        ("doctor.proxy", public(_without_password(proxy)) if proxy and secure else msg("doctor.none")),
        ("doctor.connection", _connection(found)),
        ("doctor.certificate", _certificate(found) if secure else msg("doctor.certificate.local")),
        ("doctor.versions", _versions(found)),
        ("doctor.clock", _clock(found)),
    ]
    return _said(rows, words), found.error is None


def check_heartbeat(address: str, proxy: str, name: str, token: str, words: Words) -> tuple[list[str], bool]:
    """Send a kiosk's heartbeat; return the line of the report, and whether there is nothing to do about it.

    Args:
        address: The back end's address.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        name: The kiosk; "" where it has no heartbeat.
        token: Its token.
        words: The language.
    """
    if not name or not address:
        return _said([("doctor.heartbeat", msg("doctor.heartbeat.none"))], words), True
    said, known = heartbeat("check", datetime.now(UTC)), public(name)
    try:
        wanted = _in_thread(lambda: send_heartbeat(address, proxy, name, token, said))
    except RefusedError as error:
        kind = str(error.problem.type)
        why = {"unauthenticated": "unknown", "not-found": "unsupported"}.get(kind, "failed")
        return _said([("doctor.heartbeat", msg(f"doctor.heartbeat.{why}", name=known))], words), False
    except ApiError:
        return _said([("doctor.heartbeat", msg("doctor.heartbeat.failed", name=known))], words), False
    after = msg("duration", seconds=round(wanted))
    return _said([("doctor.heartbeat", msg("doctor.heartbeat.taken", name=known, after=after))], words), True


T = TypeVar("T")


def _probed(address: str, proxy: str) -> Probe:
    return _in_thread(lambda: probe(address, proxy))


def _in_thread(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Make a call in a thread of its own: a signal can interrupt the wait for it, but not an event loop."""
    found: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(asyncio.run(call()))
        except Exception as error:  # noqa: BLE001  # raised again where it is waited for
            failed.append(error)

    looking = threading.Thread(target=run, daemon=True)
    looking.start()
    looking.join()
    if failed:
        raise failed[0]
    return found[0]


def _said(rows: list[tuple[str, Msg | None]], words: Words) -> list[str]:
    """Return a line for each row about which something is known."""
    return [words.say(msg("sentence", label=msg(key), value=value)) for key, value in rows if value is not None]


def _connection(found: Probe) -> Msg:
    if found.service is not None:
        name = published(found.service.name)
        return msg("doctor.connection.answers", name=name, milliseconds=found.milliseconds)
    failure = failure_of(found.error) if found.error is not None else None
    kind = failure.kind if failure is not None else ""
    known = {"unreachable", "untrusted", "proxy-refused", "not-understood", "unavailable"}
    return msg(f"notice.{kind.replace('-', '_')}" if kind in known else "notice.slow")


def _certificate(found: Probe) -> Msg | None:
    if isinstance(found.error, UntrustedServerError):
        return msg(f"doctor.certificate.{found.error.reason.replace('-', '_')}")
    if found.certificate_ends is not None:
        return msg("doctor.certificate.until", day=public(found.certificate_ends.date()))
    return None


def _versions(found: Probe) -> Msg:
    own = public(__version__)
    if found.service is None:
        return msg("doctor.versions.own", own=own)
    if found.error is not None:
        return msg("notice.too_old")
    return msg("doctor.versions.value", contract=public(found.service.contract_version), own=own)


def _clock(found: Probe) -> Msg | None:
    if found.ahead is None:
        return None
    difference = abs(found.ahead)
    if difference <= _AGREED:
        return msg("doctor.clock.agrees")
    unit = timedelta(hours=1) if difference >= _HOURS else timedelta(seconds=1)
    by = msg("duration", seconds=int(round(difference / unit) * unit.total_seconds()))
    return msg("doctor.clock.ahead", by=by) if found.ahead > timedelta(0) else msg("doctor.clock.behind", by=by)


def _without_password(proxy: str) -> str:
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
