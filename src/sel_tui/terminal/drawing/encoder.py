"""The bytes that turn what a terminal shows into the next frame: one write, as short as it can be had. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from sel_tui.terminal.drawing.abilities import Abilities
from sel_tui.terminal.drawing.cells import DEFAULT, PLAIN, Cell, Pen, Place, Row, blank, is_bare, is_sure
from sel_tui.terminal.drawing.moves import NOWHERE
from sel_tui.terminal.drawing.scrolling import Scroll, scrolled, shifts
from sel_tui.terminal.drawing.writer import Writer

# With so many rows to change, scrolling and erasing all are tried too.
_MANY: Final = 3
# Erasing all makes a reader read all again, and the frame flicker: it has to be that much shorter.
_WORTH: Final = 0.75
# A word that is written whole has so many letters more than have changed, at most.
_WORD: Final = 12
# So many rows that show the same letter below each other.
_UPRIGHT: Final = 4
# So many cells at the end of a row are erased rather than written.
_TAIL: Final = 3
# No cell of a frame: what is not known differs from everything.
_NOTHING: Final[Cell] = ("\0", PLAIN)


class Shown(NamedTuple):
    """What a terminal shows.

    Attributes:
        rows: Its rows; None when they are not known.
        place: Where its cursor is.
        pen: Its pen; None when it is not known.
    """

    rows: Sequence[Row] | None = None
    place: Place = NOWHERE
    pen: Pen | None = None


NOTHING_KNOWN: Final = Shown()


class Stretch(NamedTuple):
    """Some cells of one row.

    Attributes:
        row: The row.
        start: The first column.
        end: The column after the last.
    """

    row: int
    start: int
    end: int


def encode(
    shown: Shown,
    wanted: Sequence[Row],
    caret: Place | None,
    abilities: Abilities,
    *,
    ready: Pen | None = None,
    aloud: Stretch | None = None,
) -> tuple[str, Shown]:
    """Return what to write to a terminal, and what it shows then.

    Args:
        shown: What it shows.
        wanted: What it is to show: rows of one width. They must not change afterwards.
        caret: Where its cursor has to be; None for anywhere.
        abilities: What it understands.
        ready: The pen that the next frame will want first, if that is known.
        aloud: Cells that are written also where nothing changes: a reader of the output says them.
    """
    if aloud is not None and shown.rows is not None and aloud.row < len(shown.rows):
        shown = shown._replace(rows=_forgotten(shown.rows, aloud))
    if not abilities.wraps_late:
        wanted = _without_corner(shown.rows, wanted)
    before = shown.rows
    if before is None or (len(before), len(before[0])) != (len(wanted), len(wanted[0])):
        best = _draft(_Way(erases=True), shown, wanted, abilities)
    else:
        best = _draft(_Way(), shown, wanted, abilities)
        if sum(map(_differs, before, wanted)) >= _MANY:
            best = _shorter(best, shown, wanted, abilities)
    if caret is not None:
        best.go(caret)
    if ready is not None:
        best.use(ready)
    return best.text, Shown(wanted, best.place, best.pen)


def _forgotten(rows: Sequence[Row], aloud: Stretch) -> list[Row]:
    """Return `rows` without what `aloud` shows."""
    row = rows[aloud.row]
    end = min(aloud.end, len(row))
    announced = [*row[: aloud.start], *[_NOTHING] * (end - aloud.start), *row[end:]]
    return [*rows[: aloud.row], announced, *rows[aloud.row + 1 :]]


def _differs(one: Row, other: Row) -> bool:
    return one != other


class _Way(NamedTuple):
    """What is done before the rows are changed one by one.

    Attributes:
        erases: All is erased.
        scroll: Some rows are moved.
        upright: What stands upright, such as the bar of a notice, is drawn from top to bottom: with one pen.
    """

    erases: bool = False
    scroll: Scroll | None = None
    upright: bool = False


def _shorter(best: Writer, shown: Shown, wanted: Sequence[Row], abilities: Abilities) -> Writer:
    """Return the draft that is shorter than `best` because it scrolls, or erases all; else `best`."""
    assert shown.rows is not None
    way = _Way()
    for scroll in shifts(shown.rows, wanted) if abilities.regions else ():
        draft = _draft(_Way(scroll=scroll), shown, wanted, abilities)
        if _size(draft) < _size(best):
            way, best = _Way(scroll=scroll), draft
    draft = _draft(_Way(erases=True), shown, wanted, abilities)
    if _size(draft) < _WORTH * _size(best):
        way, best = _Way(erases=True), draft
    return min(best, _draft(way._replace(upright=True), shown, wanted, abilities), key=_size)


def _size(draft: Writer) -> int:
    return len(draft.text.encode("utf-8", "replace"))


def _draft(way: _Way, shown: Shown, wanted: Sequence[Row], abilities: Abilities) -> Writer:
    """Return what is written when it is done in this `way`."""
    draft = Writer(abilities, shown.place, shown.pen)
    rows = shown.rows
    if way.erases or rows is None:
        rows = _erase(draft, wanted)
    if way.scroll is not None:
        rows = _scroll(draft, rows, way.scroll)
    if way.upright:
        rows = _draw_upright(draft, rows, wanted)
    changed = [place for place, row in enumerate(wanted) if rows[place] != row]
    for place in changed:
        typed = place == shown.place.row  # a letter typed there is that letter, whatever else follows from it
        _change_row(draft, place, rows[place], wanted[place], words=len(changed) >= _MANY and not typed)
    return draft


def _erase(draft: Writer, wanted: Sequence[Row]) -> Sequence[Row]:
    """Erase all; return what is shown then."""
    width = len(wanted[0])
    papers = Counter(cell[1].paper for row in wanted for cell in row if is_bare(cell))
    paper = papers.most_common(1)[0][0] if papers and draft.abilities.erases_in_colour else DEFAULT
    before: list[Cell] = [_NOTHING] * width
    if draft.abilities.erase_below:
        before = [blank(paper)] * width
        draft.erase("\x1b[H\x1b[J", before[0])
        draft.say("", Place(0, 0))
    return [before] * len(wanted)


def _scroll(draft: Writer, rows: Sequence[Row], scroll: Scroll) -> Sequence[Row]:
    """Move some of `rows`; return what is shown then."""
    top, bottom, by = scroll
    draft.use(PLAIN)  # not every terminal that erases in colour scrolls in colour
    draft.say(f"\x1b[{top + 1};{bottom}r", NOWHERE)  # in its corner, by the book; not everywhere
    draft.go(Place(0, bottom - 1 if by > 0 else top))
    draft.say("\n" * by if by > 0 else "\x1bM" * -by)
    draft.say(f"\x1b[1;{len(rows)}r", NOWHERE)  # as terminfo's csr: the emulator inside fenrir needs its numbers
    return scrolled(rows, scroll)


def _draw_upright(draft: Writer, rows: Sequence[Row], wanted: Sequence[Row]) -> Sequence[Row]:
    """Draw the same letter in rows below each other; return what is shown then."""
    shown = [list(row) for row in rows]
    for column in range(len(wanted[0]) - 1):
        top = 0
        while top < len(wanted):
            cell = wanted[top][column]
            end = top
            while end < len(wanted) and wanted[end][column] == cell and _is_free(shown[end], column, cell):
                end += 1
            if end - top >= _UPRIGHT and is_sure(cell[0]) and not is_bare(cell):
                for place in range(top, end):
                    draft.go(Place(column, place))
                    draft.use(cell[1])
                    draft.say(cell[0], Place(column + 1, place))
                    shown[place][column] = cell
            top = max(end, top + 1)
    return shown


def _is_free(row: Row, column: int, cell: Cell) -> bool:
    """Tell whether `cell` is to be written to `row`, and no wide letter loses a half by it."""
    return row[column] != cell and row[column][0] != "" and row[column + 1][0] != ""


def _change_row(draft: Writer, place: int, before: Row, after: Row, *, words: bool) -> None:
    """Change a row.

    Args:
        draft: Where it is written.
        place: Which row it is.
        before: What it shows.
        after: What it is to show.
        words: Whether a word that changes in part is written whole, for who listens to the output.
    """
    dirty = _dirty(before, after)
    tail = _tail(after)
    erased = [column for column in dirty if column >= tail]
    if draft.abilities.erase_line and erased and draft.erases(after[-1]) and erased[-1] - erased[0] >= _TAIL:
        dirty = [column for column in dirty if column < tail]
    else:
        erased = []
    runs = _runs(sorted({place for run in _runs(dirty) for place in _word(after, *run)}) if words else dirty)
    for number, (start, end) in enumerate(runs):
        draft.go(Place(start, place), after)
        draft.write(after, start, end, last=number == len(runs) - 1 and not erased)
    if erased:
        there = draft.place.row == place and tail <= draft.place.column <= erased[0]
        if not there:
            draft.go(Place(erased[0], place), after)
        draft.erase("\x1b[K", after[-1])


def _dirty(before: Row, after: Row) -> list[int]:
    """Return the columns to be written: both halves of wide letters, also of one that is overwritten in part."""
    dirty = {column for column, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
    waiting = list(dirty)
    while waiting:
        column = waiting.pop()
        more = set()
        for row in (before, after):
            if column and not row[column][0]:
                more.add(column - 1)
            if column + 1 < len(row) and not row[column + 1][0]:
                more.add(column + 1)
        waiting += more - dirty
        dirty |= more
    return sorted(dirty)


def _word(row: Row, start: int, end: int) -> range:
    """Return the columns from `start` to `end`, with the rest of the words that begin or end there."""
    first, last = start, end
    while first and _is_lettered(row, first - 1) and _is_lettered(row, first):
        first -= 1
    while last < len(row) and _is_lettered(row, last) and _is_lettered(row, last - 1):
        last += 1
    return range(first if start - first <= _WORD else start, last if last - end <= _WORD else end)


def _is_lettered(row: Row, column: int) -> bool:
    return row[column][0] != " " and is_sure(row[column][0])


def _tail(row: Row) -> int:
    """Return from which column on `row` shows nothing but one paper."""
    last = row[-1]
    if not is_bare(last):
        return len(row)
    column = len(row) - 1
    while column and row[column - 1] == last:
        column -= 1
    return column


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and runs[-1][1] == column:
            runs[-1] = (runs[-1][0], column + 1)
        else:
            runs.append((column, column + 1))
    return runs


def _without_corner(before: Sequence[Row] | None, wanted: Sequence[Row]) -> list[Row]:
    """Return `wanted` with the last cell left as it is: a letter there would scroll the whole screen."""
    *rows, last = wanted
    same = before is not None and len(before[-1]) == len(last)
    corner = before[-1][-1] if before is not None and same else blank()
    return [*rows, [*last[:-1], corner]]
