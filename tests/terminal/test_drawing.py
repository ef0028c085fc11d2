"""Frames drawn at random, replayed by two terminals of different origin: what they show is the frame, cell by cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Final, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sel_tui.terminal.drawing.abilities import EVERY, Abilities
from sel_tui.terminal.drawing.cells import (
    BOLD,
    DEFAULT,
    ITALIC,
    REVERSE,
    TRUE,
    UNDERLINE,
    Cell,
    Pen,
    Place,
    Row,
    blank,
    cells_of,
)
from sel_tui.terminal.drawing.encoder import NOTHING_KNOWN, encode
from sel_tui.terminal.drawing.palette import fit
from tests.terminal import emulators
from tests.terminal.emulators import Pyte, Tmux, looked_at, tmux

TERMS: Final = ("linux", "vt100", "vt220", "xterm", "xterm-256color", "screen", "tmux", "rxvt")
WIDE: Final = "漢"
COMBINED: Final = "x\u0301"
LETTERS: Final = (*"  ab─é▶•", WIDE, COMBINED)
SIZES: Final = ((16, 5), (11, 4), (24, 7))
COLOURS: Final = (DEFAULT, DEFAULT, 1, 12, 200, 236, TRUE | 0x123456)
MARKS: Final = (0, 0, BOLD, UNDERLINE, REVERSE, BOLD | UNDERLINE, ITALIC)

_ASK = """
import json
from sel_tui.terminal.capabilities import Found
from sel_tui.terminal.terminfo import abilities_of
print(json.dumps(abilities_of(Found(term={!r}))))
"""


class Emulator(Protocol):
    """A terminal that replays what is written."""

    @property
    def place(self) -> Place: ...

    @property
    def rows(self) -> list[Row]: ...

    def feed(self, text: str) -> None: ...

    def resize(self, columns: int, rows: int) -> None: ...

    def reset(self) -> None: ...


@cache
def abilities(term: str) -> Abilities:
    """Return what terminfo says of `term`: the C library answers for one name only in each process."""
    asked = subprocess.run(
        [sys.executable, "-c", _ASK.format(term)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TERM": term},
    )
    return Abilities(*json.loads(asked.stdout))


def pens(colours: int, marks: int) -> st.SearchStrategy[Pen]:
    """Return pens that a terminal of so many colours has."""
    colour = st.sampled_from(COLOURS).map(lambda one: fit(one, colours))
    return st.builds(Pen, colour, colour, st.sampled_from(MARKS).map(lambda one: one & marks))


@st.composite
def rows(draw: st.DrawFn, width: int, able: Abilities) -> Row:
    """Draw one row: a few stretches of one letter, with a pen each, and one paper behind the rest."""
    stretch = st.tuples(
        st.sampled_from(LETTERS), st.sampled_from((1, 1, 2, 3, 7, width)), pens(able.colours, able.marks)
    )
    row: Row = []
    for letter, count, pen in draw(st.lists(stretch, max_size=4)):
        row += cells_of(letter * count, pen)
    row = [*row, *[blank(draw(pens(able.colours, 0)).paper)] * width][:width]
    if row[-1][0] in {WIDE, COMBINED}:  # no frame has them there
        row[-1] = blank()
    return row


@st.composite
def changed(draw: st.DrawFn, before: list[Row], able: Abilities) -> list[Row]:
    """Draw what becomes of a frame: an edit, rows that move, or another frame altogether."""
    width = len(before[0])
    kind = draw(st.sampled_from(("edit", "edit", "rows", "move", "bar", "all", "none")))
    after = [list(row) for row in before]
    if kind == "edit":
        place, column = draw(st.integers(0, len(before) - 1)), draw(st.integers(0, width - 1))
        cell = draw(st.sampled_from((blank(), ("z", Pen()), before[place][0])))
        after[place] = _put(after[place], column, cell)
    elif kind == "rows":
        for _ in range(draw(st.integers(1, 3))):
            after[draw(st.integers(0, len(before) - 1))] = draw(rows(width, able))
    elif kind == "move":
        by = draw(st.integers(1, len(before) - 1))
        fresh = [draw(rows(width, able)) for _ in range(by)]
        after = [*after[by:], *fresh] if draw(st.booleans()) else [*fresh, *after[:-by]]
    elif kind == "bar":
        column, pen = draw(st.integers(0, width - 1)), draw(pens(able.colours, able.marks))
        after = [_put(draw(rows(width, able)), column, ("│", pen)) for _ in before]
    elif kind == "all":
        after = [draw(rows(width, able)) for _ in before]
    return after


def _put(row: Row, column: int, cell: Cell) -> Row:
    """Return `row` with `cell` in it, and no half of a wide letter."""
    if not cell[0] or cell[0] == WIDE:
        cell = ("w", cell[1])
    if not row[column][0]:
        row[column - 1] = blank()
    if column + 1 < len(row) and not row[column + 1][0]:
        row[column + 1] = blank()
    row[column] = cell
    return row


def differences(rows: list[Row], frame: list[Row]) -> list[tuple[int, int, Cell, Cell]]:
    """Return where `rows` are not those of `frame`: row, column, what is there and what was wanted."""
    wanted = list(map(looked_at, frame))
    assert list(map(len, rows)) == list(map(len, wanted))
    return [
        (place, column, cell, wanted[place][column])
        for place, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell != wanted[place][column]
    ]


def replay(data: st.DataObject, terminal: Emulator, able: Abilities, frames: int) -> None:
    """Draw frames one after the other; the terminal shows each of them, with its cursor where it was wanted."""
    shown = NOTHING_KNOWN
    columns, height = SIZES[0]
    terminal.resize(columns, height)
    terminal.reset()
    terminal.feed("\x1b[?7l")
    terminal.feed(data.draw(st.sampled_from(("\x1b[20l", "\x1b[20h"))))  # LNM: whether LF is CR LF, as inside fenrir
    frame = [data.draw(rows(columns, able)) for _ in range(height)]
    for _ in range(frames):
        caret = data.draw(st.builds(Place, st.integers(0, columns - 1), st.integers(0, height - 1)))
        written, shown = encode(shown, frame, caret, able)
        terminal.feed(written)
        assert not differences(terminal.rows, frame), repr(written)
        assert terminal.place == caret, repr(written)
        event = data.draw(st.sampled_from(("frame", "frame", "frame", "resize", "lost")))
        if event == "resize":
            columns, height = data.draw(st.sampled_from(SIZES))
            terminal.resize(columns, height)
            frame = [data.draw(rows(columns, able)) for _ in range(height)]
            shown = NOTHING_KNOWN
        elif event == "lost":
            terminal.feed("\x1b[1;31mwall\x1b[2;3Hmessage\x1b[4m")
            shown = NOTHING_KNOWN
        else:
            frame = data.draw(changed(frame, able))


@pytest.mark.parametrize("term", TERMS)
@settings(max_examples=15)
@given(data=st.data())
def test_pyte_shows_every_frame_as_it_is(term: str, data: st.DataObject) -> None:
    replay(data, Pyte(*SIZES[0]), abilities(term), 4)


@pytest.mark.parametrize("colours", [0, 8, 16, 256, EVERY])
@settings(max_examples=10)
@given(data=st.data())
def test_pyte_shows_every_frame_in_as_many_colours_as_there_are(colours: int, data: st.DataObject) -> None:
    replay(data, Pyte(*SIZES[0]), abilities("xterm-256color")._replace(colours=colours), 4)


@pytest.fixture(scope="module")
def pane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tmux]:
    with tmux(tmp_path_factory.mktemp("tmux"), *SIZES[0]) as terminal:
        yield terminal


@pytest.mark.skipif(emulators.TMUX is None, reason="tmux is not installed (Debian: apt-get install tmux)")
@pytest.mark.parametrize("term", TERMS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_tmux_shows_every_frame_as_it_is(pane: Tmux, term: str, data: st.DataObject) -> None:
    # tmux does not say that it repeats letters; 3.3 repeats those of ASCII only.
    replay(data, pane, abilities(term)._replace(repeats=False), 4)
