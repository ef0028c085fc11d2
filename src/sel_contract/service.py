"""`GET /v1/service`: who operates the service, how to reach a person, and the numbers that a client must know."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from sel_contract.base import MOST, Day, Response, Timestamp
from sel_contract.text import FEW, LanguageTag, LocalText, OpaqueId, ShortText

LocalHour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
"""An hour and a minute of a wall clock. JSON Schema's `time` would ask for an offset, which changes with the day."""


class OpeningHours(Response):
    """When people answer, on one day of each week, by the clocks of `time_zone`."""

    weekday: int = Field(ge=1, le=7, description="from 1, Monday, to 7 (ISO 8601)")
    opens: LocalHour
    closes: LocalHour


class Contact(Response):
    """Customer Service. The date says when a person last verified phone and hours."""

    phone: ShortText
    hours: LocalText
    opening: tuple[OpeningHours, ...] = Field((), max_length=FEW, description="the same as `hours`, for a clock")
    closed_on: tuple[Day, ...] = Field((), max_length=FEW, description="days without any of these hours")
    verified_on: Day


class NoticeKind(StrEnum):
    """How much a notice matters."""

    INFORMATION = "information"
    WARNING = "warning"


class Notice(Response):
    """Something that everybody should know now: a planned interruption, for example."""

    id: OpaqueId
    kind: NoticeKind
    text: LocalText


class SessionLimits(Response):
    """The numbers of a session, in seconds. Idle 0 means that there is no idle limit."""

    idle_seconds: int = Field(ge=0, le=MOST)
    absolute_seconds: int = Field(ge=1, le=MOST)
    warning_seconds: int = Field(ge=0, le=MOST)
    step_up_after_seconds: int = Field(ge=0, le=MOST)


class PasswordRule(Response):
    """What a new account password needs."""

    min_length: int = Field(ge=1, le=MOST)
    max_length: int = Field(ge=1, le=MOST)
    upper: bool
    lower: bool
    digit: bool
    special: bool
    passphrase_length: int | None = Field(
        None, ge=1, le=MOST, description="from so many characters on, no kind of character is needed; null: never"
    )


class CodeRules(Response):
    """The numbers of the codes that are sent by e-mail."""

    linking_code_hours: int = Field(ge=1, le=MOST)
    single_use_minutes: int = Field(ge=1, le=MOST)
    single_use_digits: int = Field(ge=4, le=MOST)
    ask_again_after_seconds: int = Field(ge=0, le=MOST)


class Service(Response):
    """The service as it presents itself, in each of its languages."""

    name: LocalText
    operator: LocalText
    languages: tuple[LanguageTag, ...] = Field(max_length=FEW)
    simulation: bool = Field(description="true: fictitious data; the client marks every screen « SIMULATION »")
    contact: Contact
    notices: tuple[Notice, ...] = Field(max_length=FEW)
    minimum_client_version: ShortText
    contract_version: ShortText
    session: SessionLimits
    password_rule: PasswordRule
    codes: CodeRules
    time_zone: ShortText | None = Field(
        None,
        description="the organisation's, an IANA name: screens and receipts say hours in it, as mails do",
    )
    now: Timestamp
