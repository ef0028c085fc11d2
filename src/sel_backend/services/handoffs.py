"""Hand-offs: somebody who must fetch a mail, or call, goes on elsewhere after the log-in, by a short code."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.answers import Answer, refused, success
from sel_backend.services.caller import Caller
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counted, RateLimits, Scope
from sel_backend.services.security_events import SUCCEEDED, SecurityEvents
from sel_backend.storage import handoffs
from sel_backend.storage.handoffs import HandoffRow
from sel_backend.storage.rows import new_id
from sel_contract import Handoff, HandoffOpened, HandoffRedemption, HandoffRequest, ProblemType
from sel_contract.base import Response, Timestamp
from sel_contract.rules.codes import ALPHABET, HANDOFF_CODE_LENGTH, handoff_code_from
from sel_contract.text import OpaqueId


class _Kept(Response):
    """The answer to a hand-off as it is kept for replay: the code is made again, and rests nowhere."""

    account_id: OpaqueId
    expires_at: Timestamp


@dataclass(frozen=True)
class _Tried:
    """A code that was typed: its account was counted and, if there is a hand-off, its own tries."""

    account_id: str
    counted: list[Counted]
    row: HandoffRow | None


class Handoffs:
    """Opens and redeems hand-offs."""

    def __init__(self, core: Core, rate_limits: RateLimits, idempotency: Idempotency, security: SecurityEvents) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._idempotency = idempotency
        self._security = security

    async def open(self, caller: Caller, request: HandoffRequest) -> Answer:
        """Keep where somebody is, in place of what was kept before, and return the code for it.

        Raises:
            ProblemError: no live session, or `too-many-requests` from this account.
        """

        def before(context: Context) -> tuple[str, list[Counted]]:
            return context.account_id, self._count(context)

        async def check(begun: tuple[str, list[Counted]]) -> str:
            return await self._core.hasher.hash(self._code(begun[0], caller.key))

        def after(context: Context, _: object, code_hash: str) -> Answer:
            expires = context.now + timedelta(minutes=self._core.settings.codes.handoff_minutes)
            handoffs.put(
                context.tx,
                context.account_id,
                handoff_id=new_id(),
                code_hash=code_hash,
                contents=Handoff(**request.model_dump()).wire().decode(),
                now=context.now,
                expires=expires,
            )
            self._security.record(context.tx, caller, "handoff", SUCCEEDED, account_id=context.account_id)
            return success(_Kept(account_id=context.account_id, expires_at=expires), 201)

        def compensate(tx: Connection, begun: tuple[str, list[Counted]]) -> None:
            self._rate_limits.give_back(tx, begun[1])

        steps = Guarded(before, check, after, compensate)
        answer = await self._idempotency.guarded(caller, Operation("handoffs"), request, steps)
        kept = _Kept.model_validate_json(answer.body)
        opened = HandoffOpened(code=self._code(kept.account_id, caller.key), expires_at=kept.expires_at)
        return Answer(answer.status, opened.wire(), answer.media_type, replayed=answer.replayed)

    async def redeem(self, caller: Caller, request: HandoffRedemption) -> Answer:
        """Return where to go on, once; the hand-off is over.

        Raises:
            ProblemError: no live session, or `too-many-requests` from this account. `invalid-code`, the same for every
                reason (another account's, wrong, used, expired, tried too often), is an answer: the try stays counted.
        """

        def before(context: Context) -> _Tried:
            counted = self._count(context)
            return _Tried(context.account_id, counted, handoffs.count_try(context.tx, context.account_id))

        async def check(tried: _Tried) -> bool:
            row, most = tried.row, self._core.settings.codes.handoff_tries
            open_still = row is not None and row.tries <= most and row.expires_at > self._core.clock()
            # One hash for every code, whether anything waits for it or not.
            good = row.code_hash if row is not None and open_still else None
            return await self._core.hasher.verify(good, request.code.get_secret_value())

        def after(context: Context, tried: _Tried, right: bool) -> Answer:
            row = tried.row
            if row is None or not right or not handoffs.use(context.tx, tried.account_id, row.id, context.now):
                outcome = "unknown_code" if row is None else "used_code" if right else "wrong_code"
                self._security.record(context.tx, caller, "handoff_code", outcome, account_id=tried.account_id)
                return refused(ProblemError(ProblemType.INVALID_CODE), caller.language)
            self._security.record(context.tx, caller, "handoff_code", SUCCEEDED, account_id=tried.account_id)
            return success(Handoff.model_validate_json(row.contents))

        def compensate(tx: Connection, tried: _Tried) -> None:
            self._rate_limits.give_back(tx, tried.counted)
            if tried.row is not None:
                handoffs.give_back(tx, tried.account_id)

        steps = Guarded(before, check, after, compensate)
        return await self._idempotency.guarded(caller, Operation("handoffs/redeem"), request, steps)

    def _count(self, context: Context) -> list[Counted]:
        rule = self._core.settings.limits.handoff_account
        counter = self._rate_limits.asking(rule, Scope.HANDOFF_ACCOUNT, context.account_id)
        return self._rate_limits.admit(context.tx, [counter], context.now, again=context.counted)

    def _code(self, account_id: str, key: str) -> str:
        """Return the code of a request: by the same key the same one, so that no answer is kept with a code in it."""
        number = 0
        while True:
            drawn = int(self._core.keys.digest("handoff", f"{account_id}|{key}|{number}"), 16)
            symbols = "".join(ALPHABET[drawn >> 5 * place & 31] for place in range(HANDOFF_CODE_LENGTH - 1))
            if code := handoff_code_from(symbols):
                return code
            number += 1
