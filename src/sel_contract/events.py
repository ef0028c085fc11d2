"""`GET /v1/events`: the account's own history."""

from enum import StrEnum

from pydantic import Field

from sel_contract.base import Response, Timestamp
from sel_contract.codes import Reference
from sel_contract.identifiers import Identifier
from sel_contract.methods import LinkMethod
from sel_contract.rules.identifiers import Category
from sel_contract.text import MANY, OpaqueId, ShortText


class EventKind(StrEnum):
    """What happened."""

    ACCOUNT_CREATED = "account_created"
    LOGGED_IN = "logged_in"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, no password
    LINKED = "linked"
    UNLINKED = "unlinked"
    VERIFIED = "verified"
    ERROR_REPORTED = "error_reported"
    LINK_REFUSED = "link_refused"
    LINK_FROZEN = "link_frozen"
    LINKING_CODE_ASKED = "linking_code_asked"


class AccountEvent(Response):
    """One thing that happened, and the file and method it was about; the reference alone where that link is frozen."""

    id: OpaqueId
    kind: EventKind
    at: Timestamp
    method: LinkMethod | None = None
    category: Category | None = None
    identifier: Identifier | None = None
    display_name: ShortText | None = None
    reference: Reference | None = None


class Events(Response):
    """Newest first. `next` asks for the ones before: `GET /v1/events?before=…`."""

    events: tuple[AccountEvent, ...] = Field(max_length=MANY)
    next: OpaqueId | None = None
