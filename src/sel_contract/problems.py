"""Problem details (RFC 9457): what a server says when it says no."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sel_contract.base import MOST, Response, Timestamp
from sel_contract.codes import Reference
from sel_contract.methods import LinkMethod
from sel_contract.text import FEW, OpaqueId, PlainText, ShortText


class ProblemType(StrEnum):
    """The `type` of each problem: a relative reference that stays the same for ever. The client renders from it."""

    MALFORMED_REQUEST = "malformed-request"
    IDEMPOTENCY_KEY_MISSING = "idempotency-key-missing"
    UNAUTHENTICATED = "unauthenticated"
    SESSION_ENDED = "session-ended"
    INVALID_CREDENTIALS = "invalid-credentials"
    STEP_UP_REQUIRED = "step-up-required"
    LINK_FROZEN = "link-frozen"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    REQUEST_TIMEOUT = "request-timeout"
    ALREADY_LINKED = "already-linked"
    HELD_ELSEWHERE = "held-elsewhere"
    METHOD_OFF = "method-off"
    CHALLENGE_EXPIRED = "challenge-expired"
    IDEMPOTENCY_IN_PROGRESS = "idempotency-in-progress"
    BODY_TOO_LARGE = "body-too-large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    VALIDATION = "validation"
    NOT_RECOGNIZED = "not-recognized"
    INVALID_CODE = "invalid-code"
    IDEMPOTENCY_MISMATCH = "idempotency-mismatch"
    METHOD_LOCKED = "method-locked"
    TOO_MANY_REQUESTS = "too-many-requests"
    LOGIN_GUARDED = "login-guarded"
    DESK_SESSION_INCOMPLETE = "desk-session-incomplete"
    SUPERVISOR_ONLY = "supervisor-only"
    ACT_NOT_POSSIBLE = "act-not-possible"
    CASE_HELD = "case-held"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


class FieldCode(StrEnum):
    """What is wrong with one field of a request."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_TYPE = "wrong-type"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    BAD_FORMAT = "bad-format"
    BAD_EMAIL = "bad-email"
    BAD_REFERENCE = "bad-reference"
    BAD_DATE = "bad-date"
    BAD_POSTAL_CODE = "bad-postal-code"
    BAD_YEAR = "bad-year"
    BAD_NUMBER = "bad-number"
    PREFIX_MISSING = "prefix-missing"
    MISSING_ANSWER = "missing-answer"
    UNKNOWN_QUESTION = "unknown-question"
    NEEDS_UPPER = "needs-upper"
    NEEDS_LOWER = "needs-lower"
    NEEDS_DIGIT = "needs-digit"
    NEEDS_SPECIAL = "needs-special"
    TOO_COMMON = "too-common"
    PERSONAL_WORD = "personal-word"
    OUTDATED = "outdated"


class FieldProblem(Response):
    """One field that is wrong. `pointer` is a JSON pointer (RFC 6901) into the body; nothing typed is echoed."""

    pointer: ShortText
    code: Annotated[FieldCode | ShortText, Field(union_mode="left_to_right")]


class Problem(Response):
    """The body of every answer that is not a success (`application/problem+json`)."""

    type: Annotated[ProblemType | ShortText, Field(union_mode="left_to_right")]
    title: ShortText
    status: int = Field(ge=400, le=599)
    detail: PlainText | None = None
    instance: ShortText | None = None
    reference: Reference | None = Field(None, description="what a person reads to Customer Service over the phone")
    errors: tuple[FieldProblem, ...] | None = Field(None, max_length=FEW)
    retry_at: Timestamp | None = Field(None, description="from when it is worth trying again")
    method: LinkMethod | None = Field(None, description="the linking method that this problem is about")
    methods: tuple[LinkMethod, ...] | None = Field(
        None, max_length=FEW, description="the linking methods that are still open"
    )
    tries_left: int | None = Field(None, ge=0, le=MOST, description="how many tries this method still has now")
    link_id: OpaqueId | None = Field(None, description="already linked: the profile to offer")
    max_age: int | None = Field(
        None, ge=0, le=MOST, description="step-up: the oldest login accepted, in seconds (RFC 9470)"
    )
