r"""Ctrl+C, Ctrl+\ and what a system sends: a kiosk goes on, elsewhere the program ends cleanly."""

from __future__ import annotations

import shutil
import signal
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from sel_tui.terminal.endings import ERASE_ALL
from sel_tui.terminal.signal_mask import BLOCKED
from tests.journeys.portal import holding, program, program_of
from tests.journeys.terminal import OwnTerminal, Terminal, client_of, demo_command
from tests.journeys.test_endings import is_gone, the_terminal_is_as_it_was

AT_KIOSK: Final = ("--kiosk", "--voice", "off")
READY: Final = "READY> "
ON, OFF = "\x1b[?1049h", "\x1b[?1049l"
STOPPING: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)

# Sends itself signals when the program begins to load what is slow.
_EARLY: Final = """
import os, sys
class Early:
    def find_spec(self, name, path=None, target=None):
        if name == "sel_tui.cli":
            for number in {numbers}:
                os.kill(os.getpid(), number)
sys.meta_path.insert(0, Early())
from sel_tui.__main__ import main
main()
"""


@contextmanager
def at_shell(command: Sequence[str], home: Path) -> Iterator[OwnTerminal]:
    """Run `command` from a shell with job control, as a person does."""
    with closing(OwnTerminal(["/bin/sh", "-i"], home, PS1=READY, ENV="")) as terminal:
        terminal.wait_for(READY.strip())
        terminal.type(" ".join(command) + "⏎")
        yield terminal


def prompts(terminal: Terminal) -> int:
    return terminal.printed.count(READY)


def the_shell_is_back(terminal: Terminal, time: int) -> None:
    """Wait for the shell's nth prompt; its terminal must be as it was."""
    terminal.wait_until(lambda: prompts(terminal) == time, "the shell")
    assert termios.tcgetattr(terminal.inner) == terminal.modes


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def local_modes(terminal: Terminal) -> int:
    return int(termios.tcgetattr(terminal.inner)[3])


def begins(terminal: Terminal, answer: str = "1") -> None:
    """Begin at the first page of a kiosk."""
    terminal.wait_for("Commencer en français")
    terminal.type(answer)


def at_address(terminal: Terminal) -> None:
    terminal.wait_for("F5 Par ligne", "Essayer de nouveau")
    terminal.press("tab")
    terminal.wait_for_cursor_on("▶ Adresse courriel")


def in_lines(terminal: Terminal) -> None:
    terminal.press("f5")
    terminal.wait_until(lambda: OFF in terminal.printed, "the screens left")
    terminal.wait_until(lambda: "Adresse courriel" in terminal.printed.rpartition(OFF)[2], "the line face")


def keys_until(terminal: Terminal, keys: str, text: str, time: int = 1) -> None:
    """Press `keys` again and again, until `text` was written for the nth time."""

    def so() -> bool:
        if terminal.printed.count(text) >= time:
            return True
        if not terminal.reads(0.02):
            terminal.type(keys)
        return False

    terminal.wait_until(so, text)


# ---------------------------------------------------------------------------------------------------------- a kiosk


def test_no_key_gives_a_kiosk_s_shell_in_either_face(tmp_path: Path) -> None:
    with at_shell(program(*AT_KIOSK), tmp_path) as terminal:
        begins(terminal)
        at_address(terminal)
        terminal.type("\x1a\x1c\x13a@b.test")
        terminal.wait_for("a@b.test")
        in_lines(terminal)
        terminal.type("\x1a\x1c\x13c@d.test⏎")
        terminal.wait_for("Choix de 1 à")
        modes = termios.tcgetattr(terminal.inner)

        assert modes[6][termios.VSUSP] == modes[6][termios.VQUIT] == b"\0"
        assert not modes[3] & (termios.ECHO | termios.ICANON | termios.IEXTEN)
        assert prompts(terminal) == 1


@pytest.mark.parametrize(
    ("face", "helped"),
    [
        ("screen", "Elle contient toujours le caractère @"),
        ("line", "L’adresse choisie à la création de votre compte utilisateur"),
    ],
)
def test_no_signal_of_the_keyboard_or_of_the_background_stops_a_kiosk(tmp_path: Path, face: str, helped: str) -> None:
    with (
        holding() as (address, _),  # what comes would take the focus from the field
        closing(OwnTerminal([*client_of(address), *AT_KIOSK, "--face", face], tmp_path)) as terminal,
    ):
        begins(terminal, "1" if face == "screen" else "1⏎")
        terminal.wait_for("Adresse courriel")
        for number in STOPPING if face == "screen" else STOPPING[1:]:  # by line SIGINT is Ctrl+C, which asks
            terminal.process.send_signal(number)
        terminal.press("f1")
        terminal.wait_for(helped)
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.ends() == 143
        assert termios.tcgetattr(terminal.inner) == terminal.modes


