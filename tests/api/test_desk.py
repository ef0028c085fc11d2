"""The desk on the wire: what is sent, where, under which key, and what comes of a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from sel_contract import TERMINAL
from sel_contract.desk_acts import QueueTaken
from sel_tui.api import ApiClient
from sel_tui.journey.core.desk_effects import (
    ActOnCase,
    DecideCorrection,
    FetchCase,
    FetchCorrections,
    FetchFigures,
    FetchQueue,
    FindCase,
    LetGo,
    TakeNext,
)
from sel_tui.journey.core.effects import ChoosePassword, Effect, LogIn, StayLoggedIn
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State, with_account, with_app
from sel_tui.runtime.calls import perform
from tests.api.playing import PASSWORD, A, B, bearer
from tests.api.servers import Reaction, Seen, Server, answer
from tests.scenarios import desk_records

AT_DESK = with_account(with_app(State(), desk=True), session=desk_records.agent_session())


def key() -> str:
    return "k" * 24


def opened(token: str) -> Reaction:
    session = desk_records.agent_session().desk
    return answer(201, {"token": token, "session": json.loads(session.wire())})


async def performed(reactions: list[Reaction], *effects: Effect) -> tuple[list[Any], list[Seen]]:
    """Return what came of each effect, and what the server saw."""
    async with Server(reactions) as server:
        client = ApiClient(server.address, terminal="line", desk=True)
        results = [await perform(effect, client, AT_DESK, key) for effect in effects]
        await client.close()
    return results, server.seen


def body(seen: Seen) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(seen.body)
    return told


async def test_an_agents_token_goes_along_and_ends_where_it_began() -> None:
    agent = desk_records.agent_session()
    async with Server([opened(A), opened(B), answer(200, agent.desk), answer(204, b"", Content_Type="")]) as server:
        client = ApiClient(server.address, desk=True)
        logged_in = await perform(LogIn(desk_records.AGENT, Secret(PASSWORD)), client, AT_DESK, key)
        chosen = await perform(ChoosePassword(Secret(PASSWORD), Secret("Chantier-2027!")), client, AT_DESK, key)
        stayed = await perform(StayLoggedIn(), client, AT_DESK, key)
        await client.sessions.close()
        await client.close()

    assert [one == agent for one in (logged_in, chosen, stayed)] == [True] * 3
    assert [(one.method, one.path) for one in server.seen] == [
        ("POST", "/v1/desk/sessions"),
        ("POST", "/v1/desk/sessions/current/password"),
        ("PUT", "/v1/desk/sessions/current"),
        ("DELETE", "/v1/desk/sessions/current"),
    ]
    assert [bearer(one) for one in server.seen] == ["", A, B, B]
    assert body(server.seen[0]) == {"email": desk_records.AGENT, "password": PASSWORD}


async def test_what_is_looked_up_and_done_goes_out_as_the_contract_has_it() -> None:
    case = answer(201, desk_records.CASE)
    results, seen = await performed(
        [case, answer(200, desk_records.CASE), answer(201, desk_records.SENT), answer(204, b"", Content_Type="")],
        FindCase((("by", "reference"), ("reference", "4t8w 2nrq 6t"))),
        FetchCase("case-1"),
        ActOnCase("case-1", (("act", "open_method"), ("method", "questions")), ("identity", "right")),
        LetGo("case-1"),
    )

    assert results == [desk_records.CASE, desk_records.CASE, desk_records.SENT, None]
    assert [(one.method, one.path) for one in seen] == [
        ("POST", "/v1/desk/lookups"),
        ("GET", "/v1/desk/cases/case-1"),
        ("POST", "/v1/desk/cases/case-1/acts"),
        ("DELETE", "/v1/desk/cases/case-1/hold"),
    ]
    assert body(seen[0]) == {"by": "reference", "reference": "4T8W-2NRQ-6T"}
    assert body(seen[2]) == {"act": "open_method", "method": "questions", "checks": ["identity", "right"]}
    assert [one.headers.get("idempotency-key", "") for one in seen] == ["", "", key(), ""]


async def test_what_is_taken_from_a_queue_is_opened_at_once() -> None:
    results, seen = await performed(
        [
            answer(200, desk_records.QUEUE),
            answer(200, QueueTaken(case_id="case-1")),
            answer(200, desk_records.REPORTED),
            answer(200, QueueTaken()),
        ],
        FetchQueue("reports"),
        TakeNext("reports", "toit"),
        TakeNext("frozen", item="item-2"),
    )

    assert results == [desk_records.QUEUE, desk_records.REPORTED, None]
    assert [one.path for one in seen] == [
        "/v1/desk/queues/reports",
        "/v1/desk/queues/reports/next",
        "/v1/desk/cases/case-1",
        "/v1/desk/queues/frozen/next",
    ]
    assert (body(seen[1]), body(seen[3])) == ({"text": "toit"}, {"item": "item-2"})


async def test_every_request_says_what_the_person_works_with() -> None:
    _, seen = await performed([answer(200, desk_records.CASE)], FetchCase("case-1"))

    assert seen[0].headers[TERMINAL.lower()] == "line"


@pytest.mark.parametrize(
    "effect",
    [
        FindCase((("by", "reference"), ("reference", "4T8W-2NRQ-6S"))),
        FindCase((("by", "file"), ("identifier", "ci1234567"))),
        ActOnCase("case-1", (("act", "make_coffee"),)),
    ],
)
async def test_what_does_not_fit_the_contract_is_not_sent(effect: Effect) -> None:
    async with Server([]) as server:
        client = ApiClient(server.address, desk=True)
        with pytest.raises(ValidationError):
            await perform(effect, client, AT_DESK, key)
        await client.close()
    assert server.seen == []


async def test_supervisors_read_figures_and_decide_corrections() -> None:
    results, seen = await performed(
        [
            answer(200, desk_records.FIGURES),
            answer(200, desk_records.CORRECTIONS),
            answer(201, desk_records.CONFIRMED),
            answer(201, desk_records.CONFIRMED),
        ],
        FetchFigures(30),
        FetchCorrections(),
        DecideCorrection("correction-0", "maika@nouveau.test"),
        DecideCorrection("correction-0"),
    )

    assert results[:3] == [desk_records.FIGURES, desk_records.CORRECTIONS, desk_records.CONFIRMED]
    assert [one.path for one in seen] == [
        "/v1/desk/figures?days=30",
        "/v1/desk/corrections",
        *["/v1/desk/corrections/correction-0/decision"] * 2,
    ]
    assert (body(seen[2]), body(seen[3])) == ({"confirm": True, "email": "maika@nouveau.test"}, {"confirm": False})
