"""uvicorn's HTTP protocol with the limits that it lacks: time and size of what comes in, time to read what goes out.

Measured without them (docs/http-server.md): half-sent headers, one byte after an answer, which stops the keep-alive
timer, and answers that nobody reads were still open after 40 s; Granian keeps the last too. A connection has a deadline
or a running request, always.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sel_backend.api.languages import language_of
from sel_backend.observability.metrics import count_refused_connection
from sel_backend.services.problems import ProblemError
from sel_backend.serving.connections import OpenConnections
from sel_backend.settings import ServerSettings
from sel_contract import PROBLEM_JSON, REQUEST_ID, ProblemType

HEAD_LIMIT_BYTES: Final = 32_768
_HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]*)(:\d{0,5})?")
_LINES: Final = {
    400: "Bad Request",
    408: "Request Timeout",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Unavailable",
}


class LimitedConfig(uvicorn.Config):
    """uvicorn's configuration with these limits, for an application that is made in the process that serves it."""

    def __init__(self, make: Callable[[], FastAPI], server: ServerSettings) -> None:
        super().__init__(
            make,
            factory=True,
            http=Limited,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            workers=server.workers,
            timeout_graceful_shutdown=server.drain_seconds,
            timeout_worker_healthcheck=60,  # no less: a busy machine takes long to start a worker
            proxy_headers=bool(server.trusted_proxies),
            forwarded_allow_ips=list(server.trusted_proxies),
        )
        self.server = server
        self.open_connections = OpenConnections(server.max_connections_per_network, server.trusted_proxies)


class Limited(HttpToolsProtocol):
    """One connection."""

    config: LimitedConfig
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _bytes = 0
    _answered = False
    _network: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever; refuse one connection too many, of all or of one network."""
        super().connection_made(transport)
        self._network = self.config.open_connections.admit(self.client[0] if self.client else "")
        if self._network is None:
            count_refused_connection("network")
            self._refuse(429, ProblemType.TOO_MANY_REQUESTS)
        elif len(self.connections) > self.config.server.max_connections:
            count_refused_connection("all")
            self._refuse(503, ProblemType.UNAVAILABLE)
        else:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._network is not None:
            self.config.open_connections.release(self._network)
        self._head_arrived()
        self._stop_waiting_for_a_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, as long as it is not too long."""
        if self._deadline is not None:
            self._bytes += len(data)
            if self._bytes > HEAD_LIMIT_BYTES + self.config.server.body_limit_bytes:
                self._too_long()
                return
        super().data_received(data)
        if self._deadline is None and getattr(self.cycle, "response_complete", False):
            # The rest of a body that was answered unread, or what is no request: uvicorn has stopped its timer.
            self._expect(self.config.server.body_seconds, self._end)
            self._answered = True

    def on_message_begin(self) -> None:
        """Expect the rest of the head in time."""
        super().on_message_begin()
        if self._answered:
            self._head_arrived()
        if self._deadline is None:
            self._expect_head()

    def on_response_complete(self) -> None:
        """Go on, or wait until what was written before a close has been read."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._wait_for_a_reader()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also when nobody reads what was written."""
        self._end()

    def pause_writing(self) -> None:
        """Wait for whoever does not read, but not for ever."""
        super().pause_writing()
        self._wait_for_a_reader()

    def resume_writing(self) -> None:
        """Go on: what was written is being read."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_waiting_for_a_reader()

    def on_headers_complete(self) -> None:
        """Handle the request, unless another reader on its way could have read its head otherwise.

        Raises:
            ValueError: not one `Host` (RFC 9112, 3.2), or a coding beside `chunked` (6.1); uvicorn answers 400.
        """
        self._head_arrived()
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        current = self.parser.get_http_version() != "1.0"
        if len(hosts) > 1 or (current and not hosts) or not all(map(_HOST.fullmatch, hosts)):
            raise ValueError("host")
        if codings and (codings != [b"chunked"] or not current):
            raise ValueError("transfer-encoding")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as everything else: with problem details."""
        del msg
        self._refuse(400, ProblemType.MALFORMED_REQUEST)

    def _expect_head(self) -> None:
        self._expect(self.config.server.header_seconds, self._refuse, 408, ProblemType.REQUEST_TIMEOUT)

    def _expect(self, seconds: float, otherwise: Callable[..., None], *arguments: object) -> None:
        self._bytes = 0
        self._deadline = self.loop.call_later(seconds, otherwise, *arguments)

    def _head_arrived(self) -> None:
        self._answered = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_long(self) -> None:
        if self._answered:
            self._end()
        else:
            self._refuse(431, ProblemType.MALFORMED_REQUEST)

    def _wait_for_a_reader(self) -> None:
        if self._unread is None:
            self._unread = self.loop.call_later(self.config.server.body_seconds, self.transport.abort)

    def _stop_waiting_for_a_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _end(self) -> None:
        self._head_arrived()
        self.transport.close()
        self._wait_for_a_reader()  # a close first waits until everything has been written

    def _refuse(self, status: int, kind: ProblemType) -> None:
        self._head_arrived()
        if self.transport.is_closing():
            return
        accepted = dict(self.headers or ()).get(b"accept-language", b"").decode("latin-1")
        language = language_of(accepted)  # French where no head has come, as for one connection too many
        body = ProblemError(kind).problem(language).model_copy(update={"status": status}).wire()
        is_brief = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
        later = "retry-after: 2\r\n" if is_brief else ""
        head = (
            f"HTTP/1.1 {status} {_LINES[status]}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\n"
            f"content-language: {language}\r\ncache-control: no-store\r\n{REQUEST_ID}: {secrets.token_hex(8)}\r\n"
            f"{later}connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self._end()
