"""`/v1/desk`: what is done for a caller, the queues of what waits, and the figures of supervision."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from sel_contract.base import MOST, Day, Request, Response, Timestamp
from sel_contract.codes import Reference
from sel_contract.desk import (
    MOST_CHECKS,
    CheckId,
    FileNumber,
    FoundBy,
    MaskedAddress,
    RefusalReason,
)
from sel_contract.desk_case import DeskActKind, MailReason, MailState
from sel_contract.identifiers import EmailAddress
from sel_contract.methods import LinkMethod
from sel_contract.rules.identifiers import Category
from sel_contract.text import VERY_MANY, OpaqueId, ShortText, cleaned, cleaned_lines

ANSWER_LIMIT: Final = 1_000
FILTER_LIMIT: Final = 100
MOST_QUEUED: Final = 200
MOST_DAYS: Final = 366


class _Act(Request):
    """`checks`: the lines of the checklist that were ticked, kept with the act."""

    checks: tuple[CheckId, ...] = Field((), max_length=MOST_CHECKS)


class SendCoordinates(_Act):
    """Send linking coordinates to the address on the case's file; earlier ones are no longer good."""

    act: Literal[DeskActKind.SEND_COORDINATES]


class OpenMethod(_Act):
    """Forget the counted tries of a method, of the case's account and on its file."""

    act: Literal[DeskActKind.OPEN_METHOD]
    method: LinkMethod


class FreeLink(_Act):
    """« This was not me » was a mistake: whoever made the link may use it again."""

    act: Literal[DeskActKind.FREE_LINK]
    link_id: OpaqueId


class EndLink(_Act):
    """« This was not me » was right: the link ends, and its account cannot link that file again."""

    act: Literal[DeskActKind.END_LINK]
    link_id: OpaqueId


class TakeReport(_Act):
    """Somebody looks after the report. It needs no checks, as the two that follow: nobody calls."""

    act: Literal[DeskActKind.TAKE_REPORT]
    reference: Reference


class AnswerReport(_Act):
    """Answer the report: the text is mailed to the account that made it, and kept nowhere else."""

    act: Literal[DeskActKind.ANSWER_REPORT]
    reference: Reference
    text: Annotated[str, StringConstraints(min_length=1, max_length=ANSWER_LIMIT), cleaned_lines(ANSWER_LIMIT * 2)]


class PassOnReport(_Act):
    """Another service looks after the report."""

    act: Literal[DeskActKind.PASS_ON_REPORT]
    reference: Reference


class EndSessions(_Act):
    """Log the case's account out everywhere."""

    act: Literal[DeskActKind.END_SESSIONS]


class SetAsideMail(_Act):
    """Take the mail off its queue by which this case was found: whoever should have had it was reached. No checks."""

    act: Literal[DeskActKind.SET_ASIDE_MAIL]


class CorrectAddress(_Act):
    """Ask for another address on the case's file. A supervisor asks; it waits until a second one has confirmed it."""

    act: Literal[DeskActKind.CORRECT_ADDRESS]
    email: EmailAddress


DeskAct = Annotated[
    SendCoordinates
    | OpenMethod
    | FreeLink
    | EndLink
    | TakeReport
    | AnswerReport
    | PassOnReport
    | EndSessions
    | SetAsideMail
    | CorrectAddress,
    Field(discriminator="act"),
]
"""The body of `POST /v1/desk/cases/{case_id}/acts`."""


class Obstacle(StrEnum):
    """Why an act is not possible: the `code` of `errors` of 409 `act-not-possible`; in 422, of what was ticked."""

    NO_ACCOUNT = "no-account"
    NO_FILE = "no-file"
    NO_ADDRESS = "no-address"
    METHOD_OFF = "method-off"
    NO_MAIL = "no-mail"
    NOT_FROZEN = "not-frozen"
    NO_SUCH_REPORT = "no-such-report"
    REPORT_CLOSED = "report-closed"
    WAITS_ALREADY = "waits-already"
    SAME_ADDRESS = "same-address"
    SAME_PERSON = "same-person"
    OTHER_ADDRESS = "other-address"
    MISSING_CHECK = "missing-check"
    UNKNOWN_CHECK = "unknown-check"
    SAME_PASSWORD = "same-password"  # noqa: S105 - a name


