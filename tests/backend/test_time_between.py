"""Time passes between the two halves of a guarded operation: what holds is what is true at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sel_backend.security.hashing import Hasher, HasherBusyError
from sel_backend.storage.tables import accounts, link_codes, links
from sel_contract.rules.codes import find_coordinates
from tests.backend.test_accounts_from_nothing import (
    GOOD,
    NEW,
    ask_for_account,
    code_for,
    confirm,
    finish_reset,
    start_reset,
)
from tests.backend.world import CORRECT, PASSWORD, Person, World

Make = Callable[..., World]
Meanwhile = Callable[[Callable[[], Awaitable[None]]], None]
# No idle limit, no step-up: what is tried is the end of something else.
PATIENT = {
    "session": {"idle_seconds": 0, "step_up_after_seconds": 86400},
    "codes": {"challenge_hours": 1, "linking_code_hours": 1},
}


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Has something happen while the next secret is being checked."""
    original = Hasher.verify_all

    def once(happens: Callable[[], Awaitable[None]]) -> None:
        async def slow(self: Hasher, pairs: Any) -> list[bool]:
            monkeypatch.setattr(Hasher, "verify_all", original)
            checked = await original(self, pairs)
            await happens()
            return checked

        monkeypatch.setattr(Hasher, "verify_all", slow)

    return once


def passing(world: World, **by: float) -> Callable[[], Awaitable[None]]:
    async def passes() -> None:
        world.clock.forward(**by)

    return passes


async def tries_left(person: Person) -> int:
    return int((await person.get("/v1/link-methods")).json()["methods"][0]["tries_left"])


async def test_a_try_is_given_back_to_the_window_that_it_was_counted_in_and_to_no_other(
    world: World, meanwhile: Meanwhile
) -> None:
    person = await world.person("nouvelle")

    async def window_ends_and_the_service_fails() -> None:
        world.clock.forward(minutes=15)
        await person.log_in("nouvelle@exemple.test")
        for _ in range(2):
            await person.legacy("ci7654321", "faux")
        raise HasherBusyError

    meanwhile(window_ends_and_the_service_fails)
    assert (await person.legacy("ci1234567", "Ancien-1234!")).status_code == 503
    assert await tries_left(person) == 3

    async def the_service_fails() -> None:
        raise HasherBusyError

    meanwhile(the_service_fails)
    assert (await person.legacy("ci1234567", "Ancien-1234!")).status_code == 503
    assert await tries_left(person) == 3


@pytest.mark.parametrize(("passed", "status"), [({"minutes": 59, "seconds": 59}, 201), ({"hours": 1}, 422)])
async def test_linking_coordinates_that_expire_while_they_are_checked_open_nothing(
    worlds: Make, meanwhile: Meanwhile, passed: dict[str, float], status: int
) -> None:
    world = worlds(**PATIENT)
    person = await world.person("rejean")
    await person.post("/v1/link-code-requests", {"identifier": "ci1234567"})
    mail = next(mail for mail in await person.mails() if mail["to"] == "maika.cote@exemple.test")
    found = find_coordinates(mail["text"])
    assert found
    username, code = found
    meanwhile(passing(world, **passed))
    answer = await person.code(username, code)
    assert answer.status_code == status, answer.text
    assert world.count(link_codes, link_codes.c.username == username, link_codes.c.used_at.is_not(None)) == (
        status == 201
    )


@pytest.mark.parametrize(("passed", "status"), [({"minutes": 59, "seconds": 59}, 201), ({"hours": 1}, 422)])
async def test_questions_that_expire_while_their_answers_are_checked_open_nothing(
    worlds: Make, meanwhile: Meanwhile, passed: dict[str, float], status: int
) -> None:
    world = worlds(**PATIENT)
    person = await world.person("nouvelle")
    challenge = await person.questions("ci1234567")
    meanwhile(passing(world, **passed))
    assert (await person.answer(challenge, CORRECT["ci1234567"])).status_code == status


@pytest.mark.parametrize(("passed", "status"), [({"minutes": 14, "seconds": 59}, 201), ({"minutes": 15}, 401)])
async def test_a_session_that_ends_while_a_proof_is_checked_links_nothing(
    world: World, meanwhile: Meanwhile, passed: dict[str, float], status: int
) -> None:
    person = await world.person("nouvelle")
    before = world.count(links)
    meanwhile(passing(world, **passed))
    answer = await person.legacy("ci1234567", "Ancien-1234!")
    assert answer.status_code == status
    assert world.count(links) == before + (status == 201)
    if status == 401:
        assert answer.json()["type"] == "session-ended"


@pytest.mark.parametrize(("passed", "good"), [({"minutes": 9, "seconds": 59}, True), ({"minutes": 10}, False)])
async def test_single_use_codes_that_expire_while_they_are_checked_change_nothing(
    world: World, meanwhile: Meanwhile, passed: dict[str, float], good: bool
) -> None:
    person = world.somebody()
    started = await ask_for_account(person)
    code = await code_for(person, NEW)
    meanwhile(passing(world, **passed))
    assert (await confirm(person, started, code)).status_code == (201 if good else 422)
    assert world.count(accounts, accounts.c.email == NEW) == good
    reset = await start_reset(person)
    code = await code_for(person, "nouvelle@exemple.test")
    meanwhile(passing(world, **passed))
    assert (await finish_reset(person, reset, code)).status_code == (200 if good else 422)
    opens = [(await person.log_in("nouvelle@exemple.test", one)).status_code for one in (PASSWORD, GOOD)]
    assert opens == ([401, 201] if good else [201, 401])