def test_keys_between_the_faces_of_a_kiosk_are_neither_echoed_nor_signals(tmp_path: Path) -> None:
    with at_shell(program(*AT_KIOSK), tmp_path) as terminal:
        begins(terminal)
        at_address(terminal)
        terminal.press("f5")
        terminal.wait_until(lambda: OFF in terminal.printed, "the screens left")
        assert not local_modes(terminal) & (termios.ECHO | termios.ICANON)
        keys_until(terminal, "\x03\x1c\x1a", "Étapes 1 et 2 sur 5. Connexion")
        terminal.type("c@d.test⏎")
        terminal.wait_for("Choix de 1 à")
        keys_until(terminal, "\x03", ERASE_ALL)  # the first asks, the second leaves
        keys_until(terminal, "\x03\x1c\x1a", ON, 2)
        begins(terminal)
        terminal.wait_for("F5 Par ligne", "Essayer de nouveau")
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Adresse courriel")
        assert terminal.shows("Adresse courriel : [ ]")

        assert "^" not in terminal.printed.partition(OFF)[2]
        assert prompts(terminal) == 1
        assert "Traceback" not in terminal.printed


@pytest.mark.parametrize("face", ["screen", "line"])
def test_ctrl_c_from_before_its_first_moment_ends_at_a_kiosk_s_first_page(tmp_path: Path, face: str) -> None:
    """The command is the one that docs/kiosk.md gives."""
    command = f"trap '' INT QUIT TSTP; echo begins; exec {' '.join(program(*AT_KIOSK))} --face {face}"
    with closing(OwnTerminal(["/bin/sh", "-c", command], tmp_path)) as terminal:
        terminal.wait_for("begins")
        keys_until(terminal, "\x03\x1c\x1a", "Commencer en français")
        begins(terminal, "1" if face == "screen" else "1⏎")
        keys_until(terminal, "\x03\x1c\x1a", "Adresse courriel")
        for _ in range(9):
            terminal.type("\x03")
        terminal.press("f2")
        terminal.wait_for("Email address")
        assert "Traceback" not in terminal.printed


@pytest.mark.parametrize("way", ["flag", "variable", "file"])
def test_a_kiosk_is_one_from_its_first_line_however_it_is_told(tmp_path: Path, way: str) -> None:
    flags = ["--kiosk"] if way == "flag" else []
    more = {"SEL_TUI_KIOSK": "yes"} if way == "variable" else {}
    if way == "file":
        settings = tmp_path / ".config" / "sel-tui" / "settings.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text("kiosk = true\n", encoding="utf-8")
    early = _EARLY.format(numbers=[int(number) for number in STOPPING])
    command = [sys.executable, "-c", early, *program()[3:], "--linear", "--voice", "off", *flags]
    with closing(OwnTerminal(command, tmp_path, **more)) as terminal:
        begins(terminal, "1⏎")
        terminal.wait_for("Adresse courriel (")
        terminal.type("a@b.test⏎")
        terminal.wait_for("Choix de 1 à")
        assert "Traceback" not in terminal.printed


def test_a_kiosk_s_back_end_hears_no_ctrl_c_and_begins_with_all_signals_at_rest(
    tmp_path: Path, first_data: Path
) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    command = [*demo_command(tmp_path / "data"), "--kiosk", "--voice", "off", "--linear"]
    with closing(OwnTerminal(["/bin/sh", "-c", f"trap '' INT; exec {' '.join(command)}"], tmp_path)) as terminal:
        terminal.wait_for("SIMULATION. La démonstration démarre")
        keys_until(terminal, "\x03", "Commencer en français")
        begins(terminal, "1⏎")
        keys_until(terminal, "\x03", "Adresse courriel")
        back_end = terminal.children()[0]
        terminal.type("c@d.test⏎")
        terminal.wait_for("Mot de passe")
        keys_until(terminal, "\x03", ERASE_ALL)
        status = Path(f"/proc/{back_end}/status").read_text("ascii")
        masks = dict(line.split(":\t") for line in status.splitlines())
        held = sum(1 << number - 1 for number in BLOCKED)

        assert not int(masks["SigBlk"], 16) & held
        assert not int(masks["SigIgn"], 16) & held
        assert terminal.children() == [back_end]
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends() == 143
        assert is_gone(back_end)


