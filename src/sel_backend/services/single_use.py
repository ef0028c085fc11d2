"""Single-use codes, for account creation and password reset: counting requests, making codes, checking them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail.validity import CodeInMail, CodeKind
from sel_backend.security.tokens import new_single_use_code
from sel_backend.services.caller import Caller
from sel_backend.services.idempotency import Context
from sel_backend.services.rate_limits import Counted, Counter, RateLimits, Scope
from sel_backend.storage import single_use
from sel_backend.storage.single_use import CodeRow

NO_CODE = ""


@dataclass(frozen=True)
class CodeRequest:
    """A request for a code, already counted.

    Attributes:
        network: who asked, counted.
        subject: what the code is for and the address, counted.
        admitted: a mail may be sent now.
        code: always made, so that every request takes the same work.
    """

    network: list[Counted]
    subject: list[Counted]
    admitted: bool
    code: str = field(repr=False)


@dataclass(frozen=True)
class Attempt:
    """A counted attempt at a code: its network was counted and, if the code exists, the code's own counter."""

    counted: list[Counted]
    code: CodeRow | None


class SingleUse:
    """Single-use codes: six digits, valid ten minutes, five attempts, used once, only the newest of each request."""

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits

    @property
    def ask_again_after(self) -> int:
        """How long a person waits before asking for a code again, in seconds."""
        return self._core.settings.limits.single_use_spacing.window_seconds

    def expiry(self, now: datetime) -> datetime:
        """Return when a code made now expires."""
        return now + timedelta(minutes=self._core.settings.codes.single_use_minutes)

    def in_mail(self, code_id: str) -> CodeInMail:
        """Return what the outbox must know of a mailed code: it is good from the hand-over on."""
        return CodeInMail(CodeKind.SINGLE_USE, code_id, self._core.settings.codes.single_use_minutes * 60)

    def request(self, context: Context, caller: Caller, subject: str, *, spaced: bool) -> CodeRequest:
        """Count a request for a code.

        Args:
            context: the step's transaction and time.
            caller: the request's sender, whose network is counted too.
            subject: the code's purpose and the address, existing or not; counted with the network, and by itself.
            spaced: whether two requests must be a minute apart.

        Raises:
            ProblemError: `too-many-requests` from this network.
        """
        limits = self._core.settings.limits
        network = self._rate_limits.network(limits.asking_network, Scope.ASKING_NETWORK, caller)
        counted = self._rate_limits.admit(context.tx, network, context.now, again=context.counted)
        here = self._rate_limits.subject(f"{subject}|{caller.network}")
        # By /48: who has one would use up the address's whole day from three of its networks.
        around = self._rate_limits.subject(f"{subject}|{caller.site}")
        spacing = [
            Counter(limits.single_use_hour, Scope.SINGLE_USE_HOUR, here),
            Counter(limits.single_use_day, Scope.SINGLE_USE_DAY, around),
            Counter(limits.single_use_address, Scope.SINGLE_USE_ADDRESS, self._rate_limits.subject(subject)),
        ]
        if spaced:
            spacing.insert(0, Counter(limits.single_use_spacing, Scope.SINGLE_USE_SPACING, here))
        own = self._rate_limits.spaced(context.tx, spacing, context.now, again=context.counted)
        return CodeRequest(
            network=counted,
            subject=own,
            admitted=own[-1].standing.admitted,
            code=new_single_use_code(self._core.settings.codes.single_use_digits),
        )

    def give_back(self, tx: Connection, request: CodeRequest) -> None:
        """Give back what a request counted, because the service failed."""
        self._rate_limits.give_back(tx, [*request.network, *request.subject])

    def spare_code(self, tx: Connection, request: CodeRequest) -> None:
        """Give back the code of a request that got none; its network stays counted, for judging a password is slow."""
        self._rate_limits.give_back(tx, request.subject)

    def attempt(self, context: Context, caller: Caller, code_id: str, purpose: str) -> Attempt:
        """Count one attempt at a code; for a code that does not exist, only the network is counted.

        Raises:
            ProblemError: `too-many-requests` from this network; no code's counter was touched.
        """
        rule = self._core.settings.limits.single_use_network
        network = self._rate_limits.network(rule, Scope.SINGLE_USE_NETWORK, caller)
        counted = self._rate_limits.admit(context.tx, network, context.now, again=context.counted)
        return Attempt(counted, single_use.count_try(context.tx, code_id or NO_CODE, purpose))

    def give_back_attempt(self, tx: Connection, attempt: Attempt) -> None:
        """Give back what an attempt counted, because the service failed."""
        self._rate_limits.give_back(tx, attempt.counted)
        self.spare_try(tx, attempt)

    def spare_try(self, tx: Connection, attempt: Attempt) -> None:
        """Give back the try of a code; the network stays counted, as in `spare_code`."""
        if attempt.code:
            single_use.give_back(tx, attempt.code.id)

    def good_hash(self, row: CodeRow | None, now: datetime, *, used_too: bool = False) -> str | None:
        """Return the hash to check against; None if the code is unknown, expired, used or was tried too often."""
        if row is None or row.expires_at <= now or (row.used_at and not used_too):
            return None
        return row.code_hash if row.tries <= self._core.settings.codes.single_use_tries else None

    def refusal(self, row: CodeRow | None, now: datetime, *, right: bool) -> str:
        """Return why a code was refused, for the audit; whoever typed it gets one answer for all."""
        if row is None:
            return "unknown_code"
        if row.used_at or right:
            return "used_code"
        if row.expires_at <= now:
            return "expired_code"
        return "wrong_code" if row.tries <= self._core.settings.codes.single_use_tries else "too_many_tries"
