"""The demonstration: the embedded back end in a process of its own, then the client in this terminal.

The one place where the client knows the back end, and only by its command line.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.line.console import Console
from sel_tui.runner import print_error, run_face
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.signals import InterruptedBySignalError, Signals, unblocked_for_child
from sel_tui.widgets.glyphs import glyphs_named

if TYPE_CHECKING:
    from sel_tui.settings import Settings
    from sel_tui.terminal.capabilities import Decision

LEAVE_SECONDS: Final = 10
MOST_STARTS: Final = 20
# What `sel-backend serve` ends with when another process uses its data folder.
IN_USE: Final = 75
# And when folder, database and keys are not a demonstration's, or do not fit together.
REFUSED: Final = 78


def run_demo(
    settings: Settings,
    decision: Decision,
    signals: Signals,
    *,
    initial: bytes,
    fresh: bool,
    data: str | None,
    desk: bool = False,
) -> int:
    """Start the back end, wait until it is ready, run the client, stop the back end; return the exit code.

    Args:
        settings: The client's settings; its server is the one started here.
        decision: Face, colours, glyphs.
        signals: What takes the signals.
        initial: What was read already from an input that is no terminal.
        fresh: Throw away what earlier demonstrations left.
        data: The folder for the back end's data; the person's own data folder when None.
        desk: Whether an agent of Customer Service is to work with it.
    """
    if importlib.util.find_spec("sel_backend") is None or importlib.util.find_spec("fastapi") is None:
        return print_error(msg("fatal.no_backend"), settings.language, Exit.UNAVAILABLE)
    if decision.face == "line":
        console = Console(glyphs_named(decision.glyphs, decision.encoding))
        console.measure()
        console.say(Words(settings.language).key("line.demo"))
    folder = Path(data) if data else _default_folder()
    back_end = _BackEnd(folder)
    try:
        with signals.interruptible():
            address = back_end.start(fresh=fresh)
        if not address:
            return print_error(_why(back_end.code, folder), settings.language, Exit.UNAVAILABLE)
        served = replace(settings, server=address, remember_device=False)
        return run_face(served, decision, initial, simulation=True, signals=signals, desk=desk)
    except InterruptedBySignalError as interrupted:
        return interrupted.code
    finally:
        back_end.stop()


def _why(code: int, folder: Path) -> Msg:
    """Return why the back end did not start, from what it ended with."""
    if code == IN_USE:
        return msg("fatal.demo_runs")
    if code == REFUSED:
        return msg("fatal.demo_refused", folder=public(str(folder)))
    return msg("fatal.backend_failed", log=public(str(folder / "backend.log")))


class _BackEnd:
    """The back end in a process of its own; should it die it is started again: its data are on the disk.

    Args:
        folder: Where its data are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self.code = 0

    def start(self, *, fresh: bool = False) -> str:
        """Start it; return its address once it is ready, or "" when it is not."""
        address = self._spawn(0, fresh=fresh)
        if address:
            threading.Thread(target=self._restart_when_dead, args=(urlsplit(address).port,), daemon=True).start()
        return address

    def stop(self) -> None:
        """Stop it by closing its standard input; it would end with this process in any case."""
        self._stopping.set()
        server = self._server
        if server is None or server.stdin is None or server.stdout is None:
            return
        server.stdin.close()
        try:
            server.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
        server.stdout.close()

    def _spawn(self, port: int, *, fresh: bool) -> str:
        command = [sys.executable, "-m", "sel_backend", "serve", "--demo", "--data", str(self._folder)]
        command += ["--port", str(port), "--stop-on-eof", *(["--fresh"] if fresh else [])]
        # Its own session: a Ctrl+C or a hang-up reaches the client, which then closes this pipe.
        with unblocked_for_child():
            self._server = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert self._server.stdout is not None
        address = _ready(self._server.stdout.readline())
        self.code = 0 if address else self._server.wait()
        return address

    def _restart_when_dead(self, port: int) -> None:
        for _ in range(MOST_STARTS):
            assert self._server is not None
            self._server.wait()
            if self._stopping.is_set() or not self._spawn(port, fresh=False):
                return


def _ready(line: bytes) -> str:
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError, TypeError):
        return ""


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sel-tui", appauthor=False) / "demo"
