"""The demonstration: the embedded back end in a process of its own, then the client in this terminal.

The one place where the client knows the back end, and only by its command line.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sel_tui.cli import run_face, say
from sel_tui.i18n import Words
from sel_tui.journey.words import msg
from sel_tui.terminal.endings import Exit
from sel_tui.widgets.glyphs import to_ascii

if TYPE_CHECKING:
    from sel_tui.settings import Settings
    from sel_tui.terminal.capabilities import Decision

LEAVE_SECONDS: Final = 10


def run_demo(settings: Settings, decision: Decision, *, begun: bytes, fresh: bool, data: str | None) -> int:
    """Start the back end, wait until it is ready, run the client, stop the back end; return the exit code.

    Args:
        settings: The client's settings; its server is the one started here.
        decision: Face, colours, glyphs.
        begun: What was read already from an input that is no terminal.
        fresh: Throw away what earlier demonstrations left.
        data: The folder for the back end's data; the person's own data folder when None.
    """
    if importlib.util.find_spec("sel_backend") is None or importlib.util.find_spec("fastapi") is None:
        return say(msg("fatal.no_backend"), settings.language, Exit.UNAVAILABLE)
    if decision.face == "line":
        line = Words(settings.language).key("line.demo")
        print(to_ascii(line) if decision.glyphs == "ascii" else line, flush=True)  # noqa: T201  # the line face speaks
    folder = Path(data) if data else _default_folder()
    command = [sys.executable, "-m", "sel_backend", "serve", "--demo", "--data", str(folder), "--port", "0"]
    command += ["--stop-on-eof", *(["--fresh"] if fresh else [])]
    # Its own session: a Ctrl+C or a hang-up reaches the client, which then closes this pipe.
    server = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        address = _ready(server.stdout.readline())
        if not address:
            return say(msg("fatal.backend_failed", log=str(folder)), settings.language, Exit.UNAVAILABLE)
        return run_face(replace(settings, server=address), decision, begun)
    finally:
        server.stdin.close()
        try:
            server.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
        server.stdout.close()


def _ready(line: bytes) -> str:
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError, TypeError):
        return ""


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sel-tui", appauthor=False) / "demo"
