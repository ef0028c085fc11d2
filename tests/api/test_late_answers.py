"""An answer that comes when its session is over changes nothing in the next one, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from sel_contract import Message
from sel_tui.api import ApiClient, ApiError, Refused
from sel_tui.journey.actions import LogOut
from sel_tui.journey.events import Abandoned, Act, Cancelled, Do, Edited, Event, SessionEnded
from sel_tui.journey.secret import Secret
from sel_tui.journey.state import State, fields_of
from sel_tui.journey.steps import Step
from sel_tui.timekeeper import Shared
from sel_tui.visit import Running, Visit
from tests.api.servers import Reaction, Seen, Server, answer, problem
from tests.api.test_answers import talking
from tests.unit import builders

A, RAISED, B = ("A" * 43, "R" * 43, "B" * 43)  # what the server gives: at A's login, at A's step-up, at B's login
PASSWORD = "Chantier-2026!"
LINKS = "/v1/links"


def opened(token: str, who: str = "maika") -> Reaction:
    return answer(201, {"token": token, "session": json.loads(builders.session(who).wire())})


def given(model: Message, status: int = 200) -> Reaction:
    return answer(status, model)


@dataclass
class Gate:
    """A server's answer that waits until the test lets it go."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def holds(self, reaction: Reaction) -> Reaction:
        async def react(server: Server, writer: asyncio.StreamWriter) -> None:
            self.arrived.set()
            await self.open.wait()
            await reaction(server, writer)

        return react


class Quiet:
    """An alarm that does not ring."""

    def cancel(self) -> None:
        """There is nothing to cancel."""


@dataclass
class Call:
    """A call under way in a task of its own; a deaf one goes on when it is cancelled."""

    task: asyncio.Task[None]
    deaf: bool
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True
        if not self.deaf:
            self.task.cancel()


class Played:
    """A visit that talks to `server` through the real client."""

    def __init__(self, server: Server, *, deaf: bool, shared: bool) -> None:
        self.server = server
        self.deaf = deaf
        self.calls: list[Call] = []
        self.client = ApiClient(server.address)
        self.moved = asyncio.Event()
        self.visit = Visit(
            server.address,
            self.run,
            lambda _, __: self.moved.set(),
            client=self.client,
            later=lambda _, __: Quiet(),
            now=lambda: builders.NOW,
            shared=Shared() if shared else None,
        )

    @property
    def state(self) -> State:
        return self.visit.state

    def run(self, work: Coroutine[Any, Any, None]) -> Running:
        self.calls.append(Call(asyncio.get_running_loop().create_task(work), self.deaf))
        return self.calls[-1]

    def feed(self, *events: Event) -> None:
        for event in events:
            self.visit.feed(event)

    def submit(self, **typed: str) -> None:
        secret = {one.name for one in fields_of(self.state) if one.secret}
        self.feed(*(Edited(name, Secret(text) if name in secret else text) for name, text in typed.items()))
        self.feed(Act(Do.SUBMIT))

    async def settles(self) -> None:
        """Wait until the journey awaits no answer."""
        while self.state.busy is not None:
            self.moved.clear()
            await self.moved.wait()

    async def logs_in(self, who: str) -> None:
        self.submit(email=f"{who}@exemple.test", password=PASSWORD)
        await self.settles()
        assert self.state.session == builders.session(who)

    async def comes_to_method_1(self) -> None:
        self.visit.start()
        await self.settles()
        await self.logs_in("maika")
        self.feed(Act(Do.CHOOSE_METHOD, "legacy_access"))
        self.submit(identifier="ci1234567", old_password="Ancien-1234!")

    async def all_end(self) -> None:
        """Wait until every call that was ever begun has ended, awaited or not."""
        await asyncio.gather(*(call.task for call in self.calls), return_exceptions=True)

    async def asks_again(self) -> Seen:
        """Ask for something as whoever is logged in now; return what the server saw."""
        self.feed(Act(Do.RELOAD))
        await self.settles()
        return self.server.seen[-1]


@asynccontextmanager
async def playing(*reactions: Reaction, deaf: bool = False, shared: bool = False) -> AsyncIterator[Played]:
    async with Server(list(reactions)) as server:
        played = Played(server, deaf=deaf, shared=shared)
        try:
            yield played
        finally:
            for call in played.calls:
                call.task.cancel()
            await played.all_end()
            await played.client.close()


