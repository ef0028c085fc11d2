"""SQLite and PostgreSQL behind one interface: a transaction is a closure that may be run again.

SQLite: one connection that writes, in one thread with a queue (eight threads made the 99th percentile thirty times
worse), WAL, `synchronous=FULL`, `BEGIN IMMEDIATE`, one COMMIT for what waits together. PostgreSQL: a pool, READ
COMMITTED, constraints decide races. Beside either, connections that only read.
"""

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from sel_backend.storage.address import postgresql_parameters, sqlite_path
from sel_backend.storage.committer import Committer
from sel_backend.storage.engines import POSTGRESQL_THREADS, postgresql_engine, sqlite_engine
from sel_backend.storage.fast_reads import FastRead, PostgresqlReader, Reader, Rows, SqliteReader
from sel_backend.storage.reasons import READ_ONLY, sqlstate

T = TypeVar("T")
Work = Callable[[Connection], T]

_RETRYABLE: Final = frozenset({"40001", "40P01"})
_TRIES: Final = 6


class Database:
    """Runs closures in transactions, in threads of its own, never on the event loop.

    Attributes:
        engine: SQLAlchemy's.
        closing: set once the database is being closed: whatever takes long gives up.
    """

    def __init__(self, engine: Engine, threads: int, reader: Reader | None = None) -> None:
        self.engine = engine
        self.closing = Event()
        self._committer = Committer(engine) if engine.dialect.name == "sqlite" else None
        self._reader: Reader = reader or SqliteReader(engine)
        self._threads = ThreadPoolExecutor(threads, "database")

    @property
    def is_sqlite(self) -> bool:
        """Whether there is one writer and one process only."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path:
        """SQLite's file."""
        return Path(self.engine.url.database or "")

    @property
    def connections(self) -> tuple[int, int]:
        """How many connections are in use, and how many there can be."""
        pool = self.engine.pool
        return (pool.checkedout(), pool.size()) if isinstance(pool, QueuePool) else (0, 1)

    async def run(self, work: Work[T]) -> T:
        """Return what `work` returns, its transaction committed.

        Args:
            work: gets a connection inside a transaction; run again from its start after a serialisation failure, a
                deadlock, a connection lost before COMMIT or a shared transaction that another spoiled, so it must have
                no effect outside the database.

        Raises:
            OperationalError: the database cannot be reached.
        """
        if self._committer:
            return await self._committer.commit(work)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run_now, work)

    async def beside(self, job: Callable[[], T]) -> T:
        """Return what `job` returns, called beside the writer, one such job after the other; `close` waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    async def read_fast(self, read: FastRead, value: str) -> Rows:
        """Return the rows of a SELECT as the driver gives them, types not converted.

        Args:
            read: the SELECT.
            value: of its parameter.

        Raises:
            OperationalError: the database cannot be reached.
        """
        try:
            return await self._reader.rows(read.text(self.engine.dialect), read.parameter, value)
        except self.engine.dialect.loaded_dbapi.Error:
            # Again in a transaction, which handles lost connections and raises SQLAlchemy's errors.
            return await self.run(partial(read.run_in, value=value))

    async def ping(self) -> None:
        """Return once the database has answered that it takes writes.

        Raises:
            SQLAlchemyError: it cannot be reached, or is a standby.
        """
        await self.run(self._insist_on_writes)

    def _insist_on_writes(self, tx: Connection) -> None:
        # With SQLite the transaction itself begins as a writer.
        if not self.is_sqlite and takes_no_writes(tx):
            # Another host, or the same name, may lead to the primary by now.
            tx.invalidate()
            raise OperationalError(None, None, Exception(READ_ONLY))

    def run_now(self, work: Work[T]) -> T:
        """Do the same as `run`, in the calling thread (start-up, commands, tests)."""
        for tries in range(1, _TRIES + 1):
            committing = False
            try:
                with self.engine.begin() as connection:
                    result = work(connection)
                    committing = True
                    return result
            except DBAPIError as error:
                # Lost before COMMIT, nothing was done; lost during it, only a request with the same key finds out.
                nothing_done = error.connection_invalidated and not committing
                # A standby may have been left for the primary; twice one, and there is no other.
                standby = sqlstate(error) == READ_ONLY
                if standby and tries > 1:
                    raise OperationalError(None, None, error.orig or error) from error
                if tries == _TRIES or not (sqlstate(error) in _RETRYABLE or nothing_done):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Finish what is running and close every connection."""
        self.closing.set()
        self._reader.close()
        if self._committer:
            self._committer.close()
        self._threads.shutdown()
        self.engine.dispose()


def open_database(url: str, threads: int = POSTGRESQL_THREADS, *, prepared: bool = True) -> Database:
    """Return the database at an address.

    Args:
        url: `sqlite:///…`, or `postgresql://…` as libpq reads it.
        threads: how many transactions run at once with PostgreSQL.
        prepared: whether statements may be prepared; not behind a pooler that lends a connection for one transaction.

    Raises:
        DatabaseAddressError: it is neither.
    """
    path = sqlite_path(url)
    if path is not None:
        return Database(sqlite_engine(path), threads=1)
    parameters = postgresql_parameters(url)
    if not prepared:
        parameters["prepare_threshold"] = None
    reader = PostgresqlReader(parameters, -(-threads // 2))
    return Database(postgresql_engine(parameters, threads), threads, reader)


def takes_no_writes(tx: Connection) -> bool:
    """Return whether a PostgreSQL server refuses writes, as a standby does."""
    return tx.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
