"""Two people ask for one address: neither gets the other's password, identifier, code or tries."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from sel_backend.security.hashing import Hasher
from sel_backend.storage.tables import accounts, registrations
from tests.backend.test_accounts_from_nothing import (
    GOOD,
    NEW,
    ask_for_account,
    code_for,
    confirm,
    finish_reset,
    resend,
    start_reset,
)
from tests.backend.world import PASSWORD, Person, World

STRANGERS = "Etranger-2026!"
KNOWN = "nouvelle@exemple.test"


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10**6:06d}"


@pytest.fixture
def owner(world: World) -> Person:
    return world.somebody(network="192.0.2.1")


@pytest.fixture
def stranger(world: World) -> Person:
    return world.somebody(network="203.0.113.5")


async def codes_for(person: Person, email: str) -> list[str]:
    """Return every code mailed to an address, the newest first."""
    found = [
        re.search(r"^ {4}([0-9]{6})$", one["text"], re.MULTILINE) for one in await person.mails() if one["to"] == email
    ]
    return [match[1] for match in found if match]


async def test_the_owner_never_confirms_a_strangers_password(owner: Person, stranger: Person, world: World) -> None:
    mine = await ask_for_account(owner)
    code = await code_for(owner, NEW)
    theirs = await ask_for_account(stranger, password=STRANGERS, first_name="X")
    newest = await code_for(owner, NEW)
    assert mine.json()["id"] != theirs.json()["id"]
    if newest != code:
        assert (await confirm(owner, mine, newest)).status_code == 422
    confirmed = await confirm(owner, mine, code)
    assert (confirmed.status_code, confirmed.json()["account"]["first_name"]) == (201, "Zoé")
    assert (await owner.log_in(NEW, GOOD)).status_code == 201
    assert (await stranger.log_in(NEW, STRANGERS)).status_code == 401
    assert world.count(registrations) == 0
    assert (await confirm(stranger, theirs, newest)).json()["type"] == "invalid-code"


async def test_two_confirmed_at_once_make_one_account(owner: Person, stranger: Person, world: World) -> None:
    started = [await ask_for_account(owner), await ask_for_account(stranger)]
    codes = (await codes_for(owner, NEW))[::-1]
    asked = zip((owner, stranger), started, codes, strict=True)
    answers = await asyncio.gather(*(confirm(*one) for one in asked))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert world.count(accounts, accounts.c.email == NEW) == 1


async def test_a_registration_sent_again_under_its_key_has_its_identifier_again(owner: Person) -> None:
    version = (await owner.get("/v1/terms")).json()["version"]
    body = {"email": NEW, "password": GOOD, "first_name": "Zoé", "last_name": "Roy", "language": "fr-CA"}
    first, again = [
        await owner.post("/v1/accounts", body | {"terms_version": version}, "one-key-of-one-intent") for _ in range(2)
    ]
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")
    assert len([mail for mail in await owner.mails() if mail["to"] == NEW]) == 1


async def test_a_stranger_does_not_keep_the_owner_from_their_codes(owner: Person, stranger: Person) -> None:
    for _ in range(8):
        await ask_for_account(stranger)
        await start_reset(stranger)
    assert len(await codes_for(owner, NEW)) == 5
    started = await ask_for_account(owner)
    assert (await confirm(owner, started, await code_for(owner, NEW))).status_code == 201
    reset = await start_reset(owner)
    assert (await finish_reset(owner, reset, await code_for(owner, KNOWN))).status_code == 200


async def test_nobodys_mailbox_is_flooded_from_however_many_networks(world: World, owner: Person) -> None:
    for number in range(12):
        somebody = world.somebody(network=f"198.51.100.{number}")
        for _ in range(3):
            assert (await ask_for_account(somebody)).status_code == 202
    assert len(await codes_for(owner, NEW)) == 30
    world.clock.forward(days=1)
    await ask_for_account(owner)
    assert len(await codes_for(owner, NEW)) == 31


async def test_a_strangers_reset_is_not_the_owners_and_burns_none_of_its_tries(owner: Person, stranger: Person) -> None:
    mine = await start_reset(owner)
    code = await code_for(owner, KNOWN)
    theirs = await start_reset(stranger)
    beside = await start_reset(Person(owner.http))
    assert len({one.json()["id"] for one in (mine, theirs, beside)}) == 3
    for by in range(6):
        await finish_reset(stranger, theirs, wrong(code, by + 1), STRANGERS)
        await finish_reset(stranger, beside, wrong(code, by + 1), STRANGERS)
    assert (await finish_reset(owner, mine, code)).status_code == 200
    assert (await owner.log_in(KNOWN, GOOD)).status_code == 201


async def test_one_finished_reset_ends_the_others(owner: Person, stranger: Person) -> None:
    theirs, mine = await start_reset(stranger), await start_reset(owner)
    newest, before = await codes_for(owner, KNOWN)
    assert (await finish_reset(owner, mine, newest)).status_code == 200
    late = await finish_reset(stranger, theirs, before, STRANGERS)
    assert late.json()["type"] == "invalid-code"


async def test_a_code_asked_for_again_replaces_the_earlier_one_of_its_own_request_alone(
    world: World, owner: Person, stranger: Person
) -> None:
    theirs, mine = await start_reset(stranger), await start_reset(owner)
    _, strangers_code = await codes_for(owner, KNOWN)
    first = await code_for(owner, KNOWN)
    world.clock.forward(minutes=1)
    again = await start_reset(owner, earlier=mine.json()["id"])
    assert again.json()["id"] != mine.json()["id"]
    assert (await finish_reset(owner, mine, first)).json()["type"] == "invalid-code"
    assert (await finish_reset(stranger, theirs, strangers_code)).status_code == 200


@pytest.mark.parametrize("email", [KNOWN, "personne@exemple.test"])
async def test_an_earlier_request_that_is_named_says_nothing_about_the_address(owner: Person, email: str) -> None:
    first = await start_reset(owner, email, earlier="f" * 32)
    too_soon = await start_reset(owner, email, earlier="f" * 32)
    assert first.json()["id"] != "f" * 32
    assert too_soon.json()["id"] == "f" * 32


async def test_codes_are_tried_so_often_from_one_network_and_no_more(world: World, owner: Person) -> None:
    started, reset = await ask_for_account(owner), await start_reset(owner)
    guesser = world.somebody(network="203.0.113.7")
    for _ in range(30):
        assert (await confirm(guesser, started, "000000")).status_code in {201, 422}
        nobodys = await guesser.put(f"/v1/password-resets/{'e' * 32}", {"code": "000000", "new_password": GOOD})
        assert nobodys.status_code == 422
    refused: list[Any] = [await confirm(guesser, started, "000000"), await finish_reset(guesser, reset, "000000")]
    assert {(one.status_code, one.json()["type"]) for one in refused} == {(429, "too-many-requests")}
    assert (await finish_reset(owner, reset, await code_for(owner, KNOWN))).status_code == 200


async def test_a_new_password_is_hashed_only_once_its_code_is_right(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = await start_reset(owner), await start_reset(owner, "personne@exemple.test")
    code = await code_for(owner, KNOWN)
    work: list[str] = []
    verify, hashing = Hasher.verify_now, Hasher.hash_now

    def verified(self: Hasher, hashed: str | None, secret: str) -> bool:
        work.append("verify")
        return verify(self, hashed, secret)

    def hashed(self: Hasher, secret: str) -> str:
        work.append("hash")
        return hashing(self, secret)

    monkeypatch.setattr(Hasher, "verify_now", verified)
    monkeypatch.setattr(Hasher, "hash_now", hashed)
    await finish_reset(owner, known, wrong(code))
    await finish_reset(owner, unknown, code)
    assert work == ["verify", "verify"]
    assert (await finish_reset(owner, known, code)).status_code == 200
    assert work == ["verify", "verify", "verify", "hash"]
    assert (await owner.log_in(KNOWN, PASSWORD)).status_code == 401


async def test_a_code_is_sent_again_for_ones_own_request_alone(world: World, owner: Person, stranger: Person) -> None:
    mine, theirs = await ask_for_account(owner), await ask_for_account(stranger, password=STRANGERS)
    code = (await codes_for(owner, NEW))[1]
    world.clock.forward(minutes=1)
    await resend(stranger, theirs)
    assert len(await codes_for(owner, NEW)) == 3
    assert (await confirm(owner, mine, code)).status_code == 201
