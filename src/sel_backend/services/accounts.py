"""Account creation: request, confirm by a single-use code, resend it. No answer shows who has an account."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.mail.phone import Phone
from sel_backend.services import passwords
from sel_backend.services.answers import Answer, refused, success
from sel_backend.services.caller import Caller
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.problems import ProblemError
from sel_backend.services.security_events import SUCCEEDED, SecurityEvents
from sel_backend.services.sessions import account_message
from sel_backend.services.single_use import NO_CODE, Attempt, CodeRequest, SingleUse
from sel_backend.services.terms import TermsFile
from sel_backend.storage import accounts, links, single_use
from sel_backend.storage.rows import new_id
from sel_backend.storage.single_use import RegistrationRow
from sel_contract import (
    Accepted,
    AccountConfirmed,
    AccountCreation,
    AccountVerification,
    CodeResend,
    EventKind,
    FieldCode,
    FieldProblem,
    ProblemType,
    RegistrationStarted,
)

PURPOSE = "account"


@dataclass(frozen=True)
class Waiting:
    """A registration with a counted attempt at its code."""

    registration: RegistrationRow | None
    attempt: Attempt


@dataclass(frozen=True)
class Resending:
    """A registration whose code is to be sent again, and the counted request for it."""

    registration: RegistrationRow | None
    code_request: CodeRequest


class Accounts:
    """Creates accounts."""

    def __init__(
        self, core: Core, idempotency: Idempotency, single: SingleUse, terms: TermsFile, security: SecurityEvents
    ) -> None:
        self._core = core
        self._idempotency = idempotency
        self._single = single
        self._terms = terms
        self._security = security

    def _send(self, context: Context, email: str, code: str, code_hash: str, *, exists: bool) -> str:
        """Mail a code, or that there is an account: then nobody gets the code, and the same rows are written."""
        code_id = new_id()
        single_use.add_code(
            context.tx,
            code_id,
            purpose=PURPOSE,
            account_id=None,
            code_hash=code_hash,
            now=context.now,
            expires_at=self._single.expiry(context.now),
        )
        if exists:
            mail = texts.account_exists(email, phone=Phone.of(self._core.settings.service))
            self._core.outbox.put(context.tx, mail, context.now)
        else:
            mail = texts.account_code(email, code=code, minutes=self._core.settings.codes.single_use_minutes)
            self._core.outbox.put(context.tx, mail, context.now, self._single.in_mail(code_id))
        return code_id

    async def create(self, caller: Caller, request: AccountCreation) -> Answer:
        """Store a registration and mail its code, or tell the holder of an existing account that there is one.

        Every request gets an identifier of its own, which whoever asked gives back with the code: a stranger who asks
        for the same address never learns it, and the owner of the address never confirms the stranger's password.

        Raises:
            ProblemError: `validation` (password rule, easily guessed, conditions of use) or `too-many-requests`.
        """
        password = request.password.get_secret_value()
        passwords.insist(self._core.settings.password, password, "/password")
        if request.terms_version != self._terms.current.version:
            outdated = FieldProblem(pointer="/terms_version", code=FieldCode.OUTDATED)
            raise ProblemError(ProblemType.VALIDATION, errors=(outdated,))

        def before(context: Context) -> CodeRequest:
            return self._single.request(context, caller, f"account:{request.email}", spaced=False)

        async def check(code_request: CodeRequest) -> tuple[str, str]:
            own = (request.email, request.first_name, request.last_name)
            try:
                await passwords.insist_hard_to_guess(password, "/password", *own)
            except ProblemError:  # no code was sent: the next, better password must get one
                await self._core.database.run(lambda tx: self._single.spare_code(tx, code_request))
                raise
            return await self._core.hasher.hash(password), await self._core.hasher.hash(code_request.code)

        def after(context: Context, code_request: CodeRequest, hashes: tuple[str, str]) -> Answer:
            exists = accounts.by_email(context.tx, request.email)
            started = RegistrationStarted(
                id=new_id(),
                expires_at=self._single.expiry(context.now),
                ask_again_after_seconds=self._single.ask_again_after,
            )
            if code_request.admitted:
                code = code_request.code
                row = RegistrationRow(
                    id=started.id,
                    email=request.email,
                    first_name=request.first_name,
                    last_name=request.last_name,
                    language=request.language,
                    terms_version=request.terms_version,
                    code_id=self._send(context, request.email, code, hashes[1], exists=exists is not None),
                    created_at=context.now,
                    expires_at=context.now + timedelta(hours=self._core.settings.codes.registration_hours),
                    password_hash=hashes[0],
                )
                single_use.add_registration(context.tx, row)
            outcome = "address_has_an_account" if exists else SUCCEEDED
            self._security.record_code_request(
                context.tx, caller, "account_request", outcome, exists, admitted=code_request.admitted
            )
            return success(started, 202)

        steps = Guarded(before, check, after, self._single.give_back)
        return await self._idempotency.guarded(caller, Operation("accounts", logged_in=False), request, steps)

    async def resend(self, caller: Caller, request: CodeResend) -> Answer:
        """Send a new code for the registration with this identifier, if there is one; or that there is an account.

        Raises:
            ProblemError: `too-many-requests` from this network.
        """

        def before(context: Context) -> Resending:
            row = single_use.registration(context.tx, request.registration_id)
            # An unknown identifier is counted by itself: the same work, on nobody else's counter.
            subject = f"account:{row.email}" if row else f"registration:{request.registration_id}"
            return Resending(row, self._single.request(context, caller, subject, spaced=True))

        async def check(resending: Resending) -> str:
            return await self._core.hasher.hash(resending.code_request.code)

        def after(context: Context, resending: Resending, code_hash: str) -> Answer:
            row, code_request = resending.registration, resending.code_request
            if code_request.admitted and row and row.expires_at > context.now:
                exists = accounts.by_email(context.tx, row.email) is not None
                code_id = self._send(context, row.email, code_request.code, code_hash, exists=exists)
                single_use.set_code(context.tx, row.id, code_id)
            return success(Accepted(ask_again_after_seconds=self._single.ask_again_after), 202)

        def compensate(tx: Connection, resending: Resending) -> None:
            self._single.give_back(tx, resending.code_request)

        steps = Guarded(before, check, after, compensate)
        return await self._idempotency.guarded(caller, Operation("accounts/resend", logged_in=False), request, steps)

    async def confirm(self, caller: Caller, request: AccountVerification) -> Answer:
        """Create the account of a registration from its newest code; other registrations for its address end.

        Returns:
            201 with the account, or 422 `invalid-code`, the same for a wrong, used, expired or unknown one.

        Raises:
            ProblemError: a problem with the Idempotency-Key, or `too-many-requests` from this network.
        """

        def before(context: Context) -> Waiting:
            row = single_use.registration(context.tx, request.registration_id)
            return Waiting(row, self._single.attempt(context, caller, row.code_id if row else NO_CODE, PURPOSE))

        async def check(waiting: Waiting) -> bool:
            good = self._single.good_hash(waiting.attempt.code, self._core.clock())
            return await self._core.hasher.verify(good, request.code.get_secret_value())

        def after(context: Context, waiting: Waiting, right: bool) -> Answer:
            row, code = waiting.registration, waiting.attempt.code
            if not (row and code and right and single_use.use(context.tx, code.id, context.now)):
                outcome = self._single.refusal(code, context.now, right=right)
                self._security.record(context.tx, caller, "account_code", outcome)
                return refused(ProblemError(ProblemType.INVALID_CODE), caller.language)
            account_id = accounts.add(
                context.tx,
                email=row.email,
                password_hash=row.password_hash,
                first_name=row.first_name,
                last_name=row.last_name,
                language=row.language,
                now=context.now,
            )
            single_use.drop_registrations(context.tx, row.email)
            if account_id is None:
                return refused(ProblemError(ProblemType.INVALID_CODE), caller.language)
            network = self._security.network(caller)
            links.add_event(context.tx, account_id, EventKind.ACCOUNT_CREATED, context.now, network=network)
            account = accounts.by_id(context.tx, account_id)
            assert account is not None
            return success(AccountConfirmed(account=account_message(account)), 201)

        def compensate(tx: Connection, waiting: Waiting) -> None:
            self._single.give_back_attempt(tx, waiting.attempt)

        steps = Guarded(before, check, after, compensate)
        return await self._idempotency.guarded(
            caller, Operation("accounts/verification", logged_in=False), request, steps
        )
