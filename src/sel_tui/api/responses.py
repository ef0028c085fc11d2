"""What a response says: its body, bounded and never decompressed; its error; whether to send again, and when."""

from __future__ import annotations

from typing import Final

import httpx
from pydantic import ValidationError

from sel_contract import REQUEST_ID, Problem
from sel_tui.api.errors import ApiError, InvalidResponseError, RefusedError

MAX_RESPONSE: Final = 4 * 1024 * 1024
MAX_WAIT: Final = 5.0
SUCCESSES: Final = range(200, 300)
_NO_CONTENT: Final = 204
_TRANSIENT: Final = frozenset({429, 502, 503, 504})


async def read_body(response: httpx.Response) -> bytes:
    """Return the body of `response`.

    Raises:
        InvalidResponseError: It is compressed, or too large.
    """
    # Nothing is ever decompressed: 658 bytes, compressed twice, become 600 MiB before the first piece is counted.
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        if response.status_code in _TRANSIENT:  # a proxy's own page, which is not used
            return b""
        raise InvalidResponseError("the response is compressed, which was not requested")
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > MAX_RESPONSE:
            raise InvalidResponseError("the response is too large")
        pieces.append(piece)
    return b"".join(pieces)


def check_success(response: httpx.Response, status: int) -> None:
    """Check that a 2xx is the service's own: a portal or a proxy answers 200 to anything (contract, habits).

    Args:
        response: The response.
        status: The status that the contract names for the operation.

    Raises:
        InvalidResponseError: Another status, another media type, or no `X-Request-Id`.
    """
    request_id = response.headers.get(REQUEST_ID, "")[:64]
    if response.status_code != status:
        raise InvalidResponseError(f"status {response.status_code} instead of {status}", request_id)
    if not request_id:
        raise InvalidResponseError(f"status {status} without {REQUEST_ID}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if status != _NO_CONTENT and kind != "application/json":
        raise InvalidResponseError(f"status {status} with another media type", request_id)


def error_from(response: httpx.Response, body: bytes) -> ApiError:
    """Return the error that a response without success is."""
    request_id = response.headers.get(REQUEST_ID, "")[:64]
    try:
        problem = Problem.model_validate_json(body)
    except ValidationError:
        if response.status_code in _TRANSIENT:  # sent by a proxy in its own format
            problem = Problem(type="unavailable", title="", status=response.status_code)
        else:
            return InvalidResponseError(f"status {response.status_code} without problem details", request_id)
    return RefusedError(problem, request_id, _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None


def wait_before_retry(error: RefusedError) -> bool | float:
    """Tell whether to send again after `error`; a number says after how many seconds."""
    problem = error.problem
    if problem.type == "idempotency-in-progress":
        return True
    if problem.status not in _TRANSIENT or problem.type == "method-locked":
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= MAX_WAIT else False
