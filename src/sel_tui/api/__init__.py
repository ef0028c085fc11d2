"""The typed API client: the only room that knows HTTP."""

from sel_tui.api.client import ApiClient
from sel_tui.api.errors import ApiError, NotUnderstood, OutcomeUnknown, Refused, TooOld, Unreachable

__all__ = ["ApiClient", "ApiError", "NotUnderstood", "OutcomeUnknown", "Refused", "TooOld", "Unreachable"]
