"""The window shrinks under every screen, down to one cell, and grows again: nobody loses a place or a letter."""

from __future__ import annotations

import itertools

import pytest

from sel_tui.journey.registry import Overlay
from tests.accessibility.sample import SAMPLE
from tests.scenarios import NAMES, build, models
from tests.screens.stage import USUAL, Stage, stage
from tests.screens.test_every_screen import cursor_is_in_the_focused_item

SIZES = (
    *((80, 11), (39, 24), (1, 1), (300, 100), (2, 100), (300, 1)),
    *((40, 12), (3, 3), (39, 60), (120, 2), (10, 10), (200, 60)),
)
TOO_SMALL = ((80, 11), (39, 24), (1, 1))
# A field, a row of a list, a button, a choice, a notice, a dialog.
KINDS = ("login_typed", "methods", "linked", "questions_file", "not_recognized", "leave_logged_in")
ASKS = "Agrandissez la fenêtre"


def place(played: Stage) -> tuple[object, ...]:
    """Return where the person is and what has been typed, the carets with it."""
    view = played.screen.view
    carets = {one.item.id: one.edit.caret for one in played.screen.views}
    return (played.screen.page.where, view and view.item.id, view and view.at, played.typed, carets)


@pytest.mark.parametrize("name", KINDS)
async def test_each_kind_of_screen_keeps_focus_text_and_caret_through_a_dozen_sizes(name: str) -> None:
    async with stage(build(name)) as played:
        await played.press("down", "left")
        before = place(played)
        for size in SIZES:
            await played.resizes(*size)
            assert place(played) == before, size
            cursor = played.app.cursor_place()
            assert cursor is not None
            assert (0, 0) <= cursor < size
            if size[0] >= len(ASKS):
                assert (ASKS in played.text.replace("\n", " ")) == (size[0] < 40 or size[1] < 12), size
        await played.resizes(*USUAL)
        assert place(played) == before
        cursor_is_in_the_focused_item(played)


async def test_every_step_and_every_kind_of_item_survives_another_size_and_has_its_focus_again() -> None:
    sizes = itertools.cycle(SIZES)
    async with stage(build(NAMES[0])) as played:
        for name in SAMPLE:
            await played.becomes(build(name))
            before = place(played)
            await played.resizes(*next(sizes))
            await played.resizes(*USUAL)
            assert place(played) == before, name


@pytest.mark.parametrize("size", TOO_SMALL)
async def test_what_is_typed_while_the_window_is_too_small_stands_where_the_caret_was(size: tuple[int, int]) -> None:
    async with stage(build("login")) as played:
        await played.type("nvelle@exemple.test")
        await played.press("home", "right")
        await played.resizes(*size)
        await played.type("ou")
        await played.resizes(*USUAL)
        assert played.typed == {"email": "nouvelle@exemple.test", "password": ""}
        assert (played.focus, played.focused.edit.caret) == ("email", 3)


async def test_a_whole_login_typed_in_a_window_too_small_goes_where_it_was_meant() -> None:
    async with stage(build("login")) as played:
        await played.resizes(30, 8)
        await played.type("nouvelle@exemple.test⇥Chantier-2026!⏎")
        assert played.client.last.given == ("nouvelle@exemple.test", "Chantier-2026!")
        await played.answers(models.session())
        await played.resizes(*USUAL)
        assert "Choisir une méthode" in played.text
        cursor_is_in_the_focused_item(played)


async def test_a_refusal_that_comes_while_the_window_is_too_small_is_read_when_it_is_large_again() -> None:
    async with stage(build("login_typed")) as played:
        await played.press("tab", "enter")
        await played.resizes(1, 1)
        await played.refuses("invalid-credentials", 401)
        await played.resizes(*USUAL)
        assert "Erreur" in played.text
        assert played.typed["password"] == ""
        cursor_is_in_the_focused_item(played)


@pytest.mark.parametrize("size", TOO_SMALL)
async def test_a_dialog_opened_or_closed_in_a_window_too_small_is_there_or_gone_afterwards(
    size: tuple[int, int],
) -> None:
    async with stage(build("login_typed")) as played:
        before = place(played)
        await played.resizes(*size)
        await played.press("f10")
        await played.resizes(*USUAL)
        assert "Voulez-vous quitter" in played.text
        assert played.state.overlay is Overlay.LEAVE
        cursor_is_in_the_focused_item(played)
        await played.resizes(*size)
        await played.press("escape")
        await played.resizes(*USUAL)
        assert place(played) == before
        cursor_is_in_the_focused_item(played)
        await played.press("f1")
        await played.resizes(*size)
        await played.press("escape")
        await played.resizes(*USUAL)
        assert place(played) == before


@pytest.mark.parametrize("name", ["login", "methods", "leave_logged_in"])
async def test_a_program_begun_in_a_window_too_small_is_whole_in_a_large_one(name: str) -> None:
    async with stage(build(name), (1, 1)) as played:
        assert played.screen.view is not None
        await played.resizes(*USUAL)
        cursor_is_in_the_focused_item(played)


async def test_moving_about_in_a_window_too_small_goes_on_from_there_in_a_large_one() -> None:
    async with stage(build("methods")) as played:
        order = [view.item.id for view in played.screen.views if view.operable]
        await played.resizes(12, 5)
        await played.press("tab", "down", "pagedown", "pageup", "up", "shift+tab", "end", "home")
        await played.resizes(*USUAL)
        cursor_is_in_the_focused_item(played)
        assert played.focus in order
