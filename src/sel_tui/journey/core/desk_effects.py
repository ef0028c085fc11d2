"""What an agent of Customer Service reads and does, as plain data; `runtime/desk_calls.py` makes calls of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sel_tui.journey.core.effects import DeskRead, DeskWrite
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract.desk_acts import DeskFigures

Pairs: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FindCase(DeskRead):
    """Look somebody up: the names and values of the contract's `Lookup`."""

    lookup: Pairs


@dataclass(frozen=True)
class FetchCase(DeskRead):
    """A case as it is now."""

    case_id: str


@dataclass(frozen=True)
class LetGo(DeskRead):
    """Let others have what was taken from a queue with a case; nobody waits for it, and it ends by itself too."""

    case_id: str


@dataclass(frozen=True)
class ActOnCase(DeskWrite):
    """Do something for a caller: the names and values of the contract's `DeskAct`, and what was ticked."""

    case_id: str
    act: Pairs
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FetchQueue(DeskRead):
    """What waits in a queue."""

    queue: str


@dataclass(frozen=True)
class FetchFigures(DeskRead):
    """The counts of the last `days` days."""

    days: int


@dataclass(frozen=True)
class KeepFigures(DeskRead):
    """Write figures to a file of the person's own; its path is the result.

    Attributes:
        figures: What was fetched.
        at: When, for the file's name.
    """

    figures: DeskFigures
    at: str


@dataclass(frozen=True)
class FetchCorrections(DeskRead):
    """The corrections of addresses that wait for a second supervisor."""


@dataclass(frozen=True)
class DecideCorrection(DeskWrite):
    """Confirm a correction by its address, typed again; refuse it where that is ""."""

    correction_id: str
    email: str = ""


@dataclass(frozen=True)
class TakeNext(DeskWrite):
    """Take what waits and open it: the oldest that the text fits, or the item that is named."""

    queue: str
    text: str = ""
    item: str = ""
