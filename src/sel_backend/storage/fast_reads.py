"""The list of an account's links, the most frequent request of all, read in one statement and outside a transaction.

The statement is compiled once and runs on a connection that only reads, on the event loop itself: measured on
`GET /v1/links`, waking a thread, beginning and committing cost more than everything else together. What goes wrong here
is tried again in an ordinary transaction.

PostgreSQL's connections are lent by us, not by psycopg_pool: with it `GET /v1/links` ran at 1.08 of this speed for
8 clients but at 0.79 for 32, and a server that refuses was noticed after the pool's time-out (250 ms), not within 4 ms.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import Connection, Dialect, Engine, Select, and_, bindparam, select

from sel_backend.storage.accounts import SessionRow
from sel_backend.storage.links import LinkRow
from sel_backend.storage.tables import files, links, sessions, timestamp

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Rows = list[tuple[Any, ...]]

_CONNECT_SECONDS: Final = 2


class FastRead:
    """A SELECT with one parameter. A single statement sees one state of the database even outside a transaction.

    Args:
        statement: what is read.
        parameter: the name of its only parameter.
    """

    def __init__(self, statement: Select[Any], parameter: str) -> None:
        self._statement = statement
        self.parameter = parameter
        self._texts: dict[str, str] = {}

    def text(self, dialect: Dialect) -> str:
        """Return the SQL text for a dialect's driver."""
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = str(self._statement.compile(dialect=dialect))
        return text

    def run_in(self, tx: Connection, value: str) -> Rows:
        """Return the same rows, read in a transaction; failures are SQLAlchemy's own."""
        parameters = (value,) if tx.dialect.name == "sqlite" else {self.parameter: value}
        return [tuple(row) for row in tx.exec_driver_sql(self.text(tx.dialect), parameters)]


class Reader(Protocol):
    """Runs SELECTs with one parameter outside any transaction."""

    async def rows(self, statement: str, parameter: str, value: str) -> Rows:
        """Return the rows as the driver gives them, types not converted; failures are the driver's own."""

    def close(self) -> None:
        """Close every connection."""


class SqliteReader:
    """Reads an engine's SQLite file.

    The write-ahead log lets it read without waiting for the writer. It neither writes nor checkpoints, so it is not
    exposed to the fault of SQLite before 3.51.3, where two connections that checkpoint can lose a commit.
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
        """Close the connection. The writer must be closed after it: the last connection removes the log."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresqlReader:
    """Reads from PostgreSQL on connections of its own, used in rotation; for one event loop only."""

    def __init__(self, parameters: Mapping[str, Any], connections: int) -> None:
        self._parameters: Any = {
            "application_name": "sel-backend",
            **parameters,
            "connect_timeout": _CONNECT_SECONDS,
        }
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
            # Fail at once instead of queueing behind a server that does not answer.
            raise OperationalError("being connected")
        self._connecting.add(place)
        try:
            connection = await AsyncConnection.connect(**self._parameters, autocommit=True)
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


_SESSION: Final = ("id", "authenticated_at", "last_seen_at", "expires_at", "selected_link_id", "ended_at")
_LINK: Final = tuple(name for name in LinkRow.__dataclass_fields__ if name in links.c)
_FILE: Final = tuple(name for name in LinkRow.__dataclass_fields__ if name not in links.c)
_MOMENTS: Final = tuple(place for place, name in enumerate(_LINK) if name.endswith("_at"))

LINKS_OF_TOKEN: Final = FastRead(
    select(
        *(sessions.c[name] for name in _SESSION),
        *(links.c[name] for name in _LINK),
        *(files.c[name] for name in _FILE),
    )
    .select_from(sessions)
    .outerjoin(links, and_(links.c.account_id == sessions.c.account_id, links.c.ended_at.is_(None)))
    .outerjoin(files, files.c.id == links.c.file_id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
    .order_by(links.c.linked_at.desc(), links.c.id),
    "token_hash",
)


def session_and_links(rows: Rows) -> tuple[SessionRow, list[LinkRow]] | None:
    """Return the session and its account's links, newest first, from the rows of `LINKS_OF_TOKEN`; None: no session."""
    if not rows:
        return None
    authenticated_at, last_seen_at, expires_at, selected, ended_at = rows[0][1:6]
    found = [_link(row[6:]) for row in rows if row[6] is not None]
    session = SessionRow(
        id=rows[0][0],
        authenticated_at=timestamp(authenticated_at),
        last_seen_at=timestamp(last_seen_at),
        expires_at=timestamp(expires_at),
        selected_link_id=selected,
        ended_at=_optional(ended_at),
        linked_files=len(found),
    )
    return session, found


def _optional(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else timestamp(microseconds)


def _link(row: tuple[Any, ...]) -> LinkRow:
    # The columns were selected in the order of the dataclass's fields.
    values = list(row)
    for place in _MOMENTS:
        values[place] = _optional(values[place])
    return LinkRow(*values)
