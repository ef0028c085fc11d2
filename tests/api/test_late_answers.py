"""An answer that comes when its session is over changes nothing in the visit's next one, over real HTTP on loopback."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.effects import LogOut
from sel_tui.journey.core.events import Abandoned, Cancelled, Command, Event, SessionEnded
from sel_tui.journey.registry import Step
from tests.api.playing import PASSWORD, RAISED, A, B, bearer, given, opened, playing
from tests.api.servers import Gate, Reaction, answer, problem
from tests.unit import builders

LINKS = "/v1/links"
SERVICE, METHODS = given(builders.service()), given(builders.methods())
deaf_or_not = pytest.mark.parametrize("deaf", [False, True], ids=["cancelled", "cannot be cancelled"])


@deaf_or_not
async def test_a_step_up_answered_after_the_session_gives_the_next_person_no_token(deaf: bool) -> None:
    gate = Gate()
    asked = problem(401, "step-up-required")
    reactions = (SERVICE, opened(A), METHODS, asked, gate.holds(opened(RAISED)), opened(B, "rejean"), METHODS)
    async with playing(*reactions, deaf=deaf) as played:
        await played.comes_to_method_1()
        await played.settles()
        assert played.state.step is Step.STEP_UP
        played.submit(password=PASSWORD)
        await gate.arrived.wait()
        played.feed(SessionEnded())
        assert played.calls[-1].cancelled
        await played.logs_in("rejean")
        gate.open.set()
        await played.all_end()
        before = played.state

        assert bearer(await played.asks_again()) == B
        assert before.account.session == builders.session("rejean")
        assert RAISED not in {bearer(seen) for seen in played.server.seen}


@deaf_or_not
@pytest.mark.parametrize("end", [Cancelled(), Abandoned()])
async def test_a_login_answered_after_it_was_given_up_gives_nobody_a_session(deaf: bool, end: Event) -> None:
    gate = Gate()
    async with playing(SERVICE, gate.holds(opened(A)), opened(B, "rejean"), METHODS, deaf=deaf) as played:
        played.visit.start()
        await played.settles()
        played.submit(email="maika@exemple.test", password=PASSWORD)
        await gate.arrived.wait()
        played.feed(end)
        assert played.calls[-1].cancelled
        assert not played.client.sessions.is_open
        await played.logs_in("rejean")
        gate.open.set()
        await played.all_end()

        assert bearer(await played.asks_again()) == B
        assert played.state.account.session == builders.session("rejean")


@deaf_or_not
async def test_a_login_answered_while_nobody_has_come_since_is_not_taken(deaf: bool) -> None:
    gate = Gate()
    async with playing(SERVICE, gate.holds(opened(A)), deaf=deaf) as played:
        played.visit.start()
        await played.settles()
        played.submit(email="maika@exemple.test", password=PASSWORD)
        await gate.arrived.wait()
        played.feed(Cancelled())
        gate.open.set()
        await played.all_end()

        assert not played.client.sessions.is_open
        assert played.state.account.session is None


@deaf_or_not
@pytest.mark.parametrize("late", [given(builders.link(), 201), problem(503, "unavailable")], ids=["linked", "retried"])
async def test_a_link_answered_after_the_session_reaches_the_next_person_in_no_way(deaf: bool, late: Reaction) -> None:
    gate = Gate()
    reactions = [SERVICE, opened(A), METHODS, gate.holds(late), opened(B, "rejean"), METHODS]
    async with playing(*reactions, deaf=deaf) as played:
        await played.comes_to_method_1()
        await gate.arrived.wait()
        played.feed(SessionEnded())
        assert played.calls[-1].cancelled
        assert played.state.unfinished is None
        await played.logs_in("rejean")
        gate.open.set()
        await played.all_end()

        assert played.state.account.linked is None
        assert played.state.step is Step.METHODS
        assert bearer(await played.asks_again()) == B
        assert {bearer(seen) for seen in played.server.seen if seen.path == LINKS} == {A}


@deaf_or_not
async def test_the_log_out_of_one_person_answered_late_leaves_the_next_one_logged_in(deaf: bool) -> None:
    gate = Gate()
    reactions = (SERVICE, opened(A), METHODS, gate.holds(answer(204)), opened(B, "rejean"), METHODS)
    async with playing(*reactions, deaf=deaf, kiosk=True) as played:
        played.visit.start()
        await played.settles()
        await played.logs_in("maika")
        played.feed(Abandoned())
        await gate.arrived.wait()
        assert (played.server.seen[-1].method, bearer(played.server.seen[-1])) == ("DELETE", A)
        gate.open.set()
        await played.settles()
        assert not played.client.sessions.is_open
        await played.logs_in("rejean")

        assert bearer(await played.asks_again()) == B


async def test_a_session_that_ends_while_one_logs_out_is_still_ended_on_the_server() -> None:
    gate = Gate()
    async with playing(SERVICE, opened(A), METHODS, gate.holds(answer(204))) as played:
        played.visit.start()
        await played.settles()
        await played.logs_in("maika")
        played.feed(Command("log_out"))
        await gate.arrived.wait()
        played.feed(SessionEnded())

        assert isinstance(played.state.busy and played.state.busy.effect, LogOut)
        assert not played.calls[-1].cancelled
        gate.open.set()
        await played.settles()
        assert not played.client.sessions.is_open


@pytest.mark.parametrize("leaves", [True, False], ids=["by the journey", "by a signal"])
async def test_leaving_cancels_the_call_under_way_and_logs_out(leaves: bool) -> None:
    gate = Gate()
    async with playing(SERVICE, opened(A), METHODS, gate.holds(problem(503, "unavailable")), answer(204)) as played:
        await played.comes_to_method_1()
        await gate.arrived.wait()
        if leaves:
            played.feed(Command("quit"))
        await played.visit.close()

        assert played.calls[-1].cancelled
        assert (played.server.seen[-1].method, bearer(played.server.seen[-1])) == ("DELETE", A)
        assert not played.client.sessions.is_open
        gate.open.set()


async def test_a_write_that_is_given_up_is_checked_again_with_the_same_key() -> None:
    gate = Gate()
    reactions = (SERVICE, opened(A), METHODS, gate.holds(answer(204)), given(builders.link(), 201))
    async with playing(*reactions) as played:
        await played.comes_to_method_1()
        await gate.arrived.wait()
        played.feed(Cancelled(), Command("check_again"))
        await played.settles()
        gate.open.set()

        keys = [seen.headers["idempotency-key"] for seen in played.server.seen if seen.path == LINKS]
        assert (len(keys), len(set(keys))) == (2, 1)
        assert played.state.step is Step.LINKED
