"""`/v1/desk`: what a case shows, and what it proposes."""

from enum import StrEnum

from pydantic import Field

from sel_contract.base import MOST, Language, Response, Timestamp
from sel_contract.codes import Reference
from sel_contract.desk import (
    MOST_ATTEMPTS,
    MOST_SHOWN,
    FileNumber,
    FoundBy,
    LookupReason,
    MaskedAddress,
    RefusalReason,
    TerminalKind,
)
from sel_contract.methods import LinkMethod, LinkMethodState
from sel_contract.rules.identifiers import Category
from sel_contract.text import FEW, OpaqueId, PlainText, ShortText


class AttemptOutcome(StrEnum):
    """What came of what a person did."""

    REFUSED = "refused"
    LINKED = "linked"
    UNLINKED = "unlinked"
    CODE_ASKED = "code_asked"
    ERROR_REPORTED = "error_reported"
    DISAVOWED = "disavowed"


class DeskAttempt(Response):
    """What was tried, when, from which kind of terminal, by which method, and the true reason of a refusal."""

    at: Timestamp
    outcome: AttemptOutcome
    reason: RefusalReason | None = None
    method: LinkMethod | None = None
    terminal: TerminalKind | None = Field(None, description="null: the client did not say")
    number: FileNumber | None = None
    reference: Reference | None = None


class DeskAccount(Response):
    """The caller's account, if the case has one."""

    address: MaskedAddress
    language: Language
    linked_files: int = Field(ge=0, le=MOST)
    open_sessions: int = Field(ge=0, le=MOST)


class DeskHolder(Response):
    """An account that holds a file."""

    address: MaskedAddress
    since: Timestamp
    method: LinkMethod
    frozen: bool
    caller: bool = Field(description="it is the account of this case")


class DeskFileMethod(Response):
    """Whether the tries of a method on a file are used up, whoever used them; no person is told of it."""

    method: LinkMethod
    available: bool
    open_again_at: Timestamp | None = None


class DeskFile(Response):
    """The file of the case, if it has one."""

    number: FileNumber
    category: Category
    display_name: ShortText
    address: MaskedAddress | None = Field(None, description="null: no coordinates can be sent")
    holders: tuple[DeskHolder, ...] = Field(max_length=MOST_SHOWN)
    methods: tuple[DeskFileMethod, ...] = Field(max_length=FEW)


class MailState(StrEnum):
    """What became of a mail.

    `bounced`: it never went out, refused for good or too often; `returned`: it went out and came back; `delayed`: it
    went out, and a mail server on its way has said that it takes its time.
    """

    WAITING = "waiting"
    SENT = "sent"
    BOUNCED = "bounced"
    RETURNED = "returned"
    DELAYED = "delayed"


class MailReason(StrEnum):
    """Why a mail came back or is delayed, as its recipient's mail server says it."""

    NO_SUCH_ADDRESS = "no_such_address"
    NO_SUCH_DOMAIN = "no_such_domain"
    MAILBOX_CLOSED = "mailbox_closed"
    MAILBOX_FULL = "mailbox_full"
    NOT_ACCEPTED = "not_accepted"
    NOT_REACHED = "not_reached"
    OTHER = "other"


class CoordinatesState(StrEnum):
    """Whether linking coordinates are still good."""

    GOOD = "good"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"


class DeskCoordinates(Response):
    """Linking coordinates of the file: never what they are."""

    at: Timestamp
    state: CoordinatesState
    expires_at: Timestamp
    address: MaskedAddress | None = None
    mail: MailState | None = Field(None, description="null: they were not mailed, or too long ago to be known")
    mail_at: Timestamp | None = Field(
        None, description="when the mail went out, was given up, came back or was delayed"
    )
    mail_reason: MailReason | None = Field(None, description="of a mail that came back or is delayed")
    asked_by: MaskedAddress | None = Field(
        None, description="whose account asked for them; null: the caller's own, or no person's"
    )


class DeskLinkState(StrEnum):
    """Whether a link can be used."""

    ACTIVE = "active"
    FROZEN = "frozen"
    ENDED = "ended"


class DeskLink(Response):
    """A link of the caller's account, or to the file where the case has no account."""

    id: OpaqueId
    reference: Reference
    number: FileNumber
    display_name: ShortText
    method: LinkMethod
    linked_at: Timestamp
    state: DeskLinkState


class ReportState(StrEnum):
    """What became of a report of an error. `withdrawn`: the person has said since that the file is accurate."""

    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    WITHDRAWN = "withdrawn"


