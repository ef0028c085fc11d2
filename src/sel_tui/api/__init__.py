"""The typed API client: the only room that knows HTTP."""

from sel_tui.api.client import ApiClient
from sel_tui.api.errors import (
    ApiError,
    ClientTooOldError,
    ConnectionFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    ProxyRefusedError,
    RefusedError,
    UntrustedServerError,
)

__all__ = [
    "ApiClient",
    "ApiError",
    "ClientTooOldError",
    "ConnectionFailedError",
    "InvalidResponseError",
    "OutcomeUnknownError",
    "ProxyRefusedError",
    "RefusedError",
    "UntrustedServerError",
]
