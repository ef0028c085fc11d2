"""`/v1/sessions`: log in, stay, prove oneself again, leave."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from sel_contract.base import MOST, DeviceToken, Language, Password, Request, Response, Secret, Timestamp
from sel_contract.identifiers import EmailAddress, Identifier
from sel_contract.text import OpaqueId, ShortText


class LoginRequest(Request):
    """The e-mail address and password of the user account (not of the old services)."""

    email: EmailAddress
    password: Password
    device: DeviceToken | None = Field(None, description="from an earlier log-in or new password on this device")


class StepUpRequest(Request):
    """The account's password, once more."""

    password: Password


class Account(Response):
    """The user account that is logged in."""

    id: OpaqueId
    email: Identifier
    first_name: ShortText
    last_name: ShortText
    language: Language


class Session(Response):
    """A session's state. `now` is the server's clock: the client reckons with differences, not with its own clock."""

    account: Account
    now: Timestamp
    authenticated_at: Timestamp
    step_up_due_at: Timestamp = Field(description="from then on, linking and unlinking ask for the password again")
    idle_expires_at: Timestamp
    absolute_expires_at: Timestamp
    linked_files: int = Field(ge=0, le=MOST)
    selected: OpaqueId | None = Field(None, description="the selected profile")
    handoff_waiting: bool = Field(False, description="a hand-off of this account waits for its code")


class SessionOpened(Response):
    """The answer to a login and to a step-up: the only ones that ever carry a token."""

    token: Annotated[
        Secret,
        WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$", "description": "opaque bearer token"}),
    ]
    session: Session
    device: DeviceToken | None = Field(None, description="after a log-in: to send with the next one from this device")
