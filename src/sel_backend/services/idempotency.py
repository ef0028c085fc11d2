"""Idempotency: a request that changes something has one effect and one answer, however often it is sent with its key.

Rule 1: an attempt is counted and committed before the secret is checked, and given back when the service itself fails.
The answer is stored in the transaction of its effect, so that a crash between commit and answer loses nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.answers import Answer, replayed, stored
from sel_backend.services.caller import Caller, Principal, identify
from sel_backend.services.compensation import compensate
from sel_backend.services.problems import ProblemError
from sel_backend.storage import idempotency
from sel_backend.storage.idempotency import KeyScope
from sel_contract import ProblemType
from sel_contract.base import Request

H = TypeVar("H")
R = TypeVar("R")


class LeaseLostError(Exception):
    """Another request with the same key has taken over while this one was too slow."""


@dataclass(frozen=True)
class Context:
    """What a step of an operation works with.

    Attributes:
        tx: the step's transaction.
        now: the current time.
        principal: who is logged in; None before login.
        counted: an earlier request with this key counted its attempt, then its process died.
    """

    tx: Connection
    now: datetime
    principal: Principal | None
    counted: bool = False

    @property
    def account_id(self) -> str:
        """The id of the account that is logged in."""
        assert self.principal is not None
        return self.principal.account.id


@dataclass(frozen=True)
class Simple:
    """The steps of an operation that is one transaction."""

    do: Callable[[Context], Answer]


@dataclass(frozen=True)
class Guarded(Generic[H, R]):
    """The steps of an operation that checks or hashes a secret between two transactions.

    Attributes:
        before: counts the attempt and reads what the check needs.
        check: the slow work, outside any transaction.
        after: has the effect and returns the answer. A problem whose traces must stay is *returned*; raising one rolls
            the transaction back.
        compensate: gives the attempt back when the service itself failed.
    """

    before: Callable[[Context], H]
    check: Callable[[H], Awaitable[R]]
    after: Callable[[Context, H, R], Answer]
    compensate: Callable[[Connection, H], None]


@dataclass(frozen=True)
class Operation:
    """Which operation a request asks for, and what it requires.

    Attributes:
        name: its name; the same key may be used again for another operation.
        logged_in: it requires a session.
        fresh: it requires a login that is not older than the step-up limit.
        identify: who calls, where it is nobody with a person's session.
    """

    name: str
    logged_in: bool = True
    fresh: bool = False
    identify: Callable[[Connection, Caller, datetime], Principal] | None = None


class Idempotency:
    """Runs operations under their Idempotency-Key."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def simple(self, caller: Caller, operation: Operation, body: Request, steps: Simple) -> Answer:
        """Run an operation that is one transaction, or return its stored answer.

        Args:
            caller: who calls, and with which key.
            operation: which operation.
            body: the request's body; the same key with another body is a problem.
            steps: what the operation does.

        Raises:
            ProblemError: nothing was changed.
        """

        def work(tx: Connection) -> Answer:
            context, scope, claim = self._enter(tx, caller, operation, body)
            if claim.stored:
                return replayed(claim.stored)
            answer = steps.do(context)
            return self._leave(tx, scope, claim.lease, answer)

        return await self._core.database.run(work)

    async def guarded(self, caller: Caller, operation: Operation, body: Request, steps: Guarded[H, R]) -> Answer:
        """Run an operation with a check between two transactions, or return its stored answer.

        Args:
            caller: who calls, and with which key.
            operation: which operation.
            body: the request's body; the same key with another body is a problem.
            steps: what the operation does.

        Raises:
            ProblemError: nothing was changed, except that an attempt at a secret was counted.
        """

        def begin(tx: Connection) -> Answer | tuple[KeyScope, idempotency.Claim, H]:
            context, scope, claim = self._enter(tx, caller, operation, body)
            if claim.stored:
                return replayed(claim.stored)
            return scope, claim, steps.before(context)

        begun = await self._core.database.run(begin)
        if isinstance(begun, Answer):
            return begun
        scope, claim, held = begun

        def end(tx: Connection) -> Answer:
            now = self._core.clock()
            principal = self._principal(tx, caller, operation, now)
            return self._leave(tx, scope, claim.lease, steps.after(Context(tx, now, principal), held, result))

        def give_back(tx: Connection) -> None:
            steps.compensate(tx, held)
            idempotency.abandon(tx, scope, claim.lease)

        try:
            result = await steps.check(held)
            return await self._core.database.run(end)
        except ProblemError:
            await self._core.database.run(lambda tx: idempotency.abandon(tx, scope, claim.lease))
            raise
        except LeaseLostError as lost:
            raise ProblemError(ProblemType.IDEMPOTENCY_IN_PROGRESS, retry_at=self._core.clock()) from lost
        except Exception:
            await compensate(self._core, give_back)
            raise

    def _principal(self, tx: Connection, caller: Caller, operation: Operation, now: datetime) -> Principal | None:
        if operation.identify:
            return operation.identify(tx, caller, now)
        if not operation.logged_in:
            return None
        return identify(tx, caller, self._core.settings.session, now, fresh=operation.fresh)

    def _enter(
        self, tx: Connection, caller: Caller, operation: Operation, body: Request
    ) -> tuple[Context, KeyScope, idempotency.Claim]:
        now = self._core.clock()
        principal = self._principal(tx, caller, operation, now)
        if not caller.key:
            raise ProblemError(ProblemType.IDEMPOTENCY_KEY_MISSING)
        scope = KeyScope(principal.account.id if principal else "", operation.name, caller.key)
        digest = self._core.keys.digest("idempotency", body.wire().decode())
        claim = idempotency.claim(tx, scope, digest, now)
        if not claim.same_body:
            raise ProblemError(ProblemType.IDEMPOTENCY_MISMATCH)
        if not claim.stored and not claim.lease:
            raise ProblemError(ProblemType.IDEMPOTENCY_IN_PROGRESS, retry_at=now)
        return Context(tx, now, principal, claim.counted), scope, claim

    def _leave(self, tx: Connection, scope: KeyScope, lease: str, answer: Answer) -> Answer:
        if not answer.keep:
            idempotency.abandon(tx, scope, lease)
        elif not idempotency.finish(tx, scope, lease, stored(answer)):
            raise LeaseLostError
        return answer
