"""Answers stored by key, so that a request sent again gets the same answer (IETF draft « Idempotency-Key »)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, select, update

from sel_backend.storage.rows import insert_into, new_id
from sel_backend.storage.tables import Instant, idempotency

KEPT: Final = timedelta(hours=48)
LEASE: Final = timedelta(seconds=60)

# Built once: building a statement costs more than running it.
_NOW: Final = bindparam("the_now", type_=Instant())
_LEASE: Final[BindParameter[str]] = bindparam("the_lease")
_THIS: Final = and_(
    idempotency.c.account_id == bindparam("the_account"),
    idempotency.c.operation == bindparam("the_operation"),
    idempotency.c.key == bindparam("the_key"),
)
_OPEN: Final = idempotency.c.status.is_(None)
_READ: Final = select(idempotency).where(_THIS)
_FORGET: Final = delete(idempotency).where(_THIS, idempotency.c.expires_at <= _NOW)
_FORGET_ANSWERS: Final = delete(idempotency).where(
    idempotency.c.account_id == bindparam("the_account"),
    idempotency.c.operation == bindparam("the_operation"),
    idempotency.c.status.is_not(None),
)
_TAKE_OVER: Final = (
    update(idempotency)
    .where(_THIS, _OPEN, idempotency.c.leased_until <= _NOW)
    .values(lease=_LEASE, leased_until=bindparam("the_end", type_=Instant()))
    .returning(idempotency.c.lease)
)
_FINISH: Final = (
    update(idempotency)
    .where(_THIS, _OPEN, idempotency.c.lease == _LEASE)
    .values(status=bindparam("the_status"), media_type=bindparam("the_type"), answer=bindparam("the_body"))
    .returning(idempotency.c.key)
)
_ABANDON: Final = delete(idempotency).where(_THIS, _OPEN, idempotency.c.lease == _LEASE)


@cache
def _claim(dialect: str) -> Any:
    return insert_into(dialect, idempotency).on_conflict_do_nothing().returning(idempotency.c.lease)


@dataclass(frozen=True)
class KeyScope:
    """Within what a key must be unique. Before login the account is empty."""

    account_id: str
    operation: str
    key: str


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it was sent."""

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
    """Claim the key for this request, or return what an earlier request did with it."""
    lease = new_id()
    values = {
        "account_id": scope.account_id,
        "operation": scope.operation,
        "key": scope.key,
        "body_digest": body_digest,
        "lease": lease,
        "leased_until": now + LEASE,
        "expires_at": now + KEPT,
    }
    if tx.execute(_claim(tx.dialect.name), values).first() is not None:
        return Claim(lease=lease)
    row = tx.execute(_READ, _named(scope)).first()
    if row is None or row.expires_at <= now:
        tx.execute(_FORGET, _named(scope) | {"the_now": now})
        return claim(tx, scope, body_digest, now)
    if row.body_digest != body_digest:
        return Claim(same_body=False)
    if row.status is not None:
        return Claim(stored=StoredAnswer(row.status, row.media_type, row.answer))
    parameters = {"the_now": now, "the_lease": lease, "the_end": now + LEASE}
    over = tx.execute(_TAKE_OVER, _named(scope) | parameters).first()
    return Claim() if over is None else Claim(lease=lease, counted=True)


def finish(tx: Connection, scope: KeyScope, lease: str, answer: StoredAnswer) -> bool:
    """Store the answer in the transaction of its effect. False: the lease was lost, so nothing may be committed."""
    parameters = {
        "the_lease": lease,
        "the_status": answer.status,
        "the_type": answer.media_type,
        "the_body": answer.body,
    }
    return tx.execute(_FINISH, _named(scope) | parameters).first() is not None


def forget_answers(tx: Connection, account_id: str, operation: str) -> None:
    """Forget the answers that an account was given, where they say what it may no longer see."""
    tx.execute(_FORGET_ANSWERS, {"the_account": account_id, "the_operation": operation})


def abandon(tx: Connection, scope: KeyScope, lease: str) -> None:
    """Free the key, because nothing was done with it."""
    tx.execute(_ABANDON, _named(scope) | {"the_lease": lease})


def _named(scope: KeyScope) -> dict[str, object]:
    return {"the_account": scope.account_id, "the_operation": scope.operation, "the_key": scope.key}
