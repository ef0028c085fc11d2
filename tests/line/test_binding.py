"""By line, what a person is held to takes its number or its name, given after its question; a script writes either."""

from __future__ import annotations

import pytest

from sel_tui.line.sources import Line
from tests.line.stage import LOGIN, Server, converse
from tests.scenarios import models

TO_FILE = (*LOGIN, "1")


def server() -> Server:
    return Server(sessions__open=models.session(linked=1))


@pytest.mark.parametrize("answer", ["1", "C’est exact", "c'est"])
async def test_a_script_attests_by_the_number_or_the_name(answer: str) -> None:
    stage = await converse(*TO_FILE, answer, server=server())

    assert len(stage.server.named("links.verify")) == 1


async def test_empty_lines_attest_nothing_however_many() -> None:
    stage = await converse(*TO_FILE, "", "", "", "", server=server())

    assert stage.state.step == "client_file"
    assert not stage.server.named("links.verify")


async def test_an_answer_begun_before_the_question_attests_nothing_and_the_question_comes_again() -> None:
    stage = await converse(*TO_FILE, Line("1", ahead=True), server=server())

    assert not stage.server.named("links.verify")
    assert stage.text.count("vous avez répondu avant la question") == 1
    assert stage.asked[-1] == "Erreur. Choix de 1 à 5 :"

    stage = await converse(*TO_FILE, Line("1", ahead=True), "1", server=server())
    assert len(stage.server.named("links.verify")) == 1


async def test_what_does_not_bind_may_be_answered_ahead() -> None:
    stage = await converse(*TO_FILE, Line("2", ahead=True), server=server())

    assert stage.state.step == "report"


async def test_an_error_without_a_word_asks_what_is_wrong_and_is_filed_by_its_number_only() -> None:
    stage = await converse(*TO_FILE, "2", "", "   ", "le code postal", "", "", server=server())

    assert "dites en quelques mots ce qui n’est pas exact" in stage.text
    assert not stage.server.named("links.verify")

    stage = await converse(*TO_FILE, "2", "le code postal", "1", server=server())
    assert [given[-1] for given in stage.server.named("links.verify")] == ["le code postal"]
