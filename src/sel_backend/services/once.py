"""One request, one effect: runs an operation under its Idempotency-Key, its tries counted before any check.

Rule 1: a try is counted and committed before the secret is checked, and given back when the service itself failed.
The answer is kept in the transaction of its effect, so that a crash between commit and answer loses nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.answers import Answer, replayed, stored
from sel_backend.services.caller import Caller, Principal, identify
from sel_backend.services.refusals import Refusal
from sel_backend.services.undoing import undo
from sel_backend.storage import idempotency
from sel_backend.storage.idempotency import KeyScope
from sel_contract import ProblemType
from sel_contract.base import Request

H = TypeVar("H")
R = TypeVar("R")


class LeaseLostError(Exception):
    """Another request with the same key has taken over while this one was too slow."""


@dataclass(frozen=True)
class Moment:
    """What a step of an operation may use.

    Attributes:
        tx: the step's transaction.
        now: this moment.
        principal: who is logged in, or None before login.
        counted: an earlier request with this key has counted its try and died.
    """

    tx: Connection
    now: datetime
    principal: Principal | None
    counted: bool = False

    @property
    def account_id(self) -> str:
        """The account that is logged in."""
        assert self.principal is not None
        return self.principal.account.id


@dataclass(frozen=True)
class Simple:
    """An operation that is one transaction."""

    do: Callable[[Moment], Answer]


@dataclass(frozen=True)
class Guarded(Generic[H, R]):
    """An operation that checks or hashes a secret between two transactions.

    Attributes:
        before: counts the try and reads what the check needs.
        check: the slow work, outside any transaction.
        after: the effect and the answer. A refusal that must leave traces is *returned*; a raised one is rolled back.
        undo: gives the try back when the service itself failed.
    """

    before: Callable[[Moment], H]
    check: Callable[[H], Awaitable[R]]
    after: Callable[[Moment, H, R], Answer]
    undo: Callable[[Connection, H], None]


@dataclass(frozen=True)
class Entry:
    """How an operation is entered.

    Attributes:
        name: the operation, part of the key's scope.
        logged_in: needs a session.
        fresh: needs a login that is not older than the step-up limit.
    """

    name: str
    logged_in: bool = True
    fresh: bool = False


class Once:
    """Runs operations that change something."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def simple(self, caller: Caller, entry: Entry, body: Request, operation: Simple) -> Answer:
        """Run an operation that is one transaction.

        Raises:
            Refusal: nothing was changed.
        """

        def work(tx: Connection) -> Answer:
            moment, scope, claim = self._enter(tx, caller, entry, body)
            if claim.stored:
                return replayed(claim.stored)
            answer = operation.do(moment)
            return self._leave(tx, scope, claim.lease, answer)

        return await self._core.database.run(work)

    async def guarded(self, caller: Caller, entry: Entry, body: Request, operation: Guarded[H, R]) -> Answer:
        """Run an operation with a check between two transactions.

        Raises:
            Refusal: nothing was changed but, where a secret was checked, its counted try.
        """

        def begin(tx: Connection) -> Answer | tuple[KeyScope, idempotency.Claim, H]:
            moment, scope, claim = self._enter(tx, caller, entry, body)
            if claim.stored:
                return replayed(claim.stored)
            return scope, claim, operation.before(moment)

        begun = await self._core.database.run(begin)
        if isinstance(begun, Answer):
            return begun
        scope, claim, held = begun

        def end(tx: Connection) -> Answer:
            now = self._core.clock()
            principal = self._principal(tx, caller, entry, now)
            return self._leave(tx, scope, claim.lease, operation.after(Moment(tx, now, principal), held, result))

        def give_back(tx: Connection) -> None:
            operation.undo(tx, held)
            idempotency.abandon(tx, scope, claim.lease)

        try:
            result = await operation.check(held)
            return await self._core.database.run(end)
        except Refusal:
            await self._core.database.run(lambda tx: idempotency.abandon(tx, scope, claim.lease))
            raise
        except LeaseLostError as lost:
            raise Refusal(ProblemType.IDEMPOTENCY_IN_PROGRESS, retry_at=self._core.clock()) from lost
        except Exception:
            await undo(self._core, give_back)
            raise

    def _principal(self, tx: Connection, caller: Caller, entry: Entry, now: datetime) -> Principal | None:
        if not entry.logged_in:
            return None
        return identify(tx, caller, self._core.settings.session, now, fresh=entry.fresh)

    def _enter(
        self, tx: Connection, caller: Caller, entry: Entry, body: Request
    ) -> tuple[Moment, KeyScope, idempotency.Claim]:
        now = self._core.clock()
        principal = self._principal(tx, caller, entry, now)
        if not caller.key:
            raise Refusal(ProblemType.IDEMPOTENCY_KEY_MISSING)
        scope = KeyScope(principal.account.id if principal else "", entry.name, caller.key)
        digest = self._core.keys.digest("idempotency", body.wire().decode())
        claim = idempotency.claim(tx, scope, digest, now)
        if not claim.same_body:
            raise Refusal(ProblemType.IDEMPOTENCY_MISMATCH)
        if not claim.stored and not claim.lease:
            raise Refusal(ProblemType.IDEMPOTENCY_IN_PROGRESS, retry_at=now)
        return Moment(tx, now, principal, claim.counted), scope, claim

    def _leave(self, tx: Connection, scope: KeyScope, lease: str, answer: Answer) -> Answer:
        if not answer.keep:
            idempotency.abandon(tx, scope, lease)
        elif not idempotency.finish(tx, scope, lease, stored(answer)):
            raise LeaseLostError
        return answer
