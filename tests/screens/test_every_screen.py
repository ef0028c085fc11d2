"""What holds on every screen: the order of Tab and arrows, the cursor, words beside every state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from sel_tui.journey.registry import Overlay
from sel_tui.widgets.glyphs import UNICODE
from tests.accessibility.sample import SAMPLE, kind, shown
from tests.scenarios import NAMES, build
from tests.screens.stage import USUAL, Stage, stage

SMALLEST = (40, 12)
PARTS = 6


def _takes_keys(name: str) -> bool:
    """Tell whether keys act at once here: they wait while a call is under way, and stay when the session is ending."""
    state = build(name)
    return (state.busy is None or state.overlay is not None) and state.overlay is not Overlay.EXPIRING


AT_REST = [name for name in NAMES if _takes_keys(name)]
# Of those that show the same items in the same order, one: what they hold is typed and read elsewhere.
UNLIKE = list({(shown(build(name)).where, *map(kind, shown(build(name)).items)): name for name in AT_REST}.values())
SHOWS_ALL = [name for name in SAMPLE if _takes_keys(name)]


def cursor_is_in_the_focused_item(played: Stage) -> None:
    place = played.app.cursor_place()
    assert place is not None, "there is no cursor"
    view = played.focused
    assert view.parent is not None
    visible = view.region.intersection(played.screen._body.region)
    assert visible, f"{view.item.id} has the focus and cannot be seen"
    assert visible.contains(*place), f"the cursor is at {place}, {view.item.id} at {visible}"
    if visible.y == view.region.y:
        marked = [row for row in played.rows[visible.y : visible.bottom] if UNICODE.marker in row]
        assert len(marked) == 1, f"{view.item.id} has the focus and shows no marker"


async def each(names: Sequence[str], size: tuple[int, int]) -> AsyncIterator[tuple[str, Stage]]:
    """Show scenarios one after the other: an app takes longer to begin than to change its page."""
    async with stage(build(names[0]), size) as played:
        for name in names:
            await played.becomes(build(name))
            yield name, played


@pytest.mark.parametrize("part", range(PARTS))
async def test_tab_goes_through_what_can_be_done_in_reading_order_and_back(part: int) -> None:
    async for name, played in each(UNLIKE[part::PARTS], USUAL):
        order = [item.id for item in played.screen.page.operable()]
        if played.focus not in order:  # a text to read first
            cursor_is_in_the_focused_item(played)
            await played.press("tab")
        reached = [played.focus]
        cursor_is_in_the_focused_item(played)
        for _ in order[1:]:
            await played.press("tab")
            cursor_is_in_the_focused_item(played)
            reached.append(played.focus)
        start = order.index(reached[0])
        assert reached == [*order[start:], *order[:start]], name
        await played.press("tab")
        assert played.focus == reached[0], name
        if len(order) > 1:
            await played.press("shift+tab")
            assert played.focus == reached[-1], name


@pytest.mark.parametrize("part", range(2))
async def test_arrows_pass_every_item_in_a_small_window_and_the_cursor_follows(part: int) -> None:
    async for name, played in each(SHOWS_ALL[part::2], SMALLEST):
        cursor_is_in_the_focused_item(played)
        await played.press(*["pageup"] * 20)
        stops = [view.item.id for view in played.screen.views if view.can_stop]
        seen = [played.focus]
        for _ in range(10 * len(stops)):
            cursor_is_in_the_focused_item(played)
            if played.focus == stops[-1]:
                break
            await played.press("down")
            if played.focus != seen[-1]:
                seen.append(played.focus)
        assert seen == stops[: len(seen)], name
        assert seen[-1] == stops[-1], name
