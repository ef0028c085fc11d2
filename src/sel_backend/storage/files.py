"""Client files, the names they are found by, their facts and their linking codes in the database."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.storage.rows import insert_into, new_id
from sel_backend.storage.tables import Instant, facts, file_names, files, link_codes

_DRAWS: Final = 100
_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class FileRow:
    """A client file. `contents` is what it says, as JSON of the contract's ClientFile."""

    id: str
    category: str
    identifier: str
    display_name: str
    email: str | None
    contents: str
    legacy_scheme: str | None
    legacy_expires_at: datetime | None
    legacy_hash: str | None = field(repr=False)


HARDENED: Final = ""
"""Stands for the HMAC of an answer once argon2id has been computed over it: kept, it could be tried out quickly."""


@dataclass(frozen=True)
class FactRow:
    """The right answer to one question: an HMAC, or argon2id over it."""

    question: str
    key_id: str
    digest: str = field(repr=False)
    answer_hash: str | None = field(repr=False)


@dataclass(frozen=True)
class LinkCodeRow:
    """Linking coordinates and the file that they belong to."""

    id: str
    file_id: str
    expires_at: datetime
    replaced_at: datetime | None
    used_at: datetime | None
    code_hash: str = field(repr=False)


# Built once: building a statement costs more than running it.
_NOW: Final = bindparam("the_now", type_=Instant())
_BY_NAME: Final = (
    select(files).join(file_names, file_names.c.file_id == files.c.id).where(file_names.c.name == bindparam("the_name"))
)
_BY_ID: Final = select(files).where(files.c.id == bindparam("the_file"))
_FACTS: Final = select(*(facts.c[name] for name in FactRow.__dataclass_fields__)).where(
    facts.c.file_id == bindparam("the_file")
)
_EITHER_SIDE: Final = 20
_NAMES_BEFORE: Final = (
    select(file_names.c.name, file_names.c.file_id)
    .where(file_names.c.name < bindparam("the_name"))
    .order_by(file_names.c.name.desc())
    .limit(_EITHER_SIDE)
)
_NAMES_AFTER: Final = (
    select(file_names.c.name, file_names.c.file_id)
    .where(file_names.c.name > bindparam("the_name"))
    .order_by(file_names.c.name)
    .limit(_EITHER_SIDE)
)
_QUESTIONS: Final = select(facts.c.file_id, facts.c.question).where(
    facts.c.file_id.in_(bindparam("the_files", expanding=True))
)
_CODE: Final = select(*(link_codes.c[name] for name in LinkCodeRow.__dataclass_fields__)).where(
    link_codes.c.username == bindparam("the_username")
)
_REPLACE_CODES: Final = (
    update(link_codes)
    .where(
        link_codes.c.file_id == bindparam("the_file"),
        link_codes.c.used_at.is_(None),
        link_codes.c.replaced_at.is_(None),
    )
    .values(replaced_at=_NOW)
)
_USE_CODE: Final = (
    update(link_codes)
    .where(
        link_codes.c.id == bindparam("the_code"),
        link_codes.c.used_at.is_(None),
        link_codes.c.replaced_at.is_(None),
        link_codes.c.expires_at > _NOW,
    )
    .values(used_at=_NOW)
    .returning(link_codes.c.id)
)


@cache
def _add_code(dialect: str) -> Any:
    return insert_into(dialect, link_codes).on_conflict_do_nothing().returning(link_codes.c.username)


def by_name(tx: Connection, name: str) -> FileRow | None:
    """Return the file that this canonical identifier (number, acronym or e-mail formerly used) names."""
    row = tx.execute(_BY_NAME, {"the_name": name}).first()
    return None if row is None else FileRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def by_id(tx: Connection, file_id: str) -> FileRow | None:
    """Return the file with this internal identifier."""
    row = tx.execute(_BY_ID, {"the_file": file_id}).first()
    return None if row is None else FileRow(**row._mapping)  # noqa: SLF001


def add(tx: Connection, row: FileRow, names: Sequence[str]) -> None:
    """Add a file and every name that it is found by."""
    tx.execute(plain_insert(files).values(**{name: getattr(row, name) for name in FileRow.__dataclass_fields__}))
    tx.execute(plain_insert(file_names), [{"name": name, "file_id": row.id} for name in names])


def add_facts(tx: Connection, file_id: str, rows: Sequence[FactRow]) -> None:
    """Add what method 2 may ask of a file."""
    tx.execute(
        plain_insert(facts),
        [{"file_id": file_id} | {name: getattr(row, name) for name in FactRow.__dataclass_fields__} for row in rows],
    )


