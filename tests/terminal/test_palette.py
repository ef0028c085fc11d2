"""Which colour of a terminal stands for red, green and blue."""

from __future__ import annotations

import pytest

from sel_tui.terminal.drawing.abilities import EVERY
from sel_tui.terminal.drawing.cells import DEFAULT, TRUE
from sel_tui.terminal.drawing.palette import fit
from sel_tui.widgets.themes import DARK


@pytest.mark.parametrize(
    ("colour", "colours", "shown"),
    [
        (DEFAULT, EVERY, DEFAULT),
        (TRUE | 0xFFD75F, EVERY, 221),  # it is in the palette
        (TRUE | 0xFED75F, EVERY, 221),  # nobody sees the difference
        (TRUE | 0x10161D, EVERY, TRUE | 0x10161D),  # one sees that it is no grey
        (TRUE | 0x10161D, 256, 233),
        (TRUE | 0x000000, EVERY, TRUE),  # 16 is black, and one of those that people set
        (TRUE | 0xFF1010, 8, 1),
        (TRUE | 0xFF1010, 16, 9),
        (TRUE | 0xFF1010, 0, DEFAULT),
        (12, 16, 12),
        (200, 8, 5),
    ],
)
def test_a_colour_is_what_the_terminal_has_next_to_it(colour: int, colours: int, shown: int) -> None:
    assert fit(colour, colours) == shown


def test_the_dark_theme_is_drawn_in_the_palette_alone() -> None:
    colours = [TRUE | int(value[1:], 16) for name, value in DARK.variables.items() if name.startswith("sel-")]
    assert all(fit(colour, EVERY) < TRUE for colour in colours)
