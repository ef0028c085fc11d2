"""The three linking methods and whether they are open to an account."""

from datetime import datetime

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.caller import Caller, identify
from sel_backend.services.idempotency import Context
from sel_backend.services.rate_limits import RateLimits
from sel_contract import LinkMethod, LinkMethods, LinkMethodState, Unavailable


class Methods:
    """Which methods are offered, and which of them are open."""

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits

    def offered(self, method: LinkMethod) -> bool:
        """Return whether the organisation offers a method."""
        return method is not LinkMethod.QUESTIONS or self._core.settings.linking.questions_enabled

    def of_account(self, tx: Connection, account_id: str, now: datetime) -> list[LinkMethodState]:
        """Return the three methods as they stand for an account."""
        states = []
        for method in LinkMethod:
            counter = self._rate_limits.account(method, account_id)
            standing = self._rate_limits.look(tx, counter, now)
            offered = self.offered(method)
            locked = offered and standing.left == 0
            states.append(
                LinkMethodState(
                    method=method,
                    available=offered and not locked,
                    unavailable_because=Unavailable.LOCKED
                    if locked
                    else (None if offered else Unavailable.SWITCHED_OFF),
                    tries_left=standing.left if offered else 0,
                    tries_allowed=counter.rule.tries,
                    waits_seconds=counter.rule.wait_seconds or counter.rule.window_seconds,
                    open_again_at=standing.locked_until if locked else None,
                )
            )
        return states

    def open(self, context: Context) -> tuple[LinkMethod, ...]:
        """Return the methods that this account may try now."""
        return tuple(
            state.method for state in self.of_account(context.tx, context.account_id, context.now) if state.available
        )

    async def show(self, caller: Caller) -> LinkMethods:
        """Return the three methods, with what an account has left of each.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> LinkMethods:
            now = self._core.clock()
            principal = identify(tx, caller, self._core.settings.session, now)
            return LinkMethods(methods=tuple(self.of_account(tx, principal.account.id, now)))

        return await self._core.database.run(work)
