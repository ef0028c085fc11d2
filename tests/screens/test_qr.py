"""The code of a hand-off for a telephone's camera: drawn where there is room and a block, and given to no reader."""

from __future__ import annotations

from typing import Any

import pytest
import segno

from sel_tui.i18n import Words
from sel_tui.journey.core.page import Fact
from sel_tui.journey.machine import page
from sel_tui.line.sentences import LineWords, lines_of
from sel_tui.voice.describe import describe_item
from sel_tui.widgets.layout import TALL
from tests.scenarios import build
from tests.scenarios.handoffs import CODE
from tests.screens.stage import stage

TALL_ENOUGH = (80, TALL)


def modules(rows: list[str]) -> list[list[bool]]:
    """Return what a camera sees of the rows with blocks in them: True where it is dark."""
    drawn = [row for row in rows if "█" in row]
    left = min(row.index("█") for row in drawn)
    right = max(row.rindex("█") for row in drawn)
    pairs = [[row.ljust(right + 1)[place] for place in range(left, right + 1, 2)] for row in drawn]
    return [[cell != "█" for cell in row] for row in pairs]


async def test_a_tall_terminal_shows_the_code_alone_for_a_camera_and_all_of_its_page() -> None:
    async with stage(build("handoff"), size=TALL_ENOUGH) as played:
        seen = modules(played.rows)
        assert seen == [[bool(dark) for dark in row] for row in segno.make_qr(CODE).matrix_iter(border=2)]
        for text in ("Votre démarche est gardée", "Terminer et me déconnecter", "Retour"):
            assert text in played.text.replace("\u00a0", " ")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, TALL), (52, TALL)])
async def test_where_there_is_no_room_there_is_none(size: tuple[int, int]) -> None:
    async with stage(build("handoff"), size=size) as played:
        assert "█" not in played.text


@pytest.mark.parametrize("given", [{"glyphs": "ascii"}, {"cells": 40}])
async def test_neither_a_terminal_without_blocks_nor_a_braille_display_gets_one(given: dict[str, Any]) -> None:
    async with stage(build("handoff"), size=TALL_ENOUGH, **given) as played:
        assert "4T8W-7K31" in played.text
        assert "█" not in played.text


async def test_it_comes_and_goes_with_the_size_of_the_window() -> None:
    async with stage(build("handoff"), size=(80, 24)) as played:
        await played.pilot.resize_terminal(*TALL_ENOUGH)
        await played.settles()
        assert "█" in played.text
        await played.pilot.resize_terminal(80, 24)
        await played.settles()
        assert "█" not in played.text


def test_neither_the_voice_nor_the_line_face_says_anything_of_it() -> None:
    (fact,) = [item for item in page(build("handoff")).items if isinstance(item, Fact) and item.qr]
    assert fact.qr == CODE
    assert len(describe_item(fact, Words("fr"))) == 2
    assert "█" not in "\n".join(lines_of(fact, LineWords("fr")).lines)
