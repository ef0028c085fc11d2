"""Kiosks in the database: their names, the digests of their tokens, and what each said last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from sel_backend.storage.rows import insert
from sel_backend.storage.tables import kiosks
from sel_contract import Heartbeat

_ALL: Final = select(*(column for column in kiosks.c if column.name != "token_hash")).order_by(kiosks.c.name)
_BEAT: Final = (
    update(kiosks)
    .where(kiosks.c.name == bindparam("the_name"), kiosks.c.token_hash == bindparam("the_token"))
    .returning(kiosks.c.name)
)


@dataclass(frozen=True)
class KioskRow:
    """A kiosk, and what it said last; None where it has not said it."""

    name: str
    place: str
    added_at: datetime
    seen_at: datetime | None
    network: str | None
    version: str | None
    state: str | None
    started_at: datetime | None
    error_kind: str | None
    error_reference: str | None
    error_at: datetime | None


def add(tx: Connection, name: str, *, place: str, token_hash: str, now: datetime) -> bool:
    """Add a kiosk. False: there is one of this name."""
    added = tx.execute(
        insert(tx, kiosks)
        .values(name=name, place=place, token_hash=token_hash, added_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(kiosks.c.name)
    ).first()
    return added is not None


def renew(tx: Connection, name: str, token_hash: str) -> bool:
    """Give a kiosk another token; the one before is no longer good. False: there is none of this name."""
    changed = update(kiosks).where(kiosks.c.name == name).values(token_hash=token_hash).returning(kiosks.c.name)
    return tx.execute(changed).first() is not None


def remove(tx: Connection, name: str) -> bool:
    """Forget a kiosk. False: there is none of this name."""
    return tx.execute(delete(kiosks).where(kiosks.c.name == name).returning(kiosks.c.name)).first() is not None


def beat(tx: Connection, name: str, token_hash: str, said: Heartbeat, *, network: str, now: datetime) -> bool:
    """Note what a kiosk says. False: no kiosk of this name has this token."""
    error = said.last_error
    values = {
        "seen_at": now,
        "network": network,
        "version": said.version,
        "state": said.state.value,
        "started_at": said.started_at,
        "error_kind": error and error.kind,
        "error_reference": error and error.reference,
        "error_at": error and error.at,
    }
    statement = _BEAT.values(**values)
    return tx.execute(statement, {"the_name": name, "the_token": token_hash}).first() is not None


def every(tx: Connection) -> list[KioskRow]:
    """Return all kiosks by their names."""
    return [KioskRow(**row._mapping) for row in tx.execute(_ALL)]  # noqa: SLF001 - SQLAlchemy's public name


def silent(tx: Connection, since: datetime) -> tuple[int, int]:
    """Return how many kiosks there are, and of how many nothing was heard after `since`, nor were they added then."""
    heard = func.coalesce(kiosks.c.seen_at, kiosks.c.added_at)
    row = tx.execute(select(func.count(), func.count().filter(heard <= since)).select_from(kiosks)).one()
    return row[0], row[1]
