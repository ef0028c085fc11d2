"""The outbox: mails written in the transaction of what they tell, sent afterwards by whoever leases them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from sel_backend.mail.texts import Mail
from sel_backend.security.keys import Keys
from sel_backend.storage.rows import new_id, timed_id
from sel_backend.storage.tables import demo_mails, outbox

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=6)
_ERROR_LIMIT: Final = 200
# Built once: building a statement costs more than running it.
_PUT: Final = insert(outbox)
_DELIVER: Final = insert(demo_mails)


@dataclass(frozen=True)
class Leased:
    """A mail that this process alone may send until its lease ends."""

    id: str
    lease: str
    tries: int
    mail: Mail


class Outbox:
    """Writes mails and hands them to senders.

    Args:
        keys: seal each mail while it waits, because it may carry a code.
        demo: deliver into the demonstration's mailbox in the same transaction instead.
    """

    def __init__(self, keys: Keys, *, demo: bool) -> None:
        self._keys = keys
        self._demo = demo

    def put(self, tx: Connection, mail: Mail, now: datetime, *, after: timedelta = timedelta(0)) -> None:
        """Write one mail; it goes out only if the transaction is committed.

        Args:
            tx: the transaction.
            mail: what to send.
            now: this moment.
            after: how long it waits, in which it can be withdrawn; a demonstration delivers at once.
        """
        row_id = timed_id(now)
        sealed = json.dumps({"subject": mail.subject, "text": mail.text}).encode()
        waiting = {
            "id": row_id,
            "kind": mail.kind,
            "recipient": mail.recipient,
            "link_id": mail.link_id,
            "sealed": None if self._demo else self._keys.seal(sealed),
            "created_at": now,
            "due_at": now + after,
            "tries": 0,
            "sent_at": now if self._demo else None,
        }
        tx.execute(_PUT, waiting)
        if self._demo:
            shown = {"recipient": mail.recipient, "subject": mail.subject, "body": mail.text}
            tx.execute(_DELIVER, shown | {"id": row_id, "sent_at": now})

    def withdraw(self, tx: Connection, kind: str, link_ids: Sequence[str]) -> None:
        """Delete the mails of a kind about these links that no sender has taken yet."""
        untouched = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None), outbox.c.tries == 0)
        tx.execute(delete(outbox).where(outbox.c.kind == kind, outbox.c.link_id.in_(link_ids), untouched))

    def lease(self, tx: Connection, now: datetime, *, limit: int, seconds: int) -> list[Leased]:
        """Take up to `limit` mails that are due; another sender gets others.

        One conditional UPDATE per row decides who has it, so that no row lock outlives the transaction.
        """
        free = and_(
            outbox.c.sent_at.is_(None),
            outbox.c.dead_at.is_(None),
            outbox.c.due_at <= now,
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now),
        )
        due = select(outbox.c.id).where(free).order_by(outbox.c.due_at).limit(limit)
        if tx.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        taken: list[Leased] = []
        for row_id in tx.scalars(due).all():
            lease = new_id()
            row = tx.execute(
                update(outbox)
                .where(outbox.c.id == row_id, free)
                .values(lease=lease, leased_until=now + timedelta(seconds=seconds), tries=outbox.c.tries + 1)
                .returning(outbox)
            ).first()
            if row is not None:
                taken += self._opened(tx, row, now)
        return taken

    def _opened(self, tx: Connection, row: Row[Any], now: datetime) -> list[Leased]:
        try:
            clear = json.loads(self._keys.unseal(row.sealed))
            mail = Mail(row.kind, row.recipient, _text(clear["subject"]), _text(clear["text"]), row.link_id)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not stop the others
            unreadable = Leased(row.id, row.lease, row.tries, Mail(row.kind, row.recipient, "", ""))
            self.failed(tx, unreadable, type(error).__name__, now, final=True)
            return []
        return [Leased(row.id, row.lease, row.tries, mail)]

    def sent(self, tx: Connection, leased: Leased, now: datetime) -> None:
        """Note that a mail went out; what it said is forgotten."""
        tx.execute(
            update(outbox)
            .where(outbox.c.id == leased.id, outbox.c.lease == leased.lease)
            .values(sent_at=now, sealed=None, leased_until=None, last_error=None)
        )

    def failed(self, tx: Connection, leased: Leased, error: str, now: datetime, *, final: bool) -> None:
        """Note that a mail did not go out: later again, each time twice as late, or never when `final`."""
        wait = min(FIRST_WAIT * 2 ** min(leased.tries - 1, 20), LONGEST_WAIT)
        tx.execute(
            update(outbox)
            .where(outbox.c.id == leased.id, outbox.c.lease == leased.lease)
            .values(
                leased_until=None,
                due_at=now + wait,
                dead_at=now if final else None,
                last_error=error[:_ERROR_LIMIT],
            )
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
