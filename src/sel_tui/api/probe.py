"""A look at a server for whoever sets up this machine: does it answer, who vouches for it, what time is it there."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sel_contract import API_PREFIX, Service
from sel_tui import __version__
from sel_tui.api.client import check_version
from sel_tui.api.errors import ApiError
from sel_tui.api.responses import date_of
from sel_tui.api.transport import Call, Transport

if TYPE_CHECKING:
    import httpx


@dataclass(slots=True)
class Probe:
    """What a look at a server found.

    Attributes:
        service: What it says of itself; None when it gave no answer that can be used.
        error: Why it cannot be used; None when it can.
        milliseconds: How long the answer took.
        certificate_ends: When its certificate ends; None where there is none, or this system does not tell.
        ahead: How far this machine's clock is ahead of the server's; None when the server does not say.
    """

    service: Service | None = None
    error: ApiError | None = None
    milliseconds: int = 0
    certificate_ends: datetime | None = None
    ahead: timedelta | None = None

    def hear(self, response: httpx.Response) -> None:
        """Note what a response says beside its body."""
        date = date_of(response)
        self.ahead = datetime.now(UTC) - date if date is not None else None
        stream = response.extensions.get("network_stream")
        secured = stream.get_extra_info("ssl_object") if stream is not None else None
        certificate = secured.getpeercert() if secured is not None else None
        if certificate:
            self.certificate_ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


async def probe(address: str, proxy: str) -> Probe:
    """Return what a look at a server finds; nothing is changed there, and nobody logs in.

    Args:
        address: Where the back end is.
        proxy: The address of the proxy through which an https server is reached; "" for none.
    """
    found = Probe()
    transport = Transport(address, f"sel-tui/{__version__}", on_response=found.hear, proxy=proxy)
    began = time.monotonic()
    try:
        found.service = await transport.send(Call("GET", f"{API_PREFIX}/service"), Service)
        found.milliseconds = round((time.monotonic() - began) * 1_000)
        check_version(found.service)
    except ApiError as error:
        found.error = error
    finally:
        await transport.close()
    return found
