"""`POST /v1/question-challenges`: the authentication questions of one file."""

from enum import StrEnum

from pydantic import Field

from sel_contract.base import Request, Response, Timestamp
from sel_contract.identifiers import FileIdentifier, Identifier
from sel_contract.text import FEW, OpaqueId, PlainText, ShortText


class ChallengeRequest(Request):
    """Ask for the questions of a file. A file that does not exist has questions too."""

    identifier: FileIdentifier


class QuestionKind(StrEnum):
    """How an answer is typed and compared."""

    DATE = "date"
    POSTAL_CODE = "postal_code"
    TEXT = "text"
    YEAR = "year"
    NUMBER = "number"


class Question(Response):
    """One question, in the language asked for."""

    id: OpaqueId
    kind: QuestionKind
    text: PlainText
    example: ShortText
    hint: PlainText | None = None
    past: bool = Field(False, description="the answer is no day or year to come")


class Challenge(Response):
    """A file's set of questions: the same one until it is passed or expires. All are answered before any verdict."""

    id: OpaqueId
    identifier: Identifier
    questions: tuple[Question, ...] = Field(max_length=FEW)
    expires_at: Timestamp
