"""Clocks that are wrong, machines that sleep: durations are the server's, and no file waits in a dark screen."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from sel_tui.api import ApiClient, ApiError
from sel_tui.journey.core.events import Command
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.clock import ServerTime
from sel_tui.runtime.options import Kiosk
from tests.api.servers import Server, answer, problem
from tests.api.stand_ins import Bell, Stage
from tests.unit import builders

IDLE, WARNING = 180, 60
HOURS = timedelta(hours=13)


def at_kiosk() -> Stage:
    return Stage(kiosk=Kiosk(IDLE, WARNING))


async def in_a_form(stage: Stage) -> Stage:
    """Return the stage with somebody who has logged in and begun to type."""
    await stage.log_in()
    await stage.feed(Command("choose_method", "legacy_access"))
    stage.visit.record_activity()
    return stage


def waiting(stage: Stage, seconds: float) -> Bell:
    (bell,) = [bell for bell in stage.bells if not bell.cancelled and bell.seconds == seconds]
    return bell


async def passes(stage: Stage, time: timedelta) -> None:
    """Let time pass in which the machine sleeps: no timer goes on; then somebody looks at the clock."""
    stage.ahead += time
    stage.visit.look_at_clock()
    await stage.settle()


@pytest.mark.parametrize("ahead", [HOURS, -HOURS])
async def test_a_clock_that_is_hours_off_ends_no_session(ahead: timedelta) -> None:
    stage = Stage(ahead=ahead)
    await stage.log_in()
    await stage.feed(Command("back"), Command("reload"))

    assert stage.bell.seconds == 900 - 150
    await stage.ring()
    assert stage.state.overlay is Overlay.EXPIRING
    assert stage.state.ends_at == builders.NOW + timedelta(seconds=150)


async def test_the_server_tells_its_time_with_each_answer_of_its_own() -> None:
    told: list[datetime] = []
    dates = [f"Wed, 21 Oct 2026 0{hour}:28:00 GMT" for hour in range(3)]
    reactions = [
        answer(body=builders.service(), Date=dates[0]),
        answer(200, b"<h1>Bienvenue</h1>", Content_Type="text/html", Date=dates[1]),
        answer(body=builders.service(), Date="yesterday"),
        answer(body=builders.service()),
        problem(404, "not-found", Date=dates[2]),
    ]
    async with Server(list(reactions)) as server:
        client = ApiClient(server.address, on_time=told.append)
        for _ in reactions:
            with suppress(ApiError):
                await client.service()
        await client.close()

    assert told == [datetime(2026, 10, 21, 0, 28, tzinfo=UTC)]


def test_the_servers_time_goes_on_and_a_difference_of_seconds_is_none() -> None:
    here = [builders.NOW]
    server = ServerTime(lambda: here[0])
    assert server.now() == builders.NOW
    server.learn(builders.NOW - HOURS)
    here[0] += timedelta(minutes=1)
    assert server.now() == builders.NOW - HOURS + timedelta(minutes=1)
    server.learn(here[0] + timedelta(seconds=5))
    assert server.now() == here[0]


async def test_a_kiosk_that_wakes_after_the_time_of_the_person_is_the_next_persons_at_once() -> None:
    stage = await in_a_form(at_kiosk())
    await passes(stage, timedelta(minutes=15))

    assert (stage.state.step, stage.state.account.session, stage.state.person.generation) == (Step.ATTRACT, None, 1)
    assert ("sessions.close", ()) in stage.client.calls
    farewell = [bell.seconds for bell in stage.bells if not bell.cancelled]
    assert farewell == [IDLE - WARNING]


async def test_the_key_that_wakes_a_kiosk_is_the_next_persons() -> None:
    stage = await in_a_form(at_kiosk())
    stage.ahead += timedelta(minutes=15)
    stage.visit.record_activity()
    await stage.settle()

    assert stage.state.person.generation == 1


async def test_a_timer_that_rings_late_forgets_without_a_warning_that_nobody_could_have_seen() -> None:
    stage = await in_a_form(at_kiosk())
    stage.ahead += timedelta(minutes=15)
    waiting(stage, IDLE - WARNING).ring()
    await stage.settle()

    assert (stage.state.overlay, stage.state.person.generation) == (None, 1)


async def test_a_kiosk_that_slept_for_less_still_warns_and_waits_for_what_is_left() -> None:
    stage = await in_a_form(at_kiosk())
    await passes(stage, timedelta(seconds=90))
    left = IDLE - WARNING - 90
    assert waiting(stage, left).seconds == left
    await passes(stage, timedelta(seconds=left + 20))

    assert stage.state.overlay is Overlay.EXPIRING
    assert waiting(stage, WARNING - 20).seconds == WARNING - 20
    await passes(stage, timedelta(seconds=WARNING - 20))
    assert stage.state.person.generation == 1


async def test_on_ones_own_machine_a_session_that_ended_in_its_sleep_is_over_at_once() -> None:
    stage = await in_a_form(Stage())
    await passes(stage, timedelta(seconds=899))
    assert stage.state.overlay is Overlay.EXPIRING
    await passes(stage, timedelta(seconds=1))

    assert (stage.state.step, stage.state.account.session) == (Step.LOGIN, None)
    again = await in_a_form(Stage())
    await passes(again, timedelta(hours=8))
    assert (again.state.step, again.state.account.session, again.state.overlay) == (Step.LOGIN, None, None)


async def test_a_clock_that_is_put_back_rings_nothing() -> None:
    stage = await in_a_form(at_kiosk())
    before = [bell for bell in stage.bells if not bell.cancelled]
    await passes(stage, -HOURS)

    assert [bell for bell in stage.bells if not bell.cancelled] == before
