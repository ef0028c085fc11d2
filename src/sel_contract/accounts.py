"""Accounts from nothing: creation, single-use codes, forgotten passwords, conditions of use, « this was not me »."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from sel_contract.base import MOST, Day, DeviceToken, Language, Password, Request, Response, Timestamp
from sel_contract.codes import ReportCode, SingleUseCode
from sel_contract.identifiers import EmailAddress, FileIdentifier
from sel_contract.rules.values import NAME_LIMIT
from sel_contract.sessions import Account
from sel_contract.text import FEW, MANY, LanguageTag, OpaqueId, PlainText, ShortText, Typed, cleaned

PersonName = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LIMIT), cleaned(1_000)]
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,40}$"), Typed(40, code="bad-format")]


class AccountCreation(Request):
    """Ask for an account. Each request waits by itself: only its own code, given with its own id, makes the account."""

    email: EmailAddress
    password: Password
    first_name: PersonName
    last_name: PersonName
    terms_version: Version
    language: Language


class RegistrationStarted(Response):
    """A request to confirm with the code from its mail; an address that has an account gets one too."""

    id: OpaqueId
    expires_at: Timestamp = Field(description="of the code, at the earliest: it is good from its mail's hand-over on")
    ask_again_after_seconds: int = Field(ge=0, le=MOST)


class AccountVerification(Request):
    """Confirm the address by the newest single-use code of one's own request."""

    registration_id: OpaqueId
    code: SingleUseCode


class AccountConfirmed(Response):
    """The account exists now. It carries no token: the client logs in with the password that was just chosen."""

    account: Account


class CodeResend(Request):
    """The single-use code of an account creation again."""

    registration_id: OpaqueId


class AcceptedStatus(StrEnum):
    """The only status of an answer that says the same to everybody."""

    ACCEPTED = "accepted"


class Accepted(Response):
    """One answer for all: it does not say whether an account or a file exists or whether a mail was sent."""

    status: AcceptedStatus = AcceptedStatus.ACCEPTED
    ask_again_after_seconds: int = Field(ge=0, le=MOST)


class PasswordResetRequest(Request):
    """A password was forgotten."""

    email: EmailAddress
    earlier: OpaqueId | None = Field(None, description="one's own earlier request, whose code this one replaces")


class PasswordResetStarted(Response):
    """A reset to finish with the code from the mail; an unknown address gets one too."""

    id: OpaqueId
    expires_at: Timestamp = Field(description="of the code, at the earliest: it is good from its mail's hand-over on")
    ask_again_after_seconds: int = Field(ge=0, le=MOST)


class PasswordResetCompletion(Request):
    """The code from the mail and the new password. All sessions of the account end."""

    code: SingleUseCode
    new_password: Password


class PasswordChanged(Response):
    """The password is the new one since then."""

    changed_at: Timestamp
    device: DeviceToken | None = Field(None, description="to send with the next log-in from this device")


class LinkCodeRequest(Request):
    """Have linking coordinates sent to the address on the file."""

    identifier: FileIdentifier


class Disavowal(Request):
    """« This was not me »: the report code printed in a mail. A code of the right form gets one answer, good or not."""

    token: ReportCode


class TermsText(Response):
    """The conditions of use in one language."""

    title: ShortText
    paragraphs: tuple[PlainText, ...] = Field(max_length=MANY)


class Terms(Response):
    """The conditions of use that an account creation must name by version."""

    version: Version
    effective_on: Day
    texts: dict[LanguageTag, TermsText] = Field(max_length=FEW)
