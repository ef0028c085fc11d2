"""Nothing that one person typed and left is said to the next one line by line, nor stands on a line again."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.events import Command, Opened, SessionEnded
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.sources import Interrupted, KeyPressed
from tests.line.stage import TO_LEGACY, Server, Stage, converse
from tests.line.stage import Step as Heard_or_done
from tests.scenarios import models
from tests.scenarios.accounts import RESET

CANARY = "Canari-3f9c!A"
MAIL = "canari@exemple.test"


def goes(*does: str) -> Heard_or_done:
    def happens(stage: Stage) -> Interrupted:
        for do in does:
            if do == "disavow":
                stage.face.visit.feed(Opened(Overlay.CONTACT))
            stage.face.visit.feed(Command(do))
        return Interrupted()

    return happens


def the_next_person_comes(stage: Stage) -> Interrupted:
    assert stage.state.step is Step.LOGIN
    stage.said.clear()
    stage.prompts.clear()
    return Interrupted()


# Every page that the next person can open, with what is masked shown and the fields gone through by Enter.
LOOKS_EVERYWHERE: tuple[Heard_or_done, ...] = (
    *(the_next_person_comes, "f4"),
    *(goes("create_account"), "f4", "r", "", "", goes("back")),
    *(goes("forgot_password"), "r", "", goes("back")),
    *(goes("disavow"), "r", "", goes("back")),
)
CREATES = ("", MAIL, CANARY, "Canarie")
TASKS: dict[str, tuple[Heard_or_done, ...]] = {
    "account": (*CREATES, goes("back", "back")),
    "account, in the middle of a name": (*CREATES, KeyPressed("f1", "Canari"), goes("back", "back")),
    "account, in the middle of a password": (*CREATES[:2], KeyPressed("f1", "Canari-3"), goes("back")),
    "reset": (">", "2", MAIL, "739152", goes("back", "back")),
    "disavowal": ("f3", "2", CANARY, goes("back")),
}


@pytest.mark.parametrize("name", TASKS)
async def test_whoever_comes_after_a_task_was_left_hears_nothing_of_it(name: str) -> None:
    stage = await converse(*TASKS[name], *LOOKS_EVERYWHERE, server=Server(accounts__start_reset=RESET))

    assert {prompt.page.where for prompt in stage.prompts} >= {Step.ACCOUNT, Step.RESET, Step.DISAVOW}
    assert "anari" not in stage.text


async def test_whoever_logs_in_after_a_session_ended_over_the_disavowal_hears_nothing() -> None:
    def ends(stage: Stage) -> Interrupted:
        stage.face.visit.feed(SessionEnded())
        return Interrupted("CANARI")

    other = models.session().account.model_copy(update={"id": "another"})
    server = Server(sessions__open=[models.session(), models.session().model_copy(update={"account": other})])
    typed = (*TO_LEGACY, "ci7654321", KeyPressed("f1", CANARY), goes("disavow"), ends, goes("back"))
    again: tuple[Heard_or_done, ...] = (the_next_person_comes, "nouvelle@exemple.test", "Chantier-2026!")
    stage = await converse(*typed, *again, "1", "f4", "r", "", server=server)

    assert stage.state.step is Step.LEGACY_ACCESS
    assert "7654321" not in stage.text
    assert "anari" not in stage.text.lower()


async def test_a_session_that_ends_over_the_disavowal_is_told_there() -> None:
    def ends(stage: Stage) -> Interrupted:
        stage.face.visit.feed(SessionEnded())
        return Interrupted("4T8W2")

    stage = await converse(*TO_LEGACY, goes("disavow"), ends)

    assert stage.prompts[-1].page.where is Step.DISAVOW
    assert "Attention : votre session est terminée." in stage.text
    assert "4T8W2" not in stage.text
