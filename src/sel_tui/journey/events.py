"""What happens in a journey: the person's doing, the server's answers, time. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sel_tui.journey.secret import Value
from sel_tui.journey.steps import Overlay


class Do(StrEnum):
    """What a person can ask for by a button or a key."""

    SUBMIT = "submit"
    BACK = "back"
    CHOOSE_METHOD = "choose_method"
    OTHER_METHOD = "other_method"
    REQUEST_CODE = "request_code"
    EDIT_ANSWER = "edit_answer"
    SELECT_PROFILE = "select_profile"
    LINK_PROFILE = "link_profile"
    OPEN_PROFILE = "open_profile"
    NEXT_UNVERIFIED = "next_unverified"
    ACCURATE = "accurate"
    ERROR = "error"
    LOG_OUT = "log_out"
    LEAVE = "leave"
    CHECK_AGAIN = "check_again"
    RELOAD = "reload"
    STAY = "stay"
    SHOW_SECRETS = "show_secrets"
    CREATE_ACCOUNT = "create_account"
    FORGOT_PASSWORD = "forgot_password"  # noqa: S105  # a button
    RESEND_CODE = "resend_code"
    DISAVOW = "disavow"
    NEXT_CATEGORY = "next_category"
    SHOW_RECEIPT = "show_receipt"
    SAVE_RECEIPT = "save_receipt"
    PRINT_RECEIPT = "print_receipt"
    SHOW_HISTORY = "show_history"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class Edited:
    """A field or a choice now holds `value`."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Act:
    """The person pressed a button, a digit or a key; `arg` says which one of several."""

    do: Do
    arg: str = ""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The person wants the other language."""

    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Something was laid over the step."""

    overlay: Overlay


@dataclass(frozen=True, slots=True)
class Closed:
    """What lay over the step is gone."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The server answered at `at`; `result` is the contract's model for the request's action."""

    request: int
    result: Any
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result.

    Attributes:
        kind: A problem type of the contract, or `unreachable`, `unknown-outcome`, `not-understood`, `too-old`.
        codes: Pairs of JSON pointer and code for the fields that were refused.
        reference: What a person can read out to Customer Service.
        retry_at: When it can be tried again.
        methods: Which methods stay open.
        status: The HTTP status, 0 when there was none.
    """

    kind: str
    codes: tuple[tuple[str, str], ...] = ()
    reference: str = ""
    retry_at: datetime | None = None
    methods: tuple[str, ...] | None = None
    status: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The call ended without a result."""

    request: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer to that request has been awaited for a while."""

    request: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The person stopped waiting."""


@dataclass(frozen=True, slots=True)
class SessionEnding:
    """The session ends at `at`, in so many seconds, unless the person does something."""

    at: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """At a shared machine nobody has pressed a key for so long that the next person may come."""


Event = (
    Edited
    | Act
    | LanguageChosen
    | Opened
    | Closed
    | Answered
    | Failed
    | Slow
    | Cancelled
    | SessionEnding
    | SessionEnded
    | Abandoned
)
