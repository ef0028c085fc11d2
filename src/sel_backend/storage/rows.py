"""Small helpers that both databases need: upserts by dialect, identifiers that grow with time."""

import secrets
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

_COUNTER = count()


def insert(tx: Connection, table: Table) -> Any:
    """Return the dialect's own INSERT, which knows ON CONFLICT.

    `rowcount` after ON CONFLICT is −1 on psycopg: always ask with RETURNING instead.
    """
    return insert_into(tx.dialect.name, table)


def insert_into(dialect: str, table: Table) -> Any:
    """Return the INSERT of a dialect, for statements that are built once."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    # Loaded only where it is used: it brings every PostgreSQL driver's dialect with it.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def new_id() -> str:
    """Return a random public identifier of 128 bits."""
    return secrets.token_hex(16)


def timed_id(now: datetime) -> str:
    """Return an identifier that sorts by time, as UUIDv7 does (RFC 9562): milliseconds, a counter, 64 random bits.

    The counter keeps what one process writes in one millisecond in its order.
    """
    return f"{int(now.timestamp() * 1000):012x}{next(_COUNTER) & 0xFFFF:04x}{secrets.token_hex(8)}"
