"""The outbox: mails written in the transaction of what they tell, sent afterwards by whoever leases them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from sel_backend.mail.texts import Mail
from sel_backend.mail.validity import CodeInMail, renew
from sel_backend.security.keys import Keys
from sel_backend.storage.rows import new_id, timed_id
from sel_backend.storage.tables import demo_mails, outbox

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=6)
SUPERSEDED: Final = "its code was replaced, used or ended"
"""Why a mail is not sent any more, although nothing failed."""
OF_SERVER: Final = "server: "
"""Begins the last error of a mail that waits because its server takes none."""
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
    created_at: datetime
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

    def put(
        self,
        tx: Connection,
        mail: Mail,
        now: datetime,
        code: CodeInMail | None = None,
        *,
        after: timedelta = timedelta(0),
    ) -> None:
        """Write one mail; it goes out only if the transaction is committed.

        Args:
            tx: the transaction of what the mail tells.
            mail: what it says.
            now: the current time.
            code: the code that it carries, which is good from the hand-over on.
            after: how long it waits, in which it can be withdrawn; a demonstration delivers at once.
        """
        row_id = timed_id(now)
        clear = {"subject": mail.subject, "text": mail.text} | ({"code": code.written()} if code else {})
        sealed = json.dumps(clear).encode()
        waiting = {
            "id": row_id,
            "kind": mail.kind,
            "recipient": mail.recipient,
            "link_id": mail.link_id,
            "file_id": mail.file_id,
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

    def lease(self, tx: Connection, now: datetime, *, seconds: int) -> Leased | None:
        """Take the mail that has been due longest; another sender gets another one. None: nothing is due.

        One conditional UPDATE decides who has it, so that no row lock outlives the transaction. The code that it
        carries is good from now on; a mail whose code is good no more is not sent.
        """
        free = and_(
            outbox.c.sent_at.is_(None),
            outbox.c.dead_at.is_(None),
            outbox.c.due_at <= now,
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now),
        )
        due = select(outbox.c.id).where(free).order_by(outbox.c.due_at, outbox.c.id).limit(1)
        if tx.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        while (row_id := tx.scalar(due)) is not None:
            row = tx.execute(
                update(outbox)
                .where(outbox.c.id == row_id, free)
                .values(lease=new_id(), leased_until=now + timedelta(seconds=seconds), tries=outbox.c.tries + 1)
                .returning(outbox)
            ).first()
            if row is not None and (leased := self._opened(tx, row, now)):
                return leased
        return None

    def _opened(self, tx: Connection, row: Row[Any], now: datetime) -> Leased | None:
        try:
            clear = json.loads(self._keys.unseal(row.sealed))
            mail = Mail(row.kind, row.recipient, _text(clear["subject"]), _text(clear["text"]), row.link_id)
            code = CodeInMail.read(clear["code"]) if "code" in clear else None
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not stop the others
            unreadable = Leased(row.id, row.lease, row.tries, row.created_at, Mail(row.kind, row.recipient, "", ""))
            self.failed(tx, unreadable, type(error).__name__, now, final=True)
            return None
        leased = Leased(row.id, row.lease, row.tries, row.created_at, mail)
        if code is not None and not renew(tx, code, now):
            self.failed(tx, leased, SUPERSEDED, now, final=True)
            return None
        return leased

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

    def put_back(self, tx: Connection, leased: Leased, error: str, now: datetime) -> None:
        """Note that the server takes no mail now: this one waits behind the others that are due, and lost no try."""
        tx.execute(
            update(outbox)
            .where(outbox.c.id == leased.id, outbox.c.lease == leased.lease)
            .values(
                leased_until=None,
                due_at=now + FIRST_WAIT,
                tries=outbox.c.tries - 1,
                last_error=f"{OF_SERVER}{error}"[:_ERROR_LIMIT],
            )
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
