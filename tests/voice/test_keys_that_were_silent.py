"""The full screen by ear: the caret in a field, both ends of a page, and letters where nothing can be typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sel_tui.journey.core.state import State
from sel_tui.voice import Voice
from sel_tui.voice.spelling import letter
from tests.scenarios import build
from tests.screens.stage import Stage, stage
from tests.voice.listening import WORDS, Alarms, Listener


@asynccontextmanager
async def spoken(state: State, heard: Listener, alarms: Alarms) -> AsyncIterator[Stage]:
    async with stage(state) as played:
        played.app.voice = Voice(heard, alarms, on=True)
        played.app.show_to_voice(played.screen)
        yield played


async def hears(played: Stage, heard: Listener, *keys: str) -> list[str]:
    heard.forget()
    await played.press(*keys)
    return heard.texts


async def test_every_key_that_moves_the_caret_says_the_character_at_it(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("login"), heard, alarms) as played:
        assert await hears(played, heard, "left", "home", "backspace", "delete") == ["vide."] * 4
        await played.type("a%É")
        keys = ("left", "left", "left", "left", "right", "end", "right", "home", "end", "delete")
        said = ["e accent aigu majuscule.", "pour cent.", "a.", "a.", "pour cent.", *["fin."] * 2, "a.", *["fin."] * 2]
        assert await hears(played, heard, *keys) == said
        assert await hears(played, heard, "backspace", "home", "backspace") == [
            "effacé : e accent aigu majuscule.",
            "a.",
            "a.",
        ]


async def test_in_a_masked_field_the_caret_says_no_character(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("login"), heard, alarms) as played:
        await played.type("⇥Zq")
        assert await hears(played, heard, "left", "home", "end") == ["caractère masqué.", "caractère masqué.", "fin."]


async def test_on_a_kiosk_the_caret_says_no_character_either(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("login"), heard, alarms) as played:
        assert played.app.voice is not None
        played.app.voice.headphones = False
        await played.type("Zq")
        assert await hears(played, heard, "left", "end") == ["renseignement personnel, non lu.", "fin."]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_usual_sign_has_a_name_of_its_own(language: str) -> None:
    words = WORDS[language]
    signs = "=%!?#$*()[]\";<>\\~|^{}`°«»-.,@_'&/:+"
    names = {letter(sign, words) for sign in signs}
    assert len(names) == len(signs)
    assert words.key("voice.sign.other") not in names


@pytest.mark.parametrize(
    ("keys", "last", "said"),
    [
        (("down", "right", "pagedown", "end"), "end", "Fin de la page."),
        (("up", "left", "pageup", "home"), "home", "Début de la page."),
    ],
)
async def test_where_nothing_moves_the_end_of_the_page_is_said(
    heard: Listener, alarms: Alarms, keys: tuple[str, ...], last: str, said: str
) -> None:
    async with spoken(build("linked"), heard, alarms) as played:
        await played.press(last, last)
        for key in keys:
            assert await hears(played, heard, key) == [said]


async def test_at_the_last_row_of_a_list_it_is_the_list_that_ends(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("methods"), heard, alarms) as played:
        await played.press("end")
        assert await hears(played, heard, "end") == ["Fin de la liste."]


async def test_a_scroll_inside_a_long_text_is_no_end(heard: Listener, alarms: Alarms) -> None:
    async with stage(build("demo"), size=(60, 12)) as played:
        played.app.voice = Voice(heard, alarms, on=True)
        played.app.show_to_voice(played.screen)
        await played.press("end")
        while played.screen.top:
            before = played.screen.top
            said = await hears(played, heard, "pageup")
            assert played.screen.top < before
            assert "Début de la page." not in said
        await played.press("home")
        assert await hears(played, heard, "pageup") == ["Début de la page."]


async def test_a_letter_on_a_button_says_once_that_nothing_is_typed_there(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("linked"), heard, alarms) as played:
        assert await hears(played, heard, "b", "o") == ["Rien à taper ici."] * 2  # the first was cut short
        alarms.ring()
        assert await hears(played, heard, "n") == []
        await played.press("down")
        assert await hears(played, heard, "n") == ["Rien à taper ici."]


async def test_a_key_that_does_something_says_what_it_did(heard: Listener, alarms: Alarms) -> None:
    async with spoken(build("methods"), heard, alarms) as played:
        assert "Rien à taper ici." not in await hears(played, heard, "2")
    async with spoken(build("login_typed"), heard, alarms) as played:
        await played.press("home")
        assert await hears(played, heard, "=") == ["égal."]
