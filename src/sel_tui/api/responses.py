"""What a response says: its body, bounded and never decompressed; its error; whether to send again, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
from pydantic import ValidationError

from sel_contract import REQUEST_ID, Problem
from sel_tui.api.errors import ApiError, InvalidResponseError, RefusedError

MAX_RESPONSE: Final = 4 * 1024 * 1024
MAX_WAIT: Final = 5.0
SUCCESSES: Final = range(200, 300)
_NO_CONTENT: Final = 204
_DIGITS: Final = 12
_LONGEST_WAIT: Final = 366 * 86_400
# « Wednesday, 09-Nov-94 08:49:37 GMT », the longest form, has fewer letters.
_LONGEST_DATE: Final = 40
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
    wait = _retry_after(response)
    # A short wait passes before anybody has read about it.
    retry_at = None if wait is None or wait <= MAX_WAIT else _sent_at(response) + timedelta(seconds=wait)
    return RefusedError(problem, request_id, wait, retry_at)


def date_of(response: httpx.Response) -> datetime | None:
    """Return when `response` was sent by the server's clock; None when it does not say."""
    return _http_date(response.headers.get("Date", ""))


def _sent_at(response: httpx.Response) -> datetime:
    return date_of(response) or datetime.now(UTC)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of `Retry-After`, which is a number or a date (RFC 9110, 10.2.3); None for neither."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        wait = float(value[:_DIGITS])
    else:
        until = _http_date(value)
        wait = -1.0 if until is None else (until - _sent_at(response)).total_seconds()
    # A date that is over asks for nothing; nor does a year, which no service means.
    return wait if 0 <= wait <= _LONGEST_WAIT else None


def _http_date(text: str) -> datetime | None:
    """Return an HTTP date (RFC 9110, 5.6.7) in any of its three forms; None for anything else."""
    if not text.isascii() or len(text) > _LONGEST_DATE:
        return None
    try:
        read = parsedate_to_datetime(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


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
