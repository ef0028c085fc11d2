"""Draws what Textual composes: keeps the frame that the terminal shows, and writes what turns it into the next.

The hardware cursor is the caret. Where the terminal or Textual is not as expected, Textual writes itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.color import ColorType

from sel_tui.terminal.drawing.cells import (
    BOLD,
    DEFAULT,
    DIM,
    ITALIC,
    PLAIN,
    REVERSE,
    STRIKE,
    TRUE,
    UNDERLINE,
    Pen,
    Place,
    Row,
    blank,
    cells_of,
)
from sel_tui.terminal.drawing.encoder import NOTHING_KNOWN, encode
from sel_tui.terminal.drawing.palette import fit
from sel_tui.widgets.cursor import SHOW, HardwareCursor
from sel_tui.widgets.textual_compat import pieces_of, size_of

if TYPE_CHECKING:
    from rich.color import Color
    from rich.segment import Segment
    from rich.style import Style

    from sel_tui.terminal.drawing.abilities import Abilities
    from sel_tui.widgets.textual_compat import CompositorUpdate

_MARKS: Final = (
    *(("bold", BOLD), ("dim", DIM), ("italic", ITALIC)),
    *(("underline", UNDERLINE), ("underline2", UNDERLINE), ("reverse", REVERSE), ("strike", STRIKE)),
)


class Canvas:
    """The frame that the terminal shows, and the one that it is to show.

    Args:
        abilities: What the terminal can be told.
    """

    def __init__(self, abilities: Abilities) -> None:
        self._abilities = abilities
        self._shown = NOTHING_KNOWN
        self._rows: list[Row] = []
        # The pens of all cells, also where no letter is: what is typed there is written with them.
        self._pens: list[list[Pen]] = []
        self._visible = False

    def forget(self) -> None:
        """Forget what the terminal shows: all of it is written again."""
        self._shown = NOTHING_KNOWN
        self._visible = False

    def take(self, update: CompositorUpdate) -> bool:
        """Take what is to be shown; return whether it was understood."""
        pieces = pieces_of(update)
        if pieces is None:
            return False
        size = size_of(update)
        if size is not None and (len(self._rows), len(self._rows[0]) if self._rows else 0) != (size.height, size.width):
            self._rows = [[blank()] * size.width for _ in range(size.height)]
            self._pens = [[PLAIN] * size.width for _ in range(size.height)]
        changed: set[int] = set()
        for row, column, segments in pieces:
            if row not in changed:
                changed.add(row)
                self._rows[row] = self._rows[row].copy()  # the terminal shows the one before
            self._put(row, column, segments)
        return True

    def draw(self, caret: Place | None) -> str:
        """Return what to write so that the terminal shows what was taken, with its cursor at `caret`."""
        if not self._rows:
            return ""
        ready = None
        if caret is not None:
            caret = Place(min(caret.column, len(self._rows[0]) - 1), min(caret.row, len(self._rows) - 1))
            ready = self._pens[caret.row][caret.column]
        written, self._shown = encode(self._shown, tuple(self._rows), caret, self._abilities, ready)
        if caret is not None and not self._visible:
            self._visible = True
            written += SHOW
        return written

    def _put(self, row: int, column: int, segments: list[Segment]) -> None:
        cells, pens = self._rows[row], self._pens[row]
        for text, style, control in segments:
            if control:
                continue
            pen = pen_of(style, self._abilities)
            fresh = cells_of(text, pen)[: len(cells) - column]
            end = column + len(fresh)
            if (
                end == len(cells) and fresh and len(fresh[-1][0]) > 1
            ):  # some terminals give its marks to the cell before
                fresh[-1] = (fresh[-1][0][0], pen)
            if column < end and not cells[column][0]:  # half of a wide letter would be left of it
                cells[column - 1] = blank(cells[column][1].paper)
            if column < end < len(cells) and not cells[end][0]:
                cells[end] = blank(cells[end][1].paper)
            cells[column:end] = fresh
            pens[column:end] = [pen] * len(fresh)
            column = end


@lru_cache(1024)
def pen_of(style: Style | None, abilities: Abilities) -> Pen:
    """Return the pen for a style of Rich's, as far as the terminal has it; nothing ever blinks."""
    if style is None:
        return PLAIN
    marks = 0
    for name, mark in _MARKS:
        marks |= mark if getattr(style, name) else 0
    ink, paper = (fit(_colour(one), abilities.colours) for one in (style.color, style.bgcolor))
    return Pen(ink, paper, marks & abilities.marks)


def _colour(colour: Color | None) -> int:
    if colour is None or colour.type is ColorType.DEFAULT:
        return DEFAULT
    if colour.triplet is not None:
        red, green, blue = colour.triplet
        return TRUE | red << 16 | green << 8 | blue
    return colour.number if colour.number is not None else DEFAULT


class Renderer(HardwareCursor):
    """An app that draws what Textual composes."""

    canvas: Canvas | None = None

    def draws_with(self, abilities: Abilities | None) -> None:
        """Draw for a terminal that can be told so much from now on; leave it to Textual when None."""
        self.canvas = None if abilities is None else Canvas(abilities)

    def forget_shown(self) -> None:
        """Forget what the terminal shows: another program has written to it, or it is another size."""
        super().forget_shown()
        if self.canvas is not None:
            self.canvas.forget()

    def redraw(self) -> None:
        """Write all of the screen again."""
        self.forget_shown()
        self.refresh()

    def paint(self, update: CompositorUpdate) -> bool:
        """Take what is to be shown; it is written by the hook that follows."""
        return self.canvas is not None and self.canvas.take(update)

    def post_display_hook(self) -> None:
        """Write what has changed, if anything has, in one piece; called by Textual after each display."""
        driver = self.terminal
        if self.canvas is None or driver is None or self.is_headless or not self.is_running:
            super().post_display_hook()
            return
        if self.is_batching:
            return
        place = self.cursor_place()
        written = self.canvas.draw(None if place is None else Place(*place))
        if written:
            driver.write(written)
