"""One batch of prepared rows into the database: as fast as each database can, in the transaction of its checkpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from sel_backend.importing.rows import Prepared
from sel_backend.security.answers import VERSION
from sel_backend.storage import old_kinds
from sel_backend.storage.rows import timed_id
from sel_backend.storage.tables import facts, file_names, files

_FILES: Final = (
    "id",
    "category",
    "identifier",
    "display_name",
    "email",
    "contents",
    "legacy_scheme",
    "legacy_hash",
    "legacy_expires_at",
)
_NAMES: Final = ("name", "file_id")
_FACTS: Final = ("file_id", "question", "digest", "key_id", "normaliser")


@dataclass(frozen=True)
class Line:
    """A prepared row and the line it stands in."""

    number: int
    row: Prepared


def write(tx: Connection, lines: Sequence[Line], key_id: str, now: datetime) -> list[tuple[int, str]]:
    """Write a batch and return the lines that were refused, each with its reason.

    A row whose identifier is known replaces what that file says, its answers and its old access; its links stay.

    Args:
        tx: a transaction.
        lines: no name twice.
        key_id: the key that digests were made with.
        now: this moment.
    """
    old_kinds.note(tx, [line.row.old_kind for line in lines if line.row.old_kind])
    known = _known(tx, [name for line in lines for name in line.row.names])
    by_identifier = {one.identifier: one.file_id for one in known.values()}
    refused: list[tuple[int, str]] = []
    new: list[tuple[str, Prepared]] = []
    for line in lines:
        row = line.row
        own = by_identifier.get(row.identifier)
        if any(name in known and known[name].file_id != own for name in row.names):
            refused.append((line.number, "identifier or other_names: it names another file"))
        elif own:
            _replace(tx, own, row, key_id)
            _put(tx, "file_names", _NAMES, [(name, own) for name in row.names if name not in known])
        else:
            new.append((timed_id(now), row))
    _put(tx, "files", _FILES, [(file_id, *_values(row)) for file_id, row in new])
    _put(tx, "file_names", _NAMES, [(name, file_id) for file_id, row in new for name in row.names])
    _put(tx, "facts", _FACTS, _fact_rows(new, key_id))
    return refused


def _known(tx: Connection, names: list[str]) -> dict[str, Any]:
    wanted = select(file_names.c.name, file_names.c.file_id, files.c.identifier)
    rows = tx.execute(wanted.join(files, files.c.id == file_names.c.file_id).where(file_names.c.name.in_(names)))
    return {row.name: row for row in rows}


def _values(row: Prepared) -> tuple[Any, ...]:
    expires = None if row.legacy_expires_at is None else int(row.legacy_expires_at.timestamp()) * 1_000_000
    return (*(getattr(row, name) for name in _FILES[1:-1]), expires)


def _fact_rows(rows: Iterable[tuple[str, Prepared]], key_id: str) -> list[tuple[Any, ...]]:
    return [(file_id, question, digest, key_id, VERSION) for file_id, row in rows for question, digest in row.facts]


def _put(tx: Connection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    if tx.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        tx.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
        return
    cursor: Any = tx.connection.cursor()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _replace(tx: Connection, file_id: str, row: Prepared, key_id: str) -> None:
    change: dict[str, Any] = {name: getattr(row, name) for name in ("display_name", "email", "contents")}
    if row.legacy_scheme:
        change |= {name: getattr(row, name) for name in ("legacy_scheme", "legacy_hash", "legacy_expires_at")}
    tx.execute(update(files).where(files.c.id == file_id).values(**change))
    if row.facts:
        tx.execute(delete(facts).where(facts.c.file_id == file_id))
        _put(tx, "facts", _FACTS, _fact_rows([(file_id, row)], key_id))
