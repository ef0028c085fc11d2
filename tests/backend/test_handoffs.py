"""Going on elsewhere: a code brings one account back to its own step, once, and is worth nothing to anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sel_backend.admin.purge import PurgeRequest, purge
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import handoffs, idempotency
from sel_contract.rules.codes import ALPHABET, canonical_handoff_code
from tests.backend.world import Person, World

BEGUN = {"step": "link_code", "drafts": {"link_username": "L-48291357"}}


async def opened(person: Person, body: Any = BEGUN, key: str | None = None) -> str:
    answer = await person.post("/v1/handoffs", body, key)
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


async def redeem(person: Person, code: str, key: str | None = None) -> Any:
    return await person.post("/v1/handoffs/redeem", {"code": code}, key)


def kind(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "")


def other(code: str) -> str:
    """Return another code whose check symbol is right."""
    candidates = (f"{first}{code[1:-1]}{last}" for first in ALPHABET for last in ALPHABET)
    for candidate in candidates:
        try:
            if canonical_handoff_code(candidate) != code:
                return candidate
        except ValueError:
            continue
    raise AssertionError


async def waiting(person: Person) -> bool:
    session = (await person.get("/v1/sessions/current")).json()
    return bool(session["handoff_waiting"])


async def test_the_same_account_goes_on_elsewhere_with_what_was_typed_once(world: World) -> None:
    here = await world.person("nouvelle")
    assert not await waiting(here)
    answer = await here.post("/v1/handoffs", BEGUN)
    assert answer.json()["expires_at"] == "2026-03-03T14:00:00Z"
    code = answer.json()["code"]
    await here.delete("/v1/sessions/current")
    there = world.somebody(network="203.0.113.9")
    assert (await there.log_in("nouvelle@exemple.test")).json()["session"]["handoff_waiting"] is True
    back = await redeem(there, code.lower().replace("-", " "))
    assert (back.status_code, back.json()) == (200, BEGUN)
    assert not await waiting(there)
    assert kind(await redeem(there, code)) == (422, "invalid-code")


async def test_another_account_a_wrong_a_used_and_an_expired_code_get_one_answer(world: World) -> None:
    here, stranger = await world.person("nouvelle"), await world.person("camille")
    code = await opened(here)
    answers = [await redeem(stranger, code), await redeem(here, other(code))]
    await redeem(here, code)
    answers.append(await redeem(here, code))
    late = await opened(here)
    world.clock.forward(minutes=14)
    await here.put("/v1/sessions/current")
    world.clock.forward(hours=24)
    await here.log_in("nouvelle@exemple.test")
    assert not await waiting(here)
    answers.append(await redeem(here, late))
    assert {(one.status_code, one.text) for one in answers} == {(422, answers[0].text)}
    assert answers[0].json()["type"] == "invalid-code"


async def test_five_wrong_tries_close_it(world: World) -> None:
    here = await world.person("nouvelle")
    code = await opened(here)
    for _ in range(5):
        assert kind(await redeem(here, other(code))) == (422, "invalid-code")
    assert not await waiting(here)
    assert kind(await redeem(here, code)) == (422, "invalid-code")
    assert (await redeem(here, await opened(here))).status_code == 200


async def test_a_new_one_replaces_the_one_before(world: World) -> None:
    here = await world.person("nouvelle")
    before = await opened(here)
    after = await opened(here, {"step": "methods", "drafts": {}})
    assert before != after
    assert kind(await redeem(here, before))[0] == 422
    assert (await redeem(here, after)).json() == {"step": "methods", "drafts": {}}


async def test_of_two_at_once_one_wins(world: World) -> None:
    here, there = await world.person("nouvelle"), await world.person("nouvelle")
    code = await opened(here)
    answers = await asyncio.gather(*(redeem(person, code) for person in (here, there) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, *[422] * 5]


async def test_the_same_request_has_the_same_answer_and_no_code_rests_anywhere(world: World) -> None:
    here = await world.person("nouvelle")
    code = await opened(here, key="k" * 16)
    assert await opened(here, key="k" * 16) == code
    assert kind(await here.post("/v1/handoffs", {"step": "methods"}, "k" * 16)) == (422, "idempotency-mismatch")
    assert await opened(await world.person("camille"), key="k" * 16) != code
    kept = world.backend.core.database.run_now(
        lambda tx: [*tx.execute(select(handoffs)), *tx.execute(select(idempotency))]
    )
    assert not [row for row in kept if code in str(row) or code.replace("-", "") in str(row)]
    first = await redeem(here, code, "r" * 16)
    again = await redeem(here, code, "r" * 16)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotency-replayed"] == "true"


async def test_it_ends_with_the_password_and_when_the_account_is_disowned(world: World) -> None:
    here = await world.person("nouvelle")
    code = await opened(here)
    from sel_backend.storage import accounts

    def disowned(tx: Any) -> None:
        account = accounts.by_email(tx, "nouvelle@exemple.test")
        assert account is not None
        accounts.end_sessions(tx, account.id, world.clock())

    world.backend.core.database.run_now(disowned)
    await here.log_in("nouvelle@exemple.test")
    assert not await waiting(here)
    assert kind(await redeem(here, code)) == (422, "invalid-code")


async def test_without_a_session_it_is_worth_nothing(world: World) -> None:
    code = await opened(await world.person("nouvelle"))
    somebody = world.somebody()
    assert kind(await redeem(somebody, code)) == (401, "unauthenticated")
    assert kind(await somebody.post("/v1/handoffs", BEGUN)) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": "step_up", "drafts": {}},
        {"step": "link_code", "drafts": {f"field_{number}": "x" for number in range(9)}},
        {"step": "link_code", "drafts": {"Field": "x"}},
        {"step": "report", "drafts": {"note": "x" * 2001}},
        {"step": "report", "drafts": {"note": 1}},
        {"step": "report", "link_id": "../x", "drafts": {}},
        {"step": "report", "password": "x"},
    ],
)
async def test_what_cannot_be_handed_off_is_refused(world: World, wrong: dict[str, Any]) -> None:
    assert kind(await (await world.person("nouvelle")).post("/v1/handoffs", wrong)) == (422, "validation")


async def test_a_mistyped_code_costs_no_try(world: World) -> None:
    here = await world.person("nouvelle")
    code = await opened(here)
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(9):
        assert kind(await redeem(here, mistyped)) == (422, "validation")
    assert (await redeem(here, code)).status_code == 200


async def test_an_account_hands_off_and_tries_so_often_and_no_more(worlds: Callable[..., World]) -> None:
    world = worlds(limits={"handoff_account": {"tries": 3, "window_seconds": 900}})
    here = await world.person("nouvelle")
    code = await opened(here)
    await redeem(here, other(code))
    await opened(here)
    assert kind(await here.post("/v1/handoffs", BEGUN)) == (429, "too-many-requests")
    assert kind(await redeem(here, code)) == (429, "too-many-requests")
    assert (await (await world.person("camille")).post("/v1/handoffs", BEGUN)).status_code == 201


async def test_what_has_expired_is_purged_and_the_audit_knows_no_code(world: World) -> None:
    here = await world.person("nouvelle")
    code = await opened(here)
    await redeem(here, other(code))
    world.clock.forward(hours=25)
    assert (await purge(world.backend, PurgeRequest()))["handoffs"] == 1
    lines = world.backend.core.database.run_now(lambda tx: list(tx.execute(select(audit))))
    assert [(row.action, row.outcome) for row in lines if row.action.startswith("handoff")] == [
        ("handoff", "succeeded"),
        ("handoff_code", "wrong_code"),
    ]
    assert code not in str(lines)