class DeskActed(Response):
    """An act was done. `correction`: it waits for a second person, under this id."""

    act: DeskActKind
    at: Timestamp
    correction: OpaqueId | None = None


class DeskCorrection(Response):
    """A correction of a file's address that waits for a second supervisor."""

    id: OpaqueId
    asked_at: Timestamp
    expires_at: Timestamp
    number: FileNumber
    display_name: ShortText
    before: MaskedAddress | None = None
    after: MaskedAddress
    mine: bool = Field(description="requested by this supervisor, who cannot confirm it")


class DeskCorrections(Response):
    """The corrections that wait, the oldest first."""

    corrections: tuple[DeskCorrection, ...] = Field(max_length=MOST_QUEUED)


class CorrectionDecision(Request):
    """The second person's word. Whoever confirms types the address again: it must be the one requested."""

    confirm: bool
    email: EmailAddress | None = Field(None, description="needed to confirm")


class DeskQueue(StrEnum):
    """What waits: reports that nobody has taken, mails that were given up, frozen links."""

    REPORTS = "reports"
    MAILS = "mails"
    FROZEN = "frozen"


FilterText = Annotated[str, StringConstraints(max_length=FILTER_LIMIT), cleaned(FILTER_LIMIT * 4)]


class QueueRequest(Request):
    """Which items to show: those in whose number, name or reference this text is, without case and accents."""

    text: FilterText | None = None


class NextRequest(Request):
    """Take an item: the oldest that nobody holds and that the text fits, or the one that is named."""

    text: FilterText | None = None
    item: OpaqueId | None = None


class QueueItem(Response):
    """One thing that waits."""

    id: OpaqueId
    since: Timestamp
    reference: Reference | None = None
    number: FileNumber | None = None
    category: Category | None = None
    display_name: ShortText | None = None
    address: MaskedAddress | None = Field(None, description="of the mail, or of the account")
    mail: MailState | None = None
    mail_reason: MailReason | None = Field(None, description="of a mail that came back")
    held_until: Timestamp | None = Field(None, description="somebody has it until then")
    mine: bool = Field(False, description="this agent has it")


class QueueItems(Response):
    """A queue, the oldest item first."""

    queue: DeskQueue
    items: tuple[QueueItem, ...] = Field(max_length=MOST_QUEUED)
    more: bool = Field(description="there are more than these")


class QueueTaken(Response):
    """What was taken, as a case to open with `GET /v1/desk/cases/{case_id}`; null: nothing waits."""

    case_id: OpaqueId | None = None
    held_until: Timestamp | None = None


class FigureKind(StrEnum):
    """What is counted."""

    REFUSED = "refused"
    LINKED = "linked"
    REPORTED = "reported"
    DISAVOWED = "disavowed"
    LOOKED_UP = "looked_up"
    ACTED = "acted"


class FigureRow(Response):
    """How often something happened on one day of the organisation's clocks."""

    day: Day
    kind: FigureKind
    method: LinkMethod | None = None
    reason: RefusalReason | None = None
    found_by: FoundBy | None = None
    act: DeskActKind | None = None
    number: int = Field(ge=0, le=MOST)


class DeskFigures(Response):
    """Counts by day, reason, method and outcome, without anybody's name."""

    first: Day
    last: Day
    rows: tuple[FigureRow, ...] = Field(max_length=VERY_MANY)
    minutes_until_linked: int | None = Field(
        None, ge=0, le=MOST, description="the median from an account's first refusal to its next link; null: none"
    )
    calls_by_reference: int = Field(ge=0, le=MOST, description="look-ups by reference: nothing else had to be asked")
    calls: int = Field(ge=0, le=MOST, description="all look-ups but those from a queue")


FigureDays = Annotated[int, Field(ge=1, le=MOST_DAYS)]
