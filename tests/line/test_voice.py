"""The line face with the voice: what is written is said, once and in its order; its keys reach it; no secret does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from sel_tui.i18n import Words
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import KeyPressed
from sel_tui.voice import Voice
from sel_tui.voice.spelling import with_groups
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Alarms, Server, Stage, converse, refused, words
from tests.line.test_interruptions import idle
from tests.scenarios import build, in_each_scenario, models, records
from tests.scenarios.walk import drafts


class Listener:
    """A speaker that keeps what it was to say; `cuts` counts how often it was cut short."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.cuts = 0

    def say(self, text: str, language: str, rate: int = 0) -> None:
        del language, rate
        self.heard.append(text)

    def cancel(self) -> None:
        self.cuts += 1

    def close(self, text: str = "", language: str = "", rate: int = 0) -> None:
        del text, language, rate
        """Nothing sounds here."""

    @property
    def text(self) -> str:
        return " ".join(self.heard)


def voice(listener: Listener, *, on: bool = True, kiosk: bool = False) -> Voice:
    def later(seconds: float, call: Callable[[], object]) -> Alarms:
        del seconds, call
        return Alarms()

    return Voice(listener, later, on=on, kiosk=kiosk)


def flat(text: str) -> str:
    """Return `text` without what a voice leaves out or puts in: punctuation, kinds of apostrophes, breaks."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


def runs(line: str) -> list[str]:
    """Return what is said of `line` word by word: a number or a code stands between, which is spelled."""
    kept = [word if not any(sign.isdigit() for sign in word) else "\n" for word in flat(line).split()]
    return [run.strip() for run in " ".join(kept).split("\n") if run.strip()]


# How many words a reference takes when it is spelled.
MOST_OF_A_CODE: Final = 40
_SIGNS: Final = ("?", "??", "<", ">", "=", "+", "-")


def in_words(line: str, language: Words) -> str:
    """Return `line` with the signs of the commands that stand alone in it as a voice says them."""
    names = dict(zip(_SIGNS, ("question", "questions", "less", "greater", "equals", "plus", "hyphen"), strict=True))
    said = [
        language.key(f"voice.sign.{names[word.strip('.,;:()')]}") if word.strip(".,;:()") in names else word
        for word in line.replace("\u00a0", " ").split(" ")
    ]
    return " ".join(said)


def assert_said_as_written(stage: Stage, listener: Listener) -> None:
    """Every line that is written is said, in its order and once; that it is a simulation, at the first page."""
    heard, at = flat(listener.text), 0
    asked = [prompt.text for prompt in stage.prompts]
    for line in "".join(stage.said).split("\n"):
        prompt = next((text for text in asked if line.startswith(text)), line)
        if prompt.startswith(("Il n’y a plus", "Au revoir")):
            continue
        for wanted in runs(in_words(prompt.removeprefix("SIMULATION. " if at else ""), words("fr"))):
            found = heard.find(wanted, at)
            assert found >= 0, f"{prompt!r} is not said after {heard[max(at - 80, 0) : at]!r}"
            assert len(heard[at:found].split()) < MOST_OF_A_CODE, f"{heard[at:found]!r} is said and not written"
            at = found + len(wanted)


WALKS: Final = {
    "help, commands and what they do not do here": ("?", "??", "=", "f12", "+", "<", "q", ""),
    "an error, and the choices": ("nouvelle", "", "<", "a@b.test", ">", "9", "r"),
    "method 1": (*TO_LEGACY, *LEGACY, "?", ">"),
    "a reference that is spelled": (*TO_LEGACY, *LEGACY, "="),
    "what the methods need": (*LOGIN, "?", "f3", "1"),
    "method 2 with its review": (*LOGIN, "2", "ci1234567", *records.RIGHT_ANSWERS),
    "a warning": (*TO_LEGACY, idle, "ci1234567", "f4", "?"),
    "a number alone": (*TO_LEGACY, "1234567", "x", "9", "1"),
}


@pytest.mark.parametrize("name", WALKS)
async def test_what_is_written_by_itself_or_on_request_is_said_once_in_its_order(name: str) -> None:
    listener = Listener()
    stage = await converse(*WALKS[name], voice=voice(listener))

    assert_said_as_written(stage, listener)
    for line in ("Cette commande ne sert pas ici", "Votre session reste ouverte", "Nous lirons", "Toute l'aide"):
        assert listener.text.count(line) == stage.text.replace("’", "'").count(line)


async def test_a_refusal_is_heard_once_and_then_the_question() -> None:
    listener = Listener()
    server = Server(sessions__open=[refused("invalid-credentials", 401)])
    stage = await converse(*LOGIN, server=server, voice=voice(listener))

    assert_said_as_written(stage, listener)
    assert listener.text.count("n'est pas le bon") == 1
    assert listener.text.index("n'est pas le bon") < listener.text.index("Erreur. Mot de passe")


async def test_a_prompt_waits_for_what_was_written_before_it() -> None:
    listener = Listener()
    before = listener.cuts
    await converse("=", voice=voice(listener))

    assert listener.cuts - before <= 3  # the first and the last key, and the end
    said = [text for text in listener.heard if "Cette commande ne sert pas ici" in text]
    assert len(said) == 1
    assert said[0].index("Cette commande") < said[0].index("Adresse courriel")


@in_each_scenario
def test_the_last_thing_that_is_heard_of_each_page_is_its_question(name: str) -> None:
    listener = Listener()
    renderer = Renderer(lambda _: None, words=words)
    state = replace(build(name), busy=None)
    prompt = renderer.render(state)
    assert prompt is not None
    written = (*renderer.transcript.take(), *prompt.asked)
    voice(listener).read(written, prompt.page, "", renderer.words.aloud, opened=True)

    asked = with_groups(in_words(prompt.text, renderer.words), renderer.words)
    assert flat(listener.text).endswith(flat(asked))


async def test_after_a_refusal_what_is_to_be_checked_is_said_in_groups() -> None:
    listener = Listener()
    renderer = Renderer(lambda _: None, words=words)
    prompt = renderer.render(replace(build("not_recognized"), busy=None))
    assert prompt is not None
    voice(listener).read((*renderer.transcript.take(), *prompt.asked), prompt.page, "", renderer.words.aloud)

    assert "1234567" not in listener.text
    assert "Ancien identifiant : cé i, 123, 45, 67" in listener.text


async def test_no_secret_is_said() -> None:
    listener = Listener()
    await converse(*TO_LEGACY, "ci1234567", "f4", "<", "", "f4", "Ancien-1234!", "<", voice=voice(listener))

    assert "hantier" not in listener.text
    assert "Ancien-1234" not in listener.text


async def test_f11_pressed_or_typed_starts_it_says_the_page_and_the_question_comes_again() -> None:
    for step in (KeyPressed("f11"), "f11"):
        listener = Listener()
        stage = await converse(step, "a@b.test", voice=voice(listener, on=False))

        assert listener.text.index("Connexion") < listener.text.index("Adresse courriel")
        assert stage.asked[0] == stage.asked[1]
        assert drafts(stage.state)["email"] == "a@b.test"


async def test_a_secret_is_no_key_of_the_voice() -> None:
    listener = Listener()
    stage = await converse("a@b.test", "7", voice=voice(listener))

    assert stage.server.named("sessions.open") == [("a@b.test", "7")]


async def test_on_a_kiosk_what_belongs_to_a_person_is_written_and_not_said() -> None:
    listener = Listener()
    stage = await converse(*TO_LEGACY, *LEGACY, voice=voice(listener, kiosk=True))

    assert "Maïka" in stage.text
    assert "Maïka" not in listener.text
    assert "renseignement personnel, non lu" in listener.text
    assert models.REFERENCE not in listener.text
