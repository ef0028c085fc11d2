"""What is sent again, what never is, and how long the client waits in between."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from sel_tui.api import ApiClient, ConnectionFailedError, OutcomeUnknownError, RefusedError
from sel_tui.runtime.calls import failure_of
from tests.api.servers import answer, cut, problem, vanish
from tests.api.test_answers import opened, talking
from tests.unit import builders

KEY = "key-of-one-intent"
YES = answer(201, builders.link())


async def test_a_read_is_tried_again_until_it_is_answered() -> None:
    async with talking(cut(), problem(503, "unavailable"), answer(body=builders.links())) as (client, server):
        assert await client.links.all() == builders.links()

    assert len(server.seen) == 3


async def test_four_tries_are_enough() -> None:
    async with talking(problem(503, "unavailable")) as (client, server):
        with pytest.raises(RefusedError):
            await client.links.all()

    assert len(server.seen) == 4


async def test_a_write_is_tried_again_with_the_same_bytes_and_the_same_key() -> None:
    async with talking(cut(), problem(503, "unavailable"), cut(), YES) as (client, server):
        await client.links.by_legacy_access("ci1234567", "Ancien-1234!", KEY)

    assert len({(seen.method, seen.path, seen.body) for seen in server.seen}) == 1
    assert [seen.headers["idempotency-key"] for seen in server.seen] == [KEY] * 4


async def test_a_write_that_is_still_running_on_the_server_is_asked_for_again_with_its_key() -> None:
    async with talking(problem(409, "idempotency-in-progress"), YES) as (client, server):
        assert await client.links.by_code("L-482913", "7K3M9-QTDHX", KEY) == builders.link()

    assert [seen.headers["idempotency-key"] for seen in server.seen] == [KEY] * 2


async def test_the_questions_and_the_code_request_carry_their_key_too() -> None:
    async with talking(answer(201, builders.challenge()), answer(202, builders.accepted())) as (client, server):
        await client.links.questions("ci1234567", KEY)
        await client.links.request_code("ci1234567", KEY)

    assert [seen.headers["idempotency-key"] for seen in server.seen] == [KEY] * 2


async def test_every_write_about_an_account_carries_its_key() -> None:
    reactions = (answer(202, builders.accepted()), answer(202, builders.reset_started()), answer(202))
    async with talking(*reactions) as (client, server):
        await client.accounts.resend("g1", KEY)
        await client.accounts.start_reset("nom@exemple.com", KEY)
        await client.accounts.disavow("4T8W2-NRQ6T-7K3M9-QTDHX-2B6WZ", KEY)

    assert [seen.headers["idempotency-key"] for seen in server.seen] == [KEY] * 3


async def test_a_login_is_never_sent_twice_once_it_left() -> None:
    async with talking(cut(), answer(201, opened())) as (client, server):
        with pytest.raises(OutcomeUnknownError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    assert len(server.seen) == 1
    assert "idempotency-key" not in server.seen[0].headers


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_a_login_that_was_refused_for_now_is_left_to_the_person(status: int) -> None:
    async with talking(problem(status, "unavailable")) as (client, server):
        with pytest.raises(RefusedError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    assert len(server.seen) == 1


async def test_a_login_that_could_not_leave_is_tried_again(waits: list[float]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = ApiClient(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ConnectionFailedError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")
        await client.close()

    assert len(waits) == 3


async def test_once_a_try_may_have_arrived_losing_the_server_leaves_the_outcome_unknown() -> None:
    async with talking(vanish) as (client, server):
        with pytest.raises(OutcomeUnknownError):
            await client.links.by_code("L-482913", "7K3M9-QTDHX", KEY)

    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
async def test_a_no_is_a_no(status: int) -> None:
    async with talking(problem(status, "not-recognized")) as (client, server):
        with pytest.raises(RefusedError):
            await client.links.by_code("L-482913", "7K3M9-QTDHX", KEY)

    assert len(server.seen) == 1


async def test_a_method_that_waits_is_not_tried_again_behind_the_persons_back() -> None:
    async with talking(problem(429, "method-locked", retry_after="1")) as (client, server):
        with pytest.raises(RefusedError):
            await client.links.by_code("L-482913", "7K3M9-QTDHX", KEY)

    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_the_wait_that_the_server_asks_for_is_kept(waits: list[float], status: int) -> None:
    kind = "too-many-requests" if status == 429 else "unavailable"
    async with talking(problem(status, kind, retry_after="3"), answer(body=builders.links())) as (client, _):
        await client.links.all()

    assert waits == [3.0]


async def test_a_wait_of_just_the_longest_that_a_person_waits_is_kept_and_a_second_more_is_not(
    waits: list[float],
) -> None:
    for asked, sent in (("4", 2), ("5", 2), ("6", 1)):
        async with talking(problem(503, "unavailable", retry_after=asked), answer(body=builders.links())) as (
            client,
            server,
        ):
            with nullcontext() if sent == 2 else pytest.raises(RefusedError):
                await client.links.all()
        assert len(server.seen) == sent

    assert waits == [4.0, 5.0]


async def test_a_wait_too_long_for_a_person_is_told_instead_of_waited_for(waits: list[float]) -> None:
    async with talking(problem(503, "unavailable", retry_after="120")) as (client, server):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    assert (len(server.seen), waits, caught.value.retry_after) == (1, [], 120.0)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:38:00 GMT"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wednesday, 21-Oct-26 07:38:00 GMT"),
        ("Wed Oct 21 07:28:00 2026", "Wed Oct 21 07:38:00 2026"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "600"),
    ],
)
async def test_a_wait_is_seconds_or_a_date_by_the_servers_own_clock_and_its_hour_is_told(
    waits: list[float], clock: str, until: str
) -> None:
    page = answer(503, b"<html>", Content_Type="text/html", Date=clock, Retry_After=until)
    async with talking(page) as (client, server):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    failure = failure_of(caught.value)
    assert (len(server.seen), waits, caught.value.retry_after) == (1, [], 600.0)
    assert failure is not None
    assert failure.retry_at == datetime(2026, 10, 21, 7, 38, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "tried"), [("5", 4), ("6", 1)])
async def test_a_wait_of_the_bound_is_kept_and_a_longer_one_told(waits: list[float], seconds: str, tried: int) -> None:
    until = f"Wed, 21 Oct 2026 07:28:0{seconds} GMT"
    page = problem(503, "unavailable", retry_after=until, Date="Wed, 21 Oct 2026 07:28:00 GMT")
    async with talking(page) as (client, server):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    assert (len(server.seen), len(waits)) == (tried, tried - 1)
    assert (caught.value.retry_at is None) is (tried > 1)


@pytest.mark.parametrize(
    "value", ["soon", "-1", "Wed, 21 Oct 2015 07:28:00 GMT", "²", "1.5", "9" * 400, "Wed, 21 Oct 2026 99:99:99 GMT"]
)
async def test_a_wait_that_cannot_be_read_counts_as_none(value: str, waits: list[float]) -> None:
    async with talking(problem(503, "unavailable", retry_after=value), answer(body=builders.links())) as (client, _):
        await client.links.all()

    assert len(waits) == 1
    assert 0 < waits[0] <= 5.0


async def test_no_wait_is_longer_than_five_seconds_and_all_of_them_differ(waits: list[float]) -> None:
    async with talking(cut()) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.links.all()

    assert len(set(waits)) == 3
    assert all(0 <= wait <= 5.0 for wait in waits)
