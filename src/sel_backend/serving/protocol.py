"""uvicorn's HTTP protocol with the limits that it lacks: time and size of a request's head, number of connections.

Measured without them: half-sent headers stayed open for more than 40 s.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sel_backend.services.refusals import Refusal
from sel_backend.settings import ServerSettings
from sel_contract import PROBLEM_JSON, Language, ProblemType

HEAD_LIMIT_BYTES: Final = 32_768
_LINES: Final = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Unavailable"}


def limited_protocol(settings: ServerSettings) -> type[asyncio.Protocol]:
    """Return the protocol class for these settings."""

    class Limited(HttpToolsProtocol):
        """One connection."""

        _deadline: asyncio.TimerHandle | None = None
        _head_bytes = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Wait for a request, but not for ever; refuse one connection too many."""
            super().connection_made(transport)
            if len(self.connections) > settings.max_connections:
                self._refuse(503, ProblemType.UNAVAILABLE)
            else:
                self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget the connection."""
            self._head_arrived()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Read on, as long as the head is not too long."""
            if self._deadline is not None:
                self._head_bytes += len(data)
                if self._head_bytes > HEAD_LIMIT_BYTES + settings.body_limit_bytes:
                    self._refuse(431, ProblemType.MALFORMED_REQUEST)
                    return
            super().data_received(data)

        def on_message_begin(self) -> None:
            """Expect the rest of the head in time."""
            super().on_message_begin()
            if self._deadline is None:
                self._expect_head()

        def on_headers_complete(self) -> None:
            """Handle the request."""
            self._head_arrived()
            super().on_headers_complete()

        def send_400_response(self, msg: str) -> None:
            """Answer what is no HTTP as everything else: with problem details."""
            del msg
            self._refuse(400, ProblemType.MALFORMED_REQUEST)

        def _expect_head(self) -> None:
            self._head_bytes = 0
            self._deadline = self.loop.call_later(
                settings.header_seconds, self._refuse, 408, ProblemType.REQUEST_TIMEOUT
            )

        def _head_arrived(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _refuse(self, status: int, kind: ProblemType) -> None:
            self._head_arrived()
            if self.transport.is_closing():
                return
            body = Refusal(kind).problem(Language.FRENCH).model_copy(update={"status": status}).wire()
            head = (
                f"HTTP/1.1 {status} {_LINES[status]}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\n"
                f"cache-control: no-store\r\n{'retry-after: 2' if status == 503 else 'x-request-id: none'}\r\n"  # noqa: PLR2004
                "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

    protocol: Any = Limited
    limited: type[asyncio.Protocol] = protocol
    return limited
