"""What the person at the terminal waits for, and what crosses the line to it, beside a bare Textual program."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterable
from statistics import median

from benchmarks.figures import Figure

SIZE = struct.pack("HHHH", 24, 80, 0, 0)
RUNS = 5
QUIET_SECONDS = 0.4
IDLE_SECONDS = 10.0
START = "import sys; sys.argv = ['sel-tui', '--face', '{}', '--server', 'http://127.0.0.1:9']; "
RUN = "from sel_tui.__main__ import main; main()"
OURS = START.format("screen") + RUN
LINE = START.format("line") + RUN
BARE = """
from textual.app import App
from textual.widgets import Button, Input, Static
class Bare(App):
    def compose(self):
        yield Static('Connexion')
        yield Input(placeholder='Adresse courriel')
        yield Input(placeholder='Mot de passe', password=True)
        yield Button('Connexion')
Bare().run(mouse=False)
"""


class Terminal:
    """A program on a pseudo-terminal of 80×24, and the bytes that it writes."""

    def __init__(self, code: str) -> None:
        self.began = time.perf_counter()
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606  # our own interpreter
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, SIZE)

    def read(self, quiet: float = QUIET_SECONDS) -> bytes:
        """Return what is written until nothing has come for `quiet` seconds, or for three times as long at most."""
        written = b""
        end = time.perf_counter() + 3 * quiet  # a cursor that blinks never falls silent
        while time.perf_counter() < end and select.select([self.terminal], [], [], quiet)[0]:
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            written += piece
        return written

    def until(self, text: bytes) -> tuple[float, bytes]:
        """Return the seconds from the start until `text` was written, and the bytes up to there."""
        written = b""
        while text not in written:
            if not select.select([self.terminal], [], [], 20)[0]:
                raise TimeoutError(text)
            written += os.read(self.terminal, 65536)
        return time.perf_counter() - self.began, written

    def type(self, keys: bytes) -> None:
        """Type `keys`."""
        os.write(self.terminal, keys)

    def send(self, keys: bytes) -> int:
        """Type `keys`; return how many bytes were written in answer."""
        self.type(keys)
        return len(self.read())

    def idle(self, seconds: float) -> bytes:
        """Return all that is written within `seconds`, by somebody who does nothing."""
        written = b""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                written += os.read(self.terminal, 65536)
        return written

    def close(self) -> None:
        """End the program."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def run(*, big: bool) -> Iterable[Figure]:
    """Yield the figures of the first screen."""
    del big
    bare = _first(BARE, b"Connexion")
    ours = _first(OURS, b"Mot de passe")
    line = _first(LINE, b": ")
    yield Figure("screen.bare_first_paint", bare[0] * 1000, "ms")
    yield Figure("screen.first_paint", ours[0] * 1000, "ms")
    yield Figure("screen.first_paint_over_bare", ours[0] / bare[0], "×")
    yield Figure("line.first_prompt", line[0] * 1000, "ms")
    yield Figure("line.first_prompt_over_screen", line[0] / ours[0], "×")
    for name, code in (("bare", BARE), ("screen", OURS)):
        terminal = Terminal(code)
        start = len(terminal.read(1.0))
        yield Figure(f"{name}.bytes_at_start", start, "bytes")
        yield Figure(
            f"{name}.bytes_a_key", median(terminal.send(letter) for letter in (b"a", b"b", b"c", b"d")), "bytes"
        )
        yield Figure(f"{name}.bytes_a_tab", median(terminal.send(b"\t") for _ in range(4)), "bytes")
        if code is OURS:
            terminal.send(b"\x1b")  # stop waiting for the server: then there is nothing more to say
            terminal.read(1.0)
            yield Figure(f"{name}.bytes_while_idle_10_s", len(terminal.read(IDLE_SECONDS)), "bytes", at_most=0)
        terminal.close()


def _first(code: str, text: bytes) -> tuple[float, int]:
    seconds: list[float] = []
    size = 0
    for _ in range(RUNS):
        terminal = Terminal(code)
        taken, written = terminal.until(text)
        seconds.append(taken)
        size = len(written)
        terminal.close()
    return median(seconds), size
