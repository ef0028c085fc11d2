"""The audit: one line for everything that changes who may see what. Append-only by triggers on both databases."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from sel_backend.storage.operator_tables import audit
from sel_backend.storage.rows import timed_id

OPERATOR = "operator"
ACCOUNT = "account"
_LINE: Final = insert(audit)


def agent(account_id: str) -> str:
    """Return how the audit names an agent: by the account, whose name is elsewhere."""
    return f"agent:{account_id}"


def record(tx: Connection, now: datetime, actor: str, action: str, **about: str | None) -> None:
    """Write one line in the transaction of what it tells.

    Args:
        tx: that transaction.
        now: this moment.
        actor: `account`, `operator` for whoever can read the keys, or an agent as `agent` names one.
        action: what was done.
        about: the audit's other columns; identifiers and counts, never a name, an address or a number of a file.
    """
    tx.execute(_LINE, {"id": timed_id(now), "at": now, "actor": actor, "action": action, **about})