def bearer(seen: Seen) -> str:
    return seen.headers.get("authorization", "").removeprefix("Bearer ")


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
        assert before.session == builders.session("rejean")
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
        assert played.state.session == builders.session("rejean")


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
        assert played.state.session is None


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

        assert played.state.linked is None
        assert played.state.step is Step.METHODS
        assert bearer(await played.asks_again()) == B
        assert {bearer(seen) for seen in played.server.seen if seen.path == LINKS} == {A}


@deaf_or_not
async def test_the_log_out_of_one_person_answered_late_leaves_the_next_one_logged_in(deaf: bool) -> None:
    gate = Gate()
    reactions = (SERVICE, opened(A), METHODS, gate.holds(answer(204)), opened(B, "rejean"), METHODS)
    async with playing(*reactions, deaf=deaf, shared=True) as played:
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
        played.feed(Act(Do.LOG_OUT))
        await gate.arrived.wait()
        played.feed(SessionEnded())

        assert isinstance(played.state.busy and played.state.busy.action, LogOut)
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
            played.feed(Act(Do.LEAVE))
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
        played.feed(Cancelled(), Act(Do.CHECK_AGAIN))
        await played.settles()
        gate.open.set()

        keys = [seen.headers["idempotency-key"] for seen in played.server.seen if seen.path == LINKS]
        assert (len(keys), len(set(keys))) == (2, 1)
        assert played.state.step is Step.LINKED


# --- the client alone


async def login(client: ApiClient) -> None:
    await client.sessions.open("rejean@exemple.test", PASSWORD)


async def nobody(client: ApiClient) -> None:
    client.sessions.forget()


Then = Callable[[ApiClient], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(
    ("late", "begun"),
    [
        (opened(RAISED), lambda client: client.sessions.step_up(PASSWORD, "key")),
        (opened(RAISED), lambda client: client.sessions.open("maika@exemple.test", PASSWORD)),
        (answer(204), lambda client: client.sessions.close()),
        (problem(401, "session-ended"), lambda client: client.sessions.close()),
        (given(builders.link(), 201), lambda client: client.links.by_legacy_access("ci1234567", PASSWORD, "key")),
    ],
    ids=["step-up", "login", "log-out", "log-out refused", "link"],
)
@pytest.mark.parametrize("then", [login, nobody])
async def test_what_one_session_still_waits_for_changes_nothing_in_the_next(
    late: Reaction, begun: Callable[[ApiClient], Coroutine[Any, Any, object]], then: Then
) -> None:
    gate = Gate()
    after = (opened(B, "rejean"),) if then is login else ()
    async with talking(opened(A), gate.holds(late), *after, given(builders.links())) as (client, server):
        await client.sessions.open("maika@exemple.test", PASSWORD)
        waiting = asyncio.get_running_loop().create_task(begun(client))
        await gate.arrived.wait()
        await then(client)
        gate.open.set()
        await asyncio.gather(waiting, return_exceptions=True)
        await client.links.all()

    assert bearer(server.seen[-1]) == (B if then is login else "")


async def test_a_call_that_is_tried_again_keeps_the_session_that_it_began_with() -> None:
    gate = Gate()
    busy = problem(503, "unavailable")
    async with talking(opened(A), gate.holds(busy), opened(B, "rejean"), problem(422, "not-recognized")) as (
        client,
        server,
    ):
        await client.sessions.open("maika@exemple.test", PASSWORD)
        waiting = asyncio.get_running_loop().create_task(client.links.by_legacy_access("ci1234567", PASSWORD, "key"))
        await gate.arrived.wait()
        await login(client)
        gate.open.set()
        with pytest.raises(Refused):
            await waiting

    assert [bearer(seen) for seen in server.seen if seen.path == LINKS] == [A, A]


async def test_a_login_takes_no_token_of_another_session_along() -> None:
    async with talking(opened(A), problem(401, "invalid-credentials")) as (client, server):
        await client.sessions.open("maika@exemple.test", PASSWORD)
        with pytest.raises(ApiError):
            await login(client)

    assert bearer(server.seen[-1]) == ""
    assert not client.sessions.is_open
