"""How a call is sent: deadlines, retries, sizes, TLS. Knows no resource.

Reads are retried, and writes with the same bytes and idempotency key; a login only while it is certainly unsent.
At most four attempts within 20 s; waits with full jitter from 0.25 s to 5 s, or as long as `Retry-After` says.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, TypeVar

import httpx
import stamina
import truststore
from pydantic import ValidationError

from sel_contract import IDEMPOTENCY_KEY, PROBLEM_JSON, TERMINAL, Message, Response
from sel_tui.api.errors import (
    ConnectionFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    ProxyRefusedError,
    RefusedError,
    UntrustedServerError,
)
from sel_tui.api.responses import MAX_WAIT, SUCCESSES, check_success, error_from, read_body, wait_before_retry

MAX_ATTEMPTS: Final = 4
DEADLINE: Final = 20.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
# By OpenSSL's codes (X509_V_ERR_*, x509_vfy.h).
_REASONS: Final = {
    9: "not-yet-valid",
    10: "expired",
    **dict.fromkeys((2, 18, 19, 20, 21), "unknown-issuer"),
    **dict.fromkeys((62, 64), "wrong-name"),
}
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

# httpx logs whole addresses at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)
# stamina's own hooks would write each retry across the screen.
stamina.instrumentation.set_on_retry_hooks([])

Model = TypeVar("Model", bound=Response)


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        method: The HTTP method.
        path: The path below the server's address; no secret is ever in it.
        body: What is sent.
        key: The idempotency key of a write.
        retried: Whether it may be sent again once it may have left this machine.
        success: The status by which the contract says that it was done.
    """

    method: str
    path: str
    body: Message | None = None
    key: str = ""
    retried: bool = True
    success: int = 200


@dataclass(slots=True)
class Credentials:
    """The credentials of one session; a call keeps those with which it started.

    Attributes:
        token: The session's token, empty while there is none.
        until: When the session is over whatever happens, in seconds of `time.monotonic`.
    """

    token: str = field(default="", repr=False)
    until: float = inf


