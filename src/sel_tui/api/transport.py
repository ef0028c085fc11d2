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
from datetime import datetime
from typing import Final, TypeVar

import httpx
import stamina
import truststore
from pydantic import ValidationError

from sel_contract import IDEMPOTENCY_KEY, PROBLEM_JSON, Message, Response
from sel_tui.api.errors import ConnectionFailedError, InvalidResponseError, OutcomeUnknownError, RefusedError
from sel_tui.api.responses import MAX_WAIT, SUCCESSES, check_success, date_of, error_from, read_body, wait_before_retry

MAX_ATTEMPTS: Final = 4
DEADLINE: Final = 20.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
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
    """

    token: str = field(default="", repr=False)


@dataclass(slots=True)
class Transport:
    """Sends calls to one server.

    Args:
        address: The server's address.
        user_agent: How this client names itself.
        handler: An httpx transport for tests.
        on_time: Called with what the server's clock says, at each of its answers.

    Attributes:
        language: The language of the server's texts.
        credentials: Those of the current session.
    """

    address: str
    user_agent: str
    handler: httpx.AsyncBaseTransport | None = None
    on_time: Callable[[datetime], None] = lambda _: None
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

    async def send_without_result(self, call: Call) -> None:
        """Send `call`, which has no result.

        Args:
            call: The request.

        Raises:
            ApiError: One of the errors of `send`.
        """
        await self._send(call)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _send(self, call: Call) -> tuple[int, bytes]:
        tracker = _SendTracker()
        credentials = self.credentials
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
        except _UNSENT as error:
            raise ConnectionFailedError(f"no connection: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            tracker.sent = True
            raise OutcomeUnknownError(f"the connection was lost: {type(error).__name__}") from None
        if response.status_code not in SUCCESSES:
            raise error_from(response, body)
        check_success(response, call.success)
        if (date := date_of(response)) is not None:
            self.on_time(date)
        return response.status_code, body

    def _open(self) -> httpx.AsyncClient:
        context: ssl.SSLContext | bool = True
        if self.address.startswith("https:"):
            context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.AsyncClient(
            base_url=self.address,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            verify=context,
            transport=self.handler,
            headers={"User-Agent": self.user_agent},
        )


class _SendTracker:
    """Whether any attempt may have reached the server: from its first byte on, even if a deadline ends it."""

    sent = False

    async def trace(self, step: str, _: object) -> None:
        """Note that the request is being sent; httpcore calls this (its `trace` extension)."""
        if step.endswith("send_request_headers.started"):
            self.sent = True
