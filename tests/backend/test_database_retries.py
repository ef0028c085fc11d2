"""When a transaction is run again and when it is not; how many connections there are, and when they are asked."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, OperationalError

from sel_backend.storage.database import Database, open_database, takes_no_writes
from sel_backend.storage.fast_reads import PostgresqlReader
from sel_backend.storage.wholeness import DamagedError, check_whole

ADDRESS = "postgresql://user@exemple.test/sel"


class RefusedError(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("no")
        self.sqlstate = sqlstate


def failure(sqlstate: str | None, *, lost: bool = False) -> DBAPIError:
    return DBAPIError(None, None, RefusedError(sqlstate), connection_invalidated=lost)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it was waited, at most, before each further try."""
    waited: list[float] = []

    def uniform(least: float, most: float) -> float:
        waited.append(most)
        return least

    monkeypatch.setattr(random, "uniform", uniform)
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    yield opened
    opened.close()


def failing(*failures: DBAPIError) -> tuple[Callable[[Connection], int], list[int]]:
    """Return a work that fails so and then returns how often it was called, and a list of its calls."""
    calls: list[int] = []

    def work(_: Connection) -> int:
        calls.append(len(calls) + 1)
        if len(calls) <= len(failures):
            raise failures[len(calls) - 1]
        return len(calls)

    return work, calls


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_what_a_database_gave_up_for_another_is_run_six_times_each_wait_up_to_twice_as_long(
    database: Database, waits: list[float], sqlstate: str
) -> None:
    work, calls = failing(*[failure(sqlstate)] * 5)
    assert database.run_now(work) == 6
    assert waits == [0.02, 0, 0.04, 0, 0.08, 0, 0.16, 0, 0.32, 0]
    work, calls = failing(*[failure(sqlstate)] * 6)
    with pytest.raises(DBAPIError) as raised:
        database.run_now(work)
    assert (len(calls), type(raised.value)) == (6, DBAPIError)


@pytest.mark.parametrize(("sqlstate", "lost", "tries"), [("23505", False, 1), (None, False, 1), ("57P01", True, 6)])
def test_only_what_was_lost_before_its_commit_is_run_again_otherwise(
    database: Database, waits: list[float], sqlstate: str | None, lost: bool, tries: int
) -> None:
    work, calls = failing(*[failure(sqlstate, lost=lost)] * 9)
    with pytest.raises(DBAPIError):
        database.run_now(work)
    assert (len(calls), len(waits)) == (tries, 2 * (tries - 1))


@pytest.mark.parametrize(("sqlstate", "lost", "tries"), [("57P01", True, 1), ("40001", False, 2)])
def test_what_was_lost_during_its_commit_may_have_been_done_and_is_not_run_again(
    database: Database, waits: list[float], sqlstate: str, lost: bool, tries: int
) -> None:
    work, calls = failing()
    commits: list[object] = []

    def fail(connection: Connection) -> None:
        commits.append(connection)
        if len(commits) == 1:
            raise failure(sqlstate, lost=lost)

    event.listen(database.engine, "commit", fail)
    if tries == 1:
        with pytest.raises(DBAPIError):
            database.run_now(work)
    else:
        assert database.run_now(work) == tries
    assert (len(calls), len(waits)) == (tries, 2 * (tries - 1))


def test_a_standby_is_left_once_for_the_primary_and_then_said_to_take_no_writes(
    database: Database, waits: list[float]
) -> None:
    work, calls = failing(failure("25006", lost=True))
    assert database.run_now(work) == 2
    work, calls = failing(*[failure("25006", lost=True)] * 2)
    with pytest.raises(OperationalError) as raised:
        database.run_now(work)
    assert (len(calls), str(raised.value.orig)) == (2, "no")
    assert len(waits) == 4
    work, calls = failing(failure("25006"))
    with pytest.raises(DBAPIError) as refused:
        database.run_now(work)
    assert (len(calls), type(refused.value)) == (1, DBAPIError)


