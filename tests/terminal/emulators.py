"""Two terminals that replay what was written: pyte, in this process, and tmux, each with what it shows cell by cell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyte
from pyte.graphics import FG_BG_256
from rich.cells import cell_len

from sel_tui.terminal.drawing.cells import (
    BOLD,
    DEFAULT,
    ITALIC,
    REVERSE,
    STRIKE,
    TRUE,
    UNDERLINE,
    Pen,
    Place,
    Row,
    seen_of,
)

TMUX: Final = shutil.which("tmux")
PATIENCE: Final = 30.0
_NAMES: Final = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_SGR: Final = re.compile(r"\x1b\[([0-9;:]*)m|\x1b[()][AB0]|[\x0e\x0f]")
_MARKS: Final = {"1": BOLD, "3": ITALIC, "4": UNDERLINE, "7": REVERSE, "9": STRIKE}
_ENDS: Final = {"22": BOLD, "23": ITALIC, "24": UNDERLINE, "27": REVERSE, "29": STRIKE}


def looked_at(row: Row) -> Row:
    """Return `row` as it is seen: without the ink of what has no letter, and without what cannot be seen apart."""
    return [(" ", seen_of(pen)) if letter in {" ", "\u00a0"} else (letter, pen) for letter, pen in row]


class Screen(pyte.Screen):
    """pyte's screen, with REP, which repeats the letter before; and cells that nobody wrote are erased like others."""

    _drawn = ""

    def draw(self, data: str) -> None:
        super().draw(data)
        self._drawn = data[-1:]

    def repeat(self, count: int = 1, **_: bool) -> None:
        super().draw(self._drawn * (count or 1))

    def erase_in_display(self, how: int = 0, *more: Any, **flags: Any) -> None:
        for row in range(self.lines):
            for column in range(self.columns):
                self.buffer[row][column] = self.buffer[row][column]
        super().erase_in_display(how, *more, **flags)


class _Stream(pyte.ByteStream):
    csi = {**pyte.Stream.csi, "b": "repeat"}  # noqa: RUF012  # as pyte has it
    events = frozenset([*pyte.Stream.events, "repeat"])


def stream(screen: Screen) -> pyte.ByteStream:
    """Return what feeds bytes to `screen`."""
    return _Stream(screen)


