"""From the screens to the line face and back, at login: what was typed and the language go along."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.portal import program
from tests.journeys.terminal import Terminal, at_terminal


def in_screens(terminal: Terminal, time: int) -> None:
    """Wait until the full screen is there for the nth time, with what was typed; the emulator has no second screen."""
    terminal.wait_until(lambda: terminal.printed.count("\x1b[?1049h") == time, "the full screen")
    terminal.wait_until(lambda: "autre@exemple.test" in terminal.printed.rpartition("\x1b[?1049h")[2], "the address")
    terminal.wait_for("F5 By line", "Try again")


def test_f5_goes_to_the_line_face_and_back_with_the_address_and_the_language(tmp_path: Path) -> None:
    with at_terminal(program(), tmp_path) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau")
        terminal.press("f2")
        terminal.wait_for("Email address")
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Email address")
        terminal.type("nouvelle@exemple.test")
        terminal.wait_for("nouvelle@exemple.test")
        terminal.press("f5")
        terminal.wait_for("Full screen: f5.", "(Enter keeps “nouvelle@exemple.test”)")
        terminal.type("autre@exemple.test")
        terminal.press("f5")
        in_screens(terminal, 2)
        terminal.press("f5")
        terminal.wait_for("(Enter keeps “autre@exemple.test”)")
        terminal.type("⏎")
        terminal.wait_for("Choice from 1 to 4")
        terminal.type("f5⏎")
        in_screens(terminal, 3)
        terminal.press("f10")
        terminal.wait_for("Do you want to exit the program")
        terminal.press("tab", "enter")

        assert terminal.ends() == 0
