"""Rules 1 to 3: tries are counted before the check, per account, method, network and claimed file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from sel_backend.security.hashing import Hasher, HasherBusyError
from sel_backend.settings import Rule
from sel_backend.storage import limits
from sel_backend.storage.tables import limits as limits_table
from tests.backend.world import CORRECT, START, Person, World, wrong

Make = Callable[..., World]


async def state(person: Person, method: str) -> dict[str, Any]:
    methods = (await person.get("/v1/link-methods")).json()["methods"]
    found: dict[str, Any] = next(one for one in methods if one["method"] == method)
    return found


async def fail_legacy(person: Person, times: int, username: str = "ci1234567") -> None:
    for _ in range(times):
        assert (await person.legacy(username, "faux")).json()["type"] == "not-recognized"


async def test_the_sixth_try_says_until_when_and_the_other_methods_stay_open(world: World) -> None:
    person = await world.person("nouvelle")
    await fail_legacy(person, 4)
    last = (await person.legacy("ci1234567", "faux")).json()
    assert last["tries_left"] == 0
    assert last["retry_at"] == "2026-03-02T16:00:00Z"
    assert last["methods"] == ["questions", "link_code"]
    sixth = await person.legacy("ci1234567", "Ancien-1234!")
    assert sixth.status_code == 429
    assert sixth.headers["Retry-After"] == "7200"
    assert sixth.json()["type"] == "method-locked"
    assert sixth.json()["retry_at"] == "2026-03-02T16:00:00Z"
    assert sixth.json()["methods"] == ["questions", "link_code"]
    assert (await person.answer(await person.questions("ci1234567"), CORRECT["ci1234567"])).status_code == 201


async def test_methods_say_what_a_failed_try_costs_before_it_is_made(world: World) -> None:
    person = await world.person("nouvelle")
    assert await state(person, "legacy_access") == {
        "method": "legacy_access",
        "available": True,
        "tries_left": 5,
        "tries_allowed": 5,
        "waits_seconds": 7200,
    }
    await fail_legacy(person, 5)
    locked = await state(person, "legacy_access")
    assert (locked["available"], locked["unavailable_because"], locked["tries_left"]) == (False, "locked", 0)
    assert locked["open_again_at"] == "2026-03-02T16:00:00Z"
    assert (await state(person, "questions"))["available"]


async def test_the_lock_ends_by_itself(world: World) -> None:
    person = await world.person("nouvelle")
    await fail_legacy(person, 5, "ci7654321")
    world.clock.forward(hours=2)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.legacy("ci1234567", "Ancien-1234!")).status_code == 201


async def test_tries_are_forgotten_when_their_window_ends(world: World) -> None:
    person = await world.person("nouvelle")
    await fail_legacy(person, 4)
    world.clock.forward(minutes=15)
    await person.log_in("nouvelle@exemple.test")
    assert (await state(person, "legacy_access"))["tries_left"] == 5


async def test_a_success_takes_no_try_away(world: World) -> None:
    person = await world.person("association")
    await fail_legacy(person, 4)
    assert (await person.legacy("asexemple", "Syndicat-1!")).status_code == 201
    assert (await person.legacy("apexemple", "Patronale-1!")).status_code == 201
    assert (await state(person, "legacy_access"))["tries_left"] == 1


async def test_a_try_is_given_back_when_the_service_itself_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    with monkeypatch.context() as broken:

        async def busy(*_: object) -> list[bool]:
            raise HasherBusyError

        broken.setattr(Hasher, "verify_all", busy)
        response = await person.legacy("ci1234567", "Ancien-1234!")
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) >= 1
    assert (await state(person, "legacy_access"))["tries_left"] == 5
    assert (await person.legacy("ci1234567", "Ancien-1234!")).status_code == 201


async def test_a_try_is_counted_and_committed_before_the_secret_is_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    counted: list[int] = []
    original = Hasher.verify_all

    async def looking(self: Hasher, pairs: Any) -> list[bool]:
        counted.append(world.count(limits_table, limits_table.c.scope == "legacy_access:account"))
        return await original(self, pairs)

    monkeypatch.setattr(Hasher, "verify_all", looking)
    await person.legacy("ci1234567", "faux")
    assert counted == [1]


async def test_number_and_email_of_a_file_share_one_counter_and_nothing_says_that_it_is_exhausted(world: World) -> None:
    for name, username in (("nouvelle", "ci1234567"), ("rejean", "maika.cote@exemple.test")):
        person = await world.person(name)
        await fail_legacy(person, 3, username)
    fresh = await world.person("association")
    right = await fresh.legacy("ci1234567", "Ancien-1234!")
    assert right.status_code == 422
    assert right.json()["type"] == "not-recognized"
    unknown = await fresh.legacy("ci7654321", "Ancien-1234!")
    drop = ("reference", "tries_left")
    assert {k: v for k, v in right.json().items() if k not in drop} == {
        k: v for k, v in unknown.json().items() if k not in drop
    }
    world.clock.forward(hours=6)
    await fresh.log_in("association@exemple.test")
    assert (await fresh.legacy("ci1234567", "Ancien-1234!")).status_code == 201


async def test_a_file_that_does_not_exist_is_counted_like_one_that_does(world: World) -> None:
    person = await world.person("nouvelle")
    await fail_legacy(person, 1, "ci7654321")
    scopes = [row.scope for row in world.rows(limits_table, limits_table.c.scope.like("legacy_access%"))]
    assert sorted(scope.partition(":by:")[0] for scope in scopes) == [
        *("legacy_access", "legacy_access", "legacy_access:account", "legacy_access:newcomers")
    ]
    assert "7654321" not in str(world.rows(limits_table))


async def test_two_rounds_of_questions_exhaust_a_file_for_a_day(world: World) -> None:
    person = await world.person("nouvelle")
    for _ in range(2):
        challenge = await person.questions("ci1234567")
        await person.answer(challenge, wrong(challenge))
    challenge = await person.questions("ci1234567")
    third = await person.answer(challenge, CORRECT["ci1234567"])
    assert third.json()["type"] == "not-recognized"
    assert (await person.answer(challenge, CORRECT["ci1234567"])).json()["type"] == "method-locked"
    world.clock.forward(hours=24, seconds=1)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.answer(await person.questions("ci1234567"), CORRECT["ci1234567"])).status_code == 201


async def test_a_linking_code_has_five_tries_whoever_makes_them(world: World) -> None:
    for name, tries in (("nouvelle", 3), ("association", 2)):
        person = await world.person(name)
        for _ in range(tries):
            await person.code("L-482913", "00000-00000")
    rejean = await world.person("rejean")
    assert (await rejean.code("L-482913", "7K3M9-QTDHX")).json()["type"] == "not-recognized"


async def test_a_network_has_a_limit_unless_it_is_trusted(worlds: Make) -> None:
    one = {"method_network": {"tries": 2, "window_seconds": 900}}
    world = worlds(limits=one, server={"trusted_networks": ["198.51.100.0/24"]})
    person = world.somebody(network="203.0.113.9")
    await person.log_in("nouvelle@exemple.test")
    await fail_legacy(person, 2)
    refused = await person.legacy("ci1234567", "faux")
    assert (refused.status_code, refused.json()["type"]) == (429, "too-many-requests")
    assert (await state(person, "legacy_access"))["tries_left"] == 3
    agent = world.somebody(network="198.51.100.7")
    await agent.log_in("rejean@exemple.test")
    await fail_legacy(agent, 3, "er123456")


async def test_coordinates_are_sent_at_most_every_minute_three_an_hour_five_a_day(world: World) -> None:
    person = await world.person("nouvelle")
    sent = []
    for minutes in (0, 0.5, 1, 2, 3, 59, 60, 61, 130, 131):
        world.clock.now = START
        world.clock.forward(minutes=minutes)
        await person.log_in("nouvelle@exemple.test")
        before = len(await person.mails())
        response = await person.post("/v1/link-code-requests", {"identifier": "ci1234567"})
        assert response.status_code == 202
        sent.append(len(await person.mails()) - before)
    assert sent == [1, 0, 1, 1, 0, 0, 1, 1, 0, 0]


def test_a_growing_wait_doubles_and_never_becomes_permanent(world: World) -> None:
    rule = Rule(tries=2, window_seconds=60, wait_seconds=60, growing=True)
    waits = []
    for _ in range(7):
        for _ in range(2):
            standing = world.backend.core.database.run_now(
                lambda tx: limits.count(tx, rule, "growing", "k", world.clock.now)
            )
        assert standing.locked_until is not None
        waits.append((standing.locked_until - world.clock.now).total_seconds())
        world.clock.now = standing.locked_until
    assert waits == [60, 120, 240, 480, 960, 960, 960]


def test_tries_made_at_once_are_all_counted(world: World) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rule = Rule(tries=5, window_seconds=60)
    database = world.backend.core.database

    def one(_: int) -> bool:
        def work(tx: Connection) -> bool:
            return limits.count(tx, rule, "at-once", "k", world.clock.now).admitted

        return database.run_now(work)

    if database.is_sqlite:
        admitted = [one(place) for place in range(40)]
    else:
        with ThreadPoolExecutor(8) as pool:
            admitted = list(pool.map(one, range(40)))
    assert sum(admitted) == 5
