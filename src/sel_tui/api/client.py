"""The API client: resources and their methods. The errors are those of `sel_tui.api.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sel_contract import (
    API_PREFIX,
    CONTRACT_VERSION,
    Service,
)
from sel_tui import __version__
from sel_tui.api.accounts import Accounts, Demo
from sel_tui.api.errors import ClientTooOldError
from sel_tui.api.handoffs import Handoffs
from sel_tui.api.links import LinkResource
from sel_tui.api.responses import date_of
from sel_tui.api.sessions import SESSIONS, Sessions
from sel_tui.api.transport import Call, Credentials, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from datetime import datetime

    import httpx

    from sel_tui.api.desk import Desk

DESK_SESSIONS: Final = f"{API_PREFIX}/desk/sessions"
_TAGS: Final = {"fr": "fr-CA", "en": "en-CA"}


class ApiClient:
    """A client of one linking back end, for one visit.

    Args:
        address: Where the back end is: https, or http on this machine.
        handler: An httpx transport for tests.
        devices: Where this device's tokens are kept, by e-mail address; by default only as long as the client.
        on_time: Called with what the server's clock says, at each of its answers.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        terminal: What kind of terminal the person has, for Customer Service; "" says nothing.
        on_left: Called with the credentials of each session that was left without the server's word that it is over.
        desk: Whether its sessions are those of agents.
    """

    def __init__(
        self,
        address: str,
        handler: httpx.AsyncBaseTransport | None = None,
        on_time: Callable[[datetime], None] = lambda _: None,
        *,
        proxy: str = "",
        terminal: str = "",
        devices: MutableMapping[str, str] | None = None,
        on_left: Callable[[Credentials], object] = lambda _: None,
        desk: bool = False,
    ) -> None:
        def heard(response: httpx.Response) -> None:
            if (date := date_of(response)) is not None:
                on_time(date)

        self._transport = Transport(address, f"sel-tui/{__version__}", handler, heard, proxy, terminal)
        self.devices = devices = {} if devices is None else devices
        self.sessions = Sessions(self._transport, devices, on_left, DESK_SESSIONS if desk else SESSIONS)
        self.links = LinkResource(self._transport)
        self.accounts = Accounts(self._transport, devices)
        self.handoffs = Handoffs(self._transport)
        self.demo = Demo(self._transport)

    @property
    def desk(self) -> Desk:
        """What agents of Customer Service do; loaded for them alone."""
        from sel_tui.api.desk import Desk

        return Desk(self._transport, self.sessions)

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
        check_version(service)
        return service

    async def close(self) -> None:
        """Close the connections; nothing is sent."""
        await self._transport.close()


def check_version(service: Service) -> None:
    """Check that this client can talk to a server.

    Args:
        service: What the server says of itself.

    Raises:
        ClientTooOldError: It requires a newer client, or speaks another version of the contract.
    """
    if _version(service.minimum_client_version) > _version(__version__):
        raise ClientTooOldError(f"the server wants {service.minimum_client_version}")
    if service.contract_version.partition(".")[0] != CONTRACT_VERSION.partition(".")[0]:
        raise ClientTooOldError(f"the server speaks version {service.contract_version} of the contract")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdigit())
