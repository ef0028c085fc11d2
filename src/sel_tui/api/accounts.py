"""The accounts of the contract, and what the demonstration adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_contract import (
    API_PREFIX,
    Accepted,
    AccountConfirmed,
    AccountCreation,
    AccountVerification,
    CodeResend,
    DemoAccounts,
    DemoMailbox,
    Disavowal,
    Events,
    PasswordChanged,
    PasswordResetCompletion,
    PasswordResetRequest,
    PasswordResetStarted,
    RegistrationStarted,
    Terms,
)
from sel_tui.api.transport import Call, Transport

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Accounts:
    """Accounts from nothing, forgotten passwords, the account's own history."""

    def __init__(self, transport: Transport, devices: MutableMapping[str, str]) -> None:
        self._transport = transport
        self._devices = devices

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
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/accounts", account, key, success=202), RegistrationStarted
        )

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
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/accounts/resend", body, key, success=202), Accepted
        )

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
        call = Call("POST", f"{API_PREFIX}/accounts/verification", body, key, success=201)
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
            Call("POST", f"{API_PREFIX}/password-resets", body, key, success=202), PasswordResetStarted
        )

    async def finish_reset(self, reset_id: str, email: str, code: str, password: str) -> PasswordChanged:
        """Choose a new password. The answer's token makes this device a known one for the next log-in.

        Args:
            reset_id: The id of the request.
            email: The address that it was made for.
            code: The single-use code.
            password: The new password.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = PasswordResetCompletion.model_validate({"code": code, "new_password": password})
        # Never repeated by the transport: a code whose answer was lost would look used.
        call = Call("PUT", f"{API_PREFIX}/password-resets/{reset_id}", body, retried=False)
        changed = await self._transport.send(call, PasswordChanged)
        if changed.device is not None:
            self._devices[email] = changed.device.get_secret_value()
        return changed

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
        await self._transport.send_without_result(Call("POST", f"{API_PREFIX}/disavowals", body, key, success=202))

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
