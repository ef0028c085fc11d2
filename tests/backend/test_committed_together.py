"""SQLite's one writer: what waits together shares one COMMIT, and nobody is told before it, nor spoiled by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from sel_backend.storage import committer
from sel_backend.storage.database import Database, open_database

Work = Callable[[Connection], Any]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'notes.sqlite3'}")
    opened.run_now(lambda tx: tx.exec_driver_sql("CREATE TABLE notes (note TEXT PRIMARY KEY) STRICT"))
    yield opened
    opened.close()


def writing(note: str) -> Work:
    def work(tx: Connection) -> str:
        tx.exec_driver_sql("INSERT INTO notes VALUES (?)", (note,))
        return note

    return work


def written(tx: Connection) -> list[str]:
    return list(tx.exec_driver_sql("SELECT note FROM notes ORDER BY note").scalars())


def commits(database: Database) -> list[Connection]:
    counted: list[Connection] = []
    event.listen(database.engine, "commit", counted.append)
    return counted


async def held_up(database: Database, *works: Work) -> tuple[Event, list[asyncio.Task[Any]]]:
    """Hold the thread up with one job and have all of the works wait; they go on when the event is set."""
    held, go = Event(), Event()

    def hold() -> bool:
        held.set()
        return go.wait(60)

    assert database._committer
    tasks = [asyncio.create_task(database._committer.run(hold))]
    assert await asyncio.to_thread(held.wait, 60)
    tasks += [asyncio.create_task(database.run(work)) for work in works]
    # One turn of the loop puts each into the queue, in this order.
    await asyncio.sleep(0)
    return go, tasks


async def together(database: Database, *works: Work) -> list[Any]:
    """Return how works end that waited together."""
    go, tasks = await held_up(database, *works)
    go.set()
    return (await asyncio.gather(*tasks, return_exceptions=True))[1:]


async def test_what_waits_together_is_committed_once(database: Database) -> None:
    counted = commits(database)
    notes = [f"{number:02}" for number in range(20)]
    assert await together(database, *map(writing, notes)) == notes
    assert len(counted) == 1
    assert await database.run(written) == notes


async def test_no_more_share_a_commit_than_the_limit(database: Database) -> None:
    counted = commits(database)
    await together(database, *(writing(f"{number:03}") for number in range(2 * committer._MOST)))
    assert len(counted) == 2


async def test_one_that_fails_is_undone_alone(database: Database) -> None:
    def half(tx: Connection) -> None:
        writing("half")(tx)
        raise ValueError("no")

    a, refused, twice, b = await together(database, writing("a"), half, writing("a"), writing("b"))
    assert (a, b) == ("a", "b")
    assert isinstance(refused, ValueError)
    assert "UNIQUE" in str(twice)
    assert await database.run(written) == ["a", "b"]


async def test_nobody_is_told_before_the_commit_and_all_are_told_when_it_fails(database: Database) -> None:
    def full(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk is full"))

    event.listen(database.engine, "commit", full)
    ends = await together(database, writing("a"), writing("b"), writing("c"))
    assert [type(end) for end in ends] == [OperationalError] * 3
    event.remove(database.engine, "commit", full)
    assert await database.run(written) == []
    assert await database.run(writing("a")) == "a"


async def test_when_sqlite_gives_the_whole_transaction_up_each_is_run_again_alone(database: Database) -> None:
    def gives_up(tx: Connection) -> None:
        driver: Any = tx.connection.driver_connection
        driver.execute("ROLLBACK")
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    a, gone, b = await together(database, writing("a"), gives_up, writing("b"))
    assert (a, b) == ("a", "b")
    assert isinstance(gone, OperationalError)
    assert await database.run(written) == ["a", "b"]


async def test_a_database_that_cannot_begin_tells_each(database: Database) -> None:
    def away(_connection: Connection) -> None:
        raise OperationalError("BEGIN", {}, Exception("locked"))

    event.listen(database.engine, "begin", away)
    ends = await together(database, writing("a"), writing("b"))
    assert [type(end) for end in ends] == [OperationalError] * 2
    event.remove(database.engine, "begin", away)
    assert await together(database, writing("a"), writing("b")) == ["a", "b"]


async def test_each_sees_what_those_before_it_wrote(database: Database) -> None:
    assert await together(database, writing("a"), written, writing("b"), written) == ["a", ["a"], "b", ["a", "b"]]


async def test_what_is_closed_finishes_what_waits(database: Database) -> None:
    go, tasks = await held_up(database, writing("a"), writing("b"))
    go.set()
    await asyncio.to_thread(database.close)
    assert await asyncio.gather(*tasks) == [True, "a", "b"]
    with pytest.raises(RuntimeError):
        await database.run(written)