# -------------------------------------------------------------------------------------------------------- elsewhere


def test_ctrl_backslash_ends_the_screens_with_131_and_the_terminal_as_it_was(tmp_path: Path) -> None:
    with closing(OwnTerminal(program(), tmp_path)) as terminal:
        at_address(terminal)
        terminal.type("a@b.test\x1c")
        assert terminal.ends() == 131
        the_terminal_is_as_it_was(terminal)


@pytest.mark.parametrize("typed", ["a@b.te", "a@b.test⏎"])
def test_ctrl_backslash_ends_the_line_face_with_131_and_erases_what_is_personal(tmp_path: Path, typed: str) -> None:
    with closing(OwnTerminal(program("--linear"), tmp_path)) as terminal:
        terminal.wait_for("Adresse courriel (")
        terminal.type(typed)
        terminal.wait_for("Choix de 1 à" if typed.endswith("⏎") else typed)
        terminal.type("\x1c")

        assert terminal.ends() == 131
        assert terminal.printed.endswith(ERASE_ALL)
        assert termios.tcgetattr(terminal.inner) == terminal.modes


def test_lines_of_before_are_erased_too_when_ctrl_backslash_ends_the_screens(tmp_path: Path) -> None:
    with program_of("line") as command, closing(OwnTerminal(command, tmp_path)) as terminal:
        terminal.wait_for("Adresse courriel (")
        terminal.type("a@b.te")
        terminal.wait_for("a@b.te")
        terminal.press("f5")
        terminal.wait_until(lambda: "F5" in terminal.printed.rpartition(ON)[2], "the screens")
        terminal.type("\x1c")

        assert terminal.ends() == 131
        assert terminal.printed.endswith(ERASE_ALL)


def test_nobody_s_scrollback_is_erased_where_nothing_personal_was_said(tmp_path: Path) -> None:
    with closing(OwnTerminal(program("--linear"), tmp_path)) as terminal:
        terminal.wait_for("Adresse courriel (")
        terminal.type("\x1c")

        assert terminal.ends() == 131
        assert "\x1b" not in terminal.printed


def test_a_terminal_that_can_erase_nothing_is_told_what_stays_in_it(tmp_path: Path) -> None:
    with closing(OwnTerminal(program(), tmp_path, TERM="dumb")) as terminal:
        terminal.wait_for("Adresse courriel (")
        terminal.type("a@b.test⏎")
        terminal.wait_for("Choix de 1 ")
        terminal.type("\x1c")

        assert terminal.ends() == 131
        assert "reste dans ce terminal" in terminal.text
        assert "\x1b" not in terminal.printed


@pytest.mark.parametrize("face", ["screen", "line"])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGQUIT, 131), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_while_the_program_loads_ends_it_cleanly(tmp_path: Path, face: str, number: int, code: int) -> None:
    command = [sys.executable, "-c", _EARLY.format(numbers=[int(number)]), *program()[3:], "--face", face]
    with closing(OwnTerminal(command, tmp_path)) as terminal:
        assert terminal.ends() == code
        assert terminal.printed == ""
        assert termios.tcgetattr(terminal.inner) == terminal.modes


def test_ctrl_c_in_the_screens_from_outside_ends_them_cleanly(tmp_path: Path) -> None:
    with closing(OwnTerminal(program(), tmp_path)) as terminal:
        terminal.wait_for("Essayer de nouveau")
        terminal.process.send_signal(signal.SIGINT)

        assert terminal.ends() == 130
        the_terminal_is_as_it_was(terminal)


def test_a_key_typed_before_the_first_page_is_there_counts(tmp_path: Path) -> None:
    with closing(OwnTerminal(program(), tmp_path)) as terminal:
        terminal.press("f10")
        terminal.wait_for("Voulez-vous quitter le programme")


def test_ctrl_c_while_the_demonstration_starts_ends_it_and_its_back_end(tmp_path: Path) -> None:
    with closing(OwnTerminal([*demo_command(tmp_path / "data"), "--linear"], tmp_path)) as terminal:
        terminal.wait_until(lambda: bool(terminal.children()), "the back end")
        back_end = terminal.children()[0]
        terminal.type("\x03")

        assert terminal.ends() == 130
        assert is_gone(back_end)
        assert "Traceback" not in terminal.printed
