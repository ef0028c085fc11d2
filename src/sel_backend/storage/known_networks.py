"""The networks that each account has logged in from, by their pseudonyms."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from sel_backend.storage.rows import insert
from sel_backend.storage.tables import known_networks

_OF_ACCOUNT: Final = select(known_networks.c.network, known_networks.c.seen_at).where(
    known_networks.c.account_id == bindparam("the_account")
)
# A log-in writes as little as it can: a day is precise enough for what is kept for half a year.
_WRITTEN_AGAIN: Final = timedelta(days=1)


def see(tx: Connection, account_id: str, network: str, now: datetime) -> bool:
    """Note that an account logged in from a network; return whether it had logged in before, but never from there."""
    seen = {row.network: row.seen_at for row in tx.execute(_OF_ACCOUNT, {"the_account": account_id})}
    if network not in seen or now - seen[network] >= _WRITTEN_AGAIN:
        tx.execute(
            insert(tx, known_networks)
            .values(account_id=account_id, network=network, seen_at=now)
            .on_conflict_do_update(index_elements=["account_id", "network"], set_={"seen_at": now})
        )
    return bool(seen) and network not in seen
