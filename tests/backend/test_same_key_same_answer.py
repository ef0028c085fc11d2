"""Idempotency: the same key and body get the same answer again, also after a crash of either side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sel_backend.security.hashing import Hasher, HasherBusyError
from sel_backend.storage.tables import idempotency, links
from tests.backend.world import Person, World

Make = Callable[..., World]
KEY = "0123456789abcdef"


async def tries_left(person: Person) -> int:
    methods = (await person.get("/v1/link-methods")).json()["methods"]
    return int(methods[0]["tries_left"])


async def test_a_request_sent_again_links_nothing_twice(world: World) -> None:
    person = await world.person("nouvelle")
    first = await person.legacy("ci1234567", "Ancien-1234!", KEY)
    again = await person.legacy("CI 1234567", "Ancien-1234!", KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert world.count(links, links.c.id == first.json()["id"]) == 1


async def test_a_refusal_sent_again_burns_no_second_try(world: World) -> None:
    person = await world.person("nouvelle")
    answers = {(await person.legacy("ci1234567", "faux", KEY)).content for _ in range(3)}
    assert len(answers) == 1
    assert await tries_left(person) == 4


async def test_the_same_key_with_another_body_is_a_mistake(world: World) -> None:
    person = await world.person("nouvelle")
    await person.legacy("ci1234567", "faux", KEY)
    other = await person.legacy("ci1234567", "Ancien-1234!", KEY)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency-mismatch")


async def test_a_key_belongs_to_its_account_and_its_operation(world: World) -> None:
    one, two = await world.person("nouvelle"), await world.person("association")
    assert (await one.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 201
    assert (await two.legacy("asexemple", "Syndicat-1!", KEY)).status_code == 201
    assert (await one.post("/v1/link-code-requests", {"identifier": "ci1234567"}, KEY)).status_code == 202


@pytest.mark.parametrize("key", [None, "", "short", "with space in it", "é" * 12, "k" * 65])
async def test_a_post_without_a_good_key_is_refused(world: World, key: str | None) -> None:
    person = await world.person("nouvelle")
    headers = {} if key is None else {"Idempotency-Key": key}
    response = await person.ask("POST", "/v1/link-code-requests", {"identifier": "ci1234567"}, **headers)
    assert (response.status_code, response.json()["type"]) == (400, "idempotency-key-missing")


async def test_a_request_that_is_still_running_says_so_and_then_its_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    gate, inside = asyncio.Event(), asyncio.Event()
    original = Hasher.verify_all

    async def slow(self: Hasher, pairs: object) -> list[bool]:
        inside.set()
        await gate.wait()
        return await original(self, pairs)  # type: ignore[arg-type]

    monkeypatch.setattr(Hasher, "verify_all", slow)
    first = asyncio.create_task(person.legacy("ci1234567", "Ancien-1234!", KEY))
    await inside.wait()
    meanwhile = await person.legacy("ci1234567", "Ancien-1234!", KEY)
    assert (meanwhile.status_code, meanwhile.json()["type"]) == (409, "idempotency-in-progress")
    assert "Retry-After" in meanwhile.headers
    gate.set()
    assert (await first).status_code == 201
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).content == (await first).content


async def test_after_a_crash_before_the_effect_the_same_key_goes_on_without_a_second_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    with monkeypatch.context() as crash:

        async def dies(*_: object) -> list[bool]:
            raise asyncio.CancelledError  # nothing of the process's own tidying runs, as after a kill

        crash.setattr(Hasher, "verify_all", dies)
        with pytest.raises(asyncio.CancelledError):
            await person.legacy("ci1234567", "Ancien-1234!", KEY)
    assert await tries_left(person) == 4
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).json()["type"] == "idempotency-in-progress"
    world.clock.forward(seconds=61)
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 201
    assert await tries_left(person) == 5


async def dying(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a right try, and die before its secret is checked."""
    with monkeypatch.context() as crash:

        async def dies(*_: object) -> list[bool]:
            raise asyncio.CancelledError

        crash.setattr(Hasher, "verify_all", dies)
        with pytest.raises(asyncio.CancelledError):
            await person.legacy("ci1234567", "Ancien-1234!", KEY)


