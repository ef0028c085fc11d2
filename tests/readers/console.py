"""The program on a real console of this machine, one that nobody uses, and keys put into it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FIRST_FREE: Final = 0x5600  # VT_OPENQRY of Linux's vt.h
NOWHERE: Final = "http://127.0.0.1:9"


def free_console() -> tuple[int, str]:
    """Return the number of a console that nobody uses, and why there is none."""
    try:
        with contextlib.closing(_Descriptor("/dev/tty0")) as any_console:
            number = struct.unpack("i", fcntl.ioctl(any_console.number, _FIRST_FREE, struct.pack("i", 0)))[0]
    except OSError as error:
        return 0, f"this machine has no console that we may open ({error.strerror}: /dev/tty0)"
    number = max(number, 10)
    for device in (f"/dev/tty{number}", f"/dev/vcsa{number}"):
        if not Path(device).exists() and device.startswith("/dev/tty"):
            return 0, f"{device} is missing"
    return number, ""


class _Descriptor:
    def __init__(self, path: str) -> None:
        self.number = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def close(self) -> None:
        os.close(self.number)


class Console:
    """The program on console `number`."""

    def __init__(self, number: int, home: Path) -> None:
        self._console = _Descriptor(f"/dev/tty{number}")
        inner = self._console.number
        self._modes = termios.tcgetattr(inner)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", NOWHERE],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "linux", "LANG": "C.UTF-8"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 1),  # noqa: PLW1509  # a console needs its session
        )

    def press(self, keys: bytes) -> None:
        """Put `keys` into the console, as its keyboard would."""
        for place in range(len(keys)):
            fcntl.ioctl(self._console.number, termios.TIOCSTI, keys[place : place + 1])

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._console.number, termios.TCSANOW, self._modes)
        self._console.close()


@contextlib.contextmanager
def at_console(number: int, home: Path) -> Iterator[Console]:
    console = Console(number, home)
    try:
        yield console
    finally:
        console.close()
