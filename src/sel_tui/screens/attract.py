"""The attract screen on a full screen: its words large where there is room, moved now and then, dark at length.

Large letters are cells in another colour, without a sign in them: every terminal has those, and no reader says them.
The lines of a terminal's own double height (DECDHL) are not used: neither Linux's console nor foot has them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from sel_tui.journey.core.messages import Msg
from sel_tui.screens.navigation import MEASURE
from sel_tui.screens.screen_saver import Moved
from sel_tui.screens.step import BARS, StepScreen
from sel_tui.widgets.bars import key_lines
from sel_tui.widgets.layout import MARGIN

if TYPE_CHECKING:
    from textual.events import Resize

    from sel_tui.widgets.layout import Line

_ROWS: Final = 5
_LETTERS: Final = {
    "B": ("##.", "#.#", "##.", "#.#", "##."),
    "C": ("###", "#..", "#..", "#..", "###"),
    "E": ("###", "#..", "##.", "#..", "###"),
    "I": ("#", "#", "#", "#", "#"),
    "L": ("#..", "#..", "#..", "#..", "###"),
    "M": ("#...#", "##.##", "#.#.#", "#...#", "#...#"),
    "N": ("#..#", "##.#", "#.##", "#..#", "#..#"),
    "O": ("###", "#.#", "#.#", "#.#", "###"),
    "U": ("#.#", "#.#", "#.#", "#.#", "###"),
    "V": ("#.#", "#.#", "#.#", "#.#", ".#."),
    "W": ("#...#", "#...#", "#.#.#", "##.##", "#...#"),
}
# Between two words in one line, in cells.
_GAP: Final = 5
# From so many rows on, the words stand one above the other, twice as wide.
_HIGH: Final = 32
# Blank lines that set the groups of the page apart.
_BLANK: Final = 4
# A screen with fewer rows or columns has none to spare for moving.
_ROOM_TO_MOVE: Final = (60, 24)


class AttractScreen(StepScreen):
    """The screen at which a kiosk waits."""

    _moved: Moved = Moved()

    def on_mount(self) -> None:
        """Stand where it stands before the first move: each place leaves a row and a column free."""
        self._stand()
        super().on_mount()

    def on_resize(self, event: Resize) -> None:
        """Draw the frame again, with or without a margin."""
        super().on_resize(event)
        self._stand()

    def rest(self, moved: Moved, *, dark: bool) -> None:
        """Stand `moved` from now on, or be dark."""
        self.set_class(dark, "-dark")
        self._moved = moved
        self._stand()

    @property
    def shows_nothing(self) -> bool:
        """Whether it is dark: the terminal's cursor is not to be seen either."""
        return self.has_class("-dark")

    def _stand(self) -> None:
        size = self.app.size
        moves = size.width >= _ROOM_TO_MOVE[0] and size.height >= _ROOM_TO_MOVE[1] and not self._braille
        down, right = self._moved
        self.styles.padding = (down, 1 - right, 1 - down, right) if moves else 0

    def _titled(self, title: str) -> list[Line]:
        return self._large() or super()._titled(title)

    def _large(self) -> list[Line]:
        """Return the words of the title in large letters; empty where they have no room, or where braille is read."""
        words = [self.words.say(word).upper() for _, word in self.page.title.params if isinstance(word, Msg)]
        size = self.app.size
        rows = sum(len(view.laid(min(size.width, MEASURE)).lines) for view in self.views)
        room = size.height - BARS - rows - _BLANK - len(key_lines(size.width, self._keys_for(size.width)))
        if self._braille or self._tiny or not all(letter in _LETTERS for word in words for letter in word):
            return []
        if size.height >= _HIGH and room > len(words) * (_ROWS + 1):
            drawn = [line for word in words for line in (*_drawn(word, 2), "")][:-1]
        else:
            lines = zip(*(_drawn(word, 1) for word in words), strict=True)
            drawn = [(" " * _GAP).join(line) for line in lines] if room >= _ROWS else []
        if any(len(line) + MARGIN > min(size.width - 1, MEASURE) for line in drawn):
            return []
        return [_spans(line) for line in drawn]


def _drawn(word: str, wide: int) -> list[str]:
    """Return the rows of `word`, a sharp sign for each cell of a letter, with strokes `wide` cells wide."""
    rows = (" ".join(_LETTERS[letter][row].replace(".", " ") for letter in word) for row in range(_ROWS))
    return ["".join(cell * wide for cell in row) for row in rows]


def _spans(line: str) -> Line:
    cells = [(" " * len(list(run)), "large" if cell == "#" else "text") for cell, run in groupby(line)]
    return [(" " * MARGIN, "text"), *cells]
