"""The contract's resources as methods: client, resource, method. The errors are those of `sel_tui.api.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sel_contract import (
    API_PREFIX,
    CONTRACT_VERSION,
    Accepted,
    AccountConfirmed,
    AccountCreation,
    AccountVerification,
    Answer,
    Challenge,
    ChallengeRequest,
    CodeResend,
    DemoAccounts,
    DemoMailbox,
    Disavowal,
    Events,
    LegacyAccessProof,
    Link,
    LinkCodeProof,
    LinkCodeRequest,
    LinkDetail,
    LinkMethods,
    Links,
    LoginRequest,
    Outcome,
    PasswordChanged,
    PasswordResetCompletion,
    PasswordResetRequest,
    PasswordResetStarted,
    ProfileSelection,
    QuestionsProof,
    Receipt,
    RegistrationStarted,
    Service,
    Session,
    SessionOpened,
    StepUpRequest,
    Terms,
    Verification,
    VerificationRequest,
)
from sel_tui import __version__
from sel_tui.api.errors import ClientTooOldError
from sel_tui.api.transport import Call, Credentials, Transport

if TYPE_CHECKING:
    import httpx

_TAGS: Final = {"fr": "fr-CA", "en": "en-CA"}
Proof = LegacyAccessProof | QuestionsProof | LinkCodeProof


class ApiClient:
    """A client of one linking back end, for one visit.

    Args:
        address: Where the back end is: https, or http on this machine.
        handler: An httpx transport for tests.
    """

    def __init__(self, address: str, handler: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = Transport(address, f"sel-tui/{__version__}", handler)
        self.sessions = Sessions(self._transport)
        self.links = LinkResource(self._transport)
        self.accounts = Accounts(self._transport)
        self.demo = Demo(self._transport)

    def speak(self, language: str) -> None:
        """Request the server's texts in a language from now on.

        Args:
            language: `fr` or `en`.

        Raises:
            KeyError: It is neither.
        """
        self._transport.language = _TAGS[language]

    async def service(self) -> Service:
        """Return what the server says about itself.

        Raises:
            ClientTooOldError: It requires a newer client, or speaks another version of the contract.
            ApiError: One of the errors of `Transport.send`.
        """
        service = await self._transport.send(Call("GET", f"{API_PREFIX}/service"), Service)
        if _version(service.minimum_client_version) > _version(__version__):
            raise ClientTooOldError(f"the server wants {service.minimum_client_version}")
        if service.contract_version.partition(".")[0] != CONTRACT_VERSION.partition(".")[0]:
            raise ClientTooOldError(f"the server speaks version {service.contract_version} of the contract")
        return service

    async def close(self) -> None:
        """Close the connections; nothing is sent."""
        await self._transport.close()


class Sessions:
    """`/v1/sessions`.

    A token goes to the session that requested it: an answer that arrives after another session began changes nothing.
    """

    _CURRENT: Final = f"{API_PREFIX}/sessions/current"

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def is_open(self) -> bool:
        """Whether a token is held."""
        return bool(self._transport.credentials.token)

    async def open(self, email: str, password: str) -> Session:
        """Log in; any session before is forgotten. The request is never repeated once it may have left.

        Args:
            email: The e-mail address.
            password: The password.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = LoginRequest.model_validate({"email": email, "password": password})
        self.forget()
        return await self._prove(Call("POST", f"{API_PREFIX}/sessions", body, retried=False))

    async def step_up(self, password: str, key: str) -> Session:
        """Confirm the password within the session.

        Args:
            password: The password.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = StepUpRequest.model_validate({"password": password})
        return await self._prove(Call("POST", f"{self._CURRENT}/step-up", body, key, retried=False))

    async def extend(self) -> Session:
        """Extend the session.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("PUT", self._CURRENT), Session)

    async def close(self) -> None:
        """Log out; the token is forgotten whatever the server answers. Without a token nothing is sent.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        own = self._transport.credentials
        if not own.token:
            return
        try:
            await self._transport.send_without_result(Call("DELETE", self._CURRENT, retried=False))
        finally:
            own.token = ""
            if self._transport.credentials is own:  # a proof that is still awaited has no session to go to
                self.forget()

    async def select(self, link_id: str) -> None:
        """Select a profile for this session.

        Args:
            link_id: The id of the link.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = ProfileSelection(link_id=link_id)
        await self._transport.send_without_result(Call("PUT", f"{self._CURRENT}/profile", body))

    def forget(self) -> None:
        """Forget the session; answers that it still waits for are ignored."""
        self._transport.credentials = Credentials()

    async def _prove(self, call: Call) -> Session:
        own = self._transport.credentials
        opened = await self._transport.send(call, SessionOpened)
        own.token = opened.token.get_secret_value()
        return opened.session


