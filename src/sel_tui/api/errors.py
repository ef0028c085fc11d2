"""What can go wrong between the client and the server.

ApiError
├── ConnectionFailedError   nothing was sent: repeating is safe for every request, a login included
│   ├── UntrustedServerError    the server could not prove that it is the one: its certificate is not trusted
│   └── ProxyRefusedError       the proxy does not let the connection through
├── OutcomeUnknownError     it may have been done: repeat with the same idempotency key only
├── InvalidResponseError    the response is not the contract's: of a write, the outcome is as unknown
├── ClientTooOldError       the server requires a newer client
└── RefusedError            the server refused, with problem details (RFC 9457)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sel_contract import Problem


class ApiError(Exception):
    """The base class. Its text contains no address, body, header or secret.

    Args:
        message: What happened, for a log.
        request_id: The `X-Request-Id` of the response; "" when there was none.
    """

    def __init__(self, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id


class ConnectionFailedError(ApiError):
    """No connection could be made, so nothing was sent."""


class UntrustedServerError(ConnectionFailedError):
    """No secure connection could be made: the server's certificate, or its TLS, cannot be trusted.

    Args:
        reason: `expired`, `not-yet-valid`, `wrong-name`, `unknown-issuer`, or `other`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"no trusted connection: {reason}")
        self.reason = reason


class ProxyRefusedError(ConnectionFailedError):
    """The proxy refused to connect to the server."""


class OutcomeUnknownError(ApiError):
    """The request was sent, but no complete response arrived in time."""


class InvalidResponseError(ApiError):
    """The response does not follow the contract, is another program's (a portal's), a redirect, or too large."""


class ClientTooOldError(ApiError):
    """The server requires a newer client than this one."""


class RefusedError(ApiError):
    """The server refused, and says why.

    Args:
        problem: The problem details.
        request_id: The `X-Request-Id` of the response.
        retry_after: Seconds to wait before trying again, when the server named them or a date.
        retry_at: When that is by the server's clock; None where it is a matter of seconds.
    """

    def __init__(
        self,
        problem: Problem,
        request_id: str = "",
        retry_after: float | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(f"refused: {problem.type} ({problem.status})", request_id)
        self.problem = problem
        self.retry_after = retry_after
        self.retry_at = retry_at
