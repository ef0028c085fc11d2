"""Ctrl+Z and what stops a program from outside: the shell, and then all as it was."""

from __future__ import annotations

import signal
import termios
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.portal import holding, program, program_of
from tests.journeys.terminal import OwnTerminal, client_of
from tests.journeys.test_signals import (
    OFF,
    ON,
    READY,
    at_address,
    at_shell,
    local_modes,
    plain,
    prompts,
    the_shell_is_back,
)


def test_ctrl_z_gives_the_shell_and_fg_the_screen_as_it_was(tmp_path: Path) -> None:
    with at_shell(program(), tmp_path) as terminal:
        at_address(terminal)
        terminal.type("a@b.test")
        terminal.wait_for("a@b.test")
        for time in (2, 3):
            terminal.type("\x1a")
            the_shell_is_back(terminal, time)
            assert terminal.printed.rfind(OFF) > terminal.printed.rfind(ON)
            terminal.type("fg⏎")
            terminal.wait_until(lambda: "a@b.test" in terminal.printed.rpartition(READY)[2], "the screen")
            terminal.wait_for_cursor_on("▶ Adresse courriel")
            assert not terminal.screen.cursor.hidden
        terminal.type("xyz")
        terminal.wait_for("a@b.testxyz")
        assert not local_modes(terminal) & (termios.ECHO | termios.ISIG)


def test_ctrl_z_gives_the_shell_and_fg_the_question_with_what_stood_on_its_line(tmp_path: Path) -> None:
    with holding() as (address, let_go), at_shell([*client_of(address), "--linear"], tmp_path) as terminal:
        terminal.wait_for("Adresse courriel (")
        terminal.type("a@b.te")
        terminal.wait_for("a@b.te")
        for time in (2, 3):
            terminal.type("\x1a")
            the_shell_is_back(terminal, time)
            terminal.type("fg⏎")
            terminal.wait_until(
                lambda: "Créer un compte) : a@b.te" in plain(terminal.printed.rpartition(READY)[2]),
                "the question",
            )
        terminal.type("st⏎")
        let_go.set()
        terminal.wait_for("Choix de 1 à")
        terminal.type("1⏎")
        terminal.wait_for("Erreur. Mot de passe (")
        terminal.type("Chantier-\x1a")
        the_shell_is_back(terminal, 4)
        terminal.type("fg⏎")
        terminal.wait_until(lambda: "Mot de passe" in plain(terminal.printed.rpartition(READY)[2]), "the question")
        terminal.type("2026!⏎")
        terminal.wait_until(lambda: "••••" in terminal.printed, "the mark")
        assert "Chantier" not in terminal.printed
        assert "2026" not in terminal.printed


@pytest.mark.parametrize("face", ["screen", "line"])
def test_without_job_control_ctrl_z_freezes_nothing_and_shows_no_secret(tmp_path: Path, face: str) -> None:
    with program_of(face) as command, closing(OwnTerminal(command, tmp_path)) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau" if face == "screen" else "Adresse courriel (")
        terminal.type("\x1a")
        shown = ON if face == "screen" else "Adresse courriel"
        terminal.wait_until(lambda: terminal.printed.count(shown) == 2, "the page again")
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.wait_until(lambda: terminal.printed.count(shown) == 3, "the page again")
        terminal.press("f2")
        terminal.wait_for("Email address")
        assert not local_modes(terminal) & termios.ECHO


@pytest.mark.parametrize("face", ["screen", "line"])
def test_a_program_that_was_started_without_a_way_to_stop_does_not_stop(tmp_path: Path, face: str) -> None:
    with program_of(face) as command, at_shell(("(trap '' TSTP; exec", *command, ")"), tmp_path) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau" if face == "screen" else "Adresse courriel (")
        terminal.type("\x1a")
        terminal.press("f2")
        terminal.wait_for("Email address")
        assert prompts(terminal) == 1


@pytest.mark.parametrize("face", ["screen", "line"])
def test_a_program_stopped_from_outside_goes_on_and_leaves_the_terminal_as_it_was(tmp_path: Path, face: str) -> None:
    with program_of(face) as command, closing(OwnTerminal(command, tmp_path)) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau" if face == "screen" else "Adresse courriel (")
        for _ in range(2):
            while terminal.reads(0):
                pass
            terminal.output = b""
            terminal.process.send_signal(signal.SIGSTOP)
            terminal.wait_until(terminal.is_stopped, "it stopped")
            termios.tcsetattr(terminal.inner, termios.TCSANOW, terminal.modes)
            terminal.process.send_signal(signal.SIGCONT)
            terminal.wait_until(lambda: face == "line" or ON in terminal.printed, "the screens again")
            terminal.wait_until(
                lambda: "Adresse courriel" in plain(terminal.printed.rpartition(ON)[2]), "the page again"
            )
            assert not local_modes(terminal) & termios.ECHO
        terminal.press("f2")
        terminal.wait_for("Email address")
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.ends() == 143
        assert termios.tcgetattr(terminal.inner) == terminal.modes
