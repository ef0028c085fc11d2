"""The line face with the voice: what is asked is said aloud, its keys reach it, no secret does."""

from __future__ import annotations

from collections.abc import Callable

from sel_tui.line.sources import KeyPressed
from sel_tui.voice import Voice
from tests.line.stage import Alarms, converse
from tests.scenarios.walk import drafts


class Listener:
    """A speaker that keeps what it was to say."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def say(self, text: str, language: str, rate: int = 0) -> None:
        del language, rate
        self.heard.append(text)

    def cancel(self) -> None:
        """Nothing sounds here."""

    def close(self) -> None:
        """Nothing sounds here."""

    @property
    def text(self) -> str:
        return " ".join(self.heard).replace("\u00a0", " ")


def voice(listener: Listener, *, on: bool) -> Voice:
    def later(seconds: float, call: Callable[[], object]) -> Alarms:
        del seconds, call
        return Alarms()

    return Voice(listener, later, on=on)


async def test_each_question_is_said_aloud() -> None:
    listener = Listener()
    await converse("nouvelle@exemple.test", "Chantier-2026!", voice=voice(listener, on=True))

    assert listener.text.index("Adresse courriel") < listener.text.index("Mot de passe")
    assert "Chantier" not in listener.text


async def test_f11_pressed_or_typed_starts_it_and_the_question_comes_again() -> None:
    for step in (KeyPressed("f11"), "f11"):
        listener = Listener()
        stage = await converse(step, "a@b.test", voice=voice(listener, on=False))

        assert listener.heard
        assert stage.asked[:2] == ["Adresse courriel :", "Adresse courriel :"]
        assert drafts(stage.state)["email"] == "a@b.test"


async def test_a_secret_is_no_key_of_the_voice() -> None:
    listener = Listener()
    stage = await converse("a@b.test", "7", "", voice=voice(listener, on=True))

    assert stage.server.named("sessions.open") == [("a@b.test", "7")]
