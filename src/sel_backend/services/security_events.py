"""Security events in the audit (ASVS 5.0, 16.3): what was tried, from which network, with what outcome."""

from typing import Final

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.caller import Caller
from sel_backend.services.rate_limits import RateLimits
from sel_backend.storage import audit
from sel_backend.storage.accounts import AccountRow

SUCCEEDED: Final = "succeeded"


class SecurityEvents:
    """Writes the audit's lines about attempts. They hold identifiers, reasons and pseudonyms, never what was typed."""

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits

    def network(self, caller: Caller) -> str:
        """Return the pseudonym of the network that a request came from, the same as its counters'."""
        return self._rate_limits.pseudonym(caller.network)

    def record(self, tx: Connection, caller: Caller, action: str, outcome: str, **about: str | None) -> None:
        """Write one line in the transaction of what it tells.

        Args:
            tx: that transaction.
            caller: who tried.
            action: what was tried.
            outcome: `succeeded`, or why not.
            about: the audit's other columns.
        """
        about["network"] = self.network(caller)
        audit.record(tx, self._core.clock(), audit.ACCOUNT, action, outcome=outcome, **about)

    def record_code_request(
        self, tx: Connection, caller: Caller, action: str, outcome: str, account: AccountRow | None, *, admitted: bool
    ) -> None:
        """Write one line about a request for a code; not `admitted`, it came too soon and nothing was sent."""
        account_id = account.id if account else None
        self.record(tx, caller, action, outcome if admitted else "too_soon", account_id=account_id)

    async def record_alone(self, caller: Caller, action: str, outcome: str, **about: str | None) -> None:
        """Write one line in a transaction of its own: the attempt's was rolled back, or ended before its verdict."""
        await self._core.database.run(lambda tx: self.record(tx, caller, action, outcome, **about))
