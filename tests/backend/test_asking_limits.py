"""How often questions and codes may be asked for: per account and per network, and never so that a stranger decides."""

from __future__ import annotations

from sel_backend.storage.tables import outbox
from tests.backend.world import World


async def test_an_account_asks_for_so_many_sets_of_questions_from_whatever_networks(world: World) -> None:
    person = await world.person("nouvelle")
    for number in range(30):
        await person.questions(f"ci70000{number:02d}")
    elsewhere = world.somebody(network="198.51.100.9")
    elsewhere.token = person.token
    refused = await elsewhere.post("/v1/question-challenges", {"identifier": "ci1234567"})
    assert (refused.status_code, refused.json()["type"]) == (429, "too-many-requests")
    assert (await (await world.person("rejean")).questions("ci1234567"))["id"]


async def test_an_account_has_so_many_codes_sent_from_whatever_networks(world: World) -> None:
    person = await world.person("nouvelle")
    for number in range(20):
        answer = await person.post("/v1/link-code-requests", {"identifier": f"er7000{number:02d}"})
        assert answer.status_code == 202
    elsewhere = world.somebody(network="198.51.100.9")
    elsewhere.token = person.token
    before = len(await person.mails())
    refused = await elsewhere.post("/v1/link-code-requests", {"identifier": "ci1234567"})
    assert (refused.status_code, refused.json()["type"]) == (429, "too-many-requests")
    assert len(await person.mails()) == before
    world.clock.forward(hours=1)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.post("/v1/link-code-requests", {"identifier": "ci1234567"})).status_code == 202


async def test_one_48_does_not_use_up_the_codes_of_a_mailbox(world: World) -> None:
    async def sent(network: str) -> int:
        before = world.count(outbox, outbox.c.kind == "password_code")
        answer = await world.somebody(network=network).post("/v1/password-resets", {"email": "nouvelle@exemple.test"})
        assert answer.status_code == 202
        return world.count(outbox, outbox.c.kind == "password_code") - before

    assert sum([await sent(f"2001:db8:1:{place:x}::1") for place in range(30)]) == 10
    assert [await sent("198.51.100.7"), await sent("2001:db8:2::1")] == [1, 1]
