"""Connections that only read: they see what was acknowledged, change nothing, and keep nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from sel_backend.storage.fast_reads import PostgresqlReader
from tests.backend.world import World

Make = Callable[..., World]
only = pytest.mark.parametrize


async def test_what_was_acknowledged_is_read_at_once(world: World) -> None:
    person = await world.person("nouvelle")
    for number in range(3):
        assert (await person.legacy(f"er00030{number + 1}", "Comptable-40!")).status_code == 201
        assert len((await person.get("/v1/links")).json()["links"]) == number + 1
    (link, *_) = (await person.get("/v1/links")).json()["links"]
    assert (await person.delete(f"/v1/links/{link['id']}")).status_code == 204
    assert link["id"] not in (await person.get("/v1/links")).text


async def test_many_at_once_get_their_own(world: World) -> None:
    camille, nouvelle = await world.person("camille"), await world.person("nouvelle")
    answers = await asyncio.gather(*(who.get("/v1/links") for who in [camille, nouvelle] * 20))
    assert {len(answer.json()["links"]) for answer in answers[::2]} == {2}
    assert {len(answer.json()["links"]) for answer in answers[1::2]} == {0}


@only("database_kind", ["sqlite"])
async def test_sqlites_reader_cannot_write(world: World) -> None:
    reader = world.backend.core.database._reader
    assert await reader.rows("SELECT ?", "", "a") == [("a",)]
    with pytest.raises(world.backend.core.database.engine.dialect.loaded_dbapi.OperationalError, match="readonly"):
        await reader.rows("DELETE FROM sessions WHERE id = ?", "", "a")


@only("database_kind", ["postgresql"])
async def test_postgresqls_reader_is_connected_again_after_it_was_cut(world: World) -> None:
    person = await world.person("camille")
    reader = world.backend.core.database._reader
    assert isinstance(reader, PostgresqlReader)
    for _ in range(2 * len(reader._connections)):
        assert (await person.get("/v1/links")).status_code == 200
    for connection in reader._connections:
        assert connection
        connection.pgconn.finish()
    assert (await person.get("/v1/links")).status_code == 200
    assert any(connection and not connection.closed for connection in reader._connections)


async def test_nobody_queues_behind_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PostgresqlReader({"host": "192.0.2.1", "user": "nobody", "dbname": "none"}, 4)
    tried: list[Any] = []

    async def never(*_: Any, **named: Any) -> None:
        tried.append(named["connect_timeout"])
        await asyncio.Event().wait()

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", never)
    waiting = [asyncio.create_task(reader.rows("SELECT 1", "value", "a")) for _ in range(4)]
    await asyncio.sleep(0)
    for _ in range(10):
        with pytest.raises(psycopg.OperationalError):
            await reader.rows("SELECT 1", "value", "a")
    assert len(tried) == 4
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_failure_is_met_once_and_answered_as_everywhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def fails(_read: object, _value: str) -> None:
        asked.append("once")
        raise ZeroDivisionError

    person = await world.person("camille")
    monkeypatch.setattr(world.backend.core.database, "read_fast", fails)
    answer = await person.get("/v1/links")
    assert (answer.status_code, answer.json()["type"], len(asked)) == (500, "internal", 1)
    assert answer.json()["reference"]
    monkeypatch.undo()
    person.token = "x" * 43
    answer = await person.get("/v1/links")
    assert (answer.status_code, answer.json()["type"]) == (401, "session-ended")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
