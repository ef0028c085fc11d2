"""The cursor on the wire: a reader that sees it at the old place after a change says things twice, or not at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from tests.journeys.terminal import at_terminal

_LAST_MOVES: Final = re.compile(rb"(?:\x1b\[\d+;\d+H)+$")


def test_a_tab_moves_the_cursor_to_its_new_place_at_once_and_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", "http://127.0.0.1:9"]
    with at_terminal(command, tmp_path) as terminal:
        terminal.wait_for_cursor_on("▶ [ Essayer")
        for item in ("Adresse courriel", "Mot de passe", "[ Connexion", "[ Mot"):
            terminal.press("tab")
            terminal.wait_for_cursor_on(f"▶ {item}")
            moves = _LAST_MOVES.search(terminal.output)
            assert moves is not None
            assert moves[0].count(b"H") == 1
