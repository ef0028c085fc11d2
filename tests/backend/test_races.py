"""Constraints decide races: two workers at once keep every rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from sel_backend.storage.tables import accounts, events, link_codes, links, outbox, support_cases
from tests.backend.test_accounts_from_nothing import (
    NEW,
    ask_for_account,
    code_for,
    confirm,
    finish_reset,
    start_reset,
)
from tests.backend.test_profiles import disavowal_code, linked
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
    names = ("nouvelle", "rejean", "association", "camille", "comptable")
    return [await pair[place % 2].person(name) for place, name in enumerate(names)]


async def test_an_exclusive_file_is_linked_to_exactly_one_of_many_at_once(pair: tuple[World, World]) -> None:
    people = await everybody(pair)
    answers = await asyncio.gather(*(person.legacy("ci1234567", "Ancien-1234!") for person in people))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    types = {answer.json().get("type") for answer in answers if answer.status_code == 409}
    assert types == {"held-elsewhere"}
    (link,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert pair[0].count(links, links.c.id == link) == 1


async def test_a_shared_file_is_linked_to_each_once(pair: tuple[World, World]) -> None:
    people = await everybody(pair)
    twice = [person.legacy("er123456", "Toiture-99!") for person in people * 2]
    answers = await asyncio.gather(*twice)
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 5
    doubled = select(links.c.account_id, links.c.file_id).where(links.c.ended_at.is_(None))
    doubled = doubled.group_by(links.c.account_id, links.c.file_id).having(func.count() > 1)
    assert pair[0].backend.core.database.run_now(lambda tx: tx.execute(doubled).all()) == []


async def test_a_code_is_used_once_however_many_try_at_once(worlds: Make, database_kind: str) -> None:
    one = worlds(linking={"exclusive": {"worker": False, "employer": False, "association": False}})
    people = await everybody((one, one if database_kind == "sqlite" else worlds()))
    answers = await asyncio.gather(*(person.code("L-482913", "7K3M9-QTDHX") for person in people))
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


async def test_an_account_code_makes_one_account_however_many_use_it_at_once(pair: tuple[World, World]) -> None:
    people = [pair[place % 2].somebody() for place in range(5)]
    started = await ask_for_account(people[0])
    code = await code_for(people[0], NEW)
    answers = await asyncio.gather(*(confirm(person, started, code) for person in people))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422, 422]
    assert pair[0].count(accounts, accounts.c.email == NEW) == 1
    assert pair[0].count(events, events.c.kind == "account_created", events.c.at == pair[0].clock.now) == 1


async def test_a_reset_code_changes_one_password_once_however_many_use_it_at_once(pair: tuple[World, World]) -> None:
    people = [pair[place % 2].somebody() for place in range(5)]
    started = await start_reset(people[0])
    code = await code_for(people[0], "nouvelle@exemple.test")
    passwords = [f"Mousqueton-{number}-bleu!" for number in range(5)]
    asked = zip(people, passwords, strict=True)
    answers = await asyncio.gather(*(finish_reset(person, started, code, password) for person, password in asked))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422, 422]
    opens = [(await pair[0].somebody().log_in("nouvelle@exemple.test", one)).status_code for one in passwords]
    assert opens == [{200: 201, 422: 401}[answer.status_code] for answer in answers]
    assert pair[0].count(outbox, outbox.c.kind == "password_changed") == 1
    assert pair[0].count(events, events.c.kind == "password_changed", events.c.at == pair[0].clock.now) == 1


async def test_wrong_tries_of_a_single_use_code_at_once_are_all_counted(pair: tuple[World, World]) -> None:
    people = [pair[place % 2].somebody() for place in range(5)]
    started, reset = await ask_for_account(people[0]), await start_reset(people[0])
    codes = [await code_for(people[0], email) for email in (NEW, "nouvelle@exemple.test")]
    wrong = [f"{(int(code) + 1) % 10**6:06d}" for code in codes]
    tries = [confirm(person, started, wrong[0]) for person in people]
    tries += [finish_reset(person, reset, wrong[1]) for person in people]
    assert {answer.status_code for answer in await asyncio.gather(*tries)} == {422}
    assert (await confirm(people[0], started, codes[0])).status_code == 422
    assert (await finish_reset(people[0], reset, codes[1])).status_code == 422


async def test_a_disavowal_acts_once_however_many_send_it_at_once(pair: tuple[World, World]) -> None:
    person = await pair[0].person("nouvelle")
    await linked(person, "er123456", "Toiture-99!")
    token = disavowal_code((await person.mails())[0])
    strangers = [pair[place % 2].somebody() for place in range(5)]
    await asyncio.gather(*(stranger.post("/v1/disavowals", {"token": token}) for stranger in strangers))
    assert pair[0].count(outbox, outbox.c.kind == "frozen") == 2
    assert pair[0].count(events, events.c.kind == "link_frozen") == 1
    assert pair[0].count(support_cases, support_cases.c.kind == "disavowed") == 1
