"""Kiosks: what they say of themselves, believed on their token alone."""

from datetime import datetime

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import token_digest
from sel_backend.services.caller import Caller
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import RateLimits, Scope
from sel_backend.storage import kiosks
from sel_contract import Heartbeat, HeartbeatTaken, ProblemType


class Kiosks:
    """Takes heartbeats."""

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits

    async def beat(self, caller: Caller, name: str, said: Heartbeat) -> HeartbeatTaken:
        """Note what a kiosk says of itself, and return when it is to say something again.

        Args:
            caller: the request, with the kiosk's token.
            name: the kiosk.
            said: what it says.

        Raises:
            ProblemError: `unauthenticated`, whether the kiosk is unknown or its token wrong; `too-many-requests` after
                too many of these from one network. A right token is never refused.
        """

        def work(tx: Connection) -> ProblemType | datetime | None:
            now = self._core.clock()
            digest = token_digest(caller.token)
            if kiosks.beat(tx, name, digest, said, network=caller.network, now=now):
                return None
            rule = self._core.settings.limits.heartbeat_network
            counters = self._rate_limits.network(rule, Scope.HEARTBEAT_NETWORK, caller)
            counted = self._rate_limits.spaced(tx, counters, now)
            full = [one.standing for one in counted if not one.standing.admitted]
            return (full[0].locked_until or full[0].window_ends_at) if full else ProblemType.UNAUTHENTICATED

        # Returned, not raised: a problem that is raised would take its try back.
        refused = await self._core.database.run(work)
        if isinstance(refused, datetime):
            raise ProblemError(ProblemType.TOO_MANY_REQUESTS, retry_at=refused)
        if refused is not None:
            raise ProblemError(refused)
        return HeartbeatTaken(next_seconds=self._core.settings.kiosks.heartbeat_seconds)
