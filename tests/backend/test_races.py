"""Constraints decide races: two workers at once keep every rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from sel_backend.storage.tables import events, link_codes, links, outbox
from tests.backend.world import Person, World

Make = Callable[..., World]


@pytest.fixture
def pair(worlds: Make, database_kind: str) -> tuple[World, World]:
    """Two workers on PostgreSQL; SQLite has one process, so one worker that does many things at once."""
    one = worlds(limits={"legacy_file": {"tries": 100, "window_seconds": 60}})
    return one, one if database_kind == "sqlite" else worlds(
        limits={"legacy_file": {"tries": 100, "window_seconds": 60}}
    )


async def everybody(pair: tuple[World, World]) -> list[Person]:
    names = ("nouvelle", "rejean", "association", "camille", "comptable", "agent")
    return [await pair[place % 2].person(name) for place, name in enumerate(names)]


async def test_an_exclusive_file_is_linked_to_exactly_one_of_many_at_once(pair: tuple[World, World]) -> None:
    people = await everybody(pair)
    answers = await asyncio.gather(*(person.legacy("ci1234567", "Ancien-1234!") for person in people))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    types = {answer.json().get("type") for answer in answers if answer.status_code == 409}
    assert types == {"held-elsewhere"}
    (link,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert pair[0].count(links, links.c.id == link) == 1


async def test_a_shared_file_is_linked_to_each_once(pair: tuple[World, World]) -> None:
    people = await everybody(pair)
    twice = [person.legacy("er123456", "Toiture-99!") for person in people * 2]
    answers = await asyncio.gather(*twice)
    assert sorted(answer.status_code for answer in answers) == [201] * 6 + [409] * 6
    doubled = select(links.c.account_id, links.c.file_id).where(links.c.ended_at.is_(None))
    doubled = doubled.group_by(links.c.account_id, links.c.file_id).having(func.count() > 1)
    assert pair[0].backend.core.database.run_now(lambda tx: tx.execute(doubled).all()) == []


async def test_a_code_is_used_once_however_many_try_at_once(worlds: Make, database_kind: str) -> None:
    one = worlds(linking={"exclusive": {"worker": False, "employer": False, "association": False}})
    people = await everybody((one, one if database_kind == "sqlite" else worlds()))
    answers = await asyncio.gather(*(person.code("L-482913", "7K3M9-QTDHX") for person in people[:5]))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422, 422]
    assert one.count(link_codes, link_codes.c.used_at.is_not(None)) == 1


async def test_wrong_tries_at_once_are_all_counted(worlds: Make, database_kind: str) -> None:
    one = worlds()
    person = await one.person("nouvelle")
    twin = one.somebody() if database_kind == "sqlite" else worlds().somebody()
    twin.token = person.token
    answers = await asyncio.gather(*(who.legacy("ci7654321", "faux") for who in [person, twin] * 6))
    assert sorted(answer.status_code for answer in answers) == [422] * 5 + [429] * 7
    left = sorted(answer.json()["tries_left"] for answer in answers if answer.status_code == 422)
    assert left == [0, 1, 2, 3, 4]


async def test_after_a_storm_each_link_has_one_event_and_its_mails(pair: tuple[World, World]) -> None:
    people = await everybody(pair)
    storm = []
    for number in range(301, 307):
        storm += [person.legacy(f"er000{number}", "Comptable-40!") for person in people[:4]]
    await asyncio.gather(*storm)
    world = pair[0]
    made = world.rows(links, links.c.linked_at == world.clock.now)
    assert len(made) >= 20
    for link in made:
        assert world.count(events, events.c.link_id == link.id, events.c.kind == "linked") == 1
        told = [row.recipient for row in world.rows(outbox, outbox.c.link_id == link.id)]
        assert len(told) == len(set(told)) == 2
