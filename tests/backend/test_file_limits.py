"""Attempts on a claimed file: no stranger closes it to its owner, and many strangers together guess no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sel_backend.admin.unlock import UnlockRequest, unlock
from sel_backend.storage.tables import limits, outbox
from tests.backend.world import CORRECT, Person, World, wrong

Make = Callable[..., World]
FILE, PASSWORD = "ci1234567", "Ancien-1234!"
STRANGERS = ("rejean", "association", "camille", "comptable")


async def somebody(world: World, name: str, network: str) -> Person:
    person = world.somebody(network=network)
    assert (await person.log_in(f"{name}@exemple.test")).status_code == 201
    return person


async def strangers(world: World, many: int) -> list[Person]:
    """Return people on networks of their own."""
    return [await somebody(world, name, f"203.0.113.{place}") for place, name in enumerate(STRANGERS[:many])]


async def miss(person: Person, times: int) -> None:
    for _ in range(times):
        assert (await person.legacy(FILE, "faux")).json()["type"] == "not-recognized"


async def test_a_stranger_who_uses_up_every_try_does_not_keep_the_owner_out(world: World) -> None:
    (stranger,) = await strangers(world, 1)
    await miss(stranger, 5)
    for _ in range(2):
        challenge = await stranger.questions(FILE)
        await stranger.answer(challenge, wrong(challenge))
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert (await owner.answer(await owner.questions(FILE), CORRECT[FILE])).status_code == 201
    link = (await owner.get("/v1/links")).json()["links"][0]["id"]
    await owner.delete(f"/v1/links/{link}")
    assert (await owner.legacy(FILE, PASSWORD)).status_code == 201


async def test_two_strangers_neither_and_the_owner_may_miss_no_more(world: World) -> None:
    one, other = await strangers(world, 2)
    await miss(one, 3)
    await miss(other, 4)
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    await miss(owner, 1)
    assert (await owner.legacy(FILE, PASSWORD)).json()["type"] == "not-recognized"
    third = await somebody(world, "camille", "198.51.100.8")
    assert (await third.legacy(FILE, PASSWORD)).json()["type"] == "not-recognized"


async def test_as_many_accounts_on_as_many_networks_use_up_the_share_of_newcomers(world: World) -> None:
    for stranger in await strangers(world, 3):
        await miss(stranger, 3)
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert (await owner.legacy(FILE, PASSWORD)).json()["type"] == "not-recognized"
    assert (await owner.answer(await owner.questions(FILE), CORRECT[FILE])).status_code == 201


async def test_one_network_is_no_newcomer_twice_whatever_its_accounts(world: World) -> None:
    people = [await somebody(world, name, "203.0.113.9") for name in STRANGERS[:3]]
    for person in people:
        await miss(person, 1)
    rows = world.rows(limits, limits.c.scope == "legacy_access:newcomers")
    assert [row.tries for row in rows] == [1]
    await miss(people[0], 2)
    assert (await people[1].legacy(FILE, PASSWORD)).json()["type"] == "not-recognized"
    assert (await (await somebody(world, "nouvelle", "198.51.100.7")).legacy(FILE, PASSWORD)).status_code == 201


async def test_a_whole_48_is_no_newcomer_twice_whatever_its_accounts(world: World) -> None:
    for place, name in enumerate(STRANGERS[:3]):
        await miss(await somebody(world, name, f"2001:db8:1:{place:x}::1"), 3)
    owner = await somebody(world, "nouvelle", "2001:db8:2::1")
    assert (await owner.legacy(FILE, PASSWORD)).status_code == 201


async def test_the_people_of_a_trusted_network_are_newcomers_each(worlds: Make) -> None:
    world = worlds(server={"trusted_networks": ["198.51.100.0/24"]})
    for name in STRANGERS[:2]:
        await miss(await somebody(world, name, "198.51.100.7"), 3)
    assert (await (await somebody(world, "nouvelle", "198.51.100.7")).legacy(FILE, PASSWORD)).status_code == 201


async def test_a_right_proof_takes_nothing_from_any_counter_of_the_file(world: World) -> None:
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    link = (await owner.legacy(FILE, PASSWORD)).json()["id"]
    assert {row.tries for row in world.rows(limits, limits.c.scope.like("legacy_access%"))} == {0}
    await owner.delete(f"/v1/links/{link}")
    assert (await owner.legacy(FILE, PASSWORD)).status_code == 201


async def test_customer_service_frees_a_file_whoever_tried_it(world: World) -> None:
    for stranger in await strangers(world, 3):
        await miss(stranger, 3)
        await stranger.post("/v1/link-code-requests", {"identifier": FILE})
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert (await owner.legacy(FILE, PASSWORD)).status_code == 422
    await unlock(world.backend, UnlockRequest(identifier=FILE))
    assert not world.rows(limits, limits.c.scope.like("legacy_access:by%"))
    assert not world.rows(limits, limits.c.scope.like("code_request:by%"))
    assert (await owner.legacy(FILE, PASSWORD)).status_code == 201


async def mails_sent(world: World, person: Person) -> int:
    """Ask for coordinates and return how many mails with some were sent."""
    before = world.count(outbox, outbox.c.kind == "link_code")
    assert (await person.post("/v1/link-code-requests", {"identifier": FILE})).status_code == 202
    return world.count(outbox, outbox.c.kind == "link_code") - before


async def test_strangers_who_ask_for_coordinates_each_minute_do_not_keep_the_owner_from_theirs(world: World) -> None:
    people = [await somebody(world, name, "203.0.113.9") for name in STRANGERS[:3]]
    mails = 0
    for minute in range(12):
        mails += await mails_sent(world, people[minute % 3])
        world.clock.forward(minutes=1)
    assert mails == 3
    assert await mails_sent(world, people[0]) == 0
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert [await mails_sent(world, owner), await mails_sent(world, owner)] == [1, 0]


async def test_mails_with_coordinates_are_a_minute_apart_whoever_asks(world: World) -> None:
    (stranger,) = await strangers(world, 1)
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert [await mails_sent(world, stranger), await mails_sent(world, owner)] == [1, 0]
    assert not world.rows(limits, limits.c.scope.like("code_request:by%"), limits.c.tries > 1)
    world.clock.forward(minutes=1)
    assert [await mails_sent(world, owner), await mails_sent(world, stranger)] == [1, 0]


async def test_requests_for_coordinates_at_one_moment_send_one_mail(world: World) -> None:
    people = await strangers(world, 4)
    asked = await asyncio.gather(
        *(person.post("/v1/link-code-requests", {"identifier": FILE}) for person in people for _ in range(3))
    )
    assert {answer.status_code for answer in asked} == {202}
    assert world.count(outbox, outbox.c.kind == "link_code") == 1
    assert [row.tries for row in world.rows(limits, limits.c.scope == "code_request_hour")] == [1]


async def test_a_stranger_who_asks_for_coordinates_all_day_does_not_keep_the_owner_from_theirs(world: World) -> None:
    (stranger,) = await strangers(world, 1)

    mails = 0
    for _ in range(8):
        await stranger.log_in(f"{STRANGERS[0]}@exemple.test")
        mails += await mails_sent(world, stranger)
        world.clock.forward(minutes=25)
    assert mails == 5
    owner = await somebody(world, "nouvelle", "198.51.100.7")
    assert [await mails_sent(world, owner), await mails_sent(world, owner)] == [1, 0]
