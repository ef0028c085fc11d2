"""Programs on pseudo-terminals of 80×24: what they write, when, and over how slow a line."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyte

COLUMNS, ROWS = 80, 24
SIZE: Final = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
QUIET_SECONDS: Final = 0.4
PATIENCE: Final = 60.0
_ENVIRONMENT: Final = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}


class Line(NamedTuple):
    """What lies between a program and the person.

    Attributes:
        bytes_per_second: How much it carries towards the person; infinite when 0.
        round_trip: Seconds from a key to the first byte of its answer, of a program that takes no time.
    """

    bytes_per_second: int = 0
    round_trip: float = 0.0


DIRECT: Final = Line()
BAUD_9600: Final = Line(bytes_per_second=960)  # eight bits, a start and a stop bit
FAR: Final = Line(round_trip=0.2)


class Answer(NamedTuple):
    """What a program wrote after a key.

    Attributes:
        size: How many bytes.
        seconds: From the key to the last of them; 0 when there were none.
    """

    size: int
    seconds: float


class Terminal:
    """A program on a pseudo-terminal, and the bytes that it writes.

    Args:
        command: The program.
        more: Further environment variables.
        line: What lies between it and the person.
    """

    def __init__(self, command: Sequence[str], more: Mapping[str, str] | None = None, line: Line = DIRECT) -> None:
        self.line = line
        self.size = 0
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.began = time.perf_counter()
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(_ENVIRONMENT | dict(more or {}))
            os.execv(command[0], list(command))  # noqa: S606  # a program of ours
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, SIZE)

    @property
    def cpu_seconds(self) -> float:
        """How long the program's threads have run, all together."""
        tasks = Path(f"/proc/{self.process}/task").iterdir()
        return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks) / 1e9

    def piece(self, patience: float) -> bytes:
        """Return what is written next, as fast as the line carries it; nothing when none comes in time."""
        if not select.select([self.terminal], [], [], patience)[0]:
            return b""
        try:
            written = os.read(self.terminal, self.line.bytes_per_second // 10 or 65_536)
        except OSError:
            return b""
        self.size += len(written)
        if self.line.bytes_per_second:
            time.sleep(len(written) / self.line.bytes_per_second)
        return written

    def read(self, quiet: float = QUIET_SECONDS) -> bytes:
        """Return what is written until nothing has come for `quiet` seconds, or for three times as long at most."""
        written = b""
        end = time.perf_counter() + 3 * quiet  # a cursor that blinks never falls silent
        while time.perf_counter() < end and (piece := self.piece(quiet)):
            written += piece
        return written

    def until(self, text: bytes) -> tuple[float, bytes]:
        """Return the seconds from the start until `text` was written, and the bytes up to there."""
        written = b""
        while text not in written:
            piece = self.piece(PATIENCE)
            if not piece:
                raise TimeoutError(text, len(written))
            written += piece
        return time.perf_counter() - self.began, written

    def type(self, keys: bytes) -> None:
        """Type `keys`."""
        time.sleep(self.line.round_trip / 2)
        os.write(self.terminal, keys)

    def answer(self, keys: bytes, quiet: float) -> Answer:
        """Type `keys`; return what is written until nothing has come for `quiet` seconds."""
        began = last = time.perf_counter()
        self.type(keys)
        size = 0
        while piece := self.piece(quiet):
            size += len(piece)
            last = time.perf_counter()
        return Answer(size, last - began if size else 0.0)

    def wait_for(self, *texts: str) -> None:
        """Wait until all of `texts` are on the screen, whatever the case and the breaks of lines."""
        end = time.monotonic() + PATIENCE
        while not all(" ".join(text.casefold().split()) in self.text for text in texts):
            if time.monotonic() > end:
                raise TimeoutError(texts, "\n".join(self.screen.display))
            self._stream.feed(self.piece(0.05))
        time.sleep(self.line.round_trip / 2)

    @property
    def text(self) -> str:
        """What is on the screen, on one line, in small letters."""
        return " ".join(" ".join(self.screen.display).replace("\u00a0", " ").replace("│", " ").casefold().split())

    def idle(self, seconds: float) -> bytes:
        """Return all that is written within `seconds`, by somebody who does nothing."""
        written = b""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            written += self.piece(left)
        return written

    def close(self) -> None:
        """End the program."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)
