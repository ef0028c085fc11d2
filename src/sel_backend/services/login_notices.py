"""What the owner of an account hears by mail about log-ins: a run of failures, and a log-in from another place."""

from datetime import datetime

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.caller import Caller
from sel_backend.services.notices import Notices
from sel_backend.services.rate_limits import Counter, RateLimits, Scope
from sel_backend.storage import known_networks
from sel_backend.storage.accounts import AccountRow


class LoginNotices:
    """Decides when such a mail is due; `Notices` writes it."""

    def __init__(self, core: Core, rate_limits: RateLimits, notices: Notices) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._notices = notices

    async def failures(self, account: AccountRow) -> None:
        """Notify the owner of a run of wrong passwords: once a day."""
        rule = self._core.settings.limits.login_notice
        counter = Counter(rule, Scope.LOGIN_NOTICE, self._rate_limits.subject(account.id))

        def notify(tx: Connection) -> None:
            now = self._core.clock()
            if self._rate_limits.count(tx, counter, now).standing.admitted:
                self._notices.login_failures(tx, account, now)

        await self._core.database.run(notify)

    def logged_in(
        self, tx: Connection, caller: Caller, account: AccountRow, now: datetime, *, known_device: bool
    ) -> None:
        """Remember where an account logs in from; notify its owner of another place, unless the device is known."""
        if caller.trusted_network:
            return
        place = self._rate_limits.pseudonym(caller.site)
        if known_networks.see(tx, account.id, place, now) and not known_device:
            self._notices.new_network(tx, account, now)
