"""Puts what a message from the mailbox for bounces says to its mail, once, however often the message is read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, and_, select, update

from sel_backend.mail.bounces import MOST_BYTES, Notification, Outcome, read_notification
from sel_backend.mail.mail_ids import row_of
from sel_backend.security.keys import Keys
from sel_backend.storage.operator_tables import bounce_reports
from sel_backend.storage.rows import insert
from sel_backend.storage.tables import outbox

CAME_BACK: Final = "came back: "
"""Begins the last error of a mail that a notification says was not delivered."""


class Became(StrEnum):
    """What became of a message."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    REPEATED = "repeated"
    """Its mail had come back before."""
    UNKNOWN = "unknown"
    """It names no mail of ours: it is somebody else's, made up, or about one that was purged."""
    NO_BOUNCE = "no_bounce"
    """A reply, a receipt, a mail on its way round, or in no known form."""
    READ_BEFORE = "read_before"
    """This very message was counted before."""


@dataclass(frozen=True)
class Read:
    """A message that was read: what it says, and by what it is known again."""

    digest: str
    says: Notification | None


def read(raw: bytes) -> Read:
    """Return what a message says. Whatever it is, nothing is raised."""
    digest = hashlib.sha256(raw[:MOST_BYTES]).hexdigest()
    try:
        return Read(digest, read_notification(raw))
    except Exception:  # noqa: BLE001 - anybody may send anything, and the next message must be read
        return Read(digest, None)


def put(tx: Connection, keys: Keys, message: Read, now: datetime) -> Became:
    """Put a message to its mail and return what became of it.

    Nothing else follows: no code ends, no address changes, nothing is sent. So a recipient who makes up a bounce of a
    mail of their own brings it before an agent, and no more.
    """
    known = bounce_reports.c.digest == message.digest
    if tx.scalar(select(bounce_reports.c.digest).where(known)) is not None:
        return Became.READ_BEFORE
    became = Became.NO_BOUNCE if message.says is None else _put(tx, keys, message.says, now)
    noted = insert(tx, bounce_reports).values(digest=message.digest, at=now, outcome=became.value)
    noted = noted.on_conflict_do_nothing(index_elements=["digest"]).returning(bounce_reports.c.digest)
    return became if tx.execute(noted).first() is not None else Became.READ_BEFORE


def _put(tx: Connection, keys: Keys, says: Notification, now: datetime) -> Became:
    row_id = next((found for one in says.mail_ids if (found := row_of(keys, one)) is not None), None)
    out = and_(outbox.c.id == row_id, outbox.c.sent_at.is_not(None))
    if row_id is None or tx.scalar(select(outbox.c.id).where(out)) is None:
        return Became.UNKNOWN
    still_out = and_(out, outbox.c.dead_at.is_(None))
    if says.outcome is Outcome.FAILED:
        back = update(outbox).where(still_out)
        back = back.values(dead_at=now, report_status=says.status, last_error=f"{CAME_BACK}{says.status}")
        return Became.BOUNCED if tx.execute(back.returning(outbox.c.id)).first() else Became.REPEATED
    if says.outcome is Outcome.DELAYED:
        late = update(outbox).where(still_out, outbox.c.delayed_at.is_(None))
        tx.execute(late.values(delayed_at=now, report_status=says.status))
        return Became.DELAYED
    tx.execute(update(outbox).where(still_out).values(delayed_at=None, report_status=None))
    return Became.DELIVERED
