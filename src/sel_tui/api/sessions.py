"""The sessions of the contract: log in, extend, step up, select a profile, log out."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from sel_contract import (
    API_PREFIX,
    LoginRequest,
    ProfileSelection,
    Session,
    SessionOpened,
    StepUpRequest,
)
from sel_tui.api.errors import RefusedError
from sel_tui.api.transport import Call, Credentials, Transport

if TYPE_CHECKING:
    from datetime import timedelta

SESSIONS: Final = f"{API_PREFIX}/sessions"
_OVER: Final = 401


class Sessions:
    """`/v1/sessions`.

    A token goes to the session that requested it: an answer that arrives after another session began changes nothing.

    Args:
        transport: Sends the calls.
        devices: Where this device's tokens are kept, by e-mail address.
        on_left: Called with the credentials of each session that was left without the server's word that it is over.
        path: Where the sessions are; an agent's are at the desk.
    """

    def __init__(
        self,
        transport: Transport,
        devices: MutableMapping[str, str],
        on_left: Callable[[Credentials], object] = lambda _: None,
        path: str = SESSIONS,
    ) -> None:
        self._path = path
        self._current = f"{path}/current"
        self._transport = transport
        self._devices = devices
        self._on_left = on_left

    @property
    def is_open(self) -> bool:
        """Whether a token is held."""
        return bool(self._transport.credentials.token)

    async def open(self, email: str, password: str) -> Session:
        """Log in; any session before is forgotten. The request is never repeated once it may have left.

        It carries this device's token for the address, if there is one; the answer brings the next.

        Args:
            email: The e-mail address.
            password: The password.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = LoginRequest.model_validate({"email": email, "password": password, "device": self._devices.get(email)})
        self.forget()
        opened = await self._prove(Call("POST", self._path, body, retried=False, success=201))
        if opened.device is not None:
            self._devices[email] = opened.device.get_secret_value()
        return opened.session

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
        return (await self._prove(Call("POST", f"{self._current}/step-up", body, key, retried=False))).session

    async def extend(self) -> Session:
        """Extend the session.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("PUT", self._current), Session)

    async def close(self) -> None:
        """Log out; the token is forgotten whatever the server answers. Without a token nothing is sent.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        own = self._transport.credentials
        if not own.token:
            return
        left = replace(own)
        try:
            await self._end(left)
        except BaseException as error:  # cancelled, too
            if not _is_over(error):
                self._on_left(left)
            raise
        finally:
            own.token = ""
            if self._transport.credentials is own:  # a proof that is still awaited has no session to go to
                self.forget()

    async def revoke(self, left: Credentials) -> None:
        """End a session that was left; one that is over already is ended, too.

        Args:
            left: Its credentials.

        Raises:
            ApiError: One of the errors of `Transport.send`: the session may still be open.
        """
        try:
            await self._end(left)
        except RefusedError as error:
            if not _is_over(error):
                raise

    async def select(self, link_id: str) -> None:
        """Select a profile for this session.

        Args:
            link_id: The id of the link.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = ProfileSelection(link_id=link_id)
        await self._transport.send_without_result(Call("PUT", f"{self._current}/profile", body))

    def forget(self) -> None:
        """Forget the session; answers that it still waits for are ignored."""
        left, self._transport.credentials = self._transport.credentials, Credentials()
        if left.token:
            self._on_left(left)

    async def _end(self, own: Credentials) -> None:
        await self._transport.send_without_result(Call("DELETE", self._current, retried=False, success=204), own)

    async def _prove(self, call: Call) -> SessionOpened:
        own = self._transport.credentials
        opened = await self._transport.send(call, SessionOpened)
        self.keep(own, opened.token.get_secret_value(), opened.session.absolute_expires_at - opened.session.now)
        return opened

    def keep(self, own: Credentials, token: str, lifetime: timedelta) -> None:
        """Keep the token of a session; one that was left meanwhile is told as such.

        Args:
            own: The credentials with which the token was asked for.
            token: The token.
            lifetime: How long the session lasts at most.
        """
        until = monotonic() + lifetime.total_seconds()
        if self._transport.credentials is own:
            own.token, own.until = token, until
        else:
            self._on_left(Credentials(token, until))


def _is_over(error: BaseException) -> bool:
    return isinstance(error, RefusedError) and error.problem.status == _OVER
