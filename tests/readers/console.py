"""A program on a real console of this machine, one that nobody uses, and keys put into it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

# Lower ones belong to logins and to graphical sessions; 63 is the last that Linux has.
_NUMBERS: Final = range(10, 64)
LINES, USUAL_COLUMNS = 25, 80
PATIENCE: Final = 30.0


def missing() -> str:
    """Return why this machine has no console for us, "" when it has one."""
    try:
        os.close(os.open("/dev/tty0", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        return f"this machine has no console that we may open ({error.strerror}: /dev/tty0)"
    return "" if Path(f"/dev/tty{_NUMBERS[0]}").exists() else f"/dev/tty{_NUMBERS[0]} is missing"


def _opened() -> tuple[int, int]:
    """Return the number and the descriptor of a console that no other test run holds."""
    for number in _NUMBERS:
        with contextlib.suppress(OSError):
            descriptor = os.open(f"/dev/tty{number}", os.O_RDWR | os.O_NOCTTY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
            else:
                return number, descriptor
    raise AssertionError("every console is held by another run of these tests")


class Console:
    """Runs `command` on a console of `columns`; `number` is the console's."""

    def __init__(self, command: Sequence[str], home: Path, columns: int = USUAL_COLUMNS) -> None:
        self.number, self._descriptor = _opened()
        inner = self._descriptor
        termios.tcsetwinsize(inner, (LINES, columns))
        self._modes = termios.tcgetattr(inner)
        self.process = subprocess.Popen(
            command,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "TERM": "linux",
                "LANG": "C.UTF-8",
                "TZ": "America/Toronto",
                "SEL_TUI_BRAILLE": "yes",
            },
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 1),  # noqa: PLW1509  # a console needs its session
        )

    def press(self, keys: bytes) -> None:
        """Put `keys` into the console, as its keyboard would."""
        for place in range(len(keys)):
            fcntl.ioctl(self._descriptor, termios.TIOCSTI, keys[place : place + 1])

    @property
    def text(self) -> str:
        """What is on the console, as far as it is ASCII."""
        return Path(f"/dev/vcs{self.number}").read_bytes().decode("ascii", "replace")

    def ends(self) -> int:
        """Wait until the program has ended; return its exit code."""
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._modes)
            termios.tcsetwinsize(self._descriptor, (LINES, USUAL_COLUMNS))
        os.close(self._descriptor)


@contextlib.contextmanager
def at_console(command: Sequence[str], home: Path, columns: int = USUAL_COLUMNS) -> Iterator[Console]:
    console = Console(command, home, columns)
    try:
        yield console
    finally:
        console.close()
