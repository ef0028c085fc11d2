"""What a frame is made of: cells, each a letter drawn with a pen. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes

# Colours: the terminal's own; from 0 to 255 those of its palette; from here on red, green and blue.
DEFAULT: Final = -1
TRUE: Final = 1 << 24

BOLD: Final = 1
DIM: Final = 2
ITALIC: Final = 4
UNDERLINE: Final = 8
REVERSE: Final = 16
STRIKE: Final = 32
MARKS: Final = (BOLD, DIM, ITALIC, UNDERLINE, REVERSE, STRIKE)
# The marks that are seen where there is no letter.
SEEN: Final = UNDERLINE | REVERSE | STRIKE

_BLANKS: Final = frozenset(" \u00a0")
_SOFT_HYPHEN: Final = 0xAD
# Every terminal gives one cell to these, and moves its cursor by one.
_SURE: Final = (
    *((0x20, 0x7E), (0xA0, 0x2FF), (0x370, 0x377), (0x391, 0x3FF), (0x410, 0x44F), (0x2010, 0x2027), (0x2030, 0x203A)),
    *((0x20AC, 0x20AC), (0x2190, 0x2193), (0x2500, 0x25C6)),
)


class Pen(NamedTuple):
    """How a letter is drawn.

    Attributes:
        ink: The colour of the letter.
        paper: The colour behind it.
        marks: The sum of its marks, such as `BOLD`.
    """

    ink: int = DEFAULT
    paper: int = DEFAULT
    marks: int = 0


# A letter with the marks that combine with it, and its pen. The second cell of a wide letter holds "".
Cell = tuple[str, Pen]
Row = list[Cell]

PLAIN: Final = Pen()


class Place(NamedTuple):
    """A place on the screen, from 0."""

    column: int
    row: int


def blank(paper: int = DEFAULT) -> Cell:
    """Return the cell without a letter."""
    return (" ", Pen(paper=paper))


def is_bare(cell: Cell) -> bool:
    """Tell whether `cell` shows nothing but its paper."""
    return cell[0] == " " and not cell[1].marks & SEEN


@lru_cache(1024)
def is_sure(letter: str) -> bool:
    """Tell whether every terminal moves its cursor by one cell for `letter`."""
    if len(letter) != 1:
        return False
    code = ord(letter)
    return code != _SOFT_HYPHEN and any(first <= code <= last for first, last in _SURE)


@lru_cache(1024)
def seen_of(pen: Pen) -> Pen:
    """Return what is seen of `pen` where there is no letter."""
    marks = pen.marks & SEEN
    return Pen(pen.ink if marks else DEFAULT, pen.paper, marks)


def cells_of(text: str, pen: Pen) -> Row:
    """Return `text` as cells.

    What looks the same is the same: a cell without a letter has no ink, and a space that does not break is a space. A
    mark that combines with no letter before it in `text` is left out.

    Args:
        text: One line, without controls.
        pen: How it is drawn.
    """
    bare = (" ", seen_of(pen))
    if cell_len(text) == len(text) and text.isprintable():
        return [bare if letter in _BLANKS else (letter, pen) for letter in text]
    row: Row = []
    for start, end, width in split_graphemes(text)[0]:
        letter = text[start:end]
        if width and letter in _BLANKS:
            row.append(bare)
        elif width:
            row += [(letter, pen), *[("", pen)] * (width - 1)]
        elif row and letter.isprintable():
            row[-1] = (row[-1][0] + letter, pen)
    return row