class LinkResource:
    """`/v1/links` and what leads to it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def methods(self) -> LinkMethods:
        """Return the three methods and whether each is open.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/link-methods"), LinkMethods)

    async def questions(self, identifier: str, key: str) -> Challenge:
        """Return the questions about a file.

        Args:
            identifier: What identifies the file.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = ChallengeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/question-challenges", body, key), Challenge)

    async def link(self, proof: Proof, key: str) -> Link:
        """Link a file.

        Args:
            proof: The proof of one of the three methods.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("POST", f"{API_PREFIX}/links", proof, key), Link)

    async def by_legacy_access(self, username: str, password: str, key: str) -> Link:
        """Link by method 1.

        Args:
            username: The former user name.
            password: The former password.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        return await self.link(LegacyAccessProof.model_validate({"username": username, "password": password}), key)

    async def by_questions(self, challenge_id: str, answers: tuple[tuple[str, str], ...], key: str) -> Link:
        """Link by method 2.

        Args:
            challenge_id: The id of the challenge.
            answers: Pairs of a question's id and its answer.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        pairs = tuple(Answer.model_validate({"question_id": question, "answer": text}) for question, text in answers)
        return await self.link(QuestionsProof(challenge_id=challenge_id, answers=pairs), key)

    async def by_code(self, username: str, code: str, key: str) -> Link:
        """Link by method 3.

        Args:
            username: The linking user name.
            code: The linking code.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        return await self.link(LinkCodeProof.model_validate({"username": username, "code": code}), key)

    async def unlink(self, link_id: str) -> None:
        """End a link.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        await self._transport.send_without_result(Call("DELETE", f"{API_PREFIX}/links/{link_id}"))

    async def receipt(self, link_id: str) -> Receipt:
        """Return the receipt of a link.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}/receipt"), Receipt)

    async def request_code(self, identifier: str, key: str) -> Accepted:
        """Have linking coordinates sent to the address on the file.

        Args:
            identifier: What identifies the file.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = LinkCodeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/link-code-requests", body, key), Accepted)

    async def all(self) -> Links:
        """Return the account's profiles.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links"), Links)

    async def read(self, link_id: str) -> LinkDetail:
        """Return a profile and the contents of its file.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}"), LinkDetail)

    async def verify(self, link_id: str, *, accurate: bool, note: str) -> Verification:
        """Report that a file is accurate, or that it contains an error.

        Args:
            link_id: The id of the link.
            accurate: Whether it is accurate.
            note: What is wrong; "" for no note.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        outcome = Outcome.ACCURATE if accurate else Outcome.ERROR
        body = VerificationRequest(outcome=outcome, note=note or None)
        return await self._transport.send(Call("PUT", f"{API_PREFIX}/links/{link_id}/verification", body), Verification)


class Accounts:
    """Accounts from nothing, forgotten passwords, the account's own history."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def terms(self) -> Terms:
        """Return the terms of use.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/terms"), Terms)

    async def create(self, account: AccountCreation, key: str) -> RegistrationStarted:
        """Request an account; a single-use code is sent to its address.

        Args:
            account: The account.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("POST", f"{API_PREFIX}/accounts", account, key), RegistrationStarted)

    async def resend(self, registration_id: str, key: str) -> Accepted:
        """Have the single-use code of a registration sent again.

        Args:
            registration_id: The id of the registration.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = CodeResend(registration_id=registration_id)
        return await self._transport.send(Call("POST", f"{API_PREFIX}/accounts/resend", body, key), Accepted)

    async def confirm(self, registration_id: str, code: str, key: str) -> AccountConfirmed:
        """Confirm the e-mail address with the single-use code.

        Args:
            registration_id: The id of the registration.
            code: The single-use code.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = AccountVerification.model_validate({"registration_id": registration_id, "code": code})
        call = Call("POST", f"{API_PREFIX}/accounts/verification", body, key)
        return await self._transport.send(call, AccountConfirmed)

    async def start_reset(self, email: str, key: str, earlier: str = "") -> PasswordResetStarted:
        """Have a single-use code sent for choosing a new password.

        Args:
            email: The e-mail address.
            key: The idempotency key; the same key again is the same request.
            earlier: The id of an earlier request that this one replaces; "" for none.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = PasswordResetRequest.model_validate({"email": email, "earlier": earlier or None})
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/password-resets", body, key), PasswordResetStarted
        )

    async def finish_reset(self, reset_id: str, code: str, password: str) -> PasswordChanged:
        """Choose a new password.

        Args:
            reset_id: The id of the request.
            code: The single-use code.
            password: The new password.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = PasswordResetCompletion.model_validate({"code": code, "new_password": password})
        # Never repeated by the transport: a code whose answer was lost would look used.
        call = Call("PUT", f"{API_PREFIX}/password-resets/{reset_id}", body, retried=False)
        return await self._transport.send(call, PasswordChanged)

    async def disavow(self, token: str, key: str) -> None:
        """Report that a mail is about something this person did not do.

        Args:
            token: The token in the mail.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = Disavowal.model_validate({"token": token})
        await self._transport.send_without_result(Call("POST", f"{API_PREFIX}/disavowals", body, key))

    async def history(self) -> Events:
        """Return what happened to the account, the newest first.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/events"), Events)


class Demo:
    """`/demo`, in demonstration mode only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def accounts(self) -> DemoAccounts:
        """Return the fictitious accounts and files.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", "/demo/accounts"), DemoAccounts)

    async def mailbox(self) -> DemoMailbox:
        """Return every mail that was sent.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", "/demo/mailbox"), DemoMailbox)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdigit())
