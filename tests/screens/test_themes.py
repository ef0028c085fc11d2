"""F8 changes the colours in place: nothing typed, focused or said changes with them."""

from __future__ import annotations

from sel_tui.widgets.themes import THEMES
from tests.scenarios import build
from tests.screens.stage import stage


async def test_f8_goes_through_every_theme_and_comes_back() -> None:
    async with stage(build("login")) as played:
        seen = [played.app.theme]
        for _ in THEMES:
            await played.press("f8")
            seen.append(played.app.theme)

        assert set(seen) == {theme.name for theme in THEMES}
        assert seen[0] == seen[-1]


async def test_other_colours_are_named_change_no_other_word_and_lose_nothing_typed() -> None:
    async with stage(build("login_typed")) as played:
        rows, focus, typed = _rows(played.text), played.focus, played.typed
        names = set()
        for _ in THEMES:
            await played.press("f8")
            names |= {row for row in _rows(played.text) if row.startswith("Couleurs :")}

            assert [row for row in _rows(played.text) if not row.startswith("Couleurs :")] == rows
            assert (played.focus, played.typed) == (focus, typed)
    assert len(names) == len(THEMES)


def _rows(text: str) -> list[str]:
    """Return the rows that hold something, without their margins."""
    return [row.strip().replace("\u00a0", " ") for row in text.split("\n") if row.strip()]
