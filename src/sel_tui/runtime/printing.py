"""A receipt on paper, by the commands that CUPS gives every machine: `lp`, `lpstat` and `cancel`. No Textual, no API.

What cannot be printed is taken back: nothing waits in a queue for the next person at a shared machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

PATIENCE: Final = 30.0
_LOOKS_EVERY: Final = 0.25
_COMMAND_SECONDS: Final = 15
_REQUEST: Final = re.compile(r"request id is ((\S+)-\d+)")
# Prints its input once that is whole, lest `lp` fail with a job begun, and takes it back unless it hears from the file
# $0 that the printer has it: a program that ends, whatever ends it, closes what it would say it by.
_GUARD: Final = """
trap '' HUP INT PIPE TERM
text=$(cat; echo .)
said=$(printf %s "${text%.}" | lp -t sel-tui "$@") || exit 1
echo "$said"
read -r taken < "$0" && exit
said=${said#request id is }
exec cancel -x "${said%% *}"
"""
_ALERTS: Final = re.compile(r"^\s*Alerts:(.*)$", re.MULTILINE)
# RFC 8011, 5.4.12, and PWG 5100.9: keywords of `printer-state-reasons` without their severity.
_TROUBLES: Final = {
    "paper": ("media-empty", "media-needed", "input-tray-missing"),
    "jam": ("media-jam", "input-cannot-feed-size-selected"),
    "cover": ("cover-open", "door-open", "interlock-open"),
    "ink": ("toner-empty", "marker-supply-empty", "marker-waste-full"),
    "stopped": ("paused", "stopped-partly"),
}
# These pass by themselves as a rule: they count once the patience has ended.
_PASSING: Final = {"offline": ("offline", "connecting-to-device", "timed-out", "shutdown")}


class PrintError(Exception):
    """Nothing was printed, and nothing waits to be.

    Attributes:
        kind: `no-printer` where CUPS took nothing; else `printer-` with `paper`, `jam`, `cover`, `ink`, `stopped`,
            `offline`, or `silent` where the printer does not say why.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


async def print_text(text: str, printer: str = "") -> None:
    """Print `text` and wait until the printer has taken it; whoever stops waiting takes the job back.

    Args:
        text: Plain text.
        printer: The printer's name in CUPS; its default one when "".

    Raises:
        PrintError: It was not printed.
    """
    left = threading.Event()
    outcome: Future[None] = Future()
    outcome.set_running_or_notify_cancel()
    # Not one of the event loop's own threads: the end of a visit would wait for it, and CUPS may hang.
    threading.Thread(target=_settle, args=(outcome, text, printer, left), daemon=True).start()
    try:
        await asyncio.wrap_future(outcome)
    except asyncio.CancelledError:
        left.set()
        raise


def _settle(outcome: Future[None], text: str, printer: str, left: threading.Event) -> None:
    try:
        _print(text, printer, left)
    except BaseException as error:  # noqa: BLE001  # whoever waits gets it
        outcome.set_exception(error)
    else:
        outcome.set_result(None)


def _print(text: str, printer: str, left: threading.Event) -> None:
    """Print `text`; take it back when the person has `left`."""
    with _guarded(text, printer) as said:
        accepted = _REQUEST.search(said)
        kind = _wait(accepted[1], accepted[2], left) if accepted is not None else "no-printer"
        if kind:
            raise PrintError(kind)


@contextmanager
def _guarded(text: str, printer: str) -> Iterator[str]:
    """Print `text` and yield what `lp` says; it is taken back when the body raises, or the program is killed.

    Raises:
        PrintError: There is no way to print.
    """
    read_end, write_end = os.pipe()
    try:
        guard = _start_guard(read_end, printer)
    except OSError:
        os.close(write_end)
        raise PrintError("no-printer") from None
    finally:
        os.close(read_end)
    assert guard.stdin is not None
    assert guard.stdout is not None
    impatience = threading.Timer(_COMMAND_SECONDS, partial(_kill, guard))
    impatience.daemon = True  # the program's end waits for nobody
    impatience.start()
    try:
        with suppress(OSError), guard.stdin:
            guard.stdin.write(text)
        with guard.stdout:
            said = guard.stdout.readline()
        impatience.cancel()
        yield said
        with suppress(OSError):
            os.write(write_end, b"\n")
    finally:
        os.close(write_end)
        with suppress(subprocess.TimeoutExpired):  # where CUPS hangs, it goes on without us
            guard.wait(_COMMAND_SECONDS)


def _start_guard(read_end: int, printer: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # fixed words, and a setting that cannot be an option
        ("/bin/sh", "-c", _GUARD, f"/dev/fd/{read_end}", *(("-d", printer) if printer else ())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=_in_english(),
        pass_fds=(read_end,),
        start_new_session=True,
    )


def _kill(guard: subprocess.Popen[str]) -> None:
    """End the guard and the command that it waits for."""
    with suppress(ProcessLookupError):
        os.killpg(guard.pid, signal.SIGKILL)


def _wait(job: str, queue: str, left: threading.Event) -> str:
    """Wait until the printer has taken the job; return why it cannot, "" when it has."""
    end = time.monotonic() + PATIENCE
    while job in _run("lpstat", "-o", queue).split():
        alerts = _ALERTS.search(_run("lpstat", "-l", "-p", queue))
        late = left.wait(_LOOKS_EVERY) or time.monotonic() >= end
        trouble = _trouble(alerts[1].split() if alerts else [], late=late)
        if trouble:
            return f"printer-{trouble}"
    return ""


def _trouble(reasons: list[str], *, late: bool) -> str:
    """Return what keeps the printer from printing, "" while it may still print.

    Args:
        reasons: What it says of itself.
        late: Whether it has had its time: then a warning is a reason, and so is silence.
    """
    known = {**_TROUBLES, **_PASSING} if late else _TROUBLES
    for trouble, keywords in known.items():
        for reason in reasons:
            name, _, severity = reason.rpartition("-")
            name, severity = (name, severity) if severity in {"error", "warning", "report"} else (reason, "error")
            if name in keywords and (late or severity == "error"):
                return trouble
    return "silent" if late else ""


def _in_english() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


_run_plain: Final = partial(
    subprocess.run,
    capture_output=True,
    check=True,
    timeout=_COMMAND_SECONDS,
    encoding="utf-8",
    start_new_session=True,  # Ctrl+C by line would end it, and what waits would stay
)


def _run(*command: str, text: str = "") -> str:
    """Return what `command` writes, in English: it is read here, and by nobody.

    Raises:
        PrintError: It is not there, failed, or does not end.
    """
    try:
        return _run_plain(command, input=text, env=_in_english()).stdout
    except (OSError, subprocess.SubprocessError):
        raise PrintError("no-printer") from None
