"""Sessions of the desk: log in, choose a password of one's own, stay, leave."""

from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_token, token_digest
from sel_backend.services import passwords
from sel_backend.services.caller import Caller, idle_end
from sel_backend.services.compensation import compensating
from sel_backend.services.desk.entry import Agent, Entry
from sel_backend.services.idempotency import Context
from sel_backend.services.notices import Notices
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counted, Counter, RateLimits, Scope
from sel_backend.services.security_events import SUCCEEDED, SecurityEvents
from sel_backend.storage import accounts, desk_sessions
from sel_backend.storage.accounts import AccountRow
from sel_contract import FieldProblem, Language, ProblemType
from sel_contract.desk import (
    DeskAgent,
    DeskCheck,
    DeskLogin,
    DeskPasswordChange,
    DeskSession,
    DeskSessionOpened,
)
from sel_contract.desk_acts import Obstacle

BESIDE_PERSONS = "desk"
"""Names the counters of the desk: what strangers try elsewhere with an agent's address keeps nobody from work."""


class DeskSessions:
    """Opens, renews and ends sessions of the desk."""

    def __init__(
        self, core: Core, rate_limits: RateLimits, security: SecurityEvents, notices: Notices, entry: Entry
    ) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._security = security
        self._notices = notices
        self._entry = entry
        self._settings = core.settings.desk

    def message(self, agent: Agent, now: datetime) -> DeskSession:
        """Return a session's state."""
        account = agent.account
        return DeskSession(
            agent=DeskAgent(
                id=account.id,
                first_name=account.first_name,
                last_name=account.last_name,
                role=agent.role,
                language=Language(account.language),
            ),
            now=now,
            idle_expires_at=idle_end(agent.session, self._settings),
            absolute_expires_at=agent.session.expires_at,
            warning_seconds=self._settings.warning_seconds,
            needs=agent.needs,
            checklist=tuple(DeskCheck(id=name, text=text) for name, text in self._settings.lines.items()),
            hold_minutes=self._settings.hold_minutes,
        )

    async def log_in(self, caller: Caller, request: DeskLogin) -> DeskSessionOpened:
        """Open a session.

        Raises:
            ProblemError: `invalid-credentials`, the same for an unknown address, a person's account and a wrong
                password; `login-guarded` or `too-many-requests`.
        """

        def begin(tx: Connection) -> tuple[list[Counted], AccountRow | None]:
            return self._count(tx, caller, request.email), desk_sessions.agent_by_email(tx, request.email)

        counted, account = await self._core.database.run(begin)
        async with compensating(self._core, lambda tx: self._rate_limits.give_back(tx, counted)):
            right = await self._core.hasher.verify(
                account.password_hash if account else None, request.password.get_secret_value()
            )
            if account is None or not right:
                outcome = "wrong_password" if account else "unknown_account"
                account_id = account.id if account else None
                await self._security.record_alone(caller, "desk_login", outcome, account_id=account_id)
                raise ProblemError(ProblemType.INVALID_CREDENTIALS)
            return await self._core.database.run(lambda tx: self._open(tx, caller, account, counted))

    def _count(self, tx: Connection, caller: Caller, email: str) -> list[Counted]:
        limits, now = self._core.settings.limits, self._core.clock()
        here = self._rate_limits.subject(f"{BESIDE_PERSONS}|{email}|{caller.network}")
        counters = [
            *self._rate_limits.network(limits.login_network, Scope.LOGIN_NETWORK, caller),
            Counter(limits.login, Scope.LOGIN, here),
        ]
        counted = self._rate_limits.admit(tx, counters, now)
        everywhere = self._rate_limits.subject(f"{BESIDE_PERSONS}|everywhere|{email}")
        guard = self._rate_limits.count(tx, Counter(limits.login_everywhere, Scope.LOGIN_EVERYWHERE, everywhere), now)
        if not guard.standing.admitted:
            raise ProblemError(ProblemType.LOGIN_GUARDED, retry_at=guard.standing.locked_until)
        return [*counted, guard]

    def _open(
        self, tx: Connection, caller: Caller, account: AccountRow, counted: list[Counted], action: str = "desk_login"
    ) -> DeskSessionOpened:
        now = self._core.clock()
        # The row is locked: a new password comes before (this is refused) or after (it ends this session).
        held = accounts.hold(tx, account.id)
        if held is None or held[0].password_changed_at != account.password_changed_at:
            raise ProblemError(ProblemType.INVALID_CREDENTIALS)
        token = new_token()
        expires_at = now + timedelta(seconds=self._settings.absolute_seconds)
        session = desk_sessions.open_session(tx, account.id, token_digest(token), now=now, expires_at=expires_at)
        self._rate_limits.give_back(tx, counted)
        self._security.record(tx, caller, action, SUCCEEDED, account_id=account.id)
        agent = Agent(held[0], session, desk_sessions.password_is_own(tx, account.id))
        return DeskSessionOpened(token=SecretStr(token), session=self.message(agent, now))

    async def change_password(self, caller: Caller, request: DeskPasswordChange) -> DeskSessionOpened:
        """Change the password; every session of the account ends, and a new one is opened.

        Raises:
            ProblemError: no live session, `invalid-credentials`, `too-many-requests`, or `validation`: the rule of
                passwords, easily guessed, or the same as before.
        """
        new = request.new_password.get_secret_value()
        limits = self._core.settings.limits

        def begin(tx: Connection) -> tuple[list[Counted], AccountRow]:
            now = self._core.clock()
            agent = self._entry.of_session(tx, caller, now)
            passwords.insist(self._core.settings.password, new, "/new_password")
            tried = Counter(limits.login_device, Scope.STEP_UP, self._rate_limits.subject(agent.session.id))
            return self._rate_limits.admit(tx, [tried], now), agent.account

        counted, account = await self._core.database.run(begin)
        async with compensating(self._core, lambda tx: self._rate_limits.give_back(tx, counted)):
            old = request.password.get_secret_value()
            if not await self._core.hasher.verify(account.password_hash, old):
                await self._security.record_alone(caller, "desk_password", "wrong_password", account_id=account.id)
                raise ProblemError(ProblemType.INVALID_CREDENTIALS)
            if new == old:
                same = FieldProblem(pointer="/new_password", code=Obstacle.SAME_PASSWORD)
                raise ProblemError(ProblemType.VALIDATION, errors=(same,))
            own = (account.email, account.first_name, account.last_name)
            await passwords.insist_hard_to_guess(new, "/new_password", *own)
            password_hash = await self._core.hasher.hash(new)

            def end(tx: Connection) -> DeskSessionOpened:
                now = self._core.clock()
                self._entry.of_session(tx, caller, now)
                accounts.set_password(tx, account.id, password_hash, now)
                desk_sessions.choose_password(tx, account.id, now)
                changed = accounts.by_id(tx, account.id)
                assert changed is not None
                self._notices.password_changed(Context(tx, now, None), changed)
                return self._open(tx, caller, changed, counted, "desk_password")

            return await self._core.database.run(end)

    async def state(self, caller: Caller) -> DeskSession:
        """Return the session's state without extending it.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> DeskSession:
            now = self._core.clock()
            return self.message(self._entry.of_session(tx, caller, now), now)

        return await self._core.database.run(work)

    async def extend(self, caller: Caller) -> DeskSession:
        """Keep the session alive and return its state.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> DeskSession:
            now = self._core.clock()
            desk_sessions.touch(tx, self._entry.of_session(tx, caller, now).session.id, now)
            return self.message(self._entry.of_session(tx, caller, now), now)

        return await self._core.database.run(work)

    async def log_out(self, caller: Caller) -> None:
        """End the session.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> None:
            now = self._core.clock()
            agent = self._entry.of_session(tx, caller, now)
            if not desk_sessions.end_session(tx, agent.session.id, now):
                raise ProblemError(ProblemType.SESSION_ENDED)
            self._security.record(tx, caller, "desk_logout", SUCCEEDED, account_id=agent.account.id)

        await self._core.database.run(work)
