"""`GET /v1/link-methods`: the three ways to link a file, and what a failed try costs."""

from enum import StrEnum

from pydantic import Field

from sel_contract.base import MOST, Response, Timestamp
from sel_contract.text import FEW


class LinkMethod(StrEnum):
    """The three methods of the guide's step 3."""

    LEGACY_ACCESS = "legacy_access"
    QUESTIONS = "questions"
    LINK_CODE = "link_code"


class Unavailable(StrEnum):
    """Why a method cannot be used now."""

    LOCKED = "locked"
    SWITCHED_OFF = "switched_off"


class LinkMethodState(Response):
    """One method as it stands for this account; it says nothing about any file."""

    method: LinkMethod
    available: bool
    unavailable_because: Unavailable | None = None
    tries_left: int = Field(ge=0, le=MOST)
    tries_allowed: int = Field(ge=1, le=MOST)
    waits_seconds: int = Field(ge=0, le=MOST, description="how long the method waits once the tries are used up")
    open_again_at: Timestamp | None = Field(None, description="only while it is locked")


class LinkMethods(Response):
    """All methods, in the guide's order."""

    methods: tuple[LinkMethodState, ...] = Field(max_length=FEW)
