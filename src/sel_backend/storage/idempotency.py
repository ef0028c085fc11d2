"""Answers kept by key, so that a request sent again gets the same answer again (IETF draft « Idempotency-Key »)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from sel_backend.storage.rows import insert, new_id
from sel_backend.storage.tables import idempotency

KEPT: Final = timedelta(hours=48)
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class KeyScope:
    """What a key belongs to. Before login the account is empty."""

    account_id: str
    operation: str
    key: str


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it was given."""

    status: int
    media_type: str
    body: str


@dataclass(frozen=True)
class Claim:
    """What asking for a key found.

    Attributes:
        lease: this request's right to finish, or empty when it has none.
        counted: an earlier request with this key, which died, has counted its try already.
        same_body: whether the body is the one that the key was first used with.
        stored: the answer that was given.
    """

    lease: str = ""
    counted: bool = False
    same_body: bool = True
    stored: StoredAnswer | None = None


def claim(tx: Connection, scope: KeyScope, body_digest: str, now: datetime) -> Claim:
    """Take the key for this request, or say what it was used for before."""
    lease = new_id()
    taken = tx.execute(
        insert(tx, idempotency)
        .values(
            account_id=scope.account_id,
            operation=scope.operation,
            key=scope.key,
            body_digest=body_digest,
            lease=lease,
            leased_until=now + LEASE,
            counted=True,
            expires_at=now + KEPT,
        )
        .on_conflict_do_nothing()
        .returning(idempotency.c.lease)
    ).first()
    if taken is not None:
        return Claim(lease=lease)
    row = tx.execute(select(idempotency).where(_is(scope))).first()
    if row is None or row.expires_at <= now:
        tx.execute(delete(idempotency).where(_is(scope), idempotency.c.expires_at <= now))
        return claim(tx, scope, body_digest, now)
    if row.body_digest != body_digest:
        return Claim(same_body=False)
    if row.status is not None:
        return Claim(stored=StoredAnswer(row.status, row.media_type, row.answer))
    over = tx.execute(
        update(idempotency)
        .where(_is(scope), idempotency.c.status.is_(None), idempotency.c.leased_until <= now)
        .values(lease=lease, leased_until=now + LEASE)
        .returning(idempotency.c.lease)
    ).first()
    return Claim() if over is None else Claim(lease=lease, counted=True)


def finish(tx: Connection, scope: KeyScope, lease: str, answer: StoredAnswer) -> bool:
    """Keep the answer, in the transaction of what it tells. False: the lease was lost, so nothing may be committed."""
    kept = tx.execute(
        update(idempotency)
        .where(_is(scope), idempotency.c.lease == lease, idempotency.c.status.is_(None))
        .values(status=answer.status, media_type=answer.media_type, answer=answer.body)
        .returning(idempotency.c.key)
    ).first()
    return kept is not None


def abandon(tx: Connection, scope: KeyScope, lease: str) -> None:
    """Let the key be used again: nothing was done with it."""
    tx.execute(delete(idempotency).where(_is(scope), idempotency.c.lease == lease, idempotency.c.status.is_(None)))


def _is(scope: KeyScope) -> ColumnElement[bool]:
    return and_(
        idempotency.c.account_id == scope.account_id,
        idempotency.c.operation == scope.operation,
        idempotency.c.key == scope.key,
    )
