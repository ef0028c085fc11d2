"""Mails that wait or were given up, as operators see them: never what they say, never a whole address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, case, func, select, update

from sel_backend.mail.outbox import OF_SERVER, SUPERSEDED
from sel_backend.storage.tables import outbox

_WAITING: Final = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
# A mail whose code was replaced did not fail: a newer one went out.
_DEAD: Final = and_(outbox.c.dead_at.is_not(None), outbox.c.last_error != SUPERSEDED)
_OF_SERVER: Final = outbox.c.last_error.startswith(OF_SERVER)
_SUMMARY: Final = select(
    func.count(),
    func.min(outbox.c.created_at),
    func.coalesce(func.sum(case((_OF_SERVER, 1), else_=0)), 0),
).where(_WAITING)
_COUNT_DEAD: Final = select(func.count()).where(_DEAD)


@dataclass(frozen=True)
class Waiting:
    """The mails that wait.

    Attributes:
        number: how many.
        oldest: when the first of them was written.
        refused: how many of them wait because the server takes none.
    """

    number: int
    oldest: datetime | None
    refused: int


@dataclass(frozen=True)
class MailRow:
    """One mail.

    Attributes:
        domain: of its recipient.
        last_error: why it was not sent, a kind and a number; None: it was not tried.
    """

    kind: str
    domain: str
    created_at: datetime
    tries: int
    last_error: str | None


def waiting(tx: Connection) -> Waiting:
    """Return what waits: quickly, by its index."""
    number, oldest, refused = tx.execute(_SUMMARY).one()
    return Waiting(number, oldest, refused)


def dead(tx: Connection) -> int:
    """Return how many mails were given up and are kept. It reads the whole outbox."""
    return tx.scalar(_COUNT_DEAD) or 0


def newest(tx: Connection, *, dead: bool, most: int) -> list[MailRow]:
    """Return mails that wait, or those that were given up, the newest first."""
    columns = (outbox.c[name] for name in ("kind", "recipient", "created_at", "tries", "last_error"))
    rows = tx.execute(select(*columns).where(_DEAD if dead else _WAITING).order_by(outbox.c.id.desc()).limit(most))
    return [
        MailRow(row.kind, row.recipient.rpartition("@")[2], row.created_at, row.tries, row.last_error) for row in rows
    ]


def retry(tx: Connection, now: datetime, *, dead: bool) -> int:
    """Let waiting mails, or those that were given up, be sent now, with all their tries, and return how many they are.

    A mail that a sender has in hand stays as it is.
    """
    # What could not be read is not kept, or cannot be read the next time either: it is given up again.
    which = _DEAD if dead else and_(_WAITING, (outbox.c.leased_until.is_(None)) | (outbox.c.leased_until <= now))
    changed = update(outbox).where(which, outbox.c.sealed.is_not(None))
    return tx.execute(changed.values(dead_at=None, due_at=now, tries=0, leased_until=None)).rowcount
