"""Answers that are not the service's own: a portal's, a proxy's. Each operation counts only what the contract names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sel_tui.api import ApiClient, InvalidResponseError
from sel_tui.journey.core.events import Command
from sel_tui.journey.registry import Step
from tests.api.playing import A, given, opened, playing
from tests.api.servers import Reaction, Server, answer
from tests.api.test_answers import talking
from tests.api.test_late_answers import METHODS, SERVICE
from tests.api.test_secrets import ASKING, KEY
from tests.unit import builders

OPERATIONS = json.loads(Path("openapi.json").read_text("utf-8"))
ALL: dict[str, Callable[[ApiClient], Awaitable[object]]] = {
    **ASKING,
    "service": lambda client: client.service(),
    "log out": lambda client: client.sessions.close(),
    "extend": lambda client: client.sessions.extend(),
    "select": lambda client: client.sessions.select("l1"),
    "methods": lambda client: client.links.methods(),
    "questions": lambda client: client.links.questions("ci1234567", KEY),
    "request a code": lambda client: client.links.request_code("ci1234567", KEY),
    "profiles": lambda client: client.links.all(),
    "read": lambda client: client.links.read("l1"),
    "verify": lambda client: client.links.verify("l1", accurate=True, note=""),
    "receipt": lambda client: client.links.receipt("l1"),
    "unlink": lambda client: client.links.unlink("l1"),
    "terms": lambda client: client.accounts.terms(),
    "resend": lambda client: client.accounts.resend("g1", KEY),
    "reset": lambda client: client.accounts.start_reset("nom@exemple.com", KEY),
    "history": lambda client: client.accounts.history(),
}


def documented(method: str, path: str) -> tuple[int, Any]:
    """Return the status that openapi.json names for an operation, and its example; None for no body."""
    parts = path.split("/")
    for template, operations in OPERATIONS["paths"].items():
        own = template.split("/")
        fits = len(own) == len(parts) and all(
            one == part or one[:1] == "{" for one, part in zip(own, parts, strict=True)
        )
        if fits and method.lower() in operations:
            responses = operations[method.lower()]["responses"]
            (status,) = (status for status in responses if status.startswith("2"))
            content = responses[status].get("content")
            if content is None:
                return int(status), None
            example = next(iter(content["application/json"]["examples"].values()))
            name = example.get("$ref", "").rpartition("/")[2]
            return int(status), (OPERATIONS["components"]["examples"][name] if name else example)["value"]
    raise AssertionError(f"{method} {path} is not in openapi.json")


def as_documented(*, more: int = 0, **changed: str) -> Reaction:
    """Answer as openapi.json says, or with `more` added to the status and some headers changed."""

    async def react(server: Server, writer: asyncio.StreamWriter) -> None:
        seen = server.seen[-1]
        status, body = documented(seen.method, seen.path)
        await answer(status + more, b"" if body is None else body, **changed)(server, writer)

    return react


OTHER_TYPES = tuple(as_documented(Content_Type=kind) for kind in ("text/html", "application/jsonp"))
PORTAL = answer(200, b"<h1>Bienvenue</h1>", Content_Type="text/html", X_Request_Id="")


async def outcomes(reaction: Reaction) -> dict[str, str]:
    """Return, by operation, the name of the error that `reaction` is; "" for a result."""
    ended: dict[str, str] = {}
    async with talking(reaction) as (client, server):
        for name, ask in ALL.items():
            client._transport.credentials.token = "T" * 43  # of nobody; without one nobody logs out
            try:
                await ask(client)
            except InvalidResponseError as error:
                ended[name] = type(error).__name__
            else:
                ended[name] = ""
        assert len(server.seen) == len(ALL), "what is not understood is not sent again"
    return ended


async def test_every_operation_takes_the_answer_that_the_contract_names() -> None:
    assert await outcomes(as_documented()) == dict.fromkeys(ALL, "")


@pytest.mark.parametrize(
    "stranger",
    [
        PORTAL,
        as_documented(more=6),
        as_documented(X_Request_Id=""),
        *OTHER_TYPES,
    ],
    ids=["portal", "status", "request id", "html", "another type"],
)
async def test_no_operation_takes_the_answer_of_a_stranger(stranger: Reaction) -> None:
    ended = await outcomes(stranger)
    taken = {name for name, error in ended.items() if not error}
    # What has no body has no media type either: its status and its request id speak for it.
    assert taken <= ({"unlink", "log out"} if stranger in OTHER_TYPES else set())


async def test_a_parameter_of_the_media_type_changes_nothing() -> None:
    assert not any((await outcomes(as_documented(Content_Type="Application/JSON; charset=utf-8"))).values())


async def test_a_portal_that_answers_a_write_leaves_its_outcome_unknown_and_checking_again_is_the_same_intent() -> None:
    async with playing(SERVICE, opened(A), METHODS, PORTAL, given(builders.link(), 201)) as played:
        await played.comes_to_method_1()
        await played.settles()
        assert played.state.notice is not None
        assert played.state.notice.title.key == "notice.unknown"
        played.feed(Command("check_again"))
        await played.settles()

        assert played.state.step is Step.LINKED
        assert len({seen.headers["idempotency-key"] for seen in played.server.seen[-2:]}) == 1
