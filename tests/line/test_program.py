"""The program itself, in a process of its own: what it loads, how it ends, what a terminal sees."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

NOBODY: Final = "http://127.0.0.1:9"
PROGRAM: Final = (sys.executable, "-m", "sel_tui")
LONG: Final = 20.0
EMAIL: Final = "Adresse courriel (Entrée seule : Créer un compte) : "

_FIRST_QUESTION: Final = """
import os, sys
from sel_tui.line.console import Console
def ask(console, text):
    os.write(1, " ".join(sorted({name.split(".")[0] for name in sys.modules})).encode())
    os._exit(0)
Console.ask = ask
from sel_tui.cli import main
main(["--linear", "--server", "http://127.0.0.1:9"])
"""


def environment() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_first_question_is_asked_before_anything_slow_is_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_QUESTION],
        input=b"a\n",
        capture_output=True,
        check=True,
        env=environment(),
        timeout=LONG,
    )
    modules = set(done.stdout.decode().splitlines()[-1].split())

    assert not modules & {"textual", "rich", "httpx", "pydantic", "asyncio", "sel_backend"}


def _own_the_terminal() -> None:
    """Make the pseudo-terminal the process's own, so that Ctrl+C reaches it as a signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A pseudo-terminal with the program on it."""

    def __init__(self, *arguments: str) -> None:
        self.master, self.slave = pty.openpty()
        self.ends_here = [self.master, self.slave]
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment(),
            start_new_session=True,
            preexec_fn=_own_the_terminal,  # noqa: PLW1509  # one system call, and no thread runs here
        )
        self.seen = self.everything = ""

    def waits_for(self, text: str) -> None:
        """Read until `text` has come since the last time."""
        deadline = time.monotonic() + LONG
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"{text!r} never came after {self.seen!r}"
            read = os.read(self.master, 65_536).decode().replace("\u00a0", " ").replace("\r\n", "\n")
            self.seen += read
            self.everything += read
        self.seen = self.seen.partition(text)[2]

    def types(self, text: str) -> None:
        os.write(self.master, text.encode())

    def ends(self) -> int:
        return self.process.wait(LONG)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(LONG)
        self.hangs_up()

    def hangs_up(self) -> None:
        """Take the terminal away."""
        while self.ends_here:
            os.close(self.ends_here.pop())


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal("--linear", "--server", NOBODY)
    yield opened
    opened.close()


def test_a_terminal_sees_no_secret_but_one_mark(terminal: Terminal) -> None:
    terminal.waits_for(EMAIL)
    terminal.types("a@b.test\r")
    terminal.waits_for("Essayer de nouveau » : ")
    terminal.types("1\r")
    terminal.waits_for("Mot de passe (Entrée : Connexion; autre chose : >) : ")
    terminal.types("Chantier-2026!\r")
    terminal.waits_for("••••\n")
    assert "Chantier" not in terminal.everything


def test_nothing_but_plain_text_is_written(terminal: Terminal) -> None:
    written = ""
    terminal.waits_for("sel-tui")
    written += terminal.seen
    terminal.waits_for(EMAIL)

    assert not {"\x1b", "\x07", "\x08"} & set(written)


def test_ctrl_c_asks_and_the_second_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.waits_for(EMAIL)
    terminal.types("\x03")
    terminal.waits_for("Entrée pour « Rester ici » : ")
    terminal.types("\x03")
    terminal.waits_for("Au revoir.")

    assert terminal.ends() == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_what_stood_on_the_line_stands_there_again_after_ctrl_c(terminal: Terminal) -> None:
    terminal.waits_for(EMAIL)
    terminal.types("abc")
    terminal.waits_for("abc")
    terminal.types("\x03")
    terminal.waits_for("« Rester ici » : ")
    terminal.types("\r")
    terminal.waits_for(EMAIL + "abc")


def test_a_terminal_of_one_s_own_is_told_that_what_was_said_stays_in_it_and_a_kiosk_is_not() -> None:
    for more, said in (((), True), (("--kiosk", "--voice", "off"), False)):
        terminal = Terminal("--linear", "--server", NOBODY, *more)
        if more:
            terminal.waits_for("Entrée pour le 1 : ")
            terminal.types("1\r")
        terminal.waits_for(EMAIL)
        terminal.types("a@b.test\r")
        terminal.waits_for("Essayer de nouveau » : ")
        terminal.types("q\r")
        terminal.waits_for("Rester ici » : ")
        terminal.types("q\r")
        terminal.waits_for("Au revoir.")
        terminal.close()
        assert ("reste dans ce terminal" in terminal.everything) is said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(terminal: Terminal, number: int, code: int) -> None:
    terminal.waits_for(EMAIL)
    terminal.process.send_signal(number)

    assert terminal.ends() == code
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_a_terminal_that_goes_away_ends_it(terminal: Terminal) -> None:
    terminal.waits_for(EMAIL)
    terminal.hangs_up()

    assert terminal.ends() == 129


def test_a_function_key_of_the_linux_console_opens_help(terminal: Terminal) -> None:
    terminal.waits_for(EMAIL)
    terminal.types("\x1b[[A")
    terminal.waits_for("Adresse courriel : L’adresse choisie à la création de votre compte")
    terminal.waits_for(EMAIL)


def run(*arguments: str, given: bytes | None = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        capture_output=True,
        check=False,
        env={**environment(), **more},
        timeout=LONG,
    )


@pytest.mark.parametrize("face", [("--linear",), ("--face", "line"), ()])
def test_without_a_terminal_and_without_answers_it_says_what_it_needs(face: tuple[str, ...]) -> None:
    done = run(*face, "--server", NOBODY)

    assert done.returncode == 2
    assert "ni terminal ni réponse" in done.stderr.decode()


def test_the_demonstration_does_not_start_without_answers(tmp_path: Path) -> None:
    done = run("demo", "--data", str(tmp_path / "data"))

    assert done.returncode == 2
    assert not (tmp_path / "data").exists()


def test_the_full_screen_without_a_terminal_is_refused() -> None:
    done = run("--face", "screen", "--server", NOBODY, "--language", "en")

    assert done.returncode == 2
    assert b"--face line" in done.stderr


@pytest.mark.parametrize("variable", ["ACCESSIBLE", "SEL_TUI_FACE"])
def test_a_variable_chooses_the_line_face(variable: str) -> None:
    done = run("--server", NOBODY, given=b"q\n2\n", **{variable: "1" if variable == "ACCESSIBLE" else "line"})

    assert done.returncode == 0
    assert "--face screen" in done.stdout.decode().splitlines()[0]


def test_a_reader_that_stops_reading_ends_it() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "--linear", "--server", NOBODY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b"?\n?\n?\n")
    process.stdin.flush()

    assert process.wait(LONG) == 0
    process.stdin.close()
