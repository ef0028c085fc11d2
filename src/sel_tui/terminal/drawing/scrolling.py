"""Rows that are still on the screen, but at another height: the terminal can move them itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sel_tui.terminal.drawing.cells import Row, blank, is_bare

# So many rows with something on them have to be moved where they are wanted.
_ENOUGH: Final = 3


class Scroll(NamedTuple):
    """Rows that move.

    Attributes:
        top: The first row that takes part.
        bottom: The row after the last.
        by: By how many rows up; down when it is negative.
    """

    top: int
    bottom: int
    by: int


def shifts(before: Sequence[Row], after: Sequence[Row]) -> list[Scroll]:
    """Return the ways of scrolling that bring most rows where they are wanted, at most two."""
    found = [(gain, scroll) for by in _distances(before, after) for gain, scroll in _at(before, after, by)]
    return [scroll for gain, scroll in sorted(found, reverse=True)[:2] if gain >= _ENOUGH]


def scrolled(rows: Sequence[Row], scroll: Scroll) -> list[Row]:
    """Return `rows` after `scroll`: those that come in show the terminal's own paper."""
    inside = list(rows[scroll.top : scroll.bottom])
    empty = [[blank()] * len(rows[0])] * abs(scroll.by)
    moved = [*inside[scroll.by :], *empty] if scroll.by > 0 else [*empty, *inside[: scroll.by]]
    return [*rows[: scroll.top], *moved, *rows[scroll.bottom :]]


def _distances(before: Sequence[Row], after: Sequence[Row]) -> set[int]:
    """Return by how many rows some row with something on it has moved."""
    moved = [place for place, row in enumerate(after) if row != before[place] and not all(map(is_bare, row))]
    return {old - new for new in moved for old in range(len(before)) if old != new and before[old] == after[new]}


def _at(before: Sequence[Row], after: Sequence[Row], by: int) -> Iterator[tuple[int, Scroll]]:
    """Yield the stretches of rows that have moved by `by`, each with how many rows that were elsewhere it brings."""
    place = max(-by, 0)
    end = len(after) - max(by, 0)
    while place < end:
        start = place
        gain = 0
        while place < end and before[place + by] == after[place]:
            gain += before[place] != after[place] and not all(map(is_bare, after[place]))
            place += 1
        if gain:
            yield gain, Scroll(min(start, start + by), max(place, place + by), by)
        place += 1
