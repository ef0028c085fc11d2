"""The address of a database: what SQLAlchemy or libpq reads, refused in a sentence that shows nothing of it."""

import re
from pathlib import Path
from typing import Any, Final

_SQLITE: Final = "sqlite:///"
_DRIVER: Final = re.compile(r"postgres(ql)?(\+psycopg)?://")
_UNKNOWN_OPTION: Final = re.compile(r'invalid (?:URI query parameter|connection option)[: ]+"([a-z_]{1,40})"')
_SEVERAL: Final = ","
_PORT: Final = re.compile(r"[0-9]{0,5}")


class DatabaseAddressError(Exception):
    """The address is no database's. The message shows nothing of it, since it may contain a password."""

    def __init__(self, option: str = "") -> None:
        super().__init__(
            f"database_url has an option that PostgreSQL does not know: {option}"
            if option
            else "database_url is no address of a database: postgresql://USER:PASSWORD@HOST/NAME, for example"
        )


def sqlite_path(url: str) -> Path | None:
    """Return the path in an address of SQLite, or None for another one."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def postgresql_parameters(url: str) -> dict[str, Any]:
    """Return what libpq reads in `postgresql://…`: several hosts and all its options are possible.

    With several hosts the one that takes writes is looked for, unless `target_session_attrs` says otherwise.

    Raises:
        DatabaseAddressError: it is no such address, or has an option that libpq does not know.
    """
    if not _DRIVER.match(url):
        raise DatabaseAddressError
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise DatabaseAddressError from None
    try:
        parameters = conninfo_to_dict(_DRIVER.sub("postgresql://", url, count=1))
    except ProgrammingError as error:
        unknown = _UNKNOWN_OPTION.search(str(error))
        # A password may hold a question mark, then what seems an option is a part of it.
        sure = unknown and "@" not in url.partition("?")[2]
        raise DatabaseAddressError(unknown[1] if unknown and sure else "") from None
    ports = str(parameters.get("port", "")).split(_SEVERAL)
    if not all(_PORT.fullmatch(port) for port in ports):
        raise DatabaseAddressError
    if _SEVERAL in str(parameters.get("host", "")):
        parameters.setdefault("target_session_attrs", "read-write")
    return dict(parameters)
