"""After a rotation a right answer and a right old password move to the current key; then the older one can go."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from sel_backend.security import legacy
from sel_backend.security.keys import Keys, with_new_key
from sel_backend.storage.tables import facts, files
from tests.backend import world as worlds
from tests.backend.world import CORRECT, KEYS, World, make_world, wrong

PASSWORD = "Toiture-99!"
ROTATED = replace(with_new_key(KEYS), current="k2")


async def opened(url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(worlds, "KEYS", keys)
    return make_world(url)


@pytest.fixture
async def world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    made = await opened(database_url, ROTATED, monkeypatch)
    yield made
    await made.close()


def keys_of_answers(world: World, identifier: str) -> set[str]:
    (file,) = world.rows(files, files.c.identifier == identifier)
    return {row.key_id for row in world.rows(facts, facts.c.file_id == file.id)}


def old_hash(world: World) -> str:
    (file,) = world.rows(files, files.c.identifier == "er123456")
    return str(file.legacy_hash)


async def test_right_answers_move_to_the_current_key_and_do_without_the_older_one(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys_of_answers(world, "er123456") == {"k1"}
    person = await world.person("nouvelle")
    challenge = await person.questions("er123456")
    assert (await person.answer(challenge, wrong(challenge))).status_code == 422
    await world.backend.core.background.settle()
    assert keys_of_answers(world, "er123456") == {"k1"}
    assert (await person.answer(await person.questions("er123456"), CORRECT["er123456"])).status_code == 201
    await world.backend.core.background.settle()
    assert keys_of_answers(world, "er123456") == {"k2"}
    after = await opened(database_url, ROTATED.carrying().without("k1"), monkeypatch)
    other = await after.person("camille")
    response = await other.answer(await other.questions("er123456"), CORRECT["er123456"])
    assert response.status_code == 201, response.text
    await after.close()


async def keep_under_the_first_key(world: World, *, hardened: bool) -> None:
    digest = hashlib.sha1(b"salt" + PASSWORD.encode(), usedforsecurity=False).hexdigest()
    old, _ = legacy.rested(KEYS.digester("old-password", "k1"), "k1", "sha1", "salt", digest)
    kept = old.hardened(await world.backend.core.hasher.hash(old.kept)) if hardened else old
    scheme = legacy.WRAPPED if hardened else legacy.RESTING
    change = update(files).where(files.c.identifier == "er123456")
    world.backend.core.database.run_now(
        lambda tx: tx.execute(change.values(legacy_scheme=scheme, legacy_hash=kept.text()))
    )


@pytest.mark.parametrize("hardened", [False, True])
async def test_a_right_old_password_moves_to_the_current_key_and_does_without_the_older_one(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch, hardened: bool
) -> None:
    await keep_under_the_first_key(world, hardened=hardened)
    before = old_hash(world)
    assert before.startswith("k1:")
    person = await world.person("nouvelle")
    assert (await person.legacy("er123456", "Fausse-99!")).status_code == 422
    await world.backend.core.background.settle()
    assert old_hash(world) == before
    assert (await person.legacy("er123456", PASSWORD)).status_code == 201
    await world.backend.core.background.settle()
    moved = old_hash(world)
    assert moved.startswith("k2:sha1:")
    assert "$argon2id$" in moved
    after = await opened(database_url, ROTATED.carrying().without("k1"), monkeypatch)
    other = await after.person("camille")
    assert (await other.legacy("er123456", PASSWORD)).status_code == 201
    await after.backend.core.background.settle()
    assert old_hash(after) == moved
    await after.close()
