"""What somebody with a right proof may repeat: mails, support cases and notices have a bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from sel_backend.storage.tables import outbox, support_cases
from tests.backend.world import Person, World

Make = Callable[..., World]
EMPLOYER = ("er123456", "Toiture-99!")


def mails(world: World) -> Counter[tuple[str, str]]:
    """Return how many mails wait or were sent, by kind and recipient."""
    return Counter((row.kind, row.recipient) for row in world.rows(outbox))


async def cycle(person: Person) -> int:
    """Link and unlink; return the status of unlinking."""
    link = (await person.legacy(*EMPLOYER)).json()["id"]
    return (await person.delete(f"/v1/links/{link}")).status_code


async def test_linking_and_unlinking_on_and_on_sends_a_few_mails_and_then_waits(worlds: Make) -> None:
    world = worlds(demo=False)
    person = await world.person("nouvelle")
    assert [await cycle(person) for _ in range(5)] == [204] * 5
    link = (await person.legacy(*EMPLOYER)).json()["id"]
    refused = await person.delete(f"/v1/links/{link}")
    assert (refused.status_code, refused.json()["type"]) == (429, "too-many-requests")
    assert (await person.get(f"/v1/links/{link}")).status_code == 200
    here, there = "nouvelle@exemple.test", "bureau@toitures.exemple.test"
    assert mails(world) == {("linked", here): 6, ("linked", there): 6}
    world.clock.forward(hours=1)
    await person.log_in(here)
    assert (await person.delete(f"/v1/links/{link}")).status_code == 204
    assert mails(world) == {("linked", here): 6, ("linked", there): 6, ("unlinked", here): 1, ("unlinked", there): 1}


async def test_unlinking_and_linking_again_within_minutes_is_one_message(worlds: Make) -> None:
    world = worlds(demo=False)
    person = await world.person("nouvelle")
    await cycle(person)
    unlinked = [row for row in world.rows(outbox) if row.kind == "unlinked"]
    assert {(row.due_at - world.clock.now).total_seconds() for row in unlinked} == {300}
    world.clock.forward(seconds=299)
    await person.legacy(*EMPLOYER)
    assert [kind for kind, _ in mails(world)] == ["linked", "linked"]


@pytest.mark.parametrize("taken", ["tries", "sent"])
async def test_what_was_told_or_is_being_told_is_not_taken_back(worlds: Make, taken: str) -> None:
    world = worlds(demo=False)
    person = await world.person("nouvelle")
    await cycle(person)
    value = {"tries": 1} if taken == "tries" else {"sent_at": world.clock.now}
    database = world.backend.core.database
    database.run_now(lambda tx: tx.execute(outbox.update().where(outbox.c.kind == "unlinked").values(value)))
    await person.legacy(*EMPLOYER)
    assert Counter(kind for kind, _ in mails(world).elements()) == {"linked": 4, "unlinked": 2}


async def test_somebody_elses_mails_about_the_same_file_are_left_alone(worlds: Make) -> None:
    world = worlds(demo=False)
    await cycle(await world.person("nouvelle"))
    await (await world.person("rejean")).legacy(*EMPLOYER)
    assert sum(number for (kind, _), number in mails(world).items() if kind == "unlinked") == 2


async def test_an_account_that_leaves_file_after_file_waits_too(worlds: Make) -> None:
    world = worlds(limits={"unlink_account": {"tries": 2, "window_seconds": 3600}})
    person = await world.person("comptable")
    links = [link["id"] for link in (await person.get("/v1/links")).json()["links"]]
    assert [(await person.delete(f"/v1/links/{link}")).status_code for link in links[:3]] == [204, 204, 429]


async def test_a_right_proof_of_somebody_elses_file_is_told_once_a_day(world: World) -> None:
    person = await world.person("nouvelle")
    for _ in range(3):
        answer = await person.legacy("ci0000021", "Chantier-21!")
        assert answer.json()["type"] == "held-elsewhere"
    expected = {("held_elsewhere", "nouvelle@exemple.test"): 1, ("held_here", "camille@exemple.test"): 1}
    assert mails(world) == expected
    world.clock.forward(days=1)
    await person.log_in("nouvelle@exemple.test")
    await person.legacy("ci0000021", "Chantier-21!")
    assert mails(world) == dict.fromkeys(expected, 2)


async def test_changing_ones_mind_about_a_file_makes_a_few_support_cases(world: World) -> None:
    person = await world.person("camille")
    link = (await person.get("/v1/links")).json()["links"][0]["id"]
    bodies = [{"outcome": "error", "note": "adresse"}, {"outcome": "accurate"}] * 6
    answers = [(await person.put(f"/v1/links/{link}/verification", body)).status_code for body in bodies]
    assert answers == [200] * 10 + [429, 200]  # the last says what was said already
    assert world.count(support_cases, support_cases.c.kind == "error_reported") == 5
