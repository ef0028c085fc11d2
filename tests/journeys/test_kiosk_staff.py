"""At a real terminal: two keys and a code end a kiosk, in either face; `sel-tui kiosk-code` makes the setting."""

from __future__ import annotations

import subprocess
import sys
import termios
import time
from contextlib import closing
from pathlib import Path

import pytest

from sel_tui.runtime.staff import SHORTEST, is_code
from sel_tui.terminal.endings import Exit
from tests.journeys.portal import portal
from tests.journeys.shared_machine import PROGRAM, SharedMachine
from tests.journeys.terminal import PATIENCE, settings
from tests.unit.test_staff import CODE, HASHED

KEYS = "\x18\x14"


def with_code(home: Path, hashed: str = HASHED) -> None:
    file = home / ".config" / "sel-tui" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'kiosk_staff_code_hash = "{hashed}"\n', "utf-8")


def code_is_taken(machine: SharedMachine) -> None:
    """Type the code until it is looked at: in its first seconds the program takes none."""

    deadline = time.monotonic() + PATIENCE
    while machine.process.poll() is None:
        assert time.monotonic() < deadline, "\n".join(machine.screen.display)
        if not machine.reads(1.0) and termios.tcgetattr(machine.inner) != machine.modes:  # else the terminal shows it
            machine.type(f"{CODE}⏎")


@pytest.mark.parametrize("flags", [(), ("--linear",)], ids=["screen", "line"])
def test_two_keys_and_the_code_end_a_kiosk_with_a_code_of_its_own(tmp_path: Path, flags: tuple[str, ...]) -> None:
    with_code(tmp_path)
    with closing(SharedMachine([*PROGRAM, "--server", portal(), *flags], tmp_path)) as machine:
        machine.begins()
        machine.type("a@b.te")
        machine.type(KEYS)
        machine.wait_for("Réservé au personnel")
        machine.type("Pas-le-code⏎")
        machine.wait_for("ce code n’est pas accepté")
        machine.begins_again()
        machine.type(KEYS)
        machine.wait_for("Réservé au personnel")
        code_is_taken(machine)

        assert machine.ends() == 80
        assert termios.tcgetattr(machine.inner) == machine.modes
        assert CODE not in machine.printed
        assert "Pas-le-code" not in machine.printed


@pytest.mark.parametrize("flags", [(), ("--linear",)], ids=["screen", "line"])
def test_without_a_code_the_keys_do_nothing(tmp_path: Path, flags: tuple[str, ...]) -> None:
    first = ("Adresse courriel", "Essayer de nouveau")  # an answer that comes later drops what is typed
    with closing(SharedMachine([*PROGRAM, "--server", portal(), *flags], tmp_path, first)) as machine:
        machine.begins()
        machine.type(KEYS)
        machine.press("f2")
        machine.wait_for("Email address")

        assert not machine.shows("staff")


def kiosk_code(home: Path, answers: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sel_tui", "kiosk-code"]
    return subprocess.run(
        command, input=answers, env=settings(home), capture_output=True, text=True, check=False, timeout=60
    )


def test_the_command_prints_the_line_of_the_settings(tmp_path: Path) -> None:
    done = kiosk_code(tmp_path, f"{CODE}\n{CODE}\n")
    name, _, hashed = done.stdout.strip().partition(" = ")

    assert (done.returncode, name) == (0, "kiosk_staff_code_hash")
    assert is_code(CODE, hashed.strip('"'))
    assert CODE not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("answers", "said"), [("court\ncourt\n", str(SHORTEST)), (f"{CODE}\n{CODE}x\n", "pas les mêmes"), ("", "")]
)
def test_a_code_that_is_short_or_not_the_same_twice_is_refused(tmp_path: Path, answers: str, said: str) -> None:
    done = kiosk_code(tmp_path, answers)

    assert done.returncode in {Exit.USAGE, Exit.INTERRUPTED}
    assert said in done.stderr
    assert not done.stdout
