"""Sessions that are opened, replaced and ended at the same moment, in transactions that really interleave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from sel_backend.security.hashing import Hasher
from sel_backend.storage import accounts as stored_accounts
from sel_backend.storage.database import Database
from sel_backend.storage.tables import accounts, sessions
from tests.backend.world import PASSWORD, Person, World

NEW = "Nouveau-2026!"
ALIVE = sessions.c.ended_at.is_(None)


def _somebody_waits(database: Database) -> bool:
    with database.engine.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())


def until_it_is_done_or_waits(database: Database, other: Future[Any]) -> None:
    """Let another transaction go as far as it can beside ours; SQLite has one at a time, so it comes after ours."""
    while not (database.is_sqlite or other.done() or _somebody_waits(database)):
        pass


def during(monkeypatch: pytest.MonkeyPatch, name: str, meanwhile: Callable[[], None]) -> None:
    """Have something happen inside the transaction that calls a function of the storage next."""
    real = getattr(stored_accounts, name)

    def calling(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(stored_accounts, name, real)
        meanwhile()
        return real(*args, **kwargs)

    monkeypatch.setattr(stored_accounts, name, calling)


def while_hashing(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> None:
    """Have something happen between the two transactions of the next check of a password."""
    real = Hasher.verify

    async def verify(self: Hasher, hashed: str | None, secret: str) -> bool:
        monkeypatch.setattr(Hasher, "verify", real)
        await meanwhile()
        return await real(self, hashed, secret)

    monkeypatch.setattr(Hasher, "verify", verify)


def step_up(person: Person) -> Any:
    return person.post("/v1/sessions/current/step-up", {"password": PASSWORD})


async def test_a_log_in_with_the_old_password_does_not_survive_the_change_that_it_overlaps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, loop = world.backend.core.database, asyncio.get_running_loop()
    (account,) = world.rows(accounts, accounts.c.email == "nouvelle@exemple.test")
    hashed = world.backend.core.hasher.hash_now(NEW)
    world.clock.forward(seconds=1)
    changes: list[Future[None]] = []

    def change() -> None:
        work = database.run(lambda tx: stored_accounts.set_password(tx, account.id, hashed, world.clock()))
        changes.append(asyncio.run_coroutine_threadsafe(work, loop))
        until_it_is_done_or_waits(database, changes[0])

    during(monkeypatch, "open_session", change)
    person = world.somebody()
    await person.log_in("nouvelle@exemple.test")
    await asyncio.wrap_future(changes[0])
    assert world.count(sessions, sessions.c.account_id == account.id, ALIVE) == 0
    assert (await person.get("/v1/links")).status_code == 401
    assert (await person.log_in("nouvelle@exemple.test", NEW)).status_code == 201


async def test_a_log_in_that_waits_for_the_change_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (account,) = world.rows(accounts, accounts.c.email == "nouvelle@exemple.test")
    hashed = world.backend.core.hasher.hash_now(NEW)
    world.clock.forward(seconds=1)

    async def change() -> None:
        await world.backend.core.database.run(
            lambda tx: stored_accounts.set_password(tx, account.id, hashed, world.clock())
        )

    while_hashing(monkeypatch, change)
    assert (await world.somebody().log_in("nouvelle@exemple.test")).status_code == 401
    assert world.count(sessions, sessions.c.account_id == account.id, ALIVE) == 0


async def test_a_log_out_during_a_step_up_leaves_no_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await world.person("nouvelle")
    while_hashing(monkeypatch, lambda: person.delete("/v1/sessions/current"))
    refused = await step_up(person)
    assert (refused.status_code, refused.json()["type"]) == (401, "session-ended")
    assert world.count(sessions, ALIVE) == 0


async def test_two_step_ups_at_once_leave_one_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await world.person("nouvelle")
    while_hashing(monkeypatch, lambda: step_up(person))
    assert (await step_up(person)).json()["type"] == "session-ended"
    assert world.count(sessions, ALIVE) == 1


async def test_a_log_out_that_a_step_up_overtakes_does_not_say_that_it_was_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, loop = world.backend.core.database, asyncio.get_running_loop()
    person = await world.person("nouvelle")
    others: list[Future[Any]] = []

    def overtake() -> None:
        others.append(asyncio.run_coroutine_threadsafe(step_up(person), loop))
        until_it_is_done_or_waits(database, others[0])

    during(monkeypatch, "end_session", overtake)
    logged_out = await person.delete("/v1/sessions/current")
    stepped_up = await asyncio.wrap_future(others[0])
    expected = (204, 401) if database.is_sqlite else (401, 200)
    assert (logged_out.status_code, stepped_up.status_code) == expected
    assert world.count(sessions, ALIVE) == (stepped_up.status_code == 200)
