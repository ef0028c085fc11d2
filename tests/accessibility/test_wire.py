"""Requirements 5 and 12 on the wire: the real program on a pseudo-terminal, and every byte that it sends."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import Terminal, at_terminal

IDLE: Final = 10.0
QUIET: Final = 0.4
PER_TAB: Final = 120
PER_KEY: Final = 10

_SEQUENCE: Final = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()#][0-9A-Za-z]|[=>78cDEHMNOZ])")
# 1004 tells that the window lost the focus; it is no mouse mode.
_MOUSE: Final = re.compile(rb"\x1b\[\?(9|100[0-35-6]|1015|1016)h")
_COMMAND: Final = re.compile(rb"\x1b\][^\x07\x1b]*\x07")  # ends with a bell that does not ring
_PALETTE: Final = re.compile(rb"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+")  # colours, whose numbers mean no blinking
_FLASHES: Final = re.compile(rb"\x1b\[([0-9;]*;)?[56](;[0-9;]*)?m|\x1b\[\?5h|\x1b\[\?12h|\x1b\[[135] q|\x07")


def spoken(written: bytes) -> str:
    """Return what a reader of the terminal's output, such as tdsr, speaks: all that is printed."""
    return "".join(_SEQUENCE.sub(b" ", written).decode("utf-8", "replace").split())


def settled(terminal: Terminal, patience: float = QUIET) -> bytes:
    """Let the program write what it has to write, and return that."""
    start = len(terminal.output)
    while terminal.reads(patience):
        pass
    return terminal.output[start:]


@pytest.fixture
def login(tmp_path: Path) -> Iterator[Terminal]:
    """The login screen without a server: what it says of that has come, and nothing more is awaited."""
    command = [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", "http://127.0.0.1:9"]
    with at_terminal(command, tmp_path, NO_COLOR="") as terminal:
        terminal.wait_for("le serveur ne répond pas", "Essayer de nouveau")  # the last that comes by itself
        terminal.wait_for_cursor_on("▶")
        settled(terminal)
        yield terminal


def test_requirement_05_a_tab_and_a_key_write_little_then_ten_seconds_of_silence_and_no_mouse(login: Terminal) -> None:
    for _ in range(6):
        login.press("tab")
        assert len(spoken(settled(login))) <= PER_TAB
    login.wait_for_cursor_on("▶")
    for letter in "nom@e.c":
        login.type(letter)
        assert len(spoken(settled(login))) <= PER_KEY
    assert not login.reads(IDLE), login.output[-200:]
    assert not _MOUSE.search(login.output)


def test_requirement_12_no_byte_asks_for_blinking_flashing_or_a_bell(login: Terminal) -> None:
    for key in ("f1", "esc", "f2", "f3", "esc", "enter"):
        login.press(key)
        settled(login)
    assert not _FLASHES.search(_PALETTE.sub(b"", _COMMAND.sub(b"", login.output)))
