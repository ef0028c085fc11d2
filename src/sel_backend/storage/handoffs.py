"""Hand-offs in the database: one for each account at most, deleted when it is used."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, delete, select, update

from sel_backend.storage.rows import insert
from sel_backend.storage.tables import Instant, handoffs

_NOW: Final = bindparam("the_now", type_=Instant())
_OWN: Final = handoffs.c.account_id == bindparam("the_account")
_WAITS: Final = select(handoffs.c.id).where(
    _OWN, handoffs.c.expires_at > _NOW, handoffs.c.tries < bindparam("the_tries", type_=Integer())
)
_TRY: Final = (
    update(handoffs)
    .where(_OWN)
    .values(tries=handoffs.c.tries + 1)
    .returning(handoffs.c.id, handoffs.c.code_hash, handoffs.c.contents, handoffs.c.tries, handoffs.c.expires_at)
)
_GIVE_BACK: Final = update(handoffs).where(_OWN, handoffs.c.tries > 0).values(tries=handoffs.c.tries - 1)
_THIS: Final = handoffs.c.id == bindparam("the_handoff")
_USE: Final = delete(handoffs).where(_OWN, _THIS, handoffs.c.expires_at > _NOW).returning(handoffs.c.id)


@dataclass(frozen=True)
class HandoffRow:
    """A hand-off; its try is counted."""

    id: str
    code_hash: str = field(repr=False)
    contents: str = field(repr=False)
    tries: int
    expires_at: datetime


def put(
    tx: Connection, account_id: str, *, handoff_id: str, code_hash: str, contents: str, now: datetime, expires: datetime
) -> None:
    """Keep an account's hand-off in place of the one before."""
    values = {
        "id": handoff_id,
        "code_hash": code_hash,
        "contents": contents,
        "tries": 0,
        "created_at": now,
        "expires_at": expires,
    }
    tx.execute(
        insert(tx, handoffs)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )


def waits(tx: Connection, account_id: str, tries: int, now: datetime) -> bool:
    """Return whether an account's hand-off waits for its code: not expired, and not tried so many times."""
    return tx.execute(_WAITS, {"the_account": account_id, "the_tries": tries, "the_now": now}).first() is not None


def count_try(tx: Connection, account_id: str) -> HandoffRow | None:
    """Count a try of an account's hand-off, and return it as it is then."""
    row = tx.execute(_TRY, {"the_account": account_id}).first()
    return None if row is None else HandoffRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def give_back(tx: Connection, account_id: str) -> None:
    """Take one try off: the service failed."""
    tx.execute(_GIVE_BACK, {"the_account": account_id})


def use(tx: Connection, account_id: str, handoff_id: str, now: datetime) -> bool:
    """Use a hand-off up. False: it was used, replaced or ended meanwhile, or has expired."""
    parameters = {"the_account": account_id, "the_handoff": handoff_id, "the_now": now}
    return tx.execute(_USE, parameters).first() is not None
