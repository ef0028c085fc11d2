"""Connections that only read, for the one question that is asked all the time.

They answer where they are asked, on the event loop: on a quiet machine waking a thread costs more than the statement.
Whatever a reader cannot do now, a transaction in a thread can say more about.
"""

import sqlite3
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import Engine

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Rows = list[tuple[Any, ...]]

_CONNECT_SECONDS: Final = 2


class Reader(Protocol):
    """Answers SELECTs with one parameter outside any transaction."""

    async def rows(self, statement: str, parameter: str, value: str) -> Rows:
        """Return the rows as the driver gives them, types unchanged; every failure is the driver's own."""

    def close(self) -> None:
        """Close every connection."""


class SqliteReader:
    """Reads the file of an engine.

    The write-ahead log lets it read beside the writer without waiting. It neither writes nor checkpoints, so what
    SQLite before 3.51.3 does wrong when two connections do (a commit can be lost) cannot happen.
    """

    def __init__(self, engine: Engine) -> None:
        self._address = f"{Path(engine.url.database or '').absolute().as_uri()}?mode=ro"
        self._connection: sqlite3.Connection | None = None

    async def rows(self, statement: str, parameter: str, value: str) -> Rows:
        """Return the rows."""
        del parameter
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
        return self._connection.execute(statement, (value,)).fetchall()

    def close(self) -> None:
        """Close it, before the writer: whoever is last clears the log away."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresqlReader:
    """Reads by connections of its own, in turn; made for one event loop."""

    def __init__(self, engine: Engine, connections: int) -> None:
        arguments, named = engine.dialect.create_connect_args(engine.url)
        self._arguments: Any = arguments
        self._named: Any = {**named, "application_name": "sel-backend", "connect_timeout": _CONNECT_SECONDS}
        self._connections: list[AsyncConnection[Any] | None] = [None] * connections
        self._connecting: set[int] = set()
        self._turns = cycle(range(connections))

    async def rows(self, statement: str, parameter: str, value: str) -> Rows:
        """Return the rows."""
        connection = await self._next()
        return await (await connection.execute(statement, {parameter: value})).fetchall()

    async def _next(self) -> "AsyncConnection[Any]":
        from psycopg import AsyncConnection, OperationalError

        place = next(self._turns)
        connection = self._connections[place]
        if connection is not None and not connection.closed:
            return connection
        if place in self._connecting:
            # Nobody queues behind a server that does not answer.
            raise OperationalError("being connected")
        self._connecting.add(place)
        try:
            connection = await AsyncConnection.connect(*self._arguments, **self._named, autocommit=True)
        finally:
            self._connecting.discard(place)
        self._connections[place] = connection
        return connection

    def close(self) -> None:
        """Close them."""
        for place, connection in enumerate(self._connections):
            if connection is not None:
                connection.pgconn.finish()
            self._connections[place] = None
