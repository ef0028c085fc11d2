"""One way over the wire: deadlines, retries, sizes, TLS. Knows no resource.

Reads are retried, and writes with the very same bytes and idempotency key; a login only while it is surely unsent.
Waits: full jitter from 0.25 s to 5 s, four tries, 20 s in all, `Retry-After` obeyed.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx
import stamina
import truststore
from pydantic import ValidationError

from sel_contract import IDEMPOTENCY_KEY, PROBLEM_JSON, REQUEST_ID, Message, Problem, Response
from sel_tui.api.errors import ApiError, ConnectionFailedError, InvalidResponseError, OutcomeUnknownError, RefusedError

TRIES: Final = 4
DEADLINE: Final = 20.0
LARGEST_ANSWER: Final = 4 * 1024 * 1024
LONGEST_WAIT: Final = 5.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_PASSING: Final = frozenset({429, 502, 503, 504})
_SUCCESS: Final = range(200, 300)

# httpx logs whole addresses at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)
# A retry is not news; stamina's own hooks would write it across the screen.
stamina.instrumentation.set_on_retry_hooks([])

Model = TypeVar("Model", bound=Response)


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask.

    Attributes:
        method: The HTTP method.
        path: The path below the server's address; no secret is ever in it.
        body: What is sent.
        key: The idempotency key of a write.
        retried: Whether it may be sent again once it may have left.
    """

    method: str
    path: str
    body: Message | None = None
    key: str = ""
    retried: bool = True


@dataclass(slots=True)
class Credentials:
    """What one session proves itself with: a call keeps those that it began with.

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

    Attributes:
        language: The language of the server's texts.
        credentials: Those of the session at hand; another session has others.
    """

    address: str
    user_agent: str
    handler: httpx.AsyncBaseTransport | None = None
    language: str = "fr-CA"
    credentials: Credentials = field(default_factory=Credentials)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def send(self, call: Call, answer: type[Model]) -> Model:
        """Return the answer to `call`.

        Raises:
            ConnectionFailedError: Nothing was sent.
            OutcomeUnknownError: It may have been done.
            InvalidResponseError: The answer is not the contract's.
            RefusedError: The server said no.
        """
        status, content = await self._send(call)
        try:
            return answer.model_validate_json(content)
        except ValidationError:
            raise InvalidResponseError(f"status {status} with an unexpected body") from None

    async def send_without_answer(self, call: Call) -> None:
        """Send `call`, whose answer has no body that matters. Raises as `send` does."""
        await self._send(call)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _send(self, call: Call) -> tuple[int, bytes]:
        left = _Left()
        credentials = self.credentials
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._tried(call, left, credentials)
        except TimeoutError:
            raise (OutcomeUnknownError if left.once else ConnectionFailedError)(
                "no answer before the deadline"
            ) from None

    async def _tried(self, call: Call, left: _Left, credentials: Credentials) -> tuple[int, bytes]:
        def worth_another(error: Exception) -> bool | float:
            match error:
                case ConnectionFailedError():
                    return True
                case OutcomeUnknownError():
                    return call.retried
                case RefusedError() if call.retried:
                    return _wait(error)
                case _:
                    return False

        async for attempt in stamina.retry_context(
            on=worth_another,
            attempts=TRIES,
            timeout=DEADLINE,
            wait_initial=0.25,
            wait_max=LONGEST_WAIT,
            wait_jitter=1.0,
        ):
            with attempt:
                try:
                    return await self._once(call, left, credentials.token)
                except ConnectionFailedError as error:
                    if left.once:  # an earlier try may have arrived
                        raise OutcomeUnknownError("the connection was lost") from error
                    raise
        raise AssertionError("the loop above returns or raises")

    async def _once(self, call: Call, left: _Left, token: str) -> tuple[int, bytes]:
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
                call.method, call.path, content=content, headers=headers, extensions={"trace": left.noticed}
            ) as response:
                body = await _read(response)
        except _UNSENT as error:
            raise ConnectionFailedError(f"no connection: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            left.once = True
            raise OutcomeUnknownError(f"the connection was lost: {type(error).__name__}") from None
        if response.status_code in _SUCCESS:
            return response.status_code, body
        raise _refusal(response, body)

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


class _Left:
    """Whether any try may have reached the server: from its first byte on, also when a deadline cuts it short."""

    once = False

    async def noticed(self, step: str, _: object) -> None:
        """Take note of what httpcore does (its `trace` extension)."""
        if step.endswith("send_request_headers.started"):
            self.once = True


async def _read(response: httpx.Response) -> bytes:
    # Nothing is ever unpacked: 658 bytes, packed twice, would be 600 MiB before the first piece is counted.
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        if response.status_code in _PASSING:  # a proxy's own page, which nobody reads
            return b""
        raise InvalidResponseError("the answer is packed, which was not asked for")
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise InvalidResponseError("the answer is too large")
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(response: httpx.Response, body: bytes) -> ApiError:
    request_id = response.headers.get(REQUEST_ID, "")[:64]
    try:
        problem = Problem.model_validate_json(body)
    except ValidationError:
        if response.status_code in _PASSING:  # a proxy in front says so in its own way
            problem = Problem(type="unavailable", title="", status=response.status_code)
        else:
            return InvalidResponseError(f"status {response.status_code} without problem details", request_id)
    return RefusedError(problem, request_id, _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _wait(error: RefusedError) -> bool | float:
    problem = error.problem
    if problem.type == "idempotency-in-progress":
        return True
    if problem.status not in _PASSING or problem.type == "method-locked":
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False