def test_a_file_that_sqlite_finds_damaged_is_told_apart_from_one_that_it_cannot_read_now(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_whole(database)
    monkeypatch.setattr(Database, "run_now", lambda _self, _work: "row 7 missing from index")
    with pytest.raises(DamagedError):
        check_whole(database)
    for cause, told in (
        (sqlite3.DatabaseError("malformed"), DamagedError),
        (sqlite3.OperationalError("full"), DBAPIError),
    ):

        def fail(_self: Database, _work: object, cause: Exception = cause) -> None:
            raise DBAPIError(None, None, cause)

        monkeypatch.setattr(Database, "run_now", fail)
        with pytest.raises(told):
            check_whole(database)


@pytest.mark.parametrize(("threads", "readers"), [(1, 1), (2, 1), (3, 2), (16, 8), (17, 9)])
def test_a_server_has_as_many_connections_as_threads_and_half_as_many_that_only_read(
    threads: int, readers: int
) -> None:
    database = open_database(ADDRESS, threads)
    pool: Any = database.engine.pool
    reader: Any = database._reader
    assert (pool.size(), pool._max_overflow, pool._timeout) == (threads, 0, 10)
    assert (database._threads._max_workers, len(reader._connections)) == (threads, readers)
    assert not database.is_sqlite
    database.close()


def test_sqlite_has_one_thread_waits_five_seconds_for_a_lock_and_keeps_32_mib(database: Database) -> None:
    pragmas = ("busy_timeout", "cache_size", "foreign_keys", "synchronous", "trusted_schema")
    said = database.run_now(lambda tx: [tx.exec_driver_sql(f"PRAGMA {one}").scalar() for one in pragmas])
    assert said == [5_000, -32_768, 1, 2, 0]
    assert database._threads._max_workers == 1
    assert database.is_sqlite


@pytest.mark.parametrize("prepared", [True, False])
def test_a_server_is_connected_to_within_five_seconds_and_read_from_within_two(prepared: bool) -> None:
    database = open_database(ADDRESS, prepared=prepared)
    asked: list[dict[str, Any]] = []

    def refuse(_dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
        asked.append(parameters)
        raise ConnectionRefusedError

    event.listen(database.engine, "do_connect", refuse)
    with pytest.raises(ConnectionRefusedError):
        database.engine.connect()
    own: dict[str, Any] = {} if prepared else {"prepare_threshold": None}
    named = {"application_name": "sel-backend", "user": "user", "host": "exemple.test", "dbname": "sel"}
    assert {name: asked[0][name] for name in (*named, *own, "connect_timeout")} == named | own | {"connect_timeout": 5}
    assert ("prepare_threshold" in asked[0]) is not prepared
    pool: Any = database.engine.pool
    assert pool.size() == 16
    reader: Any = database._reader
    assert reader._parameters == named | own | {"connect_timeout": 2}
    database.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=False)
def test_a_connection_that_rested_for_a_second_is_asked_whether_it_is_there(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(database_url, 1)
    now, asked = [1_000.0], list[float]()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    ping = database.engine.dialect.do_ping

    def noted(connection: Any) -> bool:
        asked.append(now[0])
        return ping(connection)

    monkeypatch.setattr(database.engine.dialect, "do_ping", noted)
    for moment in (1_000.0, 1_000.999, 1_001.9, 1_002.9, 1_003.8, 1_010.0):
        now[0] = moment
        assert database.run_now(lambda tx: tx.exec_driver_sql("SELECT 1").scalar()) == 1
    assert asked == [1_000.0, 1_002.9, 1_010.0]
    database.close()


class Answering:
    """A connection that only reads."""

    def __init__(self) -> None:
        self.closed = False
        self.pgconn = self

    def finish(self) -> None:
        """Close it."""
        self.closed = True

    async def execute(self, statement: str, values: dict[str, str]) -> Answering:
        """Take a statement."""
        self.asked = (statement, values)
        return self

    async def fetchall(self) -> list[Any]:
        """Return its rows."""
        return [(self, *self.asked)]


async def test_connections_that_only_read_are_used_in_turn_and_connected_again_when_they_were_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Answering] = []
    how: list[dict[str, Any]] = []

    async def connect(**parameters: Any) -> Answering:
        how.append(parameters)
        made.append(Answering())
        return made[-1]

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)
    reader = PostgresqlReader({"host": "h", "connect_timeout": 9, "application_name": "own"}, 3)

    async def used() -> int:
        ((connection, statement, values),) = await reader.rows("SELECT", "id", "7")
        assert (statement, values) == ("SELECT", {"id": "7"})
        return made.index(connection)

    assert [await used() for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]
    assert how == [{"host": "h", "connect_timeout": 2, "application_name": "own", "autocommit": True}] * 3
    made[1].closed = True
    assert [await used() for _ in range(4)] == [3, 2, 0, 3]
    reader.close()
    assert all(one.closed for one in made)
    assert await used() == 4


async def test_a_place_that_is_being_connected_refuses_at_once_and_is_free_again_when_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, refused = asyncio.Event(), asyncio.Event()

    async def connect(**_: Any) -> Answering:
        if refused.is_set():
            return Answering()
        begun.set()
        await refused.wait()
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)
    reader = PostgresqlReader({}, 1)
    first = asyncio.create_task(reader.rows("SELECT", "id", "7"))
    await begun.wait()
    with pytest.raises(psycopg.OperationalError, match="being connected"):
        await reader.rows("SELECT", "id", "7")
    refused.set()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        await first
    assert len(await reader.rows("SELECT", "id", "7")) == 1


@pytest.mark.parametrize(("said", "takes"), [("on", False), ("off", True), ("", True), ("one", True)])
def test_a_server_that_says_it_is_read_only_takes_no_writes(said: str, takes: bool) -> None:
    class Saying:
        """A connection, and its answer."""

        asked = ""
        left = False

        def exec_driver_sql(self, statement: str) -> Saying:
            self.asked = statement
            return self

        def scalar(self) -> str:
            return said

        def invalidate(self) -> None:
            self.left = True

    tx: Any = Saying()
    assert takes_no_writes(tx) is not takes
    assert tx.asked == "SHOW transaction_read_only"
    database = open_database(ADDRESS, 1)
    if takes:
        database._insist_on_writes(tx)
    else:
        with pytest.raises(OperationalError, match="25006"):
            database._insist_on_writes(tx)
    assert tx.left is not takes
    database.close()