async def test_the_last_try_goes_on_after_a_crash_and_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    for _ in range(4):
        assert (await person.legacy("ci1234567", "faux")).json()["type"] == "not-recognized"
    await dying(person, monkeypatch)  # the fifth of five, for the account and for the file
    assert await tries_left(person) == 0
    world.clock.forward(seconds=60)
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 201
    assert await tries_left(person) == 1


async def test_a_try_beyond_the_last_is_none_after_a_crash_either(
    worlds: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds(limits={"legacy_account": {"tries": 9, "window_seconds": 900}})
    for name, tries in (("rejean", 5), ("nouvelle", 0)):
        person = await world.person(name)
        for _ in range(tries):
            await person.legacy("ci1234567", "faux")
    await dying(person, monkeypatch)  # the sixth of five for the file
    world.clock.forward(seconds=60)
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).json()["type"] == "not-recognized"


async def test_a_dead_request_is_taken_over_when_its_minute_has_passed_and_not_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")
    await dying(person, monkeypatch)
    world.clock.forward(seconds=59)
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).json()["type"] == "idempotency-in-progress"
    world.clock.forward(seconds=1)
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 201


async def test_after_a_crash_between_the_effect_and_the_answer_the_answer_is_given_again(worlds: Make) -> None:
    one = worlds()
    person = await one.person("nouvelle")
    lost = await person.legacy("ci1234567", "Ancien-1234!", KEY)
    other = worlds().somebody()
    other.token = person.token
    found = await other.legacy("ci1234567", "Ancien-1234!", KEY)
    assert found.content == lost.content


async def test_what_is_not_final_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await world.person("nouvelle")
    with monkeypatch.context() as broken:

        async def busy(*_: object) -> list[bool]:
            raise HasherBusyError

        broken.setattr(Hasher, "verify_all", busy)
        assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 503
    assert (await person.legacy("ci1234567", "Ancien-1234!", KEY)).status_code == 201
    for _ in range(5):
        await person.legacy("ci7654321", "faux")
    assert (await person.legacy("er123456", "Toiture-99!", KEY[::-1])).status_code == 429
    world.clock.forward(hours=2, seconds=1)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.legacy("er123456", "Toiture-99!", KEY[::-1])).status_code == 201


async def test_an_answer_is_kept_for_two_days_and_not_a_second_longer(world: World) -> None:
    person = await world.person("nouvelle")
    body = {"identifier": "ci1234567"}
    await person.post("/v1/link-code-requests", body, KEY)
    replays = []
    for more in ({"hours": 47, "minutes": 59, "seconds": 59}, {"seconds": 1}):
        world.clock.forward(**more)
        await person.log_in("nouvelle@exemple.test")
        again = await person.post("/v1/link-code-requests", body, KEY)
        assert again.status_code == 202
        replays.append("Idempotency-Replayed" in again.headers)
    assert replays == [True, False]


async def test_no_token_and_no_secret_is_in_what_is_kept(world: World) -> None:
    person = await world.person("nouvelle")
    await person.legacy("ci1234567", "Ancien-1234!", KEY)
    await person.ask("POST", "/v1/sessions/current/step-up", {"password": "Chantier-2026!"})
    kept = str(world.rows(idempotency))
    assert person.token not in kept
    assert "Ancien" not in kept
    assert "Chantier" not in kept


async def test_two_requests_with_one_key_at_once_have_one_effect(worlds: Make, database_kind: str) -> None:
    one = worlds()
    other = one if database_kind == "sqlite" else worlds()
    people = [await one.person("nouvelle"), other.somebody()]
    people[1].token = people[0].token
    for number in range(5):
        key = f"{KEY}-{number}"
        asked = [person.legacy("er123456", "Toiture-99!", key) for person in people * 3]
        answers = await asyncio.gather(*asked)
        assert sorted({answer.status_code for answer in answers} - {409}) == [201]
        linked = {answer.json()["id"] for answer in answers if answer.status_code == 201}
        assert len(linked) == 1
        assert (await people[0].delete(f"/v1/links/{linked.pop()}")).status_code == 204
