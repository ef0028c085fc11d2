"""What the client makes of a server's answers, good and bad, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import Mock

import pytest

from sel_contract import PROBLEM_JSON, TERMINAL, ProblemType
from sel_tui import __version__
from sel_tui.api import (
    ApiClient,
    ClientTooOldError,
    ConnectionFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    RefusedError,
)
from sel_tui.runtime.clock import KioskTimes
from sel_tui.runtime.visit import Visit
from tests.api.servers import Reaction, Server, answer, cut, problem, raw, silence
from tests.unit import builders

TOKEN = "T" * 43


def opened() -> dict[str, Any]:
    return {"token": TOKEN, "session": json.loads(builders.session().wire())}


@asynccontextmanager
async def talking(*reactions: Reaction) -> AsyncIterator[tuple[ApiClient, Server]]:
    async with Server(list(reactions)) as server:
        client = ApiClient(server.address)
        try:
            yield client, server
        finally:
            await client.close()


def tries_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    monkeypatch.setattr("sel_tui.api.transport._TIMEOUT", httpx.Timeout(0.05, connect=5.0))


async def test_an_answer_of_the_contract_is_its_model() -> None:
    async with talking(answer(body=builders.service())) as (client, server):
        assert await client.service() == builders.service()

    assert [(seen.method, seen.path) for seen in server.seen] == [("GET", "/v1/service")]


async def test_the_client_names_itself_and_asks_for_the_persons_language() -> None:
    async with talking(answer(body=builders.service())) as (client, server):
        await client.service()
        client.speak("en")
        await client.service()

    assert [seen.headers["accept-language"] for seen in server.seen] == ["fr-CA", "en-CA"]
    assert server.seen[0].headers["user-agent"] == f"sel-tui/{__version__}"
    assert PROBLEM_JSON in server.seen[0].headers["accept"]


async def test_the_client_says_what_kind_of_terminal_it_has_if_it_knows() -> None:
    for terminal in ("kiosk", ""):
        async with Server([answer(body=builders.service())]) as server:
            client = ApiClient(server.address, terminal=terminal)
            await client.service()
            await client.close()
        assert server.seen[0].headers.get(TERMINAL.lower(), "") == terminal


@pytest.mark.parametrize(("kiosk", "face", "said"), [(False, "line", "line"), (True, "line", "kiosk")])
async def test_a_visit_says_its_faces_terminal_and_a_kiosk_that_it_is_one(kiosk: bool, face: str, said: str) -> None:
    async with Server([answer(body=builders.service())]) as server:
        times = KioskTimes() if kiosk else None
        visit = Visit(server.address, Mock(), Mock(), later=Mock(), kiosk_times=times, terminal=face)
        client = await visit._open_client()
        await client.service()
        await client.close()
    assert server.seen[0].headers[TERMINAL.lower()] == said


async def test_the_token_goes_with_every_call_after_the_login_until_the_logout() -> None:
    reactions = (answer(201, opened()), answer(body=builders.methods()), answer(204), answer(body=builders.service()))
    async with talking(*reactions) as (client, server):
        await client.sessions.open("nom@exemple.com", "Chantier-2026!")
        await client.links.methods()
        await client.sessions.close()
        await client.service()

    assert [seen.headers.get("authorization") for seen in server.seen] == [None, *[f"Bearer {TOKEN}"] * 2, None]
    assert not client.sessions.is_open


async def test_the_token_is_forgotten_even_when_the_logout_fails() -> None:
    async with talking(answer(201, opened()), cut()) as (client, _):
        await client.sessions.open("nom@exemple.com", "Chantier-2026!")
        with pytest.raises(OutcomeUnknownError):
            await client.sessions.close()

        assert not client.sessions.is_open


async def test_problem_details_say_what_the_server_refused_and_why() -> None:
    refusal = problem(
        422,
        "not-recognized",
        reference=builders.REFERENCE,
        methods=["questions", "link_code"],
        errors=[{"pointer": "/username", "code": "bad-format"}],
    )
    async with talking(refusal) as (client, _):
        with pytest.raises(RefusedError) as caught:
            await client.links.by_legacy_access("ci1234567", "Ancien-1234!", "key-12345678")

    said = caught.value.problem
    assert said.type is ProblemType.NOT_RECOGNIZED
    assert (said.reference, caught.value.request_id) == (builders.REFERENCE, "req-1")
    assert [method.value for method in said.methods or ()] == ["questions", "link_code"]
    assert said.errors is not None
    assert said.errors[0].pointer == "/username"


async def test_a_problem_type_that_is_not_known_yet_is_kept_as_it_is() -> None:
    async with talking(problem(409, "from-the-future")) as (client, _):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    assert caught.value.problem.type == "from-the-future"


@pytest.mark.parametrize(
    "reaction",
    [
        answer(200, b"\x00\xff\xfe garbage"),
        answer(200, b""),
        answer(200, b"[]"),
        answer(200, {"name": 1}),
        answer(200, b"<html>Welcome to our free wireless network</html>", Content_Type="text/html"),
        answer(200, b'{"links": [' * 2000),
        answer(204),
        answer(404, b"<html>nginx</html>", Content_Type="text/html"),
        answer(500, b"Traceback (most recent call last)", Content_Type="text/plain"),
        answer(422, {"detail": [{"loc": ["body"], "msg": "field required"}]}),
    ],
)
async def test_what_is_not_of_the_contract_is_said_to_be_not_understood(reaction: Reaction) -> None:
    async with talking(reaction) as (client, _):
        with pytest.raises(InvalidResponseError):
            await client.links.all()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with talking(answer(status, Location="/elsewhere")) as (client, server):
        with pytest.raises(InvalidResponseError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    assert [seen.path for seen in server.seen] == ["/v1/sessions"]


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_proxy_that_answers_in_html_means_that_the_service_is_unavailable(status: int) -> None:
    async with talking(answer(status, b"<html>Bad gateway</html>", Content_Type="text/html")) as (client, _):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    assert caught.value.problem.type is ProblemType.UNAVAILABLE


async def test_a_huge_answer_is_not_swallowed() -> None:
    async with talking(answer(200, b" " * (5 * 1024 * 1024))) as (client, _):
        with pytest.raises(InvalidResponseError):
            await client.links.all()


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate", "br", "x"])
async def test_a_packed_answer_is_neither_asked_for_nor_unpacked(coding: str) -> None:
    body = builders.service().wire()
    for _ in range(coding.count("gzip")):
        body = gzip.compress(body)
    async with talking(answer(200, body, Content_Encoding=coding)) as (client, server):
        with pytest.raises(InvalidResponseError, match="compressed"):
            await client.service()

    assert server.seen[0].headers["accept-encoding"] == "identity"


async def test_a_packed_page_of_a_proxy_means_that_the_service_is_unavailable() -> None:
    page = answer(503, gzip.compress(b"<html>"), Content_Type="text/html", Content_Encoding="gzip")
    async with talking(page) as (client, _):
        with pytest.raises(RefusedError) as caught:
            await client.links.all()

    assert caught.value.problem.type is ProblemType.UNAVAILABLE


async def test_half_an_answer_leaves_the_outcome_unknown() -> None:
    half = b'HTTP/1.1 201 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"id": "l1", '
    async with talking(cut(half)) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.links.by_code("L-482913", "7K3M9-QTDHX", "key-12345678")


async def test_a_connection_cut_before_any_answer_leaves_the_outcome_unknown() -> None:
    async with talking(cut()) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.links.by_code("L-482913", "7K3M9-QTDHX", "key-12345678")


async def test_something_that_does_not_speak_http_leaves_the_outcome_unknown() -> None:
    async with talking(cut(b"220 mail.exemple.test ESMTP\r\n")) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.links.all()


async def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    tries_are_short(monkeypatch)
    async with talking(silence) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")


async def test_a_request_that_left_before_the_deadline_is_never_said_to_be_unsent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[asyncio.Timeout] = []
    real = asyncio.timeout

    def kept(seconds: float | None) -> asyncio.Timeout:
        limits.append(real(seconds))
        return limits[-1]

    async def too_late(server: Server, writer: asyncio.StreamWriter) -> None:
        limits[0].reschedule(asyncio.get_running_loop().time())  # the deadline passes while the server thinks
        await silence(server, writer)

    monkeypatch.setattr(asyncio, "timeout", kept)
    async with talking(too_late) as (client, server):
        with pytest.raises(OutcomeUnknownError):
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    assert len(server.seen) == 1


async def test_a_server_that_is_not_there_received_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: the connection is refused
        client = ApiClient(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ConnectionFailedError):
            await client.service()
        await client.close()


@pytest.mark.parametrize(
    "changes", [{"minimum_client_version": "999.0.0"}, {"contract_version": "2.0"}, {"contract_version": "0.9"}]
)
async def test_a_server_that_wants_another_client_says_so(changes: dict[str, Any]) -> None:
    async with talking(answer(body=builders.service(**changes))) as (client, _):
        with pytest.raises(ClientTooOldError):
            await client.service()


@pytest.mark.parametrize("version", [__version__, "0.0.1", "", "abc"])
async def test_a_server_that_is_content_with_this_client_is_understood(version: str) -> None:
    async with talking(answer(body=builders.service(minimum_client_version=version))) as (client, _):
        assert (await client.service()).minimum_client_version == version


async def test_no_proxy_of_the_environment_sees_what_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with talking(answer(body=builders.service())) as (client, server):
        await client.service()

    assert len(server.seen) == 1


async def test_a_broken_header_is_not_understood_as_an_answer() -> None:
    async with talking(raw(b"HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n{}")) as (client, _):
        with pytest.raises(OutcomeUnknownError):
            await client.service()
