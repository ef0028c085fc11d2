"""What a letter costs: of all that is in sight only its field is drawn."""

from __future__ import annotations

import pytest
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from sel_tui.widgets.views import Painted
from tests.scenarios import build
from tests.screens.stage import Stage, stage


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Widget]:
    """The widgets that Textual has drawn."""
    widgets: list[Widget] = []
    draw = StylesCache.render_widget

    def render_widget(self: StylesCache, widget: Widget, crop: Region) -> list[Strip]:
        widgets.append(widget)
        return draw(self, widget, crop)

    monkeypatch.setattr(StylesCache, "render_widget", render_widget)
    return widgets


def painted(played: Stage) -> list[str]:
    return [str(list(strip)) for strip in played.screen._compositor.render_strips()]


async def test_a_letter_has_its_field_drawn_and_no_other_item_nor_bar(drawn: list[Widget]) -> None:
    async with stage(build("login")) as played:
        await played.press("a")
        drawn.clear()
        await played.press("b")
        assert [widget for widget in drawn if isinstance(widget, Painted)] == [played.focused]
        assert len(drawn) <= 5  # and what they lie in


@pytest.mark.parametrize("key", ["tab", "f8", "f2", "x", "f3"])
async def test_what_is_kept_is_what_would_be_drawn(key: str) -> None:
    async with stage(build("login")) as played:
        await played.press("a", key)
        kept = painted(played)
        for view in played.screen.query(Painted):
            view.refresh()
        await played.settles()
        assert painted(played) == kept