@dataclass(slots=True)
class Transport:
    """Sends calls to one server.

    Args:
        address: The server's address.
        user_agent: How this client names itself.
        handler: An httpx transport for tests.
        on_response: Called with each response that is the contract's.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        terminal: What kind of terminal the person has, for Customer Service; "" says nothing.

    Attributes:
        language: The language of the server's texts.
        credentials: Those of the current session.
    """

    address: str
    user_agent: str
    handler: httpx.AsyncBaseTransport | None = None
    on_response: Callable[[httpx.Response], object] = lambda _: None
    proxy: str = field(default="", repr=False)
    terminal: str = ""
    language: str = "fr-CA"
    credentials: Credentials = field(default_factory=Credentials)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def send(self, call: Call, result: type[Model]) -> Model:
        """Return the result of `call`.

        Args:
            call: The request.
            result: The model of the result.

        Raises:
            ConnectionFailedError: Nothing was sent.
            OutcomeUnknownError: It may have been done: it was sent, and no complete response arrived.
            InvalidResponseError: The response is not the contract's; a write may have been done all the same.
            RefusedError: The server refused.
        """
        status, content = await self._send(call)
        try:
            return result.model_validate_json(content)
        except ValidationError:
            raise InvalidResponseError(f"status {status} with an unexpected body") from None

    async def send_without_result(self, call: Call, credentials: Credentials | None = None) -> None:
        """Send `call`, which has no result.

        Args:
            call: The request.
            credentials: Those of another session; the current one's when None.

        Raises:
            ApiError: One of the errors of `send`.
        """
        await self._send(call, credentials)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _send(self, call: Call, credentials: Credentials | None = None) -> tuple[int, bytes]:
        tracker = _SendTracker()
        credentials = credentials or self.credentials
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._send_with_retries(call, tracker, credentials)
        except TimeoutError:
            raise (OutcomeUnknownError if tracker.sent else ConnectionFailedError)(
                "no response before the deadline"
            ) from None

    async def _send_with_retries(
        self, call: Call, tracker: _SendTracker, credentials: Credentials
    ) -> tuple[int, bytes]:
        def should_retry(error: Exception) -> bool | float:
            match error:
                case UntrustedServerError() | ProxyRefusedError():
                    return False
                case ConnectionFailedError():
                    return True
                case OutcomeUnknownError():
                    return call.retried
                case RefusedError() if call.retried:
                    return wait_before_retry(error)
                case _:
                    return False

        async for attempt in stamina.retry_context(
            on=should_retry,
            attempts=MAX_ATTEMPTS,
            timeout=DEADLINE,
            wait_initial=0.25,
            wait_max=MAX_WAIT,
            wait_jitter=1.0,
        ):
            with attempt:
                try:
                    return await self._send_once(call, tracker, credentials.token)
                except ConnectionFailedError as error:
                    if tracker.sent:  # an earlier attempt may have arrived
                        raise OutcomeUnknownError("the connection was lost") from error
                    raise
        raise AssertionError("the loop above returns or raises")

    async def _send_once(self, call: Call, tracker: _SendTracker, token: str) -> tuple[int, bytes]:
        client = self._client = self._client or self._open()
        headers = {
            "Accept-Language": self.language,
            "Accept": f"application/json, {PROBLEM_JSON}",
            "Accept-Encoding": "identity",
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if call.key:
            headers[IDEMPOTENCY_KEY] = call.key
        content = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            content = call.body.wire()
        try:
            async with client.stream(
                call.method, call.path, content=content, headers=headers, extensions={"trace": tracker.trace}
            ) as response:
                body = await read_body(response)
        except httpx.ProxyError:
            raise ProxyRefusedError("the proxy refused") from None
        except _UNSENT as error:
            if (reason := _why_untrusted(error)) is not None:
                raise UntrustedServerError(reason) from None
            raise ConnectionFailedError(f"no connection: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            if tracker.opening:
                raise ProxyRefusedError(f"the proxy was lost: {type(error).__name__}") from None
            tracker.sent = True
            raise OutcomeUnknownError(f"the connection was lost: {type(error).__name__}") from None
        if response.status_code not in SUCCESSES:
            raise error_from(response, body)
        check_success(response, call.success)
        self.on_response(response)
        return response.status_code, body

    def _open(self) -> httpx.AsyncClient:
        encrypted = self.address.startswith("https:")
        # In clear no certificate is looked at: a context that trusts nobody, where httpx would load a list of all.
        context = _tls() if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        proxy = None
        if self.proxy and encrypted:  # what is sent in clear stays on this machine
            proxy = httpx.Proxy(self.proxy, ssl_context=_tls() if self.proxy.startswith("https:") else None)
        return httpx.AsyncClient(
            base_url=self.address,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            verify=context,
            proxy=proxy,
            transport=self.handler,
            headers={"User-Agent": self.user_agent} | ({TERMINAL: self.terminal} if self.terminal else {}),
        )


class _SendTracker:
    """Whether any attempt may have reached the server: from its first byte on, even if a deadline ends it.

    Attributes:
        sent: Whether the server may have received something.
        opening: Whether a proxy is being asked for a connection: it alone has received anything of this attempt.
    """

    sent = False
    opening = False

    async def trace(self, step: str, info: dict[str, Any]) -> None:
        """Note what is being sent; httpcore calls this (its `trace` extension)."""
        if step.endswith("send_request_headers.started"):
            self.opening = info["request"].method == b"CONNECT"
            self.sent = self.sent or not self.opening


def _tls() -> truststore.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _why_untrusted(error: BaseException | None) -> str | None:
    """Return why TLS refused the connection; None when it was not TLS."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _REASONS.get(getattr(error, "verify_code", 0), "other")
        if isinstance(error, ssl.SSLError):
            return "other"
        error = error.__cause__ or error.__context__
    return None
