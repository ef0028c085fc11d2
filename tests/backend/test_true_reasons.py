"""One answer for all, and behind its reference the true reason: precise enough to say what to try next."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from sel_backend.storage.tables import files, support_cases
from sel_contract import TERMINAL
from tests.backend.world import START, Person, World


async def kept(world: World, answer: Any) -> tuple[str, str | None]:
    """Return the reason and the terminal behind a refusal's reference."""
    assert answer.json()["type"] == "not-recognized", answer.text
    (row,) = world.rows(support_cases, support_cases.c.reference == answer.json()["reference"])
    return row.reason, row.terminal


def old_access(world: World, identifier: str, **changed: Any) -> None:
    change = update(files).where(files.c.identifier == identifier).values(**changed)
    world.backend.core.database.run_now(lambda tx: tx.execute(change))


@pytest.fixture
async def person(world: World) -> Person:
    return await world.person("nouvelle")


async def test_what_an_old_access_lacked(world: World, person: Person) -> None:
    old_access(world, "er000301", legacy_hash=None)
    old_access(world, "er000302", legacy_expires_at=START)
    tried = {
        "er1140000001": "neq_typed",
        "er4040000001": "no_such_file",
        "er123456": "wrong_password",
        "er000301": "no_old_access",
        "er000302": "old_access_expired",
    }
    for identifier, reason in tried.items():
        assert (await kept(world, await person.legacy(identifier, "Faux-0000!")))[0] == reason


async def test_what_coordinates_lacked_and_whose_they_were(world: World, person: Person) -> None:
    for username, code, reason in (
        ("L-999999", "7K3M9-QTDHX", "no_such_code"),
        ("L-482912", "2B6WZ-8RNEK", "code_replaced"),
        ("L-482913", "2B6WZ-8RNEK", "wrong_code"),
    ):
        assert (await kept(world, await person.code(username, code)))[0] == reason
    world.clock.forward(days=2)
    person = await world.person("nouvelle")
    assert (await kept(world, await person.code("L-482913", "7K3M9-QTDHX")))[0] == "code_expired"
    (file,) = world.rows(files, files.c.identifier == "ci0000077")
    assert world.count(support_cases, support_cases.c.file_id == file.id) == 3


@pytest.mark.parametrize(("said", "understood"), [("kiosk", "kiosk"), ("line", "line"), ("", None), ("evil\x7f", None)])
async def test_the_kind_of_terminal_is_kept_as_the_client_says_it(
    world: World, person: Person, said: str, understood: str | None
) -> None:
    body = {"method": "legacy_access", "username": "er123456", "password": "Faux-0000!"}
    answer = await person.ask("POST", "/v1/links", body, "a-key-of-one-intent", **{TERMINAL: said})
    assert (await kept(world, answer))[1] == understood


async def test_an_agents_account_is_no_persons(world: World) -> None:
    agent = world.somebody()
    unknown = await agent.log_in("personne@exemple.test")
    refused = await agent.log_in("agent@exemple.test")
    assert (refused.status_code, refused.content) == (401, unknown.content)
    started = await agent.post("/v1/password-resets", {"email": "agent@exemple.test"})
    assert started.status_code == 202
    assert [mail for mail in await agent.mails() if mail["to"] == "agent@exemple.test"] == []
