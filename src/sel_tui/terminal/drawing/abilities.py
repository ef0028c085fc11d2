"""What a terminal understands, read from terminfo. Only the forms of ECMA-48 are used: other strings count as none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from sel_tui.terminal.drawing.cells import BOLD, DIM, ITALIC, REVERSE, STRIKE, UNDERLINE

EVERY: Final = 1 << 24

_CURSOR: Final = rb"\E[%i%p1%d;%p2%dH"
_FORMS: Final = {
    "columns": ("hpa", rb"\E[%i%p1%dG"),
    "rows": ("vpa", rb"\E[%i%p1%dd"),
    "backspace": ("cub1", rb"^H"),
    "erase_line": ("el", rb"\E[K"),
    "erase_below": ("ed", rb"\E[J"),
    "erase_cells": ("ech", rb"\E[%p1%dX"),
    "repeats": ("rep", rb"%p1%c\E[%p2%{1}%-%db"),
    "plain_colours": ("op", rb"\E[39;49m"),
}
_STEPS: Final = {"cuu": rb"\E[%p1%dA", "cud": rb"\E[%p1%dB", "cuf": rb"\E[%p1%dC", "cub": rb"\E[%p1%dD"}
_REGION: Final = {"csr": rb"\E[%i%p1%d;%p2%dr", "ri": rb"\EM"}
_MARKS: Final = {
    BOLD: ("bold", rb"\E[1m"),
    DIM: ("dim", rb"\E[2m"),
    ITALIC: ("sitm", rb"\E[3m"),
    UNDERLINE: ("smul", rb"\E[4m"),
    REVERSE: ("rev", rb"\E[7m"),
    STRIKE: ("smxx", rb"\E[9m"),
}
_SECOND_SCREENS: Final = (b"\x1b[?1049h", b"\x1b[?1047h", b"\x1b[?47h")
_DELAY: Final = re.compile(rb"\$<[^>]*>")


class Abilities(NamedTuple):
    """What a terminal understands, beside where its cursor goes (cup).

    Attributes:
        columns: To go to a column of the row (hpa).
        rows: To go to a row of the column (vpa).
        steps: To go some cells up, down, left or right (cuu, cud, cub, cuf).
        backspace: That BS goes one cell to the left (cub1).
        erase_line: To erase to the end of the line (el).
        erase_below: To erase to the end of the screen (ed).
        erase_cells: To erase some cells (ech).
        repeats: To repeat the letter before (rep).
        regions: To scroll some rows only, both ways (csr, ri).
        erases_in_colour: Whether it erases in the colour of the pen (bce).
        wraps_late: Whether a letter in the last column leaves the cursor in that row (no am, or xenl).
        ends_marks: Whether each mark has a sequence that ends it alone.
        plain_colours: Whether the terminal's own colours have sequences (op).
        second_screen: Whether what was on the screen before comes back at the end (smcup).
        marks: The sum of the marks that it shows.
        colours: How many colours it shows; `EVERY` for red, green and blue.
    """

    columns: bool = False
    rows: bool = False
    steps: bool = False
    backspace: bool = False
    erase_line: bool = False
    erase_below: bool = False
    erase_cells: bool = False
    repeats: bool = False
    regions: bool = False
    erases_in_colour: bool = False
    wraps_late: bool = False
    ends_marks: bool = False
    plain_colours: bool = False
    second_screen: bool = False
    marks: int = 0
    colours: int = 0


# A terminal that terminfo does not know, but whose family of names we do: what every one of them has.
USUAL: Final = Abilities(
    steps=True,
    backspace=True,
    erase_line=True,
    erase_below=True,
    wraps_late=True,
    ends_marks=True,
    plain_colours=True,
    second_screen=True,
    marks=BOLD | UNDERLINE | REVERSE,
)


def read(
    text: Callable[[str], bytes | None], flag: Callable[[str], int], number: Callable[[str], int]
) -> Abilities | None:
    """Return what terminfo says of a terminal; None where its cursor cannot be placed as ECMA-48 has it.

    Args:
        text: Returns the string of a name of terminfo, as `curses.tigetstr`.
        flag: Returns the flag, as `curses.tigetflag`.
        number: Returns the number, as `curses.tigetnum`.
    """

    def has(name: str, form: bytes) -> bool:
        wanted = form.replace(rb"\E", b"\x1b").replace(b"^H", b"\b")
        return _DELAY.sub(b"", text(name) or b"") == wanted

    if not has("cup", _CURSOR):
        return None
    colours = max(number("colors"), 0)
    return Abilities(
        **{field: has(name, form) for field, (name, form) in _FORMS.items()},
        steps=all(has(name, form) for name, form in _STEPS.items()),
        regions=all(has(name, form) for name, form in _REGION.items()),
        erases_in_colour=flag("bce") > 0,
        wraps_late=flag("am") <= 0 or flag("xenl") > 0,
        ends_marks=has("rmul", rb"\E[24m"),
        second_screen=any(mode in (text("smcup") or b"") for mode in _SECOND_SCREENS),
        marks=sum(mark for mark, (name, form) in _MARKS.items() if has(name, form)),
        colours=EVERY if flag("RGB") > 0 or flag("Tc") > 0 else colours,
    )
