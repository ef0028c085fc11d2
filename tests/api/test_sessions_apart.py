"""What one session of the API client still waits for is nothing to the next one, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sel_tui.api import ApiClient, ApiError, RefusedError
from tests.api.playing import PASSWORD, RAISED, A, B, bearer, given, opened
from tests.api.servers import Gate, Reaction, answer, problem
from tests.api.test_answers import talking
from tests.unit import builders

LINKS = "/v1/links"


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
        with pytest.raises(RefusedError):
            await waiting

    assert [bearer(seen) for seen in server.seen if seen.path == LINKS] == [A, A]


async def test_a_login_takes_no_token_of_another_session_along() -> None:
    async with talking(opened(A), problem(401, "invalid-credentials")) as (client, server):
        await client.sessions.open("maika@exemple.test", PASSWORD)
        with pytest.raises(ApiError):
            await login(client)

    assert bearer(server.seen[-1]) == ""
    assert not client.sessions.is_open
