"""Time at a machine that many people use: a warning, then the next person finds nothing of the one before."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.events import Command
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.clock import KioskTimes
from tests.api.stand_ins import Bell, Stage

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

    assert stage.state.step is Step.LOGIN
    assert stage.state.account.session is None
    assert ("sessions.close", ()) in stage.client.calls
    assert not [bell for bell in stage.bells if not bell.cancelled]


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
