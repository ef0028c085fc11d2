"""Draws what Textual composes: keeps the frame that the terminal shows, and writes what turns it into the next.

The hardware cursor is the caret. Where the terminal or Textual is not as expected, Textual writes itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.color import ColorType
from textual.widget import Widget

from sel_tui.journey.core.page import EntryItem
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
from sel_tui.terminal.drawing.encoder import NOTHING_KNOWN, Stretch, encode
from sel_tui.terminal.drawing.palette import fit
from sel_tui.widgets.cursor import HIDE, SHOW, HardwareCursor
from sel_tui.widgets.layout import MARGIN
from sel_tui.widgets.textual_compat import OWN_PEN, pieces_of, size_of
from sel_tui.widgets.views import ItemView

if TYPE_CHECKING:
    from rich.color import Color
    from rich.style import Style
    from textual.driver import Driver

    from sel_tui.runtime.clock import Later, Timer
    from sel_tui.terminal.drawing.abilities import Abilities
    from sel_tui.widgets.textual_compat import CompositorUpdate, Piece

_MARKS: Final = (
    *(("bold", BOLD), ("dim", DIM), ("italic", ITALIC)),
    *(("underline", UNDERLINE), ("underline2", UNDERLINE), ("reverse", REVERSE), ("strike", STRIKE)),
)


ERASE: Final = "\x1b[H\x1b[J"
# Seconds for which an answer is waited for before « one moment » is shown.
HOLD: Final = 0.15
# Cells of a label that are written again when it gets the focus: enough to know it by.
SAID: Final = 30


class Canvas:
    """The frame that the terminal shows, and the one that it is to show.

    Args:
        abilities: What the terminal can be told.
    """

    def __init__(self, abilities: Abilities) -> None:
        self.abilities = abilities
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
        for piece in pieces:
            if piece.row not in changed:
                changed.add(piece.row)
                self._rows[piece.row] = self._rows[piece.row].copy()  # the terminal shows the one before
            self._put(piece)
        return True

    def draw(
        self, caret: Place | None, *, typing: bool = False, aloud: Stretch | None = None, hidden: bool = False
    ) -> str:
        """Return what to write so that the terminal shows what was taken.

        Args:
            caret: Where its cursor has to be; None for anywhere.
            typing: Whether what is typed next appears there.
            aloud: Cells that are written also where nothing changes.
            hidden: Whether the cursor is not to be seen; `caret` is None then.
        """
        if not self._rows:
            return ""
        ready = None
        if caret is not None:
            caret = Place(min(caret.column, len(self._rows[0]) - 1), min(caret.row, len(self._rows) - 1))
            ready = self._pens[caret.row][caret.column] if typing else None
        written, self._shown = encode(self._shown, tuple(self._rows), caret, self.abilities, ready=ready, aloud=aloud)
        if hidden if self._visible else caret is not None:
            self._visible = not hidden
            written += HIDE if hidden else SHOW
        return written

    def _put(self, piece: Piece) -> None:
        fresh: Row = []
        inked: list[Pen] = []
        for text, style, control in piece.segments:
            if not control:
                pen = pen_of(style, self.abilities)
                fresh += cells_of(text, pen)
                inked += [pen] * (len(fresh) - len(inked))
        cells, pens = self._rows[piece.row], self._pens[piece.row]
        start, end = piece.start, min(piece.end, piece.column + len(fresh), len(cells))
        if start >= end:
            return
        cut = end - piece.column < len(fresh) and not fresh[end - piece.column][0]
        fresh = fresh[start - piece.column : end - piece.column]
        for place, half in ((0, not fresh[0][0]), (-1, cut)):
            fresh[place] = blank(fresh[place][1].paper) if half else fresh[place]
        if end == len(cells) and len(fresh[-1][0]) > 1:  # tmux gives its marks to the cell before
            fresh[-1] = (fresh[-1][0][0], fresh[-1][1])
        if not cells[start][0]:  # half of a wide letter would be left of it
            cells[start - 1] = blank(cells[start][1].paper)
        if end < len(cells) and not cells[end][0]:
            cells[end] = blank(cells[end][1].paper)
        cells[start:end] = fresh
        pens[start:end] = inked[start - piece.column : end - piece.column]


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
    _told: ItemView | None = None
    _waiting: Timer | None = None
    _asked = False

    def draws_with(self, abilities: Abilities | None, later: Later) -> None:
        """Draw from now on.

        Args:
            abilities: What the terminal can be told; for None Textual draws.
            later: How to call something later.
        """
        self.canvas = None if abilities is None else Canvas(abilities)
        self.later = later

    def forget_shown(self) -> None:
        """Forget what the terminal shows: another program has written to it, or it is another size."""
        super().forget_shown()
        if self.canvas is not None:
            self.canvas.forget()

    @property
    def draws(self) -> bool:
        """Whether the program writes its frames itself."""
        return self.canvas is not None

    @property
    def parting(self) -> str:
        """What is written before the terminal is given back: where it has one screen only, nothing is left on it."""
        one_screen = self.canvas is not None and not self.canvas.abilities.second_screen
        return f"{OWN_PEN}{ERASE if one_screen else ''}"

    def redraw(self) -> None:
        """Write all of the screen again."""
        self.forget_shown()
        self.refresh()

    def paint(self, update: CompositorUpdate) -> bool:
        """Take what is to be shown; it is written by the hook that follows."""
        if self.canvas is None:
            return False
        if self.canvas.take(update):
            return True
        self.canvas.forget()  # Textual writes it
        return False

    def post_display_hook(self) -> None:
        """Write what has changed, if anything has, in one piece; called by Textual after each display."""
        driver = self.terminal
        if self.canvas is None or driver is None or self.is_headless or not self.is_running:
            super().post_display_hook()
            return
        if not self.is_batching and self._waiting is None:
            self._draw(self.canvas, driver)

    def _draw(self, canvas: Canvas, driver: Driver) -> None:
        place = self.cursor_place()
        view = self.screen.focused if self.screen_stack else None
        focused = view if isinstance(view, ItemView) else None
        aloud = None
        if focused is not self._told:
            self._told = focused
            aloud = None if focused is None or place is None else _aloud(focused)
        typing = focused is not None and isinstance(focused.item, EntryItem)
        caret = None if place is None else Place(*place)
        written = canvas.draw(caret, typing=typing, aloud=aloud, hidden=self.shows_nothing)
        if written:
            driver.write(written)
        self.after_writing()

    def after_writing(self) -> None:
        """Called when the terminal shows all that was painted."""

    @property
    def is_holding(self) -> bool:
        """Whether what is painted waits to be written."""
        return self._waiting is not None

    def hold(self, *, asked: bool | None = None) -> None:
        """Write nothing for a moment, or until `settle`: what comes and goes meanwhile is never shown.

        Args:
            asked: Whether an answer is awaited, for which `settle` waits too; None where that is as it was.
        """
        self._asked = self._asked if asked is None else asked
        if self.canvas is not None and not self.is_headless and self._waiting is None:
            self._waiting = self.later(HOLD, self._release)

    def settle(self) -> None:
        """Write what there is to write: a change has been painted whole."""
        if self._waiting is not None and not self._asked:
            self._waiting.cancel()
            self._waiting = None
            view = self.screen.focused if self.screen_stack else None
            if isinstance(view, ItemView) and view.awaits_paint:  # the caret must not go ahead of its letter
                self.later(HOLD, self.post_display_hook)  # which may be out of sight, and never painted
            else:
                self.post_display_hook()

    def _release(self) -> None:
        self._asked = False
        self._waiting = None
        self.post_display_hook()


def _aloud(view: ItemView) -> Stretch | None:
    """Return where the label of `view` begins and where it ends, or where its first words do; None out of sight."""
    region = view.content_region
    rows = view.parent.region if isinstance(view.parent, Widget) else region
    if not region or not rows.y <= region.y < rows.bottom:
        return None
    label = view.label()
    words = label if len(label) <= SAID else label[: SAID + 1].rpartition(" ")[0]
    start = region.x + MARGIN
    return Stretch(region.y, start, start + cell_len(words))
