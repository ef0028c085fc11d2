"""A person at a terminal: the real program on a pseudo-terminal of 80×24, read through an emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.forked import ForkedAtTerminal
from tests.terminal import emulators

COLUMNS, LINES = 80, 24
PATIENCE: Final = 30.0
CLIENT: Final = [sys.executable, "-m", "sel_tui"]
KEYS: Final = {
    "tab": "\t",
    "enter": "\r",
    "esc": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f12": "\x1b[24~",
}


def settings(home: Path) -> dict[str, str]:
    """Return an environment that knows nothing of this machine."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "TZ": "America/Toronto",
    }


class Terminal:
    """Runs `command` on a pseudo-terminal.

    A client of a server that is there already is forked, in the usual environment; what a demonstration is, or what
    another environment makes of the program, is seen from its first instruction on.

    Args:
        command: What to run.
        home: The person's home folder.
        more: Further environment variables.
    """

    owned = False

    def __init__(self, command: Sequence[str], home: Path, **more: str) -> None:
        self.master, inner = os.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.modes = termios.tcgetattr(inner)
        self.inner = inner
        self.process = self._started(list(command), settings(home) | more, plain=not more)
        self.output = b""
        self.screen = emulators.Screen(COLUMNS, LINES)
        self._stream = emulators.stream(self.screen)

    def _started(
        self, command: list[str], environment: dict[str, str], *, plain: bool
    ) -> subprocess.Popen[bytes] | ForkedAtTerminal:
        if plain and command[: len(CLIENT)] == CLIENT and "demo" not in command:
            return ForkedAtTerminal(command[len(CLIENT) :], environment, self.inner, owned=self.owned)
        return subprocess.Popen(
            command,
            stdin=self.inner,
            stdout=self.inner,
            stderr=self.inner,
            env=environment,
            start_new_session=True,
            preexec_fn=_own if self.owned else None,  # noqa: PLW1509  # one system call, and no thread runs here
        )

    @property
    def text(self) -> str:
        """What is on the screen, on one line, with ordinary spaces and without the bar of notices."""
        return " ".join(" ".join(self.screen.display).replace("\u00a0", " ").replace("│", " ").split())

    @property
    def printed(self) -> str:
        """Everything that was ever written, as text."""
        return self.output.decode("utf-8", "replace")

    def resize(self, columns: int, lines: int) -> None:
        """Make the window larger or smaller, as a window manager does."""
        self.screen.resize(lines, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)  # it is not this terminal's foreground process

    def latin_1(self) -> None:
        """Read what is written as a terminal of Latin-1 does."""
        self._stream.select_other_charset("@")

    @property
    def row_of_cursor(self) -> str:
        return str(self.screen.display[self.screen.cursor.y])

    def shows(self, text: str) -> bool:
        """Tell whether `text` is on the screen, whatever the case and the breaks of lines."""
        return text.casefold() in self.text.casefold()

    def reads(self, seconds: float) -> bool:
        """Read what the program writes next; return whether it wrote within `seconds`."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            written = os.read(self.master, 65_536)
        except OSError:
            return False
        self.output += written
        self._stream.feed(written)
        return bool(written)

    def wait_for(self, *texts: str) -> None:
        """Wait until all of `texts` are on the screen, however their lines are broken."""
        self._until(lambda: all(self.shows(text) for text in texts), f"{texts} on the screen")

    def wait_until(self, so: Callable[[], bool], what: str) -> None:
        """Wait until `so` is true; `what` says what was waited for."""
        self._until(so, what)

    def wait_until_gone(self, text: str) -> None:
        self._until(lambda: not self.shows(text), f"{text} gone")

    def wait_for_cursor_on(self, start: str) -> None:
        """Wait until the terminal's own cursor is on a row that begins with `start`."""
        self._until(lambda: self.row_of_cursor.startswith(start), f"the cursor on {start}")

    def _until(self, so: object, what: str) -> None:
        assert callable(so)
        deadline = time.monotonic() + PATIENCE
        while not so():
            if time.monotonic() > deadline or (self.process.poll() is not None and not self.reads(0)):
                shown = "\n".join(self.screen.display)
                raise AssertionError(f"waited in vain for {what}:\n{shown}")
            self.reads(0.05)

    def type(self, text: str) -> None:
        """Type or paste `text` as it is; `⇥` is Tab, `⏎` is Enter."""
        os.write(self.master, text.replace("⇥", "\t").replace("⏎", "\r").encode())

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self.master, KEYS[key].encode())

    def ends(self) -> int:
        """Wait until the program has ended; return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while (code := self.process.poll()) is None:
            assert time.monotonic() < deadline, "the program does not end"
            self.reads(0.05)
        while self.reads(0.05):
            pass
        return code

    def is_stopped(self) -> bool:
        """Tell whether a signal has stopped the program until another lets it go on."""
        return self.stat()[0] == "T"

    def stat(self) -> list[str]:
        """Return what the kernel says of the process, its state first."""
        return _fields(Path(f"/proc/{self.process.pid}/stat"))

    def threads(self) -> list[list[str]]:
        """Return the same of each of its threads."""
        found: list[list[str]] = []
        for file in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
                found.append(_fields(file))
        return found

    def children(self) -> list[int]:
        """Return the process ids of the program's children."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        return [int(pid) for pid in listed.split()]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.inner)
        os.close(self.master)

    # ------------------------------------------------------------------------------------ what people do often

    def logs_in(self, who: str, password: str = "Chantier-2026!") -> None:
        """Log in as somebody of the demonstration, from the login screen."""
        self.wait_for("Adresse courriel", "SIMULATION")
        self.type(f"{who}@exemple.test⇥{password}⏎")

    def logs_out(self) -> None:
        self.press("f10")
        self.wait_for("Voulez-vous vous déconnecter")
        self.press("tab", "enter")
        self.wait_for("Mot de passe oublié")


class OwnTerminal(Terminal):
    """The same, of which the command owns the terminal: its keys send signals."""

    owned = True

    def close(self) -> None:
        if self.process.poll() is None:  # a shell that waits for commands ends by this alone
            self.process.send_signal(signal.SIGHUP)
        super().close()


def demo_command(data: Path) -> list[str]:
    return [*CLIENT, "demo", "--data", str(data)]


def client_of(address: str) -> list[str]:
    return [*CLIENT, "--server", address]


def _fields(file: Path) -> list[str]:
    return file.read_text("ascii").rpartition(")")[2].split()


def _own() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextlib.contextmanager
def at_terminal(command: Sequence[str], home: Path, **more: str) -> Iterator[Terminal]:
    terminal = Terminal(command, home, **more)
    try:
        yield terminal
    finally:
        terminal.close()
