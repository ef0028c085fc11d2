"""A real window under the real program, shrunk to a cell and back."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.portal import program
from tests.journeys.terminal import COLUMNS, LINES, at_terminal


def test_a_window_shrunk_to_a_cell_and_back_shows_the_page_the_text_and_the_cursor_again(tmp_path: Path) -> None:
    with at_terminal(program(), tmp_path) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau")
        terminal.press("tab")
        terminal.type("nouvele@exemple.test\x1b[D" + "\x1b[D" * 13)
        terminal.wait_for("nouvele@exemple.test")
        for columns, lines in ((1, 1), (39, 24), (80, 11)):
            terminal.resize(columns, lines)
            if columns > 1:
                terminal.wait_for("Agrandissez la fenêtre")
        terminal.type("l")
        terminal.resize(COLUMNS, LINES)
        terminal.wait_for("Connexion", "nouvelle@exemple.test")
        terminal.wait_for_cursor_on("▶ Adresse courriel")
        terminal.press("f10")
        terminal.wait_for("Voulez-vous quitter")
        terminal.press("tab", "enter")
        assert terminal.ends() == 0
