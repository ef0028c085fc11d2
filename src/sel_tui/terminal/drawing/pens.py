"""The shortest sequence that changes a pen into another (SGR of ECMA-48). Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sel_tui.terminal.drawing.abilities import Abilities
from sel_tui.terminal.drawing.cells import (
    BOLD,
    DEFAULT,
    DIM,
    ITALIC,
    MARKS,
    PLAIN,
    REVERSE,
    STRIKE,
    TRUE,
    UNDERLINE,
    Pen,
)

_ON: Final = {BOLD: "1", DIM: "2", ITALIC: "3", UNDERLINE: "4", REVERSE: "7", STRIKE: "9"}
_OFF: Final = {BOLD: "22", DIM: "22", ITALIC: "23", UNDERLINE: "24", REVERSE: "27", STRIKE: "29"}
# What 22 ends, whichever of them is meant.
_WEIGHT: Final = BOLD | DIM
_FEW: Final = 8
_BRIGHT: Final = 16


@lru_cache(4096)
def change(before: Pen | None, after: Pen, abilities: Abilities) -> str:
    """Return the sequence that makes `after` of `before`; "" when they are the same.

    Args:
        before: The terminal's pen; None when it is not known.
        after: The pen that is wanted, one that the terminal has.
        abilities: What the terminal understands.
    """
    if before == after:
        return ""
    anew = _sgr(["", *_parts(PLAIN, after)])
    if before is None:
        return anew
    ended = before.marks & ~after.marks
    plain = (before.ink != DEFAULT and after.ink == DEFAULT) or (before.paper != DEFAULT and after.paper == DEFAULT)
    if (ended and not abilities.ends_marks) or (plain and not abilities.plain_colours):
        return anew
    return min(_sgr(_parts(before, after)), anew, key=len)


def _sgr(parts: list[str]) -> str:
    return f"\x1b[{';'.join(parts)}m"


def _parts(before: Pen, after: Pen) -> list[str]:
    ended = [mark for mark in MARKS if mark & before.marks & ~after.marks]
    parts = list(dict.fromkeys(_OFF[mark] for mark in ended))
    left = before.marks & after.marks
    if any(mark & _WEIGHT for mark in ended):
        left &= ~_WEIGHT
    parts += [_ON[mark] for mark in MARKS if mark & after.marks & ~left]
    if after.ink != before.ink:
        parts.append(_colour(after.ink, "3", "9"))
    if after.paper != before.paper:
        parts.append(_colour(after.paper, "4", "10"))
    return parts


def _colour(colour: int, few: str, bright: str) -> str:
    if colour == DEFAULT:
        return f"{few}9"
    if colour < _FEW:
        return f"{few}{colour}"
    if colour < _BRIGHT:
        return f"{bright}{colour - _FEW}"
    if colour < TRUE:
        return f"{few}8;5;{colour}"
    return f"{few}8;2;{colour >> 16 & 255};{colour >> 8 & 255};{colour & 255}"
