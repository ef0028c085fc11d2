"""An operation's answer: a message with its status, ready to be sent and to be stored for replay."""

from dataclasses import dataclass

from sel_backend.services.problems import ProblemError
from sel_backend.storage.idempotency import StoredAnswer
from sel_contract import PROBLEM_JSON, Language
from sel_contract.base import Response


@dataclass(frozen=True)
class Answer:
    """A status and a body.

    Attributes:
        keep: whether sending the request again gets this answer again.
    """

    status: int
    body: bytes
    media_type: str
    keep: bool = True
    replayed: bool = False


def success(message: Response, status: int = 200) -> Answer:
    """Return a success with a message."""
    return Answer(status, message.wire(), "application/json")


def nothing(status: int = 204) -> Answer:
    """Return a success without a message."""
    return Answer(status, b"", "application/json")


def refused(error: ProblemError, language: Language) -> Answer:
    """Return a problem as an answer, so that what was written before it (a counted attempt, an event) is committed."""
    return Answer(error.status, error.problem(language).wire(), PROBLEM_JSON)


def stored(answer: Answer) -> StoredAnswer:
    """Return an answer in the form that the database stores."""
    return StoredAnswer(answer.status, answer.media_type, answer.body.decode())


def replayed(kept: StoredAnswer) -> Answer:
    """Return a stored answer, marked as replayed."""
    return Answer(kept.status, kept.body.encode(), kept.media_type, replayed=True)
