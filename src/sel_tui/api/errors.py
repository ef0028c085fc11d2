"""What can go wrong between the client and the server.

ApiError
├── ConnectionFailedError       nothing was sent: trying again is safe for everything, a login included
├── OutcomeUnknownError    it may have been done: try again with the same idempotency key only
├── InvalidResponseError     an answer came that is not the contract's
├── ClientTooOldError            the server wants a newer client
└── RefusedError           the server said no, with problem details (RFC 9457)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sel_contract import Problem


class ApiError(Exception):
    """The base of all. Its text holds no address, body, header or secret.

    Args:
        message: What happened, for a log.
        request_id: The `X-Request-Id` of the answer, when there was one.
    """

    def __init__(self, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id


class ConnectionFailedError(ApiError):
    """No connection could be made, so nothing was sent."""


class OutcomeUnknownError(ApiError):
    """The request left, no whole answer came in time."""


class InvalidResponseError(ApiError):
    """The answer is not JSON, not of the contract, a redirect, or too large."""


class ClientTooOldError(ApiError):
    """The server asks for a newer client than this one."""


class RefusedError(ApiError):
    """The server refused, and says why.

    Args:
        problem: The problem details.
        request_id: The `X-Request-Id` of the answer.
        retry_after: Seconds to wait before trying again, when the server named them.
    """

    def __init__(self, problem: Problem, request_id: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"refused: {problem.type} ({problem.status})", request_id)
        self.problem = problem
        self.retry_after = retry_after