def facts_of(tx: Connection, file_id: str) -> Mapping[str, FactRow]:
    """Return the file's facts by question."""
    rows = tx.execute(_FACTS, {"the_file": file_id})
    return {row.question: FactRow(**row._mapping) for row in rows}  # noqa: SLF001


def questions_near(tx: Connection, name: str) -> Mapping[str, frozenset[str]]:
    """Return by name which questions the files can answer that stand beside a name, the name itself left out."""
    said = {"the_name": name}
    near = {row.name: row.file_id for side in (_NAMES_BEFORE, _NAMES_AFTER) for row in tx.execute(side, said)}
    known: dict[str, set[str]] = {file_id: set() for file_id in near.values()}
    for row in tx.execute(_QUESTIONS, {"the_files": list(known)}):
        known[row.file_id].add(row.question)
    return {one: frozenset(known[file_id]) for one, file_id in near.items()}


def settle_fact(tx: Connection, file_id: str, question: str, digest: str, answer_hash: str) -> None:
    """Keep the argon2id of an answer in the place of its HMAC, unless the record has changed meanwhile."""
    tx.execute(
        update(facts)
        .where(facts.c.file_id == file_id, facts.c.question == question, facts.c.digest == digest)
        .values(answer_hash=answer_hash, digest=HARDENED)
    )


def replace_fact(tx: Connection, file_id: str, old: FactRow, new: FactRow) -> None:
    """Keep the same answer to the same question in another form, unless the record has changed meanwhile."""
    tx.execute(
        update(facts)
        .where(
            facts.c.file_id == file_id,
            facts.c.question == old.question,
            facts.c.digest == old.digest,
            facts.c.answer_hash.is_not_distinct_from(old.answer_hash),
        )
        .values(key_id=new.key_id, digest=new.digest, answer_hash=new.answer_hash)
    )


def hashes_as_they_came(tx: Connection, scheme: str) -> Iterator[str]:
    """Yield the old passwords' hashes of a scheme, one after the other."""
    own = select(files.c.legacy_hash).where(files.c.legacy_scheme == scheme, files.c.legacy_hash.is_not(None))
    yield from tx.execute(own, execution_options={"yield_per": _AT_ONCE}).scalars()


def set_legacy_hash(tx: Connection, file_id: str, old: str, scheme: str, new: str) -> None:
    """Replace the hash of an old password by a better one."""
    tx.execute(
        update(files)
        .where(files.c.id == file_id, files.c.legacy_hash == old)
        .values(legacy_scheme=scheme, legacy_hash=new)
    )


def add_link_code(
    tx: Connection,
    file_id: str,
    *,
    draw: Callable[[], str],
    code_hash: str,
    created_at: datetime,
    expires_at: datetime,
    asked_by: str | None = None,
) -> str:
    """Add linking coordinates under the first username drawn that is free, and return it.

    They replace the file's earlier ones. `asked_by` is the account of the person who asked for them, None for nobody's.
    """
    tx.execute(_REPLACE_CODES, {"the_file": file_id, "the_now": created_at})
    code = {"file_id": file_id, "code_hash": code_hash, "created_at": created_at, "expires_at": expires_at}
    code["asked_by"] = asked_by
    for _ in range(_DRAWS):
        username = tx.scalar(_add_code(tx.dialect.name), code | {"id": new_id(), "username": draw()})
        if username is not None:
            return str(username)
    raise RuntimeError("no linking username is free")


def correct_address(tx: Connection, file: FileRow, email: str, now: datetime) -> None:
    """Put another e-mail address on a file; coordinates that went to the one before are no longer good."""
    tx.execute(_REPLACE_CODES, {"the_file": file.id, "the_now": now})
    contents = json.dumps(json.loads(file.contents) | {"email": email}, ensure_ascii=False)
    tx.execute(update(files).where(files.c.id == file.id).values(email=email, contents=contents))


def link_code(tx: Connection, username: str) -> LinkCodeRow | None:
    """Return the coordinates with this username, whatever their state."""
    row = tx.execute(_CODE, {"the_username": username}).first()
    return None if row is None else LinkCodeRow(**row._mapping)  # noqa: SLF001


def renew_link_code(tx: Connection, username: str, expires_at: datetime) -> bool:
    """Let coordinates expire then. False: they were used or replaced, or are gone."""
    renewed = update(link_codes).where(
        link_codes.c.username == username, link_codes.c.used_at.is_(None), link_codes.c.replaced_at.is_(None)
    )
    return tx.execute(renewed.values(expires_at=expires_at).returning(link_codes.c.id)).first() is not None


def use_link_code(tx: Connection, code_id: str, now: datetime) -> bool:
    """Use a code up. False: somebody else has, or it was replaced or has expired."""
    return tx.execute(_USE_CODE, {"the_code": code_id, "the_now": now}).first() is not None
