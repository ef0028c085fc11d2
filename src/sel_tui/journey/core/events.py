"""Events: the person's commands, the server's answers, time. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sel_tui.journey.core.secret import Value
from sel_tui.journey.registry import Overlay
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Edited:
    """A field or a choice now holds `value`."""

    name: str
    value: Value


@dataclass(frozen=True)
class Command:
    """The person pressed a button, a digit or a key: what is to be done, and `arg` for which one of several.

    The core's own commands are in `commands.py`; a step's file declares its own.
    """

    name: str
    arg: str = ""


@dataclass(frozen=True)
class LanguageChosen:
    """The person wants the other language."""

    language: str


@dataclass(frozen=True)
class Opened:
    """Something was laid over the step."""

    overlay: Overlay


@dataclass(frozen=True)
class Closed:
    """What lay over the step is gone."""


@dataclass(frozen=True)
class Answered:
    """The server answered at `at`; `result` is the contract's model for the request's effect."""

    request: int
    result: Any
    at: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """Why there is no result.

    Attributes:
        kind: A problem type of the contract, or `unreachable`, `untrusted`, `proxy-refused`, `unknown-outcome`,
            `not-understood`, `too-old`.
        codes: Pairs of JSON pointer and code for the fields that were refused.
        reference: What a person can read out to Customer Service.
        retry_at: When it can be tried again.
        methods: Which methods stay open.
    """

    kind: str
    codes: tuple[tuple[str, str], ...] = ()
    reference: str = ""
    retry_at: datetime | None = None
    methods: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Failed:
    """The call ended without a result."""

    request: int
    failure: Failure


@dataclass(frozen=True)
class Slow:
    """The answer to that request has been awaited for a while."""

    request: int


@dataclass(frozen=True)
class Cancelled:
    """The person stopped waiting."""


@dataclass(frozen=True)
class SessionEnding:
    """The session ends at `at`, in so many seconds, unless the person does something."""

    at: datetime
    seconds: int


@dataclass(frozen=True)
class SessionEnded:
    """The session is over."""


@dataclass(frozen=True)
class Abandoned:
    """At a shared machine nobody has pressed a key for so long that the next person may come."""


@dataclass(frozen=True)
class LookedAgain:
    """At a shared machine it is time to look again for a server that did not answer: nobody there can do it for all."""


Event = (
    Edited
    | Command
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
    | LookedAgain
)