class DeskReport(Response):
    """A report that something in a file is wrong."""

    reference: Reference
    at: Timestamp
    state: ReportState
    state_at: Timestamp | None = None
    mine: bool = Field(False, description="it was this agent who took it, answered it or passed it on")
    number: FileNumber | None = None
    note: PlainText | None = Field(None, description="the person's own words, addresses in them masked")


class DeskActKind(StrEnum):
    """What can be done."""

    SEND_COORDINATES = "send_coordinates"
    OPEN_METHOD = "open_method"
    FREE_LINK = "free_link"
    END_LINK = "end_link"
    TAKE_REPORT = "take_report"
    ANSWER_REPORT = "answer_report"
    PASS_ON_REPORT = "pass_on_report"  # noqa: S105 - a name
    END_SESSIONS = "end_sessions"
    SET_ASIDE_MAIL = "set_aside_mail"
    CORRECT_ADDRESS = "correct_address"
    CONFIRM_ADDRESS = "confirm_address"
    REFUSE_ADDRESS = "refuse_address"


class DeskDone(Response):
    """What was done before, by anybody at the desk, for the same account or file."""

    at: Timestamp
    act: DeskActKind
    mine: bool


class ProposalCode(StrEnum):
    """What to say or to try next; a client has the words, and a script to say aloud, for each."""

    NEQ_INSTEAD_OF_NUMBER = "neq_instead_of_number"
    SPELL_THE_NUMBER = "spell_the_number"
    SPELL_THE_USERNAME = "spell_the_username"
    TRY_ANOTHER_METHOD = "try_another_method"
    ANSWERS_AS_ON_FILE = "answers_as_on_file"
    USE_NEWEST_COORDINATES = "use_newest_coordinates"
    SEND_NEW_COORDINATES = "send_new_coordinates"
    MAIL_WAITS = "mail_waits"
    MAIL_WENT_OUT = "mail_went_out"
    MAIL_BOUNCED = "mail_bounced"
    MAIL_RETURNED = "mail_returned"
    MAIL_DELAYED = "mail_delayed"
    NO_ADDRESS_ON_FILE = "no_address_on_file"
    METHODS_OPEN = "methods_open"
    METHOD_WAITS = "method_waits"
    FILE_WAITS = "file_waits"
    ALREADY_LINKED = "already_linked"
    HELD_BY_ANOTHER = "held_by_another"
    LINK_IS_FROZEN = "link_is_frozen"
    REPORT_WAITS = "report_waits"
    CHOOSE_NEW_PASSWORD = "choose_new_password"  # noqa: S105 - a name


class DeskProposal(Response):
    """One proposal, with what its sentence needs; `act`: what this agent can do about it at once."""

    code: ProposalCode
    act: DeskActKind | None = None
    at: Timestamp | None = None
    method: LinkMethod | None = None
    methods: tuple[LinkMethod, ...] = Field((), max_length=FEW)
    address: MaskedAddress | None = None
    mail_reason: MailReason | None = None
    link_id: OpaqueId | None = None
    reference: Reference | None = None


class DeskCase(Response):
    """A case: what one agent has looked up. Its id is good for that agent, until the session ends."""

    id: OpaqueId
    now: Timestamp
    found_by: FoundBy
    reason: LookupReason | None = None
    reference: Reference | None = None
    account: DeskAccount | None = None
    file: DeskFile | None = None
    attempts: tuple[DeskAttempt, ...] = Field(max_length=MOST_ATTEMPTS, description="newest first")
    methods: tuple[LinkMethodState, ...] = Field(max_length=FEW, description="as they stand for the account")
    coordinates: tuple[DeskCoordinates, ...] = Field(max_length=MOST_SHOWN, description="newest first")
    links: tuple[DeskLink, ...] = Field(max_length=MOST_ATTEMPTS, description="newest first")
    reports: tuple[DeskReport, ...] = Field(max_length=MOST_SHOWN, description="newest first")
    done: tuple[DeskDone, ...] = Field(max_length=MOST_SHOWN, description="newest first")
    correction: OpaqueId | None = Field(
        None, description="a correction of the file's address waits for a second person"
    )
    proposals: tuple[DeskProposal, ...] = Field(max_length=MOST_SHOWN, description="the first is the best")
    held_until: Timestamp | None = Field(None, description="this agent took it from a queue, and has it until then")
    busy_until: Timestamp | None = Field(
        None, description="another agent has taken a report, a mail or a frozen link of this case, until then"
    )
