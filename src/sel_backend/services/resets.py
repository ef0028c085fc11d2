"""Forgotten passwords: a single-use code by mail, a new password, every session ended. One answer whoever asks."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.mail.phone import Phone
from sel_backend.security.devices import new_device_token
from sel_backend.services import passwords
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.compensation import compensating
from sel_backend.services.even_answers import evenly
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.notices import Notices
from sel_backend.services.problems import ProblemError
from sel_backend.services.security_events import SUCCEEDED, SecurityEvents
from sel_backend.services.single_use import Attempt, CodeRequest, SingleUse
from sel_backend.storage import accounts, links, single_use
from sel_backend.storage.accounts import AccountRow
from sel_backend.storage.rows import new_id
from sel_contract import (
    EventKind,
    PasswordChanged,
    PasswordResetCompletion,
    PasswordResetRequest,
    PasswordResetStarted,
    ProblemType,
)

PURPOSE = "password"


@dataclass(frozen=True)
class Tried:
    """A reset with a counted attempt at its code."""

    attempt: Attempt
    account: AccountRow | None


class PasswordResets:
    """Resets of forgotten passwords."""

    def __init__(
        self, core: Core, idempotency: Idempotency, single: SingleUse, notices: Notices, security: SecurityEvents
    ) -> None:
        self._core = core
        self._idempotency = idempotency
        self._single = single
        self._notices = notices
        self._security = security

    async def start(self, caller: Caller, request: PasswordResetRequest) -> Answer:
        """Send a code to an account's address; an unknown address gets the same answer.

        Resets stand side by side: a stranger's never ends the owner's, nor gets its identifier. Whoever names an
        earlier one and asks again too soon keeps it, so that the code already sent stays good.

        Raises:
            ProblemError: `too-many-requests` from this network.
        """

        def before(context: Context) -> CodeRequest:
            return self._single.request(context, caller, f"password:{request.email}", spaced=True)

        async def check(code_request: CodeRequest) -> str:
            return await self._core.hasher.hash(code_request.code)

        def after(context: Context, code_request: CodeRequest, code_hash: str) -> Answer:
            reset_id = new_id() if code_request.admitted or request.earlier is None else request.earlier
            expires_at = self._single.expiry(context.now)
            account = accounts.person_by_email(context.tx, request.email)
            if code_request.admitted:
                if account and request.earlier:
                    single_use.retire(
                        context.tx, account_id=account.id, purpose=PURPOSE, now=context.now, only=request.earlier
                    )
                # A code that nobody gets, of no account: trying it takes the same work.
                single_use.add_code(
                    context.tx,
                    reset_id,
                    purpose=PURPOSE,
                    account_id=account.id if account else None,
                    code_hash=code_hash,
                    now=context.now,
                    expires_at=expires_at,
                )
            if code_request.admitted and account:
                mail = texts.password_code(
                    account.email,
                    code=code_request.code,
                    minutes=self._core.settings.codes.single_use_minutes,
                    phone=Phone.of(self._core.settings.service),
                )
                self._core.outbox.put(context.tx, mail, context.now, self._single.in_mail(reset_id))
            outcome = SUCCEEDED if account else "unknown_account"
            self._security.record_code_request(
                context.tx, caller, "password_reset_request", outcome, account, admitted=code_request.admitted
            )
            return success(
                PasswordResetStarted(
                    id=reset_id, expires_at=expires_at, ask_again_after_seconds=self._single.ask_again_after
                ),
                202,
            )

        steps = Guarded(before, check, after, self._single.give_back)
        async with evenly(self._core):
            return await self._idempotency.guarded(
                caller, Operation("password-resets", logged_in=False), request, steps
            )

    async def complete(self, caller: Caller, reset_id: str, request: PasswordResetCompletion) -> PasswordChanged:
        """Change the password; sent again after a lost answer, it gives the same answer again.

        Raises:
            ProblemError: `validation` (password rule; with a right code: easily guessed), `too-many-requests` from this
                network, or `invalid-code`, the same for every reason.
        """
        password = request.new_password.get_secret_value()
        passwords.insist(self._core.settings.password, password, "/new_password")

        def begin(tx: Connection) -> Tried:
            attempt = self._single.attempt(Context(tx, self._core.clock(), None), caller, reset_id, PURPOSE)
            return Tried(attempt, accounts.by_id(tx, (attempt.code and attempt.code.account_id) or ""))

        tried = await self._core.database.run(begin)
        async with compensating(self._core, lambda tx: self._single.give_back_attempt(tx, tried.attempt)):
            return await self._changed(caller, tried, request.code.get_secret_value(), password)

    async def _changed(self, caller: Caller, tried: Tried, typed: str, password: str) -> PasswordChanged:
        code, account = tried.attempt.code, tried.account
        good = self._single.good_hash(code, self._core.clock(), used_too=True)
        # One hash for every wrong code, existing or not; a second one only after the right code.
        right = await self._core.hasher.verify(good, typed)
        if not (code and account and right):
            raise await self._invalid(caller, tried, right=right)
        if code.used_at:
            if await self._core.hasher.verify(account.password_hash, password):
                return self._message(account.id, account.password_changed_at)
            raise await self._invalid(caller, tried, right=True)
        try:
            own = (account.email, account.first_name, account.last_name)
            await passwords.insist_hard_to_guess(password, "/new_password", *own)
        except ProblemError:  # the code was right: it stays good for a better password
            await self._core.database.run(lambda tx: self._single.spare_try(tx, tried.attempt))
            raise
        password_hash = await self._core.hasher.hash(password)

        def end(tx: Connection) -> PasswordChanged:
            now = self._core.clock()
            if not single_use.use(tx, code.id, now):
                raise ProblemError(ProblemType.INVALID_CODE)
            single_use.retire(tx, account_id=account.id, purpose=PURPOSE, now=now)
            accounts.set_password(tx, account.id, password_hash, now)
            network = self._security.network(caller)
            links.add_event(tx, account.id, EventKind.PASSWORD_CHANGED, now, network=network)
            self._notices.password_changed(Context(tx, now, None), account)
            return self._message(account.id, now)

        return await self._core.database.run(end)

    async def _invalid(self, caller: Caller, tried: Tried, *, right: bool) -> ProblemError:
        """Write the true reason into the audit and return the problem that says none."""
        reason = self._single.refusal(tried.attempt.code, self._core.clock(), right=right)
        account_id = tried.account.id if tried.account else None
        await self._security.record_alone(caller, "password_code", reason, account_id=account_id)
        return ProblemError(ProblemType.INVALID_CODE)

    def _message(self, account_id: str, changed_at: datetime) -> PasswordChanged:
        device = new_device_token(self._core.keys, account_id, changed_at, self._core.clock())
        return PasswordChanged(changed_at=changed_at, device=SecretStr(device))
