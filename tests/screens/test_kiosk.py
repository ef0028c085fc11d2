"""The full screen at a machine that many people use: colours, language and voice are the next person's own."""

from __future__ import annotations

import gc
from typing import Final

from sel_tui.journey.core.commands import LINE_FACE, VOICE
from sel_tui.journey.core.events import Abandoned
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State, with_app
from sel_tui.runtime.options import Kiosk
from sel_tui.voice import Voice
from tests.scenarios import build
from tests.screens.stage import stage
from tests.voice.listening import Alarms, Listener

INVITED: Final = ["Pour entendre ce service, appuyez sur la touche 3.", "To hear this service, press the 3 key."]


def at_kiosk(name: str) -> State:
    return with_app(build(name), kiosk=True, offers=(VOICE, LINE_FACE))


async def test_the_next_person_finds_colours_language_and_keys_as_they_were() -> None:
    async with stage(at_kiosk("login"), kiosk=Kiosk()) as played:
        await played.type("nom")
        await played.press("f8", "f2")
        assert played.app.theme != "sel-dark"
        played.app.visit.feed(Abandoned())
        await played.settles()

        assert played.app.theme == "sel-dark"
        assert "Commencer en français" in played.text
        await played.press("1")
        assert "Adresse courriel" in played.text
        assert played.typed == {"email": "", "password": ""}


async def test_on_ones_own_machine_colours_stay_when_one_logs_out() -> None:
    async with stage(build("leave_logged_in")) as played:
        await played.press("f8")
        chosen = played.app.theme
        await played.press("tab", "enter")
        await played.answers()

        assert played.state.person.generation == 1
        assert played.app.theme == chosen


async def test_the_first_page_says_aloud_again_and_again_how_to_start_the_voice() -> None:
    heard, alarms = Listener(), Alarms()
    async with stage(at_kiosk("login"), kiosk=Kiosk()) as played:
        played.app.voice = Voice(heard, alarms, kiosk=True)
        played.app.visit.feed(Abandoned())
        await played.settles()
        assert heard.texts == INVITED
        alarms.ring()
        assert heard.texts == INVITED * 2

        await played.press("tab")
        alarms.ring()
        assert heard.texts == INVITED * 2


async def test_what_is_personal_is_not_said_before_headphones_are_in() -> None:
    heard = Listener()
    async with stage(at_kiosk("client_file"), kiosk=Kiosk()) as played:
        played.app.voice = Voice(heard, Alarms(), kiosk=True)
        await played.press("up")
        await played.press("f11")
        assert "Maïka" not in " ".join(heard.texts)
        heard.forget()
        await played.press("f11", "6", "up", "up")

        assert "renseignement personnel" not in heard.texts[-1]


async def test_the_key_of_the_voice_is_shown_at_the_kiosks_first_page() -> None:
    async with stage(at_kiosk("login"), kiosk=Kiosk()) as kiosk, stage(build("login")) as own:
        assert "F11" in kiosk.text
        assert "F11" not in own.text


def holders(text: str) -> list[str]:
    """Return the kinds of all objects that hold a string with `text` in it, other than `text` itself."""
    gc.collect()
    held = []
    for one in gc.get_objects():
        for part in gc.get_referents(one):
            found = part.reveal() if type(part) is Secret else part
            if type(found) is str and found is not text and text in found:
                held.append(type(one).__name__)
    return held


async def test_no_object_of_the_program_holds_what_the_person_before_typed() -> None:
    canary = "kanari3f9c"
    async with stage(build("attract"), kiosk=Kiosk()) as played:  # Textual holds on to an app's first screen
        await played.press("1")
        await played.type(f"{canary}@exemple.test⇥{canary}")
        assert holders(canary)
        played.app.visit.feed(Abandoned())
        await played.settles()
        await played.press("tab")

        assert holders(canary) == []
