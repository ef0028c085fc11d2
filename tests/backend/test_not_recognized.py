"""Rule 4: nothing tells an unknown file from a wrong secret: one type, one text, one size, the same work."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from argon2 import PasswordHasher

from sel_backend.security.hashing import Hasher
from sel_backend.storage.tables import facts, support_cases
from tests.backend.test_accounts_from_nothing import (
    NEW,
    ask_for_account,
    code_for,
    confirm,
    finish_reset,
    start_reset,
)
from tests.backend.world import CORRECT, Person, World, wrong

VARYING = ("reference", "tries_left")


async def _legacy_wrong(person: Person) -> Any:
    return await person.legacy("ci1234567", "faux")


async def _legacy_unknown(person: Person) -> Any:
    return await person.legacy("ci7654321", "faux")


async def _code_wrong(person: Person) -> Any:
    return await person.code("L-482913", "00000-00000")


async def _code_expired(person: Person) -> Any:
    return await person.code("L-482912", "2B6WZ-8RNEK")


async def _code_unknown(person: Person) -> Any:
    return await person.code("L-999999", "00000-00000")


async def _questions_wrong(person: Person) -> Any:
    challenge = await person.questions("ci1234567")
    return await person.answer(challenge, wrong(challenge))


async def _questions_one_wrong(person: Person) -> Any:
    challenge = await person.questions("ci1234567")
    return await person.answer(challenge, CORRECT["ci1234567"] | {"first_certificate_year": "2010"})


async def _questions_unknown(person: Person) -> Any:
    challenge = await person.questions("ci7654321")
    return await person.answer(challenge, wrong(challenge))


GROUPS = {
    "old access": [_legacy_wrong, _legacy_unknown],
    "code": [_code_wrong, _code_expired, _code_unknown],
    "questions": [_questions_wrong, _questions_one_wrong, _questions_unknown],
}


@pytest.mark.parametrize("group", GROUPS)
async def test_every_reason_gets_the_same_answer_of_the_same_size(world: World, group: str) -> None:
    seen = set()
    for attempt in GROUPS[group]:
        person = await world.person("nouvelle")
        world.clock.forward(hours=25)
        await person.log_in("nouvelle@exemple.test")
        response = await attempt(person)
        assert response.status_code == 422
        problem = response.json()
        assert problem.pop("reference")
        headers = {name: value for name, value in response.headers.items() if name != "x-request-id"}
        seen.add((str(problem), str(headers), len(response.content)))
    assert len(seen) == 1
    assert "not-recognized" in str(seen)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parameters of every argon2id that is really computed to check a secret."""
    done: list[str] = []
    original = PasswordHasher.verify

    def watched(self: PasswordHasher, hashed: str, secret: bytes) -> bool:
        done.append(hashed.rpartition("$")[0].rpartition("$")[0])
        assert secret
        return original(self, hashed, secret)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    return done


@pytest.mark.parametrize("group", GROUPS)
async def test_every_reason_costs_the_same_hashing(world: World, group: str, computed: list[str]) -> None:
    own = world.backend.core.hasher.nobodys_hash.rpartition("$")[0].rpartition("$")[0]
    for attempt in GROUPS[group]:
        world.clock.forward(hours=25)
        person = await world.person("nouvelle")
        computed.clear()
        await attempt(person)
        assert computed == [own] * (4 if group == "questions" else 1), attempt


async def test_log_ins_and_single_use_codes_cost_the_same_hashing_for_every_reason(
    world: World, computed: list[str]
) -> None:
    own = world.backend.core.hasher.nobodys_hash.rpartition("$")[0].rpartition("$")[0]
    nobody = world.somebody()

    async def costs_one(answer: Awaitable[Any], kind: str) -> None:
        computed.clear()
        assert (await answer).json()["type"] == kind
        assert computed == [own]

    for email in ("nouvelle@exemple.test", "personne@exemple.test"):
        await costs_one(nobody.log_in(email, "faux"), "invalid-credentials")
    mine, theirs = await ask_for_account(nobody), await ask_for_account(nobody, "camille@exemple.test")
    code = await code_for(nobody, NEW)
    wrong_code = f"{(int(code) + 1) % 10**6:06d}"
    for started, typed in ((mine, wrong_code), (theirs, code)):
        await costs_one(confirm(nobody, started, typed), "invalid-code")
    resets = [await start_reset(nobody, email) for email in ("nouvelle@exemple.test", "personne@exemple.test")]
    for started in resets:
        await costs_one(finish_reset(nobody, started, wrong_code), "invalid-code")
    world.clock.forward(minutes=10)  # right, and expired
    await costs_one(confirm(nobody, mine, code), "invalid-code")


async def test_a_right_proof_of_an_exhausted_file_leaves_no_more_work_than_a_wrong_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, other = await world.person("nouvelle"), await world.person("rejean")
    for _ in range(2):
        challenge = await person.questions("er123456")
        await person.answer(challenge, wrong(challenge))
    hashed: list[str] = []
    monkeypatch.setattr(Hasher, "hash_now", lambda _self, secret: hashed.append(secret))
    settled = world.count(facts, facts.c.answer_hash.is_not(None))
    refused = await other.answer(await other.questions("er123456"), CORRECT["er123456"])
    await world.backend.core.background.settle()
    assert refused.json()["type"] == "not-recognized"
    assert hashed == []
    assert world.count(facts, facts.c.answer_hash.is_not(None)) == settled


async def test_nobodys_hash_has_todays_parameters(world: World) -> None:
    hasher = world.backend.core.hasher
    real = hasher.hash_now("x").split("$")
    assert hasher.nobodys_hash.split("$")[:4] == real[:4]
    assert [len(part) for part in hasher.nobodys_hash.split("$")] == [len(part) for part in real]
    assert not hasher.verify_now(None, "x")


async def test_the_true_reason_stands_behind_the_reference_for_customer_service_alone(world: World) -> None:
    person = await world.person("nouvelle")
    reasons = {}
    for name, attempt in (("unknown", _legacy_unknown), ("wrong", _legacy_wrong)):
        reference = (await attempt(person)).json()["reference"]
        (row,) = world.rows(support_cases, support_cases.c.reference == reference)
        reasons[name] = row.reason
    assert reasons == {"unknown": "no_such_file", "wrong": "wrong_password"}


async def test_a_file_without_an_email_gets_the_same_answer_and_no_mail(world: World) -> None:
    person = await world.person("nouvelle")
    before = len(await person.mails())
    answers = [
        await person.post("/v1/link-code-requests", {"identifier": name})
        for name in ("ci0000099", "ci7654321", "ci1234567")
    ]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert len(await person.mails()) == before + 1
