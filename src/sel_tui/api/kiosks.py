"""`/v1/kiosks` of the contract: a kiosk says that it is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_contract import API_PREFIX, HeartbeatTaken
from sel_tui import __version__
from sel_tui.api.transport import Call, Transport

if TYPE_CHECKING:
    from sel_contract import Heartbeat


async def heartbeat(address: str, proxy: str, name: str, token: str, said: Heartbeat) -> HeartbeatTaken:
    """Say once that a kiosk is alive, over a connection of its own: no person's session is near its token.

    Args:
        address: Where the back end is.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        name: The kiosk.
        token: Its token.
        said: What it says of itself.

    Raises:
        ApiError: One of the errors of `Transport.send`.
    """
    transport = Transport(address, f"sel-tui/{__version__}", proxy=proxy)
    transport.credentials.token = token
    try:
        call = Call("POST", f"{API_PREFIX}/kiosks/{name}/heartbeat", said, retried=False)
        return await transport.send(call, HeartbeatTaken)
    finally:
        await transport.close()
