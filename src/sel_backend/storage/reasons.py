"""Why a database refuses, in words that hold no secret: its kind and SQLSTATE, or what a connection failed at."""

import re
import sqlite3
from typing import Any, Final

from sqlalchemy.exc import StatementError

READ_ONLY: Final = "25006"
"""SQLSTATE of a write where nobody may write: a standby, as a rule."""

# What libpq and the server say of a connection that fails, in English; psycopg gives no SQLSTATE for it.
_AT_CONNECTING: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"password authentication failed", "the user or the password is refused (28P01)"),
        (r"no password supplied", "a password is asked for (28P01)"),
        (r'role ".*" does not exist', "there is no such user (28000)"),
        (r'database ".*" does not exist', "there is no such database (3D000)"),
        (r"no pg_hba\.conf entry", "the server does not let this user in from here (28000)"),
        (r"too many clients|connection slots|too many connections", "the server has no connection left (53300)"),
        (r"starting up|shutting down|recovery mode|not yet accepting", "the server starts or stops (57P03)"),
        (r"session is read-only|hot standby", f"no server takes writes ({READ_ONLY})"),
        (r"certificate|SSL error", "TLS: the certificate or the protocol is refused"),
        (r"does not support SSL", "the server has no TLS"),
        (r"translate host name|name or service|failed to resolve|getaddrinfo", "there is no such host"),
        (r"connection refused|no such file or directory", "nobody listens there"),
        (r"timeout|timed out", "no answer in time"),
    )
)


def sqlstate(error: BaseException | None) -> str | None:
    """Return PostgreSQL's five characters for what went wrong, or None."""
    cause: Any = error.orig if isinstance(error, StatementError) else error
    return getattr(cause, "sqlstate", None)


def kind_of(error: BaseException) -> str:
    """Return the type of a failure, with the SQLSTATE where a database said one: never its words."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    if state := sqlstate(error):
        return f"{type(cause).__name__} {state}"
    return type(error).__name__


def why(error: BaseException) -> str:
    """Return why a database refuses, for an operator."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    if state := sqlstate(error):
        return f"{type(cause).__name__} ({state})"
    if isinstance(cause, sqlite3.Error):
        return str(cause)  # « disk I/O error », « database is locked »: SQLite names no value
    said = str(cause)
    return next((reason for pattern, reason in _AT_CONNECTING if pattern.search(said)), type(cause).__name__)