class Pyte:
    """pyte as a terminal of so many columns and rows."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = Screen(columns, rows)
        self._stream = stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)

    def reset(self) -> None:
        self.screen.reset()

    @property
    def place(self) -> Place:
        return Place(min(self.screen.cursor.x, self.screen.columns - 1), self.screen.cursor.y)

    @property
    def rows(self) -> list[Row]:
        columns = range(self.screen.columns)
        return [
            looked_at([_cell_of(self.screen.buffer[row][column]) for column in columns])
            for row in range(self.screen.lines)
        ]


def _cell_of(char: Any) -> tuple[str, Pen]:
    marks = (
        *((char.bold, BOLD), (char.italics, ITALIC), (char.underscore, UNDERLINE)),
        *((char.reverse, REVERSE), (char.strikethrough, STRIKE)),
    )
    return char.data, Pen(_colour_of(char.fg), _colour_of(char.bg), sum(mark for on, mark in marks if on))


def _colour_of(name: str) -> int:
    if name == "default":
        return DEFAULT
    if name in _NAMES:
        return _NAMES.index(name)
    if name.startswith("bright"):
        return 8 + _NAMES.index({"yellow": "brown"}.get(name[6:], name[6:]))
    return FG_BG_256.index(name, 16) if name in FG_BG_256[16:] else TRUE | int(name, 16)


class Tmux:
    """A pane of tmux, which replays what is written to a pipe.

    Args:
        folder: Where the pipe and tmux's socket are.
        columns: How wide the pane is.
        rows: How high it is.
    """

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        pipe = folder / "pipe"
        os.mkfifo(pipe)
        reader = f"stty raw -echo; exec cat {pipe}"
        assert TMUX is not None
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SHELL": "/bin/sh"}
        begin = ["-f", "/dev/null", "-u", "-C", "new-session", "-x", str(columns), "-y", str(rows), reader]
        self._client = subprocess.Popen(
            [TMUX, "-S", str(folder / "tmux"), *begin],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )
        self._answer()
        self._tmux("refresh-client -f no-output ; set -g status off ; set -g window-size manual")
        self.resize(columns, rows)
        self._pipe = pipe.open("w", encoding="utf-8", newline="")
        self._count = 0
        self._settled()

    def feed(self, text: str) -> None:
        self._pipe.write(text)
        self._settled()

    def resize(self, columns: int, rows: int) -> None:
        self._tmux(f"resize-window -x {columns} -y {rows}")

    def reset(self) -> None:
        self.feed("\x1bc\x1b[?1049h")

    def close(self) -> None:
        self._pipe.close()
        self._client.communicate("kill-server\n", timeout=PATIENCE)

    @property
    def place(self) -> Place:
        column, row, width = map(int, self._tmux("display -p '#{cursor_x} #{cursor_y} #{pane_width}'")[0].split())
        return Place(min(column, width - 1), row)

    @property
    def rows(self) -> list[Row]:
        # tmux 3.3 leaves out what was erased to the end of a row: a letter in one more column brings it to light.
        width, height = map(int, self._tmux("display -p '#{pane_width} #{pane_height}'")[0].split())
        self.resize(width + 1, height)
        self.feed("\x1b7\x1b[m" + "".join(f"\x1b[{place + 1};{width + 1}Hx" for place in range(height)) + "\x1b8")
        lines = self._tmux("capture-pane -p -e -N")[:height]
        self.resize(width, height)
        pen = Pen()
        rows = []
        for line in lines:
            row, pen = _read(line, pen)
            rows.append(looked_at(row[:-1]))
        return rows

    def _settled(self) -> None:
        """Wait until tmux has taken all that was written: the title that follows it has arrived."""
        self._count += 1
        self._pipe.write(f"\x1b]2;taken-{self._count}\x07")
        self._pipe.flush()
        end = time.monotonic() + PATIENCE
        while self._tmux("display -p '#{pane_title}'") != [f"taken-{self._count}"]:
            assert time.monotonic() < end, "tmux does not read"

    def _tmux(self, commands: str) -> list[str]:
        """Return the lines that tmux answers to the last of `commands`, which ` ; ` divides."""
        assert self._client.stdin is not None
        self._client.stdin.write(commands + "\n")
        self._client.stdin.flush()
        return [self._answer() for _ in commands.split(" ; ")][-1]

    def _answer(self) -> list[str]:
        """Return the lines of the next answer; what tmux tells by itself stands outside of them."""
        assert self._client.stdout is not None
        lines: list[str] = []
        for line in self._client.stdout:
            assert not line.startswith("%error"), lines
            if line.startswith("%end"):
                return lines
            lines = [] if line.startswith("%begin") else [*lines, line.removesuffix("\n")]
        raise AssertionError("tmux has ended")


@contextmanager
def tmux(folder: Path, columns: int, rows: int) -> Iterator[Tmux]:
    """Run tmux with one pane; end it afterwards."""
    terminal = Tmux(folder, columns, rows)
    try:
        yield terminal
    finally:
        terminal.close()


def _read(line: str, pen: Pen) -> tuple[Row, Pen]:
    """Return a captured line as cells, and the pen after it."""
    row: Row = []
    place = 0
    for found in [*_SGR.finditer(line), None]:
        text = line[place : found.start() if found else None]
        for letter in text:
            width = cell_len(letter)
            if not width:
                row[-1] = (row[-1][0] + letter, row[-1][1])
            else:
                row += [(letter, pen), *[("", pen)] * (width - 1)]
        if found is not None:
            place = found.end()
            pen = _after(found[1], pen) if found[1] is not None else pen
    return row, pen


def _after(parameters: str, pen: Pen) -> Pen:
    parts = iter(re.split("[;:]", parameters))
    taken: Callable[[], int] = lambda: int(next(parts))  # noqa: E731  # read as one goes
    for part in parts:
        if part in {"", "0"}:
            pen = Pen()
        elif part in _MARKS:
            pen = pen._replace(marks=pen.marks | _MARKS[part])
        elif part in _ENDS:
            pen = pen._replace(marks=pen.marks & ~_ENDS[part])
        elif part in {"38", "48"}:
            kind = taken()
            colour = taken() if kind == 5 else TRUE | taken() << 16 | taken() << 8 | taken()
            pen = pen._replace(**{"ink" if part == "38" else "paper": colour})
        else:
            number = int(part)
            colour = DEFAULT if number % 10 == 9 else number % 10 + (8 if number >= 90 else 0)
            pen = pen._replace(**{"ink" if number // 10 in {3, 9} else "paper": colour})
    return pen
