"""The contract's resources as methods: client, resource, method. Raises the errors of `sel_tui.api.errors`."""

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
        """Ask for the server's texts in `language` (`fr` or `en`) from now on."""
        self._transport.language = _TAGS[language]

    async def service(self) -> Service:
        """Return what the server says of itself.

        Raises:
            ClientTooOldError: It wants a newer client, or speaks another version of the contract.
        """
        service = await self._transport.send(Call("GET", f"{API_PREFIX}/service"), Service)
        if _version(service.minimum_client_version) > _version(__version__):
            raise ClientTooOldError(f"the server wants {service.minimum_client_version}")
        if service.contract_version.partition(".")[0] != CONTRACT_VERSION.partition(".")[0]:
            raise ClientTooOldError(f"the server speaks version {service.contract_version} of the contract")
        return service

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class Sessions:
    """`/v1/sessions`.

    A token goes to the session that asked for it: an answer that comes when another has begun changes nothing there.
    """

    _CURRENT: Final = f"{API_PREFIX}/sessions/current"

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def is_open(self) -> bool:
        """Whether a token is held."""
        return bool(self._transport.credentials.token)

    async def open(self, email: str, password: str) -> Session:
        """Log in, as another session than any before. It is never sent twice once it may have left."""
        body = LoginRequest.model_validate({"email": email, "password": password})
        self.forget()
        return await self._prove(Call("POST", f"{API_PREFIX}/sessions", body, retried=False))

    async def step_up(self, password: str, key: str) -> Session:
        """Prove oneself again."""
        body = StepUpRequest.model_validate({"password": password})
        return await self._prove(Call("POST", f"{self._CURRENT}/step-up", body, key, retried=False))

    async def extend(self) -> Session:
        """Stay."""
        return await self._transport.send(Call("PUT", self._CURRENT), Session)

    async def close(self) -> None:
        """Log out; the token is forgotten whatever the server says."""
        own = self._transport.credentials
        if not own.token:
            return
        try:
            await self._transport.send_without_answer(Call("DELETE", self._CURRENT, retried=False))
        finally:
            own.token = ""
            if self._transport.credentials is own:  # a proof that is still awaited has no session to go to
                self.forget()

    async def select(self, link_id: str) -> None:
        """Select a profile for this session."""
        body = ProfileSelection(link_id=link_id)
        await self._transport.send_without_answer(Call("PUT", f"{self._CURRENT}/profile", body))

    def forget(self) -> None:
        """Forget the session; what it still waits for is not heard here any more."""
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
        """Return the three methods as they stand."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/link-methods"), LinkMethods)

    async def questions(self, identifier: str, key: str) -> Challenge:
        """Return the questions about a file."""
        body = ChallengeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/question-challenges", body, key), Challenge)

    async def link(self, proof: Proof, key: str) -> Link:
        """Link a file by `proof`."""
        return await self._transport.send(Call("POST", f"{API_PREFIX}/links", proof, key), Link)

    async def by_legacy_access(self, username: str, password: str, key: str) -> Link:
        """Link by method 1."""
        return await self.link(LegacyAccessProof.model_validate({"username": username, "password": password}), key)

    async def by_questions(self, challenge_id: str, answers: tuple[tuple[str, str], ...], key: str) -> Link:
        """Link by method 2; `answers` are pairs of question id and answer."""
        given = tuple(Answer.model_validate({"question_id": asked, "answer": text}) for asked, text in answers)
        return await self.link(QuestionsProof(challenge_id=challenge_id, answers=given), key)

    async def by_code(self, username: str, code: str, key: str) -> Link:
        """Link by method 3."""
        return await self.link(LinkCodeProof.model_validate({"username": username, "code": code}), key)

    async def unlink(self, link_id: str) -> None:
        """End a link."""
        await self._transport.send_without_answer(Call("DELETE", f"{API_PREFIX}/links/{link_id}"))

    async def receipt(self, link_id: str) -> Receipt:
        """Return the receipt of a link."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}/receipt"), Receipt)

    async def request_code(self, identifier: str, key: str) -> Accepted:
        """Have linking coordinates sent to the address on the file."""
        body = LinkCodeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/link-code-requests", body, key), Accepted)

    async def all(self) -> Links:
        """Return the account's profiles."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links"), Links)

    async def read(self, link_id: str) -> LinkDetail:
        """Return a profile and what its file says."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}"), LinkDetail)

    async def verify(self, link_id: str, *, accurate: bool, note: str) -> Verification:
        """Say that a file is accurate, or that it holds an error."""
        outcome = Outcome.ACCURATE if accurate else Outcome.ERROR
        body = VerificationRequest(outcome=outcome, note=note or None)
        return await self._transport.send(Call("PUT", f"{API_PREFIX}/links/{link_id}/verification", body), Verification)


class Accounts:
    """Accounts from nothing, forgotten passwords, the account's own history."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def terms(self) -> Terms:
        """Return the conditions of use."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/terms"), Terms)

    async def create(self, account: AccountCreation, key: str) -> RegistrationStarted:
        """Ask for an account; a single-use code goes to its address."""
        return await self._transport.send(Call("POST", f"{API_PREFIX}/accounts", account, key), RegistrationStarted)

    async def resend(self, registration_id: str, key: str) -> Accepted:
        """Have the single-use code sent again."""
        body = CodeResend(registration_id=registration_id)
        return await self._transport.send(Call("POST", f"{API_PREFIX}/accounts/resend", body, key), Accepted)

    async def confirm(self, registration_id: str, code: str, key: str) -> AccountConfirmed:
        """Confirm the address by the single-use code."""
        body = AccountVerification.model_validate({"registration_id": registration_id, "code": code})
        call = Call("POST", f"{API_PREFIX}/accounts/verification", body, key)
        return await self._transport.send(call, AccountConfirmed)

    async def start_reset(self, email: str, key: str, earlier: str = "") -> PasswordResetStarted:
        """Have a single-use code sent to choose a new password, in place of the one of an `earlier` request."""
        body = PasswordResetRequest.model_validate({"email": email, "earlier": earlier or None})
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/password-resets", body, key), PasswordResetStarted
        )

    async def finish_reset(self, reset_id: str, code: str, password: str) -> PasswordChanged:
        """Choose a new password."""
        body = PasswordResetCompletion.model_validate({"code": code, "new_password": password})
        # Not sent again by itself: a code whose answer was lost would look used.
        call = Call("PUT", f"{API_PREFIX}/password-resets/{reset_id}", body, retried=False)
        return await self._transport.send(call, PasswordChanged)

    async def disavow(self, token: str, key: str) -> None:
        """Say that a mail tells of something that this person did not do."""
        body = Disavowal.model_validate({"token": token})
        await self._transport.send_without_answer(Call("POST", f"{API_PREFIX}/disavowals", body, key))

    async def history(self) -> Events:
        """Return what happened to the account, the newest first."""
        return await self._transport.send(Call("GET", f"{API_PREFIX}/events"), Events)


class Demo:
    """`/demo`, in demonstration mode only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def accounts(self) -> DemoAccounts:
        """Return the fictitious accounts and files."""
        return await self._transport.send(Call("GET", "/demo/accounts"), DemoAccounts)

    async def mailbox(self) -> DemoMailbox:
        """Return every mail that was sent."""
        return await self._transport.send(Call("GET", "/demo/mailbox"), DemoMailbox)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdigit())
