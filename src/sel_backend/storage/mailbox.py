"""The demonstration's mailbox in the database."""

from sqlalchemy import Connection, select

from sel_backend.storage.tables import demo_mails
from sel_contract import DemoMail, DemoMailbox

MOST_SHOWN = 200


def newest(tx: Connection) -> DemoMailbox:
    """Return the newest mails, the newest first."""
    rows = tx.execute(
        select(demo_mails).order_by(demo_mails.c.sent_at.desc(), demo_mails.c.id.desc()).limit(MOST_SHOWN)
    )
    return DemoMailbox(
        mails=tuple(
            DemoMail(id=row.id, to=row.recipient, subject=row.subject, text=row.body, sent_at=row.sent_at)
            for row in rows
        )
    )
