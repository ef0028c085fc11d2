"""What account creation and password reset share: counting requests by address, making codes, checking them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_single_use_code
from sel_backend.services.caller import Caller
from sel_backend.services.once import Moment
from sel_backend.services.tries import Counted, Scope, Tries
from sel_backend.storage import single_use
from sel_backend.storage.single_use import CodeRow

NO_CODE = ""


@dataclass(frozen=True)
class CodeRequest:
    """A request for a code that was counted.

    Attributes:
        admitted: a mail may be sent now.
        code: made in any case, so that every request does the same work.
        window_ends_at: names the window that the request fell into.
        number: which of the window's admitted requests its newest code was made for.
    """

    counted: list[Counted]
    admitted: bool
    window_ends_at: datetime
    number: int
    code: str = field(repr=False)


class SingleUse:
    """Single-use codes: six digits, ten minutes, once, five tries, the newest only."""

    def __init__(self, core: Core, tries: Tries) -> None:
        self._core = core
        self._tries = tries

    @property
    def ask_again_after(self) -> int:
        """How long a person waits before asking for a code again, in seconds."""
        return self._core.settings.limits.single_use_spacing.window_seconds

    def expiry(self, now: datetime) -> datetime:
        """Return until when a code made now is good."""
        return now + timedelta(minutes=self._core.settings.codes.single_use_minutes)

    def request(self, moment: Moment, caller: Caller, subject: str, *, spaced: bool) -> CodeRequest:
        """Count a request for a code.

        Args:
            moment: the transaction.
            caller: whose network is counted too.
            subject: what the code is for and the address, existing or not.
            spaced: whether a minute must lie between two requests.

        Raises:
            Refusal: `too-many-requests` from this network.
        """
        limits = self._core.settings.limits
        network = self._tries.network(limits.asking_network, Scope.ASKING_NETWORK, caller)
        counted = self._tries.admit(moment.tx, network, moment.now, again=moment.counted)
        steps = [(limits.single_use_hour, Scope.SINGLE_USE_HOUR), (limits.single_use_day, Scope.SINGLE_USE_DAY)]
        if spaced:
            steps.insert(0, (limits.single_use_spacing, Scope.SINGLE_USE_SPACING))
        key = self._tries.subject(subject)
        own = self._tries.spaced(moment.tx, steps, key, moment.now, again=moment.counted)
        return CodeRequest(
            counted=[*counted, *own],
            admitted=own[-1].standing.admitted,
            window_ends_at=own[0].standing.window_ends_at,
            number=min(own[0].standing.tries, own[0].counter.rule.tries),
            code=new_single_use_code(self._core.settings.codes.single_use_digits),
        )

    def give_back(self, tx: Connection, request: CodeRequest) -> None:
        """Give back what was counted: the service failed."""
        self._tries.give_back(tx, request.counted)

    def attempt(self, tx: Connection, code_id: str, purpose: str) -> CodeRow | None:
        """Count one try of a code and return its row."""
        return single_use.count_try(tx, code_id or NO_CODE, purpose)

    def good_hash(self, row: CodeRow | None, now: datetime, *, used_too: bool = False) -> str | None:
        """Return the hash to check against: None for a code that is unknown, expired, used or tried too often."""
        if row is None or row.expires_at <= now or (row.used_at and not used_too):
            return None
        return row.code_hash if row.tries <= self._core.settings.codes.single_use_tries else None
