"""Sessions: log in, keep alive, step up (log in again within the session), log out."""

from datetime import datetime, timedelta
from functools import partial

from pydantic import SecretStr
from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.devices import new_device_token
from sel_backend.security.tokens import new_token, token_digest
from sel_backend.services.caller import Caller, Principal, identify, idle_end
from sel_backend.services.compensation import compensating
from sel_backend.services.login_limits import LoginAttempt, LoginLimits
from sel_backend.services.login_notices import LoginNotices
from sel_backend.services.notices import Notices
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counted, Counter, RateLimits, Scope
from sel_backend.services.security_events import SUCCEEDED, SecurityEvents
from sel_backend.storage import accounts, handoffs, links
from sel_backend.storage.accounts import AccountRow, SessionRow
from sel_contract import (
    Account,
    EventKind,
    Language,
    LoginRequest,
    ProblemType,
    ProfileSelection,
    Session,
    SessionOpened,
    StepUpRequest,
)


def account_message(row: AccountRow) -> Account:
    """Return an account as its owner sees it."""
    return Account(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        language=Language(row.language),
    )


class Sessions:
    """Opens, renews and ends sessions."""

    def __init__(self, core: Core, rate_limits: RateLimits, security: SecurityEvents, notices: Notices) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._login_limits = LoginLimits(core, rate_limits)
        self._security = security
        self._login_notices = LoginNotices(core, rate_limits, notices)
        self._background = core.background
        self._settings = core.settings.session

    def message(self, tx: Connection, principal: Principal, now: datetime) -> Session:
        """Return a session's state."""
        session = principal.session
        tries = self._core.settings.codes.handoff_tries
        return Session(
            account=account_message(principal.account),
            now=now,
            authenticated_at=session.authenticated_at,
            step_up_due_at=session.authenticated_at + timedelta(seconds=self._settings.step_up_after_seconds),
            idle_expires_at=idle_end(session, self._settings),
            absolute_expires_at=session.expires_at,
            linked_files=session.linked_files,
            selected=session.selected_link_id,
            handoff_waiting=handoffs.waits(tx, principal.account.id, tries, now),
        )

    async def log_in(self, caller: Caller, request: LoginRequest) -> SessionOpened:
        """Open a session.

        Raises:
            ProblemError: `invalid-credentials` (unknown address and wrong password alike), `login-guarded` or
                `too-many-requests`.
        """

        def begin(tx: Connection) -> tuple[LoginAttempt, AccountRow | None]:
            account = accounts.person_by_email(tx, request.email)
            return self._login_limits.count(tx, caller, request, account), account

        attempt, account = await self._core.database.run(begin)
        async with compensating(self._core, lambda tx: self._rate_limits.give_back(tx, attempt.counted)):
            right = await self._prove(account, request.password.get_secret_value())
            if account is None or not right:
                await self._refused(caller, "login", account)
                if account and attempt.last:
                    # Beside the answer, which takes as long where there is no account.
                    self._background.start(partial(self._login_notices.failures, account))
                raise ProblemError(ProblemType.INVALID_CREDENTIALS)
            opened = await self._open(caller, account, attempt)
        if self._core.hasher.outdated(account.password_hash):
            self._background.start(partial(self._rehash, account, request.password.get_secret_value()))
        return opened

    async def _refused(self, caller: Caller, action: str, account: AccountRow | None) -> None:
        outcome = "wrong_password" if account else "unknown_account"
        await self._security.record_alone(caller, action, outcome, account_id=account.id if account else None)

    async def _rehash(self, account: AccountRow, password: str) -> None:
        better = await self._core.hasher.hash(password)
        await self._core.database.run(lambda tx: accounts.rehash(tx, account.id, account.password_hash, better))

    async def step_up(self, caller: Caller, request: StepUpRequest) -> SessionOpened:
        """Step up: check the password again; the session continues under a new token.

        Raises:
            ProblemError: no live session, `invalid-credentials` or `too-many-requests`.
        """
        limits = self._core.settings.limits

        def begin(tx: Connection) -> tuple[list[Counted], Principal]:
            now = self._core.clock()
            principal = identify(tx, caller, self._settings, now)
            here = self._rate_limits.subject(f"{principal.account.email}|{caller.network}")
            counters = [
                Counter(limits.login, Scope.LOGIN, here),
                # Whoever has somebody's session has it on any network.
                Counter(limits.login_device, Scope.STEP_UP, self._rate_limits.subject(principal.session.id)),
            ]
            return self._rate_limits.admit(tx, counters, now), principal

        counted, principal = await self._core.database.run(begin)
        account, session = principal.account, principal.session
        async with compensating(self._core, lambda tx: self._rate_limits.give_back(tx, counted)):
            if not await self._prove(account, request.password.get_secret_value()):
                await self._refused(caller, "step_up", account)
                raise ProblemError(ProblemType.INVALID_CREDENTIALS)
            attempt = LoginAttempt(counted, known_device=True, last=False)
            return await self._open(caller, account, attempt, replaces=session)

    async def _prove(self, account: AccountRow | None, password: str) -> bool:
        return await self._core.hasher.verify(account.password_hash if account else None, password)

    async def _open(
        self, caller: Caller, account: AccountRow, attempt: LoginAttempt, replaces: SessionRow | None = None
    ) -> SessionOpened:
        token = new_token()
        subject = self._rate_limits.subject(account.id)

        def end(tx: Connection) -> SessionOpened:
            now = self._core.clock()
            # The row is locked: a password change comes before (this is refused) or after (it ends this session).
            held = accounts.hold(tx, account.id)
            # The hash is not compared: another log-in may have rehashed the same password meanwhile.
            if held is None or held[0].password_changed_at != account.password_changed_at:
                raise ProblemError(ProblemType.INVALID_CREDENTIALS)
            # Over its bound a right password costs a try like any other: the hash comes before we know.
            right = Counter(self._core.settings.limits.login_right, Scope.LOGIN_RIGHT, subject)
            self._rate_limits.admit(tx, [right], now)
            current, linked_files = held
            if replaces and not accounts.end_session(tx, replaces.id, now):
                # Logged out, or stepped up by another request, while the password was being checked.
                raise ProblemError(ProblemType.SESSION_ENDED)
            # A step-up does not extend a session beyond its absolute limit.
            expires_at = replaces.expires_at if replaces else now + timedelta(seconds=self._settings.absolute_seconds)
            session = accounts.open_session(
                tx,
                account.id,
                token_digest(token),
                now=now,
                expires_at=expires_at,
                selected=replaces.selected_link_id if replaces else None,
                linked_files=linked_files,
            )
            self._rate_limits.give_back(tx, attempt.counted)
            message = self.message(tx, Principal(current, session), now)
            if replaces:
                self._security.record(tx, caller, "step_up", SUCCEEDED, account_id=account.id)
                return SessionOpened(token=SecretStr(token), session=message)
            links.add_event(tx, account.id, EventKind.LOGGED_IN, now, network=self._security.network(caller))
            self._login_notices.logged_in(tx, caller, current, now, known_device=attempt.known_device)
            device = new_device_token(self._core.keys, account.id, current.password_changed_at, now)
            return SessionOpened(token=SecretStr(token), session=message, device=SecretStr(device))

        return await self._core.database.run(end)

    async def state(self, caller: Caller) -> Session:
        """Return the session's state without extending it.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> Session:
            now = self._core.clock()
            return self.message(tx, identify(tx, caller, self._settings, now, stay=False), now)

        return await self._core.database.run(work)

    async def extend(self, caller: Caller) -> Session:
        """Keep the session alive and return its state.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> Session:
            now = self._core.clock()
            principal = identify(tx, caller, self._settings, now, stay=False)
            accounts.touch(tx, principal.session.id, now)
            return self.message(tx, identify(tx, caller, self._settings, now, stay=False), now)

        return await self._core.database.run(work)

    async def log_out(self, caller: Caller) -> None:
        """End the session.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> None:
            now = self._core.clock()
            principal = identify(tx, caller, self._settings, now, stay=False)
            if not accounts.end_session(tx, principal.session.id, now):
                raise ProblemError(ProblemType.SESSION_ENDED)
            self._security.record(tx, caller, "log_out", SUCCEEDED, account_id=principal.account.id)

        await self._core.database.run(work)

    async def select_profile(self, caller: Caller, request: ProfileSelection) -> Session:
        """Select one of the account's profiles and return the session's state.

        Raises:
            ProblemError: no live session, `not-found` or `link-frozen`.
        """

        def work(tx: Connection) -> Session:
            now = self._core.clock()
            principal = identify(tx, caller, self._settings, now)
            link = links.find(tx, principal.account.id, request.link_id)
            if link is None:
                raise ProblemError(ProblemType.NOT_FOUND)
            if link.frozen_at:
                raise ProblemError(ProblemType.LINK_FROZEN, reference=link.reference)
            accounts.select_link(tx, principal.session.id, link.id)
            return self.message(tx, identify(tx, caller, self._settings, now), now)

        return await self._core.database.run(work)
