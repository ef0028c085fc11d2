"""Writes cells to a terminal, and knows where its cursor and what its pen is afterwards. Pure."""

from __future__ import annotations

from typing import Final

from sel_tui.terminal.drawing.abilities import Abilities
from sel_tui.terminal.drawing.cells import DEFAULT, SEEN, Cell, Pen, Place, Row, is_bare, is_sure, seen_of
from sel_tui.terminal.drawing.moves import NOWHERE, UNKNOWN, way
from sel_tui.terminal.drawing.pens import change

# So many cells are written again at most where that is shorter than moving past them: a reader speaks what is written.
_BRIDGE: Final = 4
# So many cells without a letter are erased rather than written, by a sequence that leaves the cursor before them.
_ERASED: Final = 11
_ERASED_LAST: Final = 6
_REPEATED: Final = 4
_RULES: Final = frozenset("─-")


class Writer:
    """Writes what leads from one place and pen to others.

    Args:
        abilities: What the terminal understands.
        place: Where its cursor is.
        pen: Its pen; None when it is not known.
    """

    def __init__(self, abilities: Abilities, place: Place, pen: Pen | None) -> None:
        self.abilities = abilities
        self.place = place
        self.pen = pen
        self._written: list[str] = []

    @property
    def text(self) -> str:
        """What has been written."""
        return "".join(self._written)

    def say(self, sequence: str, place: Place | None = None) -> None:
        """Write `sequence`, which leaves the cursor at `place`; where it is when None."""
        self._written.append(sequence)
        self.place = self.place if place is None else place

    def use(self, pen: Pen) -> None:
        """Take `pen`."""
        if pen != self.pen:
            self._written.append(change(self.pen, pen, self.abilities))
            self.pen = pen

    def erases(self, cell: Cell) -> bool:
        """Tell whether erasing leaves `cell`."""
        return is_bare(cell) and (self.abilities.erases_in_colour or cell[1].paper == DEFAULT)

    def erase(self, sequence: str, cell: Cell) -> None:
        """Write `sequence`, which erases and leaves `cell` everywhere."""
        if self.pen is None or seen_of(self.pen) != cell[1]:
            marks = 0 if self.pen is None else self.pen.marks & ~SEEN
            self.use(Pen(DEFAULT if self.pen is None else self.pen.ink, cell[1].paper, marks))
        self._written.append(sequence)

    def go(self, end: Place, row: Row | None = None) -> None:
        """Move the cursor to `end`.

        Args:
            end: Where it has to be.
            row: What the row of `end` shows or will show: a few cells of it may be written again.
        """
        best, pen = way(self.place, end, self.abilities), self.pen
        if row is not None and best:
            needed = pen_for(self.pen, row, end.column, len(row))
            cost = len(best) + len(change(self.pen, needed, self.abilities))
            for prefix, start in self._bridges(end):
                written = self._literally(row, start, end.column)
                if written is not None:
                    text, after = written
                    more = len(change(after, pen_for(after, row, end.column, len(row)), self.abilities))
                    if len((prefix + text).encode()) + more < cost:
                        best, pen, cost = prefix + text, after, len((prefix + text).encode()) + more
        self._written.append(best)
        self.place, self.pen = end, pen

    def _bridges(self, end: Place) -> list[tuple[str, int]]:
        """Return whence the cells up to `end` may be written: how the cursor gets there, and the column."""
        found = []
        if self.place.row == end.row and 0 < end.column - self.place.column <= _BRIDGE and self.place.column >= 0:
            found.append(("", self.place.column))
        if 0 < end.column <= _BRIDGE:
            found.append((way(self.place, Place(0, end.row), self.abilities), 0))
        return found

    def _literally(self, row: Row, start: int, end: int) -> tuple[str, Pen | None] | None:
        """Return the cells of `row` from `start` to `end` as they would be written, and the pen after them."""
        pen, written = self.pen, ""
        for column in range(start, end):
            if not is_sure(row[column][0]):
                return None
            wanted = pen_for(pen, row, column, len(row))
            written += change(pen, wanted, self.abilities) + row[column][0]
            pen = wanted
        return written, pen

    def write(self, row: Row, start: int, end: int, *, last: bool) -> None:
        """Write the cells of `row` from `start` to `end`.

        Args:
            row: A row; the cursor is somewhere.
            start: The first column.
            end: The one after the last.
            last: Whether nothing more is written to this row.
        """
        y = self.place.row
        column = start
        while column < end:
            cell = row[column]
            if not cell[0]:  # the second half of a wide letter, which has been written
                column += 1
                continue
            alike = column + 1
            while alike < end and row[alike] == cell:
                alike += 1
            count = alike - column
            enough = _ERASED_LAST if last and alike == end else _ERASED
            if count >= enough and self.abilities.erase_cells and self.erases(cell):
                self.go(Place(column, y), row)
                self.erase(f"\x1b[{count}X", cell)
                column = alike
                continue
            self.go(Place(column, y), row)
            self.use(pen_for(self.pen, row, column, end))
            if self._repeats(cell[0], count):
                self.say(f"{cell[0]}\x1b[{count - 1}b", Place(UNKNOWN, y))
            else:
                count = count if is_sure(cell[0]) else 1
                self.say(cell[0] * count, Place(column + count if is_sure(cell[0]) else UNKNOWN, y))
            column += count
            if column >= len(row):
                self.place = Place(UNKNOWN, y) if self.abilities.wraps_late else NOWHERE

    def _repeats(self, letter: str, count: int) -> bool:
        """Tell whether the terminal is to repeat `letter`.

        Nothing but rules: an emulator on the way, a reader's or tmux 3.3, may repeat ASCII alone, or nothing.
        """
        if not self.abilities.repeats or letter not in _RULES:
            return False
        return len(letter.encode()) * (count - 1) > len(f"\x1b[{count - 1}b") + _REPEATED


def pen_for(pen: Pen | None, row: Row, column: int, end: int) -> Pen:
    """Return the pen for a cell: where it shows no letter, one that need not be changed, or that serves the next too.

    Args:
        pen: The pen before; None when it is not known.
        row: The row.
        column: The column of the cell.
        end: The column after the last that is to be written.
    """
    letter, wanted = row[column]
    if letter != " ":
        return wanted
    if pen is not None and seen_of(pen) == wanted:
        return pen
    for other, following in row[column + 1 : end]:
        if other != " ":
            if other and seen_of(following) == wanted:
                return following
            break
    if wanted.marks or pen is None:
        return wanted
    return Pen(pen.ink, wanted.paper, pen.marks & ~SEEN)
