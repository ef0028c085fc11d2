"""Who gets in at the desk: agents, from its networks, with a password of their own. Each side lets in its own alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sel_backend.admin.base import TaskRefusedError
from sel_backend.admin.create_agent import CreateAgentRequest, create
from sel_backend.admin.unlock import UnlockRequest, unlock
from sel_backend.storage.operator_tables import audit
from tests.backend.desk import enter
from tests.backend.world import PASSWORD, Person, World

MADE = "Premier-2026!"
OWN = "Bureau-du-matin-7!"


async def test_an_agent_logs_in_stays_and_leaves(world: World) -> None:
    agent = await enter(world)
    session = (await agent.get("/v1/desk/sessions/current")).json()
    assert session["agent"] | {"id": ""} == {
        "id": "",
        "first_name": "Alex",
        "last_name": "Gagné",
        "role": "agent",
        "language": "fr-CA",
    }
    assert session["needs"] == []
    assert [line["id"] for line in session["checklist"]] == ["identity", "address", "right"]
    assert set(session["checklist"][0]["text"]) == {"fr-CA", "en-CA"}
    world.clock.forward(minutes=20)
    assert (await agent.put("/v1/desk/sessions/current")).status_code == 200
    world.clock.forward(minutes=29)
    assert (await agent.get("/v1/desk/sessions/current")).status_code == 200
    world.clock.forward(minutes=2)
    assert (await agent.get("/v1/desk/sessions/current")).json()["type"] == "session-ended"
    agent = await enter(world)
    assert (await agent.delete("/v1/desk/sessions/current")).status_code == 204
    assert (await agent.delete("/v1/desk/sessions/current")).json()["type"] == "session-ended"


async def test_a_session_of_the_desk_ends_after_a_day_at_work(world: World) -> None:
    agent = await enter(world)
    for _ in range(20):
        assert (await agent.put("/v1/desk/sessions/current")).status_code == 200
        world.clock.forward(minutes=30, seconds=-1)
    world.clock.forward(seconds=20)
    assert (await agent.put("/v1/desk/sessions/current")).json()["type"] == "session-ended"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("agent@exemple.test", "Faux-0000!"),
        ("nouvelle@exemple.test", PASSWORD),
        ("personne@exemple.test", PASSWORD),
    ],
)
async def test_who_is_no_agent_is_refused_as_an_unknown_one_is(world: World, email: str, password: str) -> None:
    refused = await world.somebody().ask("POST", "/v1/desk/sessions", {"email": email, "password": password})
    assert (refused.status_code, refused.json()["type"]) == (401, "invalid-credentials")
    assert "account_id" not in refused.text


async def test_no_token_of_one_side_is_good_at_the_other(world: World) -> None:
    agent, person = await enter(world), await world.person("nouvelle")
    for path in ("/v1/links", "/v1/sessions/current", "/v1/events", "/v1/link-methods"):
        assert (await agent.get(path)).json()["type"] == "session-ended"
    linked = await agent.legacy("er123456", "Toiture-99!")
    assert linked.json()["type"] == "session-ended"
    for path in ("/v1/desk/sessions/current", "/v1/desk/cases/x", "/v1/desk/corrections", "/v1/desk/figures"):
        assert (await person.get(path)).json()["type"] == "session-ended"


async def test_the_desk_is_there_for_its_networks_alone(worlds: Callable[..., World]) -> None:
    world = worlds(desk={"networks": ["192.0.2.0/24", "2001:db8:1::/64"]})
    for network in ("192.0.2.7", "2001:db8:1::9"):
        await enter(world, network=network)
    outside = world.somebody(network="198.51.100.7")
    body = {"email": "agent@exemple.test", "password": PASSWORD}
    for method, path, sent in (
        ("POST", "/v1/desk/sessions", body),
        ("POST", "/v1/desk/sessions", {"email": 7}),
        ("PATCH", "/v1/desk/sessions", None),
        ("GET", "/v1/desk/sessions/current", None),
        ("GET", "/v1/desk/figures", None),
        ("GET", "/v1/desk", None),
        ("DELETE", "/v1/desk/cases/x/hold", None),
    ):
        nothing = await outside.ask(method, path.replace("desk", "nothing"), sent)
        there = await outside.ask(method, path, sent)
        assert (there.status_code, there.content) == (404, nothing.content), (method, path)
        assert {*there.headers} == {*nothing.headers}
    assert (await outside.ask("POST", "/v1/desk/sessions", None, **{"Content-Type": "text/x"})).status_code == 404


async def test_without_networks_there_is_no_desk(worlds: Callable[..., World]) -> None:
    world = worlds(desk={})
    body = {"email": "agent@exemple.test", "password": PASSWORD}
    assert (await world.somebody().ask("POST", "/v1/desk/sessions", body)).status_code == 404


async def made(world: World, **more: Any) -> Person:
    """Return an agent whom the operator has just made, logged in."""
    told = {"email": "a@b.test", "first_name": "Alex", "last_name": "Roy", "password": MADE} | more
    await create(world.backend, CreateAgentRequest.model_validate(told))
    return await enter(world, "a@b.test", MADE)


async def test_a_password_that_an_operator_made_is_changed_before_anything_else(world: World) -> None:
    agent = await made(world)
    assert (await agent.get("/v1/desk/sessions/current")).json()["needs"] == ["new_password"]
    lookup = {"by": "reference", "reference": "4T8W-2NRQ-6T"}
    for refused in (
        await agent.ask("POST", "/v1/desk/lookups", lookup),
        await agent.ask("POST", "/v1/desk/queues/reports", {}),
        await agent.post("/v1/desk/queues/reports/next", {}),
        await agent.get("/v1/desk/figures"),
    ):
        assert (refused.status_code, refused.json()["type"]) == (403, "desk-session-incomplete")

    async def change(password: str, new: str) -> Any:
        body = {"password": password, "new_password": new}
        return await agent.ask("POST", "/v1/desk/sessions/current/password", body)

    weak = {"password": "x", "new_password": "x"}
    nobody = await world.somebody().ask("POST", "/v1/desk/sessions/current/password", weak)
    assert nobody.json()["type"] == "unauthenticated"
    assert (await change("Faux-0000!", OWN)).json()["type"] == "invalid-credentials"
    for new, code in ((MADE, "same-password"), ("court", "too-short"), ("Password123!", "too-common")):
        wrong = (await change(MADE, new)).json()
        assert (wrong["type"], wrong["errors"][0]["pointer"]) == ("validation", "/new_password")
        assert code in [error["code"] for error in wrong["errors"]]
    changed = await change(MADE, OWN)
    assert (changed.status_code, changed.json()["session"]["needs"]) == (201, [])
    assert (await agent.get("/v1/desk/sessions/current")).json()["type"] == "session-ended"
    agent.token = changed.json()["token"]
    assert (await agent.ask("POST", "/v1/desk/lookups", lookup)).json()["type"] == "not-found"
    assert [mail["to"] for mail in await agent.mails()][:1] == ["a@b.test"]
    again = await enter(world, "a@b.test", OWN)
    assert (await again.get("/v1/desk/sessions/current")).json()["needs"] == []


async def test_an_operator_gives_an_agent_another_password_and_role(world: World) -> None:
    agent = await enter(world)
    told = {"email": "agent@exemple.test", "first_name": "Alex", "last_name": "Gagné", "password": MADE, "again": True}
    await create(world.backend, CreateAgentRequest.model_validate(told | {"role": "supervisor"}))
    assert (await agent.get("/v1/desk/sessions/current")).json()["type"] == "session-ended"
    session = (await (await enter(world, password=MADE)).get("/v1/desk/sessions/current")).json()
    assert (session["needs"], session["agent"]["role"]) == (["new_password"], "supervisor")
    for email in ("nouvelle@exemple.test", "personne@exemple.test"):
        with pytest.raises(TaskRefusedError, match="no agent"):
            await create(world.backend, CreateAgentRequest.model_validate(told | {"email": email}))


async def test_strangers_who_try_an_agents_address_elsewhere_keep_nobody_from_work(world: World) -> None:
    for place in range(30):
        await world.somebody(network=f"203.0.113.{place}").log_in("agent@exemple.test", "Faux-0000!")
    await enter(world)


async def test_passwords_tried_at_the_desk_are_counted_and_written_into_the_audit(world: World) -> None:
    body = {"email": "agent@exemple.test", "password": "Faux-0000!"}
    answers = [await world.somebody(network="127.0.0.9").ask("POST", "/v1/desk/sessions", body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    request = UnlockRequest(account="agent@exemple.test", network="127.0.0.9")
    assert await unlock(world.backend, request) == {"forgotten": 2}
    assert world.count(audit, audit.c.action == "desk_login", audit.c.outcome == "wrong_password") == 5
    await enter(world)
    assert world.count(audit, audit.c.action == "desk_login", audit.c.outcome == "succeeded") == 1
