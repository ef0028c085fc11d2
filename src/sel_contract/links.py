"""`/v1/links`: link a file, list the profiles, open one, verify it."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from sel_contract.base import Password, Request, Response, Secret, Timestamp
from sel_contract.codes import CheckCode, LinkingCode, LinkingUsername, Reference, TypedCheckCode
from sel_contract.files import ClientFile
from sel_contract.identifiers import FileIdentifier, Identifier
from sel_contract.methods import LinkMethod
from sel_contract.rules.identifiers import Category
from sel_contract.text import VERY_MANY, OpaqueId, PlainText, ShortText, Typed, cleaned

NOTE_LIMIT = 500


def _method_is_required(schema: dict[str, Any]) -> None:
    schema["required"] = ["method", *schema.get("required", [])]


class _Proof(Request):
    """A proof that the file is one's own. `method` has its value by default but always stands on the wire."""

    model_config = ConfigDict(json_schema_extra=_method_is_required)


class LegacyAccessProof(_Proof):
    """Method 1: the username and password of the old online services. The username may be the e-mail formerly used."""

    method: Literal[LinkMethod.LEGACY_ACCESS] = LinkMethod.LEGACY_ACCESS
    username: FileIdentifier
    password: Password


class Answer(Request):
    """The answer to one question, as it was typed: the server compares without case, accents, hyphens and spaces."""

    question_id: OpaqueId
    answer: Annotated[Secret, Field(min_length=1, max_length=200), Typed(200)]


class QuestionsProof(_Proof):
    """Method 2: all answers of one challenge at once."""

    method: Literal[LinkMethod.QUESTIONS] = LinkMethod.QUESTIONS
    challenge_id: OpaqueId
    answers: tuple[Answer, ...] = Field(min_length=1, max_length=12)


class LinkCodeProof(_Proof):
    """Method 3: the linking coordinates received by e-mail."""

    method: Literal[LinkMethod.LINK_CODE] = LinkMethod.LINK_CODE
    username: LinkingUsername
    code: LinkingCode


LinkRequest = Annotated[LegacyAccessProof | QuestionsProof | LinkCodeProof, Field(discriminator="method")]
"""The body of `POST /v1/links`."""


class VerificationState(StrEnum):
    """What the person has said about the file's contents (the guide's step 5)."""

    TO_VERIFY = "to_verify"
    ACCURATE = "accurate"
    ERROR = "error"


class Verification(Response):
    """What the person has said about the file, and the reference for Customer Service where it was an error."""

    state: VerificationState
    at: Timestamp | None = None
    reference: Reference | None = None
    note: PlainText | None = None


class LinkState(StrEnum):
    """Whether a link can be used."""

    ACTIVE = "active"
    FROZEN = "frozen"


class Link(Response):
    """A client file linked to the account: what people see as a profile.

    One that was disowned is a FrozenLink: whoever disowned it may be the file's owner, so its account is told no more.
    """

    id: OpaqueId
    category: Category
    identifier: Identifier
    display_name: ShortText
    method: LinkMethod
    linked_at: Timestamp
    state: Literal[LinkState.ACTIVE]
    verification: Verification
    reference: Reference = Field(description="the linking's own reference, also on its receipt")


class FrozenLink(Response):
    """A link that somebody disowned: that it is frozen, with its reference, and nothing of the file."""

    id: OpaqueId
    state: Literal[LinkState.FROZEN]
    reference: Reference = Field(description="the linking's own reference")


ListedLink = Annotated[Link | FrozenLink, Field(discriminator="state")]
"""One of the account's profiles."""


class Links(Response):
    """The account's profiles, the one linked last first."""

    links: tuple[ListedLink, ...] = Field(max_length=VERY_MANY)
    selected: OpaqueId | None = Field(None, description="the profile that this session has selected")


class LinkDetail(Response):
    """A profile and everything its file says."""

    link: Link
    file: ClientFile


class Outcome(StrEnum):
    """What the person says after reading the file."""

    ACCURATE = "accurate"
    ERROR = "error"


class VerificationRequest(Request):
    """Step 5: the file is accurate, or it is not and Customer Service will hear of it."""

    outcome: Outcome
    note: Annotated[str, StringConstraints(max_length=NOTE_LIMIT), cleaned(NOTE_LIMIT * 4)] | None = None


class ProfileSelection(Request):
    """Select one of the account's profiles for this session."""

    link_id: OpaqueId


class Receipt(Response):
    """The proof that a file was linked, for the person to keep."""

    reference: Reference
    link_id: OpaqueId
    category: Category
    identifier: Identifier
    display_name: ShortText
    method: LinkMethod
    linked_at: Timestamp
    undo: PlainText = Field(description="how to undo it, in the language asked for")
    check_code: CheckCode


class ReceiptCheckRequest(Request):
    """Is this receipt genuine?"""

    code: TypedCheckCode


class ReceiptCheck(Response):
    """A genuine receipt, without anybody's name or number."""

    reference: Reference
    category: Category
    method: LinkMethod
    linked_at: Timestamp
    still_linked: bool
