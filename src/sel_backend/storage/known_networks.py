"""The networks that each account has logged in from, by their pseudonyms."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from sel_backend.storage.rows import insert
from sel_backend.storage.tables import known_networks

_OF_ACCOUNT: Final = select(func.count()).select_from(known_networks)


def see(tx: Connection, account_id: str, network: str, now: datetime) -> bool:
    """Note that an account logged in from a network; return whether it had logged in before, but never from there."""
    own = known_networks.c.account_id == account_id
    before = tx.scalar(_OF_ACCOUNT.where(own)) or 0
    known = tx.scalar(_OF_ACCOUNT.where(own, known_networks.c.network == network)) or 0
    tx.execute(
        insert(tx, known_networks)
        .values(account_id=account_id, network=network, seen_at=now)
        .on_conflict_do_update(index_elements=["account_id", "network"], set_={"seen_at": now})
    )
    return bool(before and not known)
