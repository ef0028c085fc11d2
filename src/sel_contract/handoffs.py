"""`/v1/handoffs`: go on elsewhere where one stopped, by a code that is worth nothing without the log-in."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints, WithJsonSchema

from sel_contract.base import Request, Response, Secret, Timestamp
from sel_contract.links import NOTE_LIMIT
from sel_contract.rules.codes import TYPED_LIMIT, canonical_handoff_code
from sel_contract.text import OpaqueId, PlainText, Typed, cleaned

MOST_DRAFTS: Final = 8
_NAME_LIMIT: Final = 40
_NAME: Final = rf"^[a-z][a-z0-9_.]{{0,{_NAME_LIMIT - 1}}}$"
_SYMBOL: Final = "[0-9A-HJKMNP-TV-Z]"


class HandoffStep(StrEnum):
    """The steps that one can go on with elsewhere: those where something must be fetched, or somebody called."""

    METHODS = "methods"
    LEGACY_ACCESS = "legacy_access"
    QUESTIONS_FILE = "questions_file"
    LINK_CODE = "link_code"
    CLIENT_FILE = "client_file"
    REPORT = "report"


FieldName = Annotated[str, StringConstraints(pattern=_NAME), Typed(_NAME_LIMIT, code="bad-format")]
"""What a client calls a field of a step; the server does not know what it means."""

HandoffCode = Annotated[
    Secret,
    Typed(TYPED_LIMIT, canonical_handoff_code, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "pattern": "^[0-9A-TV-Za-tv-z]{4}[ -]?[0-9A-TV-Za-tv-z]{4}$",
            "examples": ["4T8W-7K31"],
        },
        mode="validation",
    ),
]


class HandoffRequest(Request):
    """Where somebody is, and what they have typed there; never a secret."""

    step: HandoffStep
    link_id: OpaqueId | None = Field(None, description="the profile that is open")
    drafts: dict[FieldName, Annotated[str, Field(max_length=NOTE_LIMIT), cleaned(NOTE_LIMIT * 4)]] = Field(
        {},
        max_length=MOST_DRAFTS,
        description="by the field's name",
        json_schema_extra={"additionalProperties": False},
    )


class HandoffOpened(Response):
    """A hand-off that waits for its code; it replaces the account's earlier one."""

    code: Annotated[str, StringConstraints(pattern=f"^{_SYMBOL}{{4}}-{_SYMBOL}{{4}}$")]
    expires_at: Timestamp


class HandoffRedemption(Request):
    """The code, as it is typed on the other machine."""

    code: HandoffCode


class Handoff(Response):
    """Where to go on, and what had been typed there."""

    step: HandoffStep
    link_id: OpaqueId | None = None
    drafts: dict[FieldName, PlainText] = Field(max_length=MOST_DRAFTS)
