"""What the first page does not cost: nothing is parsed twice, and no screen has widgets that show nothing."""

from __future__ import annotations

import pytest
from textual.css.stylesheet import Stylesheet

from sel_tui.app import SelApp
from sel_tui.runtime.options import VisitOptions
from sel_tui.widgets.themes import THEMES
from tests.scenarios import build
from tests.screens.stage import DECISION, stage


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_the_style_sheets_are_read_once_in_the_colours_that_were_chosen(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[Stylesheet] = []
    monkeypatch.setattr(Stylesheet, "reparse", again.append)

    async with stage(build("login"), colour=theme) as played:
        assert played.app.theme == theme
        assert played.app.current_theme.name == theme
        assert played.app.theme_variables["sel-ground"] == played.app.current_theme.variables["sel-ground"]
        assert again == []


def test_no_screen_has_textuals_widgets_for_tooltips_and_notices() -> None:
    app = SelApp(VisitOptions("http://127.0.0.1:9"), DECISION)

    assert app._disable_tooltips
    assert app._disable_notifications
