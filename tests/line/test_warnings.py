"""The session's warning and what stands half typed: at every prompt it is said once, and takes, cuts, moves nothing."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

import pytest

from sel_tui.api import ApiClient
from sel_tui.journey.core.events import SessionEnding
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.machine import SPECS
from sel_tui.line.face import LineFace
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import InputEvent, Interrupted, KeyPressed, Line
from sel_tui.line.terminal_source import TerminalSource
from sel_tui.runtime.options import VisitOptions
from sel_tui.runtime.visit import Visit
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Alarms, Server, Stage, converse, refused, words
from tests.line.test_interruptions import idle
from tests.scenarios import NAMES, build, models, records
from tests.scenarios.walk import drafts

HERE: Final = VisitOptions(models.SERVER)
WARNING: Final = "Attention : votre session va se terminer."


def _warned(name: str) -> bool:
    """Tell whether a session can end at this scenario."""
    state = build(name)
    return state.account.session is not None and not SPECS.step(state.step).public and state.overlay is None


class Typist:
    """Half of each answer is typed when the warning comes, the rest behind it; no button is ever pressed."""

    def __init__(self, name: str) -> None:
        self.written: list[str] = []
        self.shown: list[tuple[Prompt, str]] = []
        self.given: list[tuple[Prompt, str]] = []
        self._warned_at: Prompt | None = None
        renderer = Renderer(lambda line: self.written.append(f"{line}\n"), words=words)

        def visit(run: Any, changed: Any) -> Visit:
            client = cast("ApiClient", Server())
            made = Visit(HERE, run, changed, client=client, later=Alarms(), now=lambda: models.NOW)
            made.state = replace(build(name), busy=None)
            return made

        self.face = LineFace(visit, self, renderer, self.written.append)
        self.face._dispatcher = cast("Any", self)
        self._renderer = renderer

    def prepare(self, prompt: Prompt) -> None:
        assert prompt is not self._warned_at
        self._warned_at = None

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        self.shown.append((prompt, typed))
        self.written.append(f"{'' if prompt.hidden else typed}\n")
        if self._warned_at is None:
            self._warned_at = prompt
            self.face.visit.feed(SessionEnding(models.NOW + timedelta(seconds=120), 120))
            return Interrupted("H2X")
        return Line(f"{typed} 1Y4")

    def erase(self) -> bool:
        raise AssertionError

    def stop(self) -> None:
        """Nothing waits here."""

    async def line(self, prompt: Prompt, text: str, *, ahead: bool = False) -> None:
        """Take an answer, as the dispatcher of the face does."""
        assert not ahead
        self.given.append((prompt, text))
        if prompt.field is None or len(self.given) > 12:
            self.face.stop()
        else:
            self._renderer.progress.answered(prompt.field.id)


@pytest.mark.parametrize("name", [name for name in NAMES if _warned(name)])
async def test_at_every_prompt_the_warning_is_said_and_the_whole_answer_goes_where_it_was_typed(name: str) -> None:
    typist = Typist(name)
    await typist.face.run()
    text = "".join(typist.written).replace("\u00a0", " ")

    assert typist.given
    assert [answer for _, answer in typist.given] == ["H2X 1Y4"] * len(typist.given)
    for at, (prompt, _) in enumerate(typist.given):
        first, again = typist.shown[2 * at : 2 * at + 2]
        assert (first[0], again[0]) == (prompt, prompt)
        assert (first[1], again[1]) == ("", "H2X")
        asked = prompt.text.replace("\u00a0", " ")
        secret = isinstance(prompt.field, EntryItem) and prompt.field.masked
        assert text.count(f"pour la garder ouverte. Vous pouvez le faire autant de fois que nécessaire.\n{asked}")
        assert (f"{asked}H2X\n" in text) is not secret
    assert text.count(WARNING) == len(typist.given)
    assert text.count("Votre session reste ouverte.") == len(typist.given)


async def test_bytes_typed_around_the_warning_make_one_answer_on_the_screen_and_for_the_program() -> None:
    reading, typing = os.pipe()
    written: list[str] = []
    typist = Typist("legacy_access")
    typist.face._source = source = TerminalSource(reading, written.append)
    typist.face._write = written.append
    typist._renderer.transcript._write = lambda line: written.append(f"{line}\n")
    running = asyncio.create_task(typist.face.run())

    async def until(text: str) -> None:
        while text not in "".join(written).replace("\u00a0", " "):  # noqa: ASYNC110  # the pipe is read by the loop
            await asyncio.sleep(0)

    await until("Ancien identifiant : ")
    os.write(typing, b"H2X")
    await until("H2X")
    typist.face.visit.feed(SessionEnding(models.NOW + timedelta(seconds=120), 120))
    await until("Ancien identifiant : H2X\n" + WARNING)
    os.write(typing, b" 1Y4\r")
    await until("Ancien identifiant : H2X 1Y4\n")
    await until("Ancien mot de passe")
    typist.face.stop()
    source.stop()
    await running
    os.close(reading)
    os.close(typing)

    assert [answer for _, answer in typist.given] == ["H2X 1Y4"]


async def test_an_answer_keeps_a_session_that_is_about_to_end_and_is_given_all_the_same() -> None:
    stage = await converse(*TO_LEGACY, idle, *LEGACY)

    assert WARNING in stage.text
    assert "Répondez n’importe quoi pour la garder ouverte." in stage.text
    assert "Votre session reste ouverte." in stage.text
    assert len(stage.server.named("sessions.extend")) == 1
    assert stage.server.named("links.by_legacy_access")[0][:2] == LEGACY


async def test_enter_alone_keeps_the_session_and_does_nothing_else() -> None:
    stage = await converse(*LOGIN, "2", "ci1234567", *records.RIGHT_ANSWERS, idle, "", "<")

    assert len(stage.server.named("sessions.extend")) == 1
    assert not stage.server.named("links.by_questions")


async def test_where_leaving_is_asked_the_warning_leaves_the_question_as_it_was() -> None:
    def warns(stage: Stage) -> Interrupted:
        idle(stage)
        return Interrupted("2")

    stage = await converse(*TO_LEGACY, "q", warns, "2")

    assert len([asked for asked in stage.asked if "Rester ici" in asked]) == 1
    assert "Votre session est fermée." in stage.text


async def test_one_can_log_out_where_the_session_is_about_to_end() -> None:
    stage = await converse(*TO_LEGACY, idle, KeyPressed("f10"), "2")

    assert not stage.server.named("sessions.extend")
    assert "Votre session est fermée." in stage.text


async def test_a_secret_that_the_warning_cuts_in_two_is_whole_and_shown_nowhere() -> None:
    def warns(stage: Stage) -> Interrupted:
        idle(stage)
        return Interrupted("Ancien-12")

    stage = await converse(*TO_LEGACY, "ci1234567", warns, "Ancien-1234!")

    assert "Ancien-12" not in stage.text
    assert stage.server.named("links.by_legacy_access")[0][1] == "Ancien-1234!"


async def test_what_was_typed_is_kept_where_the_session_could_not_be() -> None:
    server = Server(sessions__extend=[refused("session-ended", 401)])
    stage = await converse(*TO_LEGACY, idle, "ci1234567", "Chantier-2026!", server=server)

    assert drafts(stage.state)["identifier"] == "ci1234567"
    assert stage.asked[-1].startswith("Ancien mot de passe (")
