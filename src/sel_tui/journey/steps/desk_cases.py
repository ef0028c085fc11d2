"""What the steps of the desk share: the case that is open, the next caller, and the words for when and who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sel_tui.journey.core.desk_effects import LetGo, TakeNext
from sel_tui.journey.core.messages import Msg, msg, personal, public
from sel_tui.journey.core.page import Button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.state import State, clear_messages, go, send, start_at, task, with_account
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract.desk_acts import QueueItems
    from sel_contract.desk_case import DeskCase, DeskFile

NEXT_CALLER: Final = "next_caller"
TAKE: Final = "take"
SUPERVISOR: Final = "supervisor"
_NEAR: Final[Mapping[int | None, str]] = {0: "desk.today", 1: "desk.yesterday"}
BACK_TO_START: Final = Button(NEXT_CALLER, msg("button.next_caller"), NEXT_CALLER, key="f12")
TAKE_NEXT: Final = Button(TAKE, msg("button.take_next"), TAKE, key="f6")


@dataclass(frozen=True)
class Case(Task):
    """What an agent does for one caller. Ends with « next caller », with the next case, and with the session.

    Attributes:
        case: What is known of the caller; nothing of it is kept anywhere else.
        act: What is about to be done, and for which method, link or report.
        ticked: The lines of the checklist that were ticked for it.
    """

    case: DeskCase | None = None
    act: tuple[str, str] = ("", "")
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Queueing(Task):
    """Going through what waits.

    Attributes:
        queue: Which queue.
        items: What waits there, as it was fetched last; None before.
    """

    queue: str = "reports"
    items: QueueItems | None = None


def next_caller(state: State, _: str = "") -> State:
    """Begin with the next caller: everything of the one before is gone, and what was held for them is let go."""
    case = task(state, Case).case
    state = with_account(replace(start_at(state, Step.DESK), tasks={}, unfinished=None), reference="")
    held = case is not None and case.held_until is not None
    return send(state, LetGo(case.id), owner=Step.DESK) if case is not None and held else state


def opened(state: State, case: DeskCase) -> State:
    """Show `case`; nothing of another one stays."""
    tasks = {kind: held for kind, held in state.tasks.items() if kind is not Case}
    trail = tuple(step for step in state.trail if step not in {Step.DESK_DETAILS, Step.DESK_ACT})
    state = go(replace(state, tasks=tasks, trail=trail), Step.DESK_CASE)
    return replace(state, tasks={**state.tasks, Case: Case(case=case)})


def take(state: State, item: str = "") -> State:
    """Take `item` of the queue, or the next one that nobody has, and open it."""
    held = task(state, Queueing)
    text = held.drafts.get("queue_filter", "")
    return send(clear_messages(state), TakeNext(held.queue, text, item), owner=Step.DESK_QUEUE)


def supervises(state: State) -> bool:
    """Tell whether a supervisor works here: they may ask for another address on a file, and confirm one."""
    desk = state.account.desk
    return desk is not None and desk.agent.role.value == SUPERVISOR


def hour(state: State, at: datetime) -> Msg:
    """Return when something was: the hour alone today, « hier » before it yesterday, by the organisation's clocks."""
    case, now = task(state, Case).case, state.app.now
    zone = now.tzinfo if now is not None else None
    today = case.now if case is not None else now
    days = (today.astimezone(zone).date() - at.astimezone(zone).date()).days if today is not None else None
    if days in _NEAR:  # a whole date takes the room of the rest of the page
        return msg(_NEAR[days], at=at)
    return public(at)


def method_name(method: str) -> Msg:
    """Return the short name of a method."""
    return msg(f"desk.method.{method}")


def file_name(file: DeskFile) -> Msg:
    """Return a file's number, its name, and the masked address on it."""
    return personal(
        msg(
            "desk.file",
            number=personal(file.number),
            name=personal(file.display_name),
            address=address_or_none(file.address),
        )
    )


def address_or_none(masked: str | None) -> Msg:
    """Return a masked address, or that there is none."""
    return personal(masked) if masked else msg("desk.no_address")
