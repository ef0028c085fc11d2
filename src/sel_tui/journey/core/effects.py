"""Effects: what the journey asks of the outside, as plain data that the visit turns into API calls. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.secret import Secret
from sel_tui.journey.registry import START, Step
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import Receipt


@dataclass(frozen=True)
class FetchService:
    """What the server says of itself."""


@dataclass(frozen=True)
class LogIn:
    """Open a session."""

    email: str
    password: Secret


@dataclass(frozen=True)
class LogOut:
    """End the session on the server."""


@dataclass(frozen=True)
class StayLoggedIn:
    """Extend the session."""


@dataclass(frozen=True)
class StepUp:
    """Prove oneself again."""

    password: Secret


@dataclass(frozen=True)
class FetchMethods:
    """Which methods are open, and how many tries are left."""


@dataclass(frozen=True)
class FetchQuestions:
    """The questions about a file."""

    identifier: str


@dataclass(frozen=True)
class LegacyProof:
    """Method 1."""

    username: str
    password: Secret


@dataclass(frozen=True)
class QuestionsProof:
    """Method 2: `answers` are pairs of question id and answer."""

    challenge_id: str
    answers: tuple[tuple[str, Secret], ...]


@dataclass(frozen=True)
class CodeProof:
    """Method 3."""

    username: str
    code: Secret


Proof = LegacyProof | QuestionsProof | CodeProof


@dataclass(frozen=True)
class LinkFile:
    """Link a file by a proof."""

    proof: Proof


@dataclass(frozen=True)
class RequestCode:
    """Have linking coordinates sent to the address on the file."""

    identifier: str


@dataclass(frozen=True)
class FetchProfiles:
    """The account's linked files."""


@dataclass(frozen=True)
class OpenProfile:
    """Select a profile and read what its file says."""

    link_id: str


@dataclass(frozen=True)
class VerifyFile:
    """Say that a file is exact, or that it holds an error."""

    link_id: str
    accurate: bool
    note: str = ""


@dataclass(frozen=True)
class FetchTerms:
    """The conditions of use."""


@dataclass(frozen=True)
class CreateAccount:
    """Ask for an account; a single-use code goes to the address."""

    email: str
    password: Secret
    first_name: str
    last_name: str
    terms_version: str


@dataclass(frozen=True)
class ConfirmAccount:
    """Confirm the address by the single-use code."""

    registration_id: str
    code: Secret


@dataclass(frozen=True)
class ResendCode:
    """The single-use code of an account creation again."""

    registration_id: str


@dataclass(frozen=True)
class StartReset:
    """A password was forgotten: have a single-use code sent, in place of the one of an `earlier` request."""

    email: str
    earlier: str = ""


@dataclass(frozen=True)
class FinishReset:
    """Choose a new password with the single-use code."""

    reset_id: str
    email: str
    code: Secret
    password: Secret


@dataclass(frozen=True)
class Disavow:
    """Say that a mail tells of something that this person did not do."""

    token: Secret


@dataclass(frozen=True)
class FetchReceipt:
    """The receipt of a link."""

    link_id: str


@dataclass(frozen=True)
class KeepReceipt:
    """Save the receipt as a text file, or print it in `columns` when there are any."""

    receipt: Receipt
    columns: int = 0


@dataclass(frozen=True)
class FetchHistory:
    """What happened to the account."""


@dataclass(frozen=True)
class Unlink:
    """End a link."""

    link_id: str


@dataclass(frozen=True)
class HandOff:
    """Keep where one is, to go on elsewhere: a step, the file that is open, and what was typed, by field."""

    step: str
    link_id: str
    drafts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RedeemHandoff:
    """Go on where one stopped elsewhere."""

    code: Secret


@dataclass(frozen=True)
class CheckStaffCode:
    """Whether this is the code by which the staff ends the program of a kiosk."""

    code: Secret


@dataclass(frozen=True)
class ChoosePassword:
    """An agent's own password, in place of the one that the session was opened with."""

    password: Secret
    new: Secret


@dataclass(frozen=True)
class DeskRead:
    """Something that an agent reads; what there is stands in `desk_effects.py`, which nobody else loads."""


@dataclass(frozen=True)
class DeskWrite:
    """Something that an agent does; likewise."""


@dataclass(frozen=True)
class FetchDemo:
    """The demonstration's accounts and its mailbox."""


Effect = (
    FetchService
    | LogIn
    | LogOut
    | StayLoggedIn
    | StepUp
    | FetchMethods
    | FetchQuestions
    | LinkFile
    | RequestCode
    | FetchProfiles
    | OpenProfile
    | VerifyFile
    | FetchTerms
    | CreateAccount
    | ConfirmAccount
    | ResendCode
    | StartReset
    | FinishReset
    | Disavow
    | FetchReceipt
    | KeepReceipt
    | FetchHistory
    | Unlink
    | HandOff
    | RedeemHandoff
    | FetchDemo
    | CheckStaffCode
    | ChoosePassword
    | DeskRead
    | DeskWrite
)

# What may have changed something on the server: an answer that never came leaves its outcome unknown, not failed.
WRITES = (
    LinkFile,
    RequestCode,
    VerifyFile,
    Unlink,
    CreateAccount,
    ConfirmAccount,
    ResendCode,
    StartReset,
    FinishReset,
    Disavow,
    HandOff,
    RedeemHandoff,
    ChoosePassword,
    DeskWrite,
)

# What is answered by the session.
OPENS_SESSION = (LogIn, StepUp, StayLoggedIn, ChoosePassword)

# What is asked in passing: the person goes on typing meanwhile.
QUIET = (FetchService, FetchMethods, FetchProfiles, FetchDemo, StayLoggedIn)

# And moves on, too: the answer brings nothing new that the focus could stop at.
IN_PASSING = (FetchService, FetchDemo, StayLoggedIn)

# What does not take the place of a call that waits to be made again.
KEEP_UNFINISHED = (FetchService, FetchMethods, FetchProfiles, FetchQuestions, FetchDemo, StayLoggedIn, StepUp)


@dataclass(frozen=True)
class Request:
    """One call under way.

    Attributes:
        id: Grows with each call; answers to another id are stale and ignored.
        intent: Stays the same when the same call is made again, so that it carries the same idempotency key.
        effect: What is asked.
        owner: The step that takes the result or the failure.
    """

    id: int
    intent: int
    effect: Effect
    owner: Step = START
