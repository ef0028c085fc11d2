"""On the screens the voice is opened by its own key: most people never hear it, and wait for it no time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sel_tui.journey.core.messages import Msg
from sel_tui.runtime.options import Kiosk
from sel_tui.voice import Voice
from tests.scenarios import build
from tests.screens.stage import stage
from tests.voice.listening import Alarms, Listener


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The settings with which a voice was opened."""
    settings: list[str] = []

    def open_voice(setting: str, show_text: Callable[[Msg], None], *, kiosk: bool) -> Voice:
        settings.append(setting)
        return Voice(Listener(), Alarms(), on=setting == "on", kiosk=kiosk, show_text=show_text)

    monkeypatch.setattr("sel_tui.voice.open_voice", open_voice)
    return settings


async def test_its_key_opens_it_and_it_says_the_page_that_is_shown(opened: list[str]) -> None:
    async with stage(build("login"), voice="auto") as played:
        await played.press("a", "tab", "=")
        assert (played.app.voice, opened) == (None, [])
        assert played.typed["password"] == "="
        await played.press("f11")
        assert opened == ["auto"]
        voice = played.app.voice
        assert voice is not None
        assert voice.on
        said: Any = voice._speaker
        assert any("Mot de passe" in text for text in said.texts)
        await played.press("f11", "f11")
        assert (played.app.voice, opened) == (voice, ["auto"])


@pytest.mark.parametrize("given", [{"voice": "on"}, {"voice": "auto", "kiosk": Kiosk()}])
async def test_one_that_speaks_or_invites_by_itself_is_opened_at_once(opened: list[str], given: dict[str, Any]) -> None:
    async with stage(build("attract" if "kiosk" in given else "login"), **given):
        assert opened == [given["voice"]]
