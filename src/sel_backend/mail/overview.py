"""Mails that wait or were given up, as operators see them: never what they say, never a whole address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, and_, case, func, or_, select, update

from sel_backend.mail.outbox import OF_SERVER, SUPERSEDED
from sel_backend.storage.tables import outbox

_WAITING: Final = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
# A mail whose code was replaced did not fail: a newer one went out.
_FAILED: Final = and_(outbox.c.dead_at.is_not(None), outbox.c.last_error != SUPERSEDED)
_DEAD: Final = and_(_FAILED, outbox.c.sent_at.is_(None))
_BOUNCED: Final = and_(_FAILED, outbox.c.sent_at.is_not(None))
_DELAYED: Final = and_(outbox.c.delayed_at.is_not(None), outbox.c.dead_at.is_(None))
_OF_SERVER: Final = outbox.c.last_error.startswith(OF_SERVER)
_SUMMARY: Final = select(
    func.count(),
    func.min(outbox.c.created_at),
    func.coalesce(func.sum(case((_OF_SERVER, 1), else_=0)), 0),
).where(_WAITING)
_COUNT_SETTLED: Final = select(
    *(func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in (_DEAD, _BOUNCED, _DELAYED))
)
# By the index of the desk's queue.
_COUNT_UNHANDLED: Final = select(
    *(func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in (_DEAD, _BOUNCED))
).where(outbox.c.dead_at.is_not(None), outbox.c.handled_at.is_(None))


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
class Settled:
    """Mails that no sender has to do with any more.

    Attributes:
        given_up: they never went out.
        bounced: they went out and came back.
        delayed: they went out, and the other side's server takes its time.
    """

    given_up: int
    bounced: int
    delayed: int = 0


class Which(StrEnum):
    """Which mails are shown."""

    WAITING = "waiting"
    DEAD = "dead"
    BOUNCED = "bounced"


_WHICH: Final = {Which.WAITING: _WAITING, Which.DEAD: _DEAD, Which.BOUNCED: or_(_BOUNCED, _DELAYED)}


@dataclass(frozen=True)
class MailRow:
    """One mail.

    Attributes:
        domain: of its recipient.
        last_error: why it was not sent, a kind and a number; None: it was not tried, or went out.
        back_at: when it came back, or was first said to be delayed; None: neither.
        report_status: what the other side said of it then (RFC 3463).
    """

    kind: str
    domain: str
    created_at: datetime
    tries: int
    last_error: str | None
    back_at: datetime | None
    report_status: str | None


def waiting(tx: Connection) -> Waiting:
    """Return what waits: quickly, by its index."""
    number, oldest, refused = tx.execute(_SUMMARY).one()
    return Waiting(number, oldest, refused)


def settled(tx: Connection) -> Settled:
    """Return how many mails were given up, came back or are delayed, and are kept. It reads the whole outbox."""
    return Settled(*tx.execute(_COUNT_SETTLED).one())


def unhandled(tx: Connection) -> Settled:
    """Return how many mails were given up or came back, and wait for somebody at the desk: quickly, by its index."""
    return Settled(*tx.execute(_COUNT_UNHANDLED).one())


def newest(tx: Connection, which: Which, most: int) -> list[MailRow]:
    """Return mails that wait, were given up, or came back, the newest first."""
    names = ("kind", "recipient", "created_at", "tries", "last_error", "sent_at", "dead_at", "delayed_at")
    columns = (*(outbox.c[name] for name in names), outbox.c.report_status)
    rows = tx.execute(select(*columns).where(_WHICH[which]).order_by(outbox.c.id.desc()).limit(most))
    return [
        MailRow(
            row.kind,
            row.recipient.rpartition("@")[2],
            row.created_at,
            row.tries,
            row.last_error,
            (row.dead_at or row.delayed_at) if row.sent_at else None,
            row.report_status,
        )
        for row in rows
    ]


def retry(tx: Connection, now: datetime, *, dead: bool) -> int:
    """Let waiting mails, or those that were given up, be sent now, with all their tries, and return how many they are.

    A mail that a sender has in hand stays as it is.
    """
    # What could not be read is not kept, or cannot be read the next time either: it is given up again.
    which = _DEAD if dead else and_(_WAITING, (outbox.c.leased_until.is_(None)) | (outbox.c.leased_until <= now))
    changed = update(outbox).where(which, outbox.c.sealed.is_not(None))
    return tx.execute(changed.values(dead_at=None, due_at=now, tries=0, leased_until=None)).rowcount
