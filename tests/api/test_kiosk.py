"""Time at a machine that many people use: a warning, then the next person finds nothing of the one before."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from sel_tui.api.errors import ConnectionFailedError
from sel_tui.i18n import Words
from sel_tui.journey.core.events import Command, Edited, LanguageChosen
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.clock import KioskTimes
from tests.api.stand_ins import ANSWERS, Bell, Stage
from tests.unit.rendering import messages

IDLE, WARNING = 180, 60


@pytest.fixture
async def stage() -> Stage:
    """Return the stage with somebody who has logged in and begun to type, then pressed no more keys."""
    stage = Stage(kiosk_times=KioskTimes(IDLE, WARNING))
    await stage.log_in()
    await stage.feed(Command("choose_method", "legacy_access"))
    stage.visit.record_activity()
    return stage


def waiting(stage: Stage, seconds: float) -> Bell:
    (bell,) = [bell for bell in stage.bells if not bell.cancelled and bell.seconds == seconds]
    return bell


async def ring(stage: Stage, seconds: float) -> None:
    bell = waiting(stage, seconds)
    stage.bells.remove(bell)
    bell.ring()
    await stage.settle()


async def test_the_warning_comes_a_minute_before_and_then_the_server_is_told_to_forget_too(stage: Stage) -> None:
    await ring(stage, IDLE - WARNING)
    assert stage.state.overlay is Overlay.EXPIRING
    await ring(stage, WARNING)

    assert stage.state.step is Step.ATTRACT
    assert stage.state.account.session is None
    assert ("sessions.close", ()) in stage.client.calls
    assert pending(stage) == [IDLE - WARNING]  # until the farewell goes


async def test_any_key_begins_the_waiting_anew(stage: Stage) -> None:
    await ring(stage, IDLE - WARNING)
    stage.visit.record_activity()

    assert waiting(stage, IDLE - WARNING) is not None
    assert not [bell for bell in stage.bells if not bell.cancelled and bell.seconds == WARNING]


async def test_a_call_under_way_is_given_up_with_the_person_who_made_it(stage: Stage) -> None:
    stage.visit.feed(Command("back"))
    stage.visit.feed(Command("reload"))
    (under_way,) = stage.calls
    waiting(stage, IDLE - WARNING).ring()
    waiting(stage, WARNING).ring()

    assert under_way.cancelled
    await stage.settle()
    assert stage.client.calls[-1] == ("sessions.close", ())


async def test_where_nobody_did_anything_nothing_is_asked() -> None:
    stage = Stage(kiosk_times=KioskTimes(IDLE, WARNING))
    stage.visit.start()
    await stage.settle()
    stage.visit.record_activity()
    await ring(stage, IDLE - WARNING)

    assert stage.state.overlay is None
    assert stage.state.person.generation == 1


async def test_ones_own_machine_waits_as_long_as_the_server_does() -> None:
    stage = Stage()
    await stage.log_in()
    stage.visit.record_activity()

    assert stage.bell.seconds == 900 - 150


async def without_server() -> Stage:
    """Return a kiosk whose server has just not answered."""
    stage = Stage(kiosk_times=KioskTimes(IDLE, WARNING))
    stage.client.answers["service"] = ConnectionFailedError("nobody")
    stage.visit.start()
    await stage.settle()
    return stage


def pending(stage: Stage) -> list[float]:
    return [bell.seconds for bell in stage.bells if not bell.cancelled]


async def test_a_kiosk_looks_for_its_server_by_itself_ever_more_seldom_until_it_answers() -> None:
    stage = await without_server()
    for seconds in (5, 10, 20, 40, 60, 60):
        assert pending(stage) == [seconds]
        notice = stage.state.notice
        await ring(stage, seconds)
        assert stage.state.notice == notice
    looked = len(stage.client.calls)
    stage.client.answers["service"] = ANSWERS["service"]
    await ring(stage, 60)
    assert len(stage.client.calls) == looked + 1
    assert stage.state.notice is None
    assert stage.state.app.service is not None
    assert pending(stage) == []


async def test_both_languages_say_that_nobody_answers_and_when_it_was_tried_last() -> None:
    stage = await without_server()
    for ahead, hour in ((0, "15 h"), (1, "15 h 01")):
        stage.ahead = timedelta(minutes=ahead)
        await ring(stage, 5 * 2**ahead)
        words = Words("fr", UTC)
        said = " ".join(words.say(one) for item in page(stage.state).items for one in messages(item) if one is not None)
        assert "Le serveur ne répond pas" in said
        assert "The server does not answer" in said
        assert f"Dernier essai : {hour} " in said.replace("\u00a0", " ") + " "


async def test_looking_again_moves_nobody_who_types_and_keeps_what_was_typed() -> None:
    stage = await without_server()
    await stage.feed(Command("begin", "fr"), Edited("email", "maika@exemple.test"))
    before = stage.state
    await ring(stage, 5)
    assert (stage.state.focus, stage.state.person, stage.state.unexpected) == (
        before.focus,
        before.person,
        before.unexpected,
    )
    assert "reload" in [item.id for item in page(stage.state).items]


async def test_a_language_that_was_chosen_on_the_first_page_is_forgotten_when_nobody_begins() -> None:
    stage = Stage(kiosk_times=KioskTimes(IDLE, WARNING))
    stage.visit.start()
    await stage.settle()
    assert pending(stage) == []  # there is nobody whom it could forget
    stage.visit.record_activity()
    await stage.feed(LanguageChosen("en"))
    await ring(stage, IDLE - WARNING)
    assert (stage.state.step, stage.state.person.language, stage.state.overlay) == (Step.ATTRACT, "fr", None)
    assert pending(stage) == []


async def test_who_left_is_told_so_only_for_a_while(stage: Stage) -> None:
    await ring(stage, IDLE - WARNING)
    await ring(stage, WARNING)
    said = [stage.state.notice is not None]
    await ring(stage, IDLE - WARNING)
    said.append(stage.state.notice is not None)
    assert said == [True, False]
    assert pending(stage) == []


async def test_whoever_comes_from_the_other_face_goes_on_there_and_is_forgotten_without_a_key() -> None:
    for begun, step in ((True, Step.LOGIN), (False, Step.ATTRACT)):
        stage = Stage(kiosk_times=KioskTimes(IDLE, WARNING))
        stage.visit.take_over("fr", "maika@exemple.test" if begun else "", begun=begun)
        stage.visit.start()
        await stage.settle()
        assert (stage.state.step, stage.state.person.drafts) == (step, {"email": "maika@exemple.test"} if begun else {})
        assert pending(stage) == [IDLE - WARNING]


async def test_ones_own_machine_is_not_looked_after() -> None:
    stage = Stage()
    stage.client.answers["service"] = ConnectionFailedError("nobody")
    stage.visit.start()
    await stage.settle()
    assert pending(stage) == []
