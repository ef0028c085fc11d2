"""How attempts at an account's password are counted, so that nobody guesses it and no stranger keeps its owner out."""

from dataclasses import dataclass

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.devices import is_device_token
from sel_backend.services.caller import Caller
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counted, Counter, RateLimits, Scope
from sel_backend.storage.accounts import AccountRow
from sel_contract import LoginRequest, ProblemType


@dataclass(frozen=True)
class LoginAttempt:
    """A log-in that was counted; its password is not checked yet.

    Attributes:
        counted: every counter that it touched.
        known_device: somebody logged in to this account from this device before.
        last: no further attempt is admitted before a wait.
    """

    counted: list[Counted]
    known_device: bool
    last: bool


class LoginLimits:
    """The counters of a log-in: its network, the /48 around it, the address from there, and the address everywhere.

    The last one is what a stranger with many networks meets. So that it never keeps the owner out, a device that has
    logged in before is counted by itself, and a new password by a mailed code makes a device such a one.
    """

    def __init__(self, core: Core, rate_limits: RateLimits) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._settings = core.settings.limits

    def count(self, tx: Connection, caller: Caller, request: LoginRequest, account: AccountRow | None) -> LoginAttempt:
        """Count an attempt.

        Raises:
            ProblemError: `too-many-requests` from this network, or `login-guarded` for this address; then nothing
                is counted.
        """
        now, limits = self._core.clock(), self._settings
        counters = self._rate_limits.network(limits.login_network, Scope.LOGIN_NETWORK, caller)
        here = self._rate_limits.subject(f"{request.email}|{caller.network}")
        counters.append(Counter(limits.login, Scope.LOGIN, here))
        counted = self._rate_limits.admit(tx, counters, now)
        token = request.device.get_secret_value() if request.device else ""
        known = account is not None and is_device_token(
            self._core.keys, token, account.id, account.password_changed_at, now
        )
        if known:
            own = Counter(limits.login_device, Scope.LOGIN_DEVICE, self._rate_limits.subject(token))
        else:
            everywhere = self._rate_limits.subject(f"everywhere|{request.email}")
            own = Counter(limits.login_everywhere, Scope.LOGIN_EVERYWHERE, everywhere)
        guard = self._rate_limits.count(tx, own, now)
        if not guard.standing.admitted:
            raise ProblemError(ProblemType.LOGIN_GUARDED, retry_at=guard.standing.locked_until)
        return LoginAttempt([*counted, guard], known, last=guard.standing.left == 0)
