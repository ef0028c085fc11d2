"""The engines: how each database is connected to, asked whether it is still there, and left."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import StaticPool

from sel_backend.storage.reasons import READ_ONLY, sqlstate

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


def postgresql_engine(parameters: Mapping[str, Any], threads: int = POSTGRESQL_THREADS) -> Engine:
    """Return an engine with a pool of `threads` connections to a PostgreSQL (or compatible) server.

    Args:
        parameters: libpq's and psycopg's own.
        threads: how many connections.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        pool_size=threads,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "sel-backend", **parameters},
    )

    @event.listens_for(engine, "handle_error")
    def _leave_standby(context: Any) -> None:
        # Nothing can have been done: the connection is dropped, and a fresh one may lead to the primary.
        if sqlstate(context.original_exception) == READ_ONLY:
            context.is_disconnect = True

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
