"""`/v1/kiosks`: a kiosk says that it is alive. Nothing in it is about a person."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from sel_contract.base import MOST, Request, Response, Timestamp
from sel_contract.rules.kiosks import KIOSK_NAME, KIOSK_NAME_LIMIT
from sel_contract.text import Typed

_VERSION_LIMIT: Final = 40
_KIND_LIMIT: Final = 40
_REFERENCE_LIMIT: Final = 20

KioskName = Annotated[str, StringConstraints(pattern=KIOSK_NAME), Typed(KIOSK_NAME_LIMIT, code="bad-format")]
"""What an operator calls a kiosk: `hall-laval`."""


class KioskState(StrEnum):
    """What a kiosk shows. It cannot say that its server is away; it says so once the server is back."""

    ATTRACT = "attract"
    """The first page: it waits for whoever comes."""
    IN_USE = "in-use"
    """Somebody has begun."""
    NO_SERVER = "no-server"
    """The first page, which says that the service does not answer or cannot be used."""
    CHECK = "check"
    """Nothing: `sel-tui doctor --kiosk` looks at the machine."""


class KioskError(Request):
    """The last thing that went wrong there: of what kind, when, and under which reference it was recorded."""

    kind: Annotated[
        str, StringConstraints(pattern=rf"^[a-z0-9-]{{1,{_KIND_LIMIT}}}$"), Typed(_KIND_LIMIT, code="bad-format")
    ]
    at: Timestamp
    reference: (
        Annotated[
            str,
            StringConstraints(pattern=rf"^[0-9A-Z-]{{1,{_REFERENCE_LIMIT}}}$"),
            Typed(_REFERENCE_LIMIT, code="bad-format"),
        ]
        | None
    ) = None


class Heartbeat(Request):
    """What a kiosk says of itself."""

    version: Annotated[
        str,
        StringConstraints(pattern=rf"^[0-9A-Za-z.+-]{{1,{_VERSION_LIMIT}}}$"),
        Typed(_VERSION_LIMIT, code="bad-format"),
    ] = Field(description="the program's")
    state: KioskState
    started_at: Timestamp = Field(description="since when the program runs")
    last_error: KioskError | None = None


class HeartbeatTaken(Response):
    """The answer to a heartbeat."""

    next_seconds: int = Field(ge=1, le=MOST, description="after how many seconds the next one is wanted")
