"""People at the desk in a test: agents and supervisors who look up cases and act."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import update

from sel_backend.storage.tables import outbox
from tests.backend.world import PASSWORD, Person, World

CHECKS = ["identity", "address", "right"]


async def enter(world: World, name: str = "agent", password: str = PASSWORD, network: str = "127.0.0.1") -> Person:
    """Return somebody who is logged in at the desk."""
    agent = world.somebody(network=network)
    email = name if "@" in name else f"{name}@exemple.test"
    opened = await agent.ask("POST", "/v1/desk/sessions", {"email": email, "password": password})
    assert opened.status_code == 201, opened.text
    agent.token = opened.json()["token"]
    return agent


async def look(agent: Person, **lookup: Any) -> httpx.Response:
    """Look somebody up; without a reference for a reason."""
    by = next(iter({"reference": "reference", "identifier": "file", "email": "account"}[name] for name in lookup))
    told = lookup | ({} if by == "reference" else {"reason": "no_reference"})
    return await agent.ask("POST", "/v1/desk/lookups", {"by": by} | told)


async def case(agent: Person, **lookup: Any) -> dict[str, Any]:
    """Return the case that is found."""
    found = await look(agent, **lookup)
    assert found.status_code == 201, found.text
    told: dict[str, Any] = found.json()
    return told


async def again(agent: Person, shown: dict[str, Any]) -> dict[str, Any]:
    """Return a case as it is now."""
    found = await agent.get(f"/v1/desk/cases/{shown['id']}")
    assert found.status_code == 200, found.text
    told: dict[str, Any] = found.json()
    return told


async def act(agent: Person, shown: dict[str, Any], kind: str, key: str | None = None, **about: Any) -> httpx.Response:
    """Do something with a case, the whole checklist ticked unless it is said otherwise."""
    return await agent.post(f"/v1/desk/cases/{shown['id']}/acts", {"act": kind, "checks": CHECKS} | about, key)


def obstacle(refused: httpx.Response) -> str:
    """Return why an act is not possible."""
    assert (refused.status_code, refused.json()["type"]) == (409, "act-not-possible"), refused.text
    code: str = refused.json()["errors"][0]["code"]
    return code


def codes(shown: dict[str, Any]) -> list[str]:
    """Return what a case proposes."""
    return [one["code"] for one in shown["proposals"]]


def bounce(world: World, recipient: str, error: str = "5.1.1 (550)") -> None:
    """Let every mail to an address have been given up."""
    given_up = {"sent_at": None, "dead_at": world.clock.now, "last_error": error}
    mails = update(outbox).where(outbox.c.recipient == recipient)
    world.backend.core.database.run_now(lambda tx: tx.execute(mails.values(**given_up)))
