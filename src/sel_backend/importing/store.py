"""One batch of prepared rows into the database: as fast as each database can, in the transaction of its checkpoint."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from sel_backend.importing.columns import ANSWER_PREFIX, OTHER_NAMES
from sel_backend.importing.names import Holder, Line, conflicting
from sel_backend.importing.rows import Prepared
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
_FACTS: Final = ("file_id", "question", "digest", "key_id")
_REPLACED: Final = ("display_name", "email", "contents")
_EXPIRY: Final = ("legacy_expires_at",)
_OLD_ACCESS: Final = ("legacy_scheme", "legacy_hash", *_EXPIRY)
# Both databases allow more parameters than this.
_PIECE: Final = 10_000

NAME_TAKEN: Final = "identifier or other_names: it names another file"


@dataclass(frozen=True)
class Replaced:
    """What a row for a known file replaces beside its contents: what the file has columns for, empty cells included.

    Attributes:
        names: whether it is the further names.
        access: what of the old access, by the columns of `files`.
        answers: whether it is all answers.
    """

    names: bool
    access: tuple[str, ...]
    answers: bool

    @classmethod
    def by(cls, header: Sequence[str]) -> "Replaced":
        """Return what a header's columns replace."""
        whole = "legacy_hash" in header or "legacy_scheme" in header
        return cls(
            names=OTHER_NAMES in header,
            access=_OLD_ACCESS if whole else _EXPIRY if "legacy_expires_on" in header else (),
            answers=any(name.startswith(ANSWER_PREFIX) for name in header),
        )


def write(
    tx: Connection, lines: Sequence[Line], key_id: str, now: datetime, replaced: Replaced
) -> list[tuple[int, str]]:
    """Write a batch and return the lines that were refused, each with its reason.

    Args:
        tx: a transaction.
        lines: no identifier twice, in the order of the file.
        key_id: the key that digests were made with.
        now: this moment.
        replaced: what a row for a known file replaces; its links stay.
    """
    holders = _holders(tx, [name for line in lines for name in line.row.names])
    refused = conflicting(lines, holders, releasing=replaced.names)
    new: list[tuple[str, Prepared]] = []
    known: list[tuple[str, Prepared]] = []
    for row in (line.row for line in lines if line.number not in refused):
        holder = holders.get(row.identifier)
        if holder and holder.identifier == row.identifier:
            known.append((holder.file_id, row))
        else:
            new.append((timed_id(now), row))
    old_kinds.note(tx, [row.old_kind for _, row in (*new, *known) if row.old_kind])
    has = _replace(tx, known, replaced) if known else set()
    _put(tx, "files", _FILES, [(file_id, *_values(row)) for file_id, row in new])
    named = [(name, file_id) for file_id, row in (*new, *known) for name in row.names]
    _put(tx, "file_names", _NAMES, [one for one in named if one not in has])
    _put(tx, "facts", _FACTS, _fact_rows([*new, *(known if replaced.answers else ())], key_id))
    return [(number, NAME_TAKEN) for number in sorted(refused)]


def write_apart(
    tx: Connection, lines: Sequence[Line], key_id: str, now: datetime, replaced: Replaced
) -> list[tuple[int, str]]:
    """Do what `write` does where some row is one that the database refuses: that row alone is not written."""
    try:
        with tx.begin_nested():
            return write(tx, lines, key_id, now, replaced)
    except Exception as error:
        if not is_of_a_row(tx.dialect.loaded_dbapi, error):
            raise
        if len(lines) == 1:
            return [(lines[0].number, f"the database cannot hold it ({type(_cause(error)).__name__})")]
    half = len(lines) // 2
    first = write_apart(tx, lines[:half], key_id, now, replaced)
    return first + write_apart(tx, lines[half:], key_id, now, replaced)


def is_of_a_row(dbapi: Any, error: Exception) -> bool:
    """Return whether a failure is about what a row holds, not about the database or the machine."""
    cause = _cause(error)
    if isinstance(cause, dbapi.Error):
        return isinstance(cause, (dbapi.DataError, dbapi.IntegrityError))
    return isinstance(cause, (ValueError, OverflowError, TypeError))


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, StatementError) and error.orig is not None else error


def _pieces(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _PIECE] for start in range(0, len(items), _PIECE))


def _holders(tx: Connection, names: Sequence[str]) -> dict[str, Holder]:
    wanted = select(file_names.c.name, file_names.c.file_id, files.c.identifier)
    wanted = wanted.join(files, files.c.id == file_names.c.file_id)
    return {
        row.name: Holder(row.file_id, row.identifier)
        for piece in _pieces(names)
        for row in tx.execute(wanted.where(file_names.c.name.in_(piece)))
    }


def _values(row: Prepared) -> tuple[Any, ...]:
    expires = None if row.legacy_expires_at is None else int(row.legacy_expires_at.timestamp()) * 1_000_000
    return (*(getattr(row, name) for name in _FILES[1:-1]), expires)


def _fact_rows(rows: Iterable[tuple[str, Prepared]], key_id: str) -> list[tuple[Any, ...]]:
    return [(file_id, question, digest, key_id) for file_id, row in rows for question, digest in row.facts]


def _put(tx: Connection, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    if tx.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        tx.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
        return
    cursor: Any = tx.connection.cursor()
    statement = f"COPY {table} ({names}) FROM STDIN"
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except tx.dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy raises what its own statements meet; without the rows, which are somebody's.
        raise DBAPIError(statement, None, error) from error


def _replace(tx: Connection, known: Sequence[tuple[str, Prepared]], replaced: Replaced) -> set[tuple[str, str]]:
    """Replace what known files hold, and return the names that they have and keep, each with its file."""
    columns = (*_REPLACED, *replaced.access)
    change = update(files).where(files.c.id == bindparam("the_file"))
    change = change.values({name: bindparam(f"the_{name}") for name in columns})
    tx.execute(
        change, [{"the_file": one} | {f"the_{name}": getattr(row, name) for name in columns} for one, row in known]
    )
    wanted = {(name, file_id) for file_id, row in known for name in row.names}
    kept: set[tuple[str, str]] = set()
    for piece in _pieces([file_id for file_id, _ in known]):
        if replaced.answers:
            tx.execute(delete(facts).where(facts.c.file_id.in_(piece)))
        has = select(file_names.c.name, file_names.c.file_id).where(file_names.c.file_id.in_(piece))
        kept.update((row.name, row.file_id) for row in tx.execute(has))
    if replaced.names:
        for piece in _pieces([name for name, _ in kept - wanted]):
            tx.execute(delete(file_names).where(file_names.c.name.in_(piece)))
    return kept & wanted
