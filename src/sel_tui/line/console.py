"""The standard input and output of the line face. No asyncio: the first prompt is shown before it loads."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sel_tui.i18n.charset import encode
from sel_tui.widgets.glyphs import Glyphs

INPUT: Final = 0
OUTPUT: Final = 1
# A terminal so narrow is as good as a braille display of as many cells.
FEW: Final = 40
_CHUNK: Final = 65_536


@dataclass(slots=True)
class Console:
    """Writes lines, folded at ordinary spaces where the output is a terminal.

    Attributes:
        glyphs: What the terminal can show.
        columns: Its width in cells; 0 does not fold.
        cells: How many cells the braille display has that follows; lines are no longer than it. 0 without one.
        send: Writes the bytes; to the standard output by default.
        on_lost: Called when the output is closed at its other end.
    """

    glyphs: Glyphs
    columns: int = 0
    cells: int = 0
    send: Callable[[bytes], None] = field(default=lambda data: send_all(OUTPUT, data))
    on_lost: Callable[[], None] = lambda: None

    def measure(self) -> None:
        """Fold lines to the width of the terminal from now on; not at all where the output is no terminal."""
        self.columns = os.get_terminal_size(OUTPUT).columns if os.isatty(OUTPUT) else 0
        if self.cells:
            self.columns = min(self.columns or self.cells, self.cells)

    @property
    def window(self) -> int:
        """How many cells are felt at once; 0 where nothing says that they are few."""
        return self.columns if self.cells or self.columns <= FEW else 0

    def say(self, line: str) -> None:
        """Write a line."""
        self.write("\n".join(fold(line, self.columns)) + "\n")

    def ask(self, text: str) -> None:
        """Write a prompt, without ending its line."""
        self.write("\n".join(fold(text, self.columns)))

    def write(self, text: str) -> None:
        """Write `text` unchanged."""
        try:
            self.send(encode(text, self.glyphs.encoding))
        except OSError:
            self.on_lost()


def fold(line: str, columns: int) -> list[str]:
    """Return `line` in pieces of at most `columns` cells, broken at ordinary spaces only."""
    if not columns or len(line) < columns:
        return [line]
    folded = [""]
    for word in line.split(" "):
        if word and folded[-1] and len(folded[-1]) + len(word) + 1 >= columns:
            folded.append(word)
        else:
            folded[-1] += f" {word}" if folded[-1] else word
    return folded


def send_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`."""
    while data:
        data = data[os.write(descriptor, data) :]


def read_available() -> bytes | None:
    """Return what can be read of an input that is no terminal: b"" when nothing yet, None when it is empty."""
    try:
        waiting = select.poll()
        waiting.register(INPUT, select.POLLIN)
        if not waiting.poll(0):
            return b""
        return os.read(INPUT, _CHUNK) or None
    except OSError:
        return None
