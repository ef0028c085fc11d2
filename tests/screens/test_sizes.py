"""From 40×12 to 200×60: what was typed stays, the focus stays in sight, nothing is cut at the side."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.messages import Msg
from tests.scenarios import NAMES, build
from tests.screens.stage import USUAL, stage
from tests.screens.test_every_screen import cursor_is_in_the_focused_item

SIZES = ((40, 12), (200, 60), (57, 13), (120, 40), (80, 24))
FORMS = ("login_typed", "legacy_access_typed", "question_date_understood", "report", "profiles_searched", "linked")


@pytest.mark.parametrize("name", FORMS)
async def test_resizing_keeps_what_was_typed_and_the_focus_in_sight(name: str) -> None:
    async with stage(build(name)) as played:
        await played.press("tab")
        typed, focus = played.typed, played.focus
        for size in SIZES:
            await played.resizes(*size)
            assert (played.typed, played.focus) == (typed, focus)
            cursor_is_in_the_focused_item(played)


async def test_below_the_smallest_size_a_sentence_says_so_and_nothing_is_lost() -> None:
    async with stage(build("login_typed")) as played:
        await played.resizes(30, 8)
        typed = played.typed
        await played.resizes(80, 24)
        assert played.typed == typed
        assert "Connexion" in played.text


def _held_together(text: str) -> list[str]:
    return [word for word in text.split(" ") if "\u00a0" in word]


@pytest.mark.parametrize("width", [40, 61, 80])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_no_break_space_is_never_broken_while_it_fits(language: str, width: int) -> None:
    async with stage(build(NAMES[0], language), (width, 40)) as played:
        for name in ("login", "contact", "reported", "not_recognized", "method_locked", "help_with_method", "methods"):
            await played.becomes(build(name, language))
            shown = _spaced(played.text)
            said = [played.screen.words.say(one) for item in played.screen.page.items for one in _messages(item)]
            for together in {one for text in said if _spaced(text) in shown for one in _held_together(text)}:
                if len(together) <= width - 12:
                    assert any(together.strip(".,;") in row for row in played.rows), together


def _spaced(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("│", " ").split())


def _messages(item: object) -> list[Msg]:
    found = [getattr(item, name, None) for name in ("text", "value", "hint", "error")]
    notice = getattr(item, "notice", None)
    if notice is not None:
        found += [notice.title, *notice.lines]
    return [one for one in found if isinstance(one, Msg)]


@pytest.mark.parametrize("name", ["login_too_many", "login_wrong", "not_recognized"])
async def test_the_blank_lines_of_a_page_are_the_same_whenever_its_layout_comes(name: str) -> None:
    async with stage(build(name)) as played:
        shown, screen = played.text, played.app._shown
        screen._keys.show(
            [*screen._keys._lines, []]
        )  # a taller page stood there, and its key bar said that there is more
        screen._close_up()
        await played.settles()

        assert played.text == shown


async def test_the_key_bar_follows_the_width_of_the_window() -> None:
    async with stage(build("methods")) as played:
        narrow = played.rows[-1]
        assert "F8" not in narrow
        await played.resizes(120, 40)
        assert "F3 Service à la clientèle" in played.rows[-1]
        assert "F8 Couleurs" in played.rows[-1]
        await played.resizes(*USUAL)
        assert played.rows[-1] == narrow


async def test_every_line_of_the_key_bar_is_shown_as_soon_as_the_window_has_its_size() -> None:
    async with stage(build("login")) as played:
        for size in ((40, 12), (120, 40), (60, 20), (50, 13), USUAL, (40, 12)):
            await played.resizes(*size)
            keys = played.screen._keys
            assert keys.size.height == keys.rows
            shown = played.screen._body.virtual_size.height <= played.screen._body.size.height
            assert shown or "Suite" in played.text
