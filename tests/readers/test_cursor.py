"""The cursor on the wire: a reader that sees it at the old place after a change says things twice, or not at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from tests.accessibility.test_wire import PER_KEY, PER_TAB, spoken
from tests.journeys.terminal import at_terminal

# Where the cursor goes at the end of a write, before the pen is made ready for what is typed there.
_LAST_MOVES: Final = re.compile(rb"((?:\x1b\[[\d;]*[A-DGHd]|[\r\n\b])+)(?:\x1b\[[\d;]*m)?$")


def test_a_tab_moves_the_cursor_to_its_new_place_at_once_and_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", "http://127.0.0.1:9"]
    with at_terminal(command, tmp_path) as terminal:
        terminal.wait_for_cursor_on("▶ [ Essayer")
        for item in ("Adresse courriel", "Mot de passe", "[ Connexion", "[ Mot"):
            terminal.press("tab")
            terminal.wait_for_cursor_on(f"▶ {item}")
            moves = _LAST_MOVES.search(terminal.output)
            assert moves is not None
            assert len(moves[1]) <= len(b"\x1b[24;80H")


def test_a_letter_typed_in_a_field_writes_that_letter_and_little_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", "http://127.0.0.1:9"]
    with at_terminal(command, tmp_path) as terminal:
        terminal.wait_for_cursor_on("▶ [ Essayer")  # there is no server, and nothing more follows by itself
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Adresse")
        before, typed = len(terminal.output), "nom@exemple.com"
        for place in range(len(typed)):
            terminal.type(typed[place])
            terminal.wait_for(f"[{typed[: place + 1]}")
        assert len(spoken(terminal.output[before:])) <= PER_KEY * len(typed)
        before = len(terminal.output)
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Mot")
        assert len(spoken(terminal.output[before:])) <= PER_TAB
