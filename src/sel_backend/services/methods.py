"""The three linking methods as they stand for an account."""

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.caller import Caller, identify
from sel_backend.services.once import Moment
from sel_backend.services.tries import Tries
from sel_contract import LinkMethod, LinkMethods, LinkMethodState, Unavailable


class Methods:
    """Which methods are offered, and which of them are open."""

    def __init__(self, core: Core, tries: Tries) -> None:
        self._core = core
        self._tries = tries

    def offered(self, method: LinkMethod) -> bool:
        """Return whether the organisation offers a method."""
        return method is not LinkMethod.QUESTIONS or self._core.settings.linking.questions_enabled

    def _states(self, moment: Moment) -> list[LinkMethodState]:
        states = []
        for method in LinkMethod:
            counter = self._tries.account(method, moment.account_id)
            standing = self._tries.look(moment.tx, counter, moment.now)
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

    def open(self, moment: Moment) -> tuple[LinkMethod, ...]:
        """Return the methods that this account may try now."""
        return tuple(state.method for state in self._states(moment) if state.available)

    async def show(self, caller: Caller) -> LinkMethods:
        """Return the three methods as they stand for this account.

        Raises:
            Refusal: no live session.
        """

        def work(tx: Connection) -> LinkMethods:
            now = self._core.clock()
            principal = identify(tx, caller, self._core.settings.session, now)
            return LinkMethods(methods=tuple(self._states(Moment(tx, now, principal))))

        return await self._core.database.run(work)
