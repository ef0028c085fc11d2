"""The shortest way of the cursor from one place to another. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sel_tui.terminal.drawing.abilities import Abilities
from sel_tui.terminal.drawing.cells import Place

# A column, or a row, that is not known.
UNKNOWN: Final = -1
NOWHERE: Final = Place(UNKNOWN, UNKNOWN)
_UP, _DOWN, _RIGHT, _LEFT = "ABCD"


@lru_cache(8192)
def way(start: Place, end: Place, abilities: Abilities) -> str:
    """Return the shortest sequence that takes the cursor from `start` to `end`.

    LF goes down, and to the first column too where the terminal is in ECMA-48's mode LNM, as the one inside fenrir
    is: only the row is sure after it.

    Args:
        start: Where it is; each part may be `UNKNOWN`.
        end: Where it has to go.
        abilities: What the terminal understands.
    """
    if start == end:
        return ""
    ways = [_absolute(end)]
    if start.row != UNKNOWN:
        downs = _vertical(start.row, end.row, abilities)
        ways += [down + across for down in downs for across in _across(start.column, end.column, abilities)]
        if end.row > start.row:
            column = 0 if start.column == 0 else UNKNOWN
            feeds = "\n" * (end.row - start.row)
            ways += [feeds + across for across in _across(column, end.column, abilities)]
    return min(ways, key=len)


def _absolute(end: Place) -> str:
    row = "" if end.row == 0 else str(end.row + 1)
    column = "" if end.column == 0 else f";{end.column + 1}"
    return f"\x1b[{row}{column}H"


def _vertical(start: int, end: int, abilities: Abilities) -> list[str]:
    if start == end:
        return [""]
    ways = []
    if abilities.steps:
        ways.append(_step(end - start, _DOWN, _UP))
    if abilities.rows:
        ways.append(f"\x1b[{end + 1}d")
    return ways


def _across(start: int, end: int, abilities: Abilities) -> list[str]:
    if start == end:
        return [""]
    ways = ["\r"] if end == 0 else []
    if start == UNKNOWN:
        if end and abilities.steps:
            ways.append("\r" + _step(end, _RIGHT, _LEFT))
    else:
        if abilities.steps:
            ways += [_step(end - start, _RIGHT, _LEFT), *(["\r" + _step(end, _RIGHT, _LEFT)] if end else [])]
        if start > end and abilities.backspace:
            ways.append("\b" * (start - end))
    if abilities.columns:
        ways.append(f"\x1b[{end + 1}G")
    return ways


def _step(by: int, forward: str, back: str) -> str:
    count = "" if abs(by) == 1 else str(abs(by))
    return f"\x1b[{count}{forward if by > 0 else back}"
