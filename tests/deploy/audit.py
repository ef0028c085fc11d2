"""What must hold in the database, whoever was killed: read directly, past every back end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select

from sel_backend.storage.database import Database
from sel_backend.storage.tables import accounts, events, files, links, outbox
from tests.deploy.people import Acknowledged

_MAILS_OF_A_LINK = 2  # to the account, and to the address on the file


def faults(database: Database, acknowledged: Sequence[Acknowledged]) -> list[str]:
    """Return all that is wrong, as sentences: every acknowledged link exists once, and each event has its mails.

    Args:
        database: where the links are.
        acknowledged: every link of which somebody was told.
    """
    return database.run_now(lambda tx: _faults(tx, acknowledged))


def _faults(tx: Connection, acknowledged: Sequence[Acknowledged]) -> list[str]:
    if tx.dialect.name == "postgresql":  # people go on linking: all that follows is of one moment
        tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    joined = links.join(files, files.c.id == links.c.file_id).join(accounts, accounts.c.id == links.c.account_id)
    made = {
        row.id: (row.email, row.identifier, row.ended_at)
        for row in tx.execute(
            select(links.c.id, accounts.c.email, files.c.identifier, links.c.ended_at).select_from(joined)
        )
    }
    found = [
        f"lost: the link of {one.identifier}, which {one.account} was told of"
        for one in acknowledged
        if made.get(one.link_id) != (one.account, one.identifier, None)
    ]
    times = Counter(identifier for _, identifier, _ in made.values())
    found += [f"doubled: {one} is linked {count} times" for one, count in times.items() if count > 1]
    linked = _count(tx, events)
    mails = _count(tx, outbox)
    found += [f"{linked.get(one, 0)} events of the link {one}" for one in made if linked.get(one, 0) != 1]
    found += [f"{mails.get(one, 0)} mails of the link {one}" for one in made if mails.get(one, 0) != _MAILS_OF_A_LINK]
    found += [f"an event or a mail of {one}, which is no link" for one in {*linked, *mails} - {*made}]
    return found


def _count(tx: Connection, table: Table) -> dict[str, int]:
    """Return how many rows tell of the making of each link."""
    counted = select(table.c.link_id, func.count()).where(table.c.kind == "linked").group_by(table.c.link_id)
    return {row[0]: row[1] for row in tx.execute(counted)}
