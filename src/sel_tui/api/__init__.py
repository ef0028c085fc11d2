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
from sel_tui.api.kiosks import heartbeat
from sel_tui.api.probe import Probe, probe

__all__ = [
    "ApiClient",
    "ApiError",
    "ClientTooOldError",
    "ConnectionFailedError",
    "InvalidResponseError",
    "OutcomeUnknownError",
    "Probe",
    "ProxyRefusedError",
    "RefusedError",
    "UntrustedServerError",
    "heartbeat",
    "probe",
]
