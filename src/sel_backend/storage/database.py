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
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import StaticPool

from sel_backend.storage.committer import Committer
from sel_backend.storage.fast_reads import FastRead, PostgresqlReader, Reader, Rows, SqliteReader

T = TypeVar("T")
Work = Callable[[Connection], T]

_RETRYABLE: Final = frozenset({"40001", "40P01"})
_TRIES: Final = 6
POSTGRESQL_THREADS: Final = 16
_ASK_AFTER_SECONDS: Final = 1.0
_USED: Final = "used"


def sqlite_engine(path: Path) -> Engine:
    """Return an engine with one connection to the SQLite file at `path`, which is created when missing."""
    engine = create_engine(
        f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cache_size=-32768",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another writer exists.
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN IMMEDIATE")
        except engine.dialect.loaded_dbapi.Error:
            # Again through SQLAlchemy, which raises its own errors.
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def postgresql_engine(url: str, threads: int = POSTGRESQL_THREADS) -> Engine:
    """Return an engine with a pool of `threads` connections to the PostgreSQL (or compatible) server at `url`."""
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "sel-backend"},
    )

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        # Asking each time whether it is still alive, as the pool's own ping does, costs a round trip each time.
        if time.monotonic() - record.info.get(_USED, 0.0) < _ASK_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return engine


class Database:
    """Runs closures in transactions, in threads of its own, never on the event loop."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self._committer = Committer(engine) if engine.dialect.name == "sqlite" else None
        self._reader: Reader = SqliteReader(engine) if self._committer else PostgresqlReader(engine, -(-threads // 2))
        self._threads = ThreadPoolExecutor(threads, "database")

    @property
    def is_sqlite(self) -> bool:
        """Whether there is one writer and one process only."""
        return self.engine.dialect.name == "sqlite"

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

    async def run_outside(self, work: Callable[[Any], T]) -> T:
        """Return what `work` returns, given the driver's own connection outside any transaction (`VACUUM`)."""

        def outside() -> T:
            connection = self.engine.raw_connection()
            try:
                return work(connection.driver_connection)
            finally:
                connection.close()

        if self._committer:
            return await self._committer.run(outside)
        return await asyncio.get_running_loop().run_in_executor(self._threads, outside)

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
        """Return once the database has answered.

        Raises:
            SQLAlchemyError: it cannot be reached.
        """
        await self.run(lambda tx: tx.exec_driver_sql("SELECT 1").one())

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
                retryable = getattr(error.orig, "sqlstate", None) in _RETRYABLE
                if tries == _TRIES or not (retryable or nothing_done):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Finish what is running and close every connection."""
        self._reader.close()
        if self._committer:
            self._committer.close()
        self._threads.shutdown()
        self.engine.dispose()


class DatabaseAddressError(Exception):
    """The address is no database's. The message shows nothing of it, since it may contain a password."""

    def __init__(self) -> None:
        super().__init__("database_url is no address of a database: postgresql://USER:PASSWORD@HOST/NAME, for example")


def open_database(url: str, threads: int = POSTGRESQL_THREADS) -> Database:
    """Return the database at `url`: `sqlite:///…` or `postgresql+psycopg://…` (`postgresql://` means the same).

    Raises:
        DatabaseAddressError: it is neither.
    """
    if url.startswith("sqlite:///"):
        return Database(sqlite_engine(Path(url.removeprefix("sqlite:///"))), threads=1)
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        return Database(postgresql_engine(url, threads), threads)
    except (ArgumentError, ImportError, ValueError):
        raise DatabaseAddressError from None


def quick_check(database: Database) -> bool:
    """Return whether SQLite finds its file whole; a server database is checked by a round trip."""
    statement = "PRAGMA quick_check(1)" if database.is_sqlite else "SELECT 'ok'"
    try:
        return database.run_now(lambda tx: tx.exec_driver_sql(statement).scalar()) == "ok"
    except DBAPIError:
        return False
