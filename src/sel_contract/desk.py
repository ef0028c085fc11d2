"""`/v1/desk`: what an agent of Customer Service logs in to, how a case is found, and what it shows.

Source of the rules: the project's issue 15. No answer of the desk has a field that could hold a secret, an answer, a
code or a whole e-mail address: numbers of files have no `@`, addresses are masked by their type. Every path under
`/v1/desk` answers from `desk.networks` alone; from elsewhere as a path that does not exist. A case is what one agent
has looked up, for a reason: whatever is done with it is done under its id.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from sel_contract.base import MOST, Language, Password, Request, Response, Secret, Timestamp
from sel_contract.identifiers import EmailAddress, FileIdentifier
from sel_contract.rules.codes import TYPED_LIMIT, canonical_reference
from sel_contract.text import FEW, LocalText, OpaqueId, ShortText, Typed

MOST_CHECKS: Final = 20
MOST_ATTEMPTS: Final = 50
MOST_SHOWN: Final = 20
"""The most items in a case: attempts and links; coordinates, reports, what was done."""
_CHECK_LIMIT: Final = 40

CheckId = Annotated[
    str,
    StringConstraints(pattern=rf"^[a-z][a-z0-9_]{{0,{_CHECK_LIMIT - 1}}}$"),
    Typed(_CHECK_LIMIT, code="bad-format"),
]
"""The name of one line of the organisation's checklist, from its settings."""

MaskedAddress = Annotated[
    str, StringConstraints(pattern=r"^[^@•]•••@[^@•]•••(\.[A-Za-z0-9-]{1,63})?$"), Field(examples=["m•••@e•••.test"])
]
"""An e-mail address by its first letters and last label; `sel_contract.rules.masks` makes it."""

FileNumber = Annotated[str, StringConstraints(pattern=r"^[a-z0-9&'.-]{1,254}$")]
"""The number or acronym of a file: an identifier that is no e-mail address."""

TypedReference = Annotated[
    str,
    Typed(TYPED_LIMIT, canonical_reference, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9A-TV-Za-tv-z]{4}[ -]?[0-9A-TV-Za-tv-z]{4}[ -]?[0-9A-TV-Za-tv-z]{2}$",
            "examples": ["4T8W-2NRQ-6T"],
        },
        mode="validation",
    ),
]
"""A reference as it is heard: any case, spaces, O for 0, I and L for 1; a wrong check symbol is `bad-reference`."""


class TerminalKind(StrEnum):
    """What a person works with; a client says it with each request in the header `Sel-Terminal`."""

    SCREEN = "screen"
    LINE = "line"
    KIOSK = "kiosk"
    SCRIPT = "script"


class DeskRole(StrEnum):
    """Who somebody is at the desk. A supervisor may do all that an agent may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class DeskNeed(StrEnum):
    """What a session lacks before anything else is answered but 403 `desk-session-incomplete`.

    A second factor will be a further value: a client says that it cannot give what it does not know.
    """

    NEW_PASSWORD = "new_password"  # noqa: S105 - a name


class DeskLogin(Request):
    """The e-mail address and password of an agent's own account."""

    email: EmailAddress
    password: Password


class DeskPasswordChange(Request):
    """The password that the session was opened with, and the one that the agent chooses."""

    password: Password
    new_password: Password


class DeskAgent(Response):
    """Who is logged in at the desk."""

    id: OpaqueId
    first_name: ShortText
    last_name: ShortText
    role: DeskRole
    language: Language


class DeskCheck(Response):
    """One line of the checklist by which the organisation makes sure who calls."""

    id: CheckId
    text: LocalText


class DeskSession(Response):
    """A session of the desk. `now` is the server's clock."""

    agent: DeskAgent
    now: Timestamp
    idle_expires_at: Timestamp
    absolute_expires_at: Timestamp
    warning_seconds: int = Field(ge=0, le=MOST)
    needs: tuple[DeskNeed, ...] = Field(max_length=FEW)
    checklist: tuple[DeskCheck, ...] = Field(
        max_length=MOST_CHECKS, description="all of it is ticked before an act that concerns a caller"
    )
    hold_minutes: int = Field(ge=1, le=MOST, description="how long `next` keeps a case for whoever took it")


class DeskSessionOpened(Response):
    """The answer to a log-in and to a change of password: the only ones of the desk that carry a token."""

    token: Annotated[
        Secret,
        WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$", "description": "opaque bearer token"}),
    ]
    session: DeskSession


class LookupReason(StrEnum):
    """Why an agent looks somebody up without a reference. There is no free text: it would hold personal data."""

    NO_REFERENCE = "no_reference"
    UNREADABLE_REFERENCE = "unreadable_reference"
    WRITTEN_REQUEST = "written_request"
    FOLLOW_UP = "follow_up"
    SECURITY = "security"


class FoundBy(StrEnum):
    """How a case was found."""

    REFERENCE = "reference"
    FILE = "file"
    ACCOUNT = "account"
    QUEUE = "queue"


class LookupByReference(Request):
    """By what the caller reads aloud; it needs no reason."""

    by: Literal[FoundBy.REFERENCE]
    reference: TypedReference


class LookupByFile(Request):
    """By the number, acronym or former e-mail address of a file."""

    by: Literal[FoundBy.FILE]
    identifier: FileIdentifier
    reason: LookupReason


class LookupByAccount(Request):
    """By the e-mail address of the caller's account."""

    by: Literal[FoundBy.ACCOUNT]
    email: EmailAddress
    reason: LookupReason


Lookup = Annotated[LookupByReference | LookupByFile | LookupByAccount, Field(discriminator="by")]
"""The body of `POST /v1/desk/lookups`."""


class RefusalReason(StrEnum):
    """The true reason of a refusal, of which the person was told nothing."""

    NEQ_TYPED = "neq_typed"
    NO_SUCH_FILE = "no_such_file"
    NO_OLD_ACCESS = "no_old_access"
    OLD_ACCESS_EXPIRED = "old_access_expired"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a name
    WRONG_ANSWERS = "wrong_answers"
    NO_SUCH_CODE = "no_such_code"
    CODE_EXPIRED = "code_expired"
    CODE_REPLACED = "code_replaced"
    CODE_USED = "code_used"
    WRONG_CODE = "wrong_code"
    FILE_EXHAUSTED = "file_exhausted"
    USED_UP_MEANWHILE = "used_up_meanwhile"
    HELD_ELSEWHERE = "held_elsewhere"
    LINK_FROZEN = "link_frozen"
    NOT_KEPT = "not_kept"
