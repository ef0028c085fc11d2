"""What happened to the account, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core.effects import FetchHistory, Request
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Fact, Item, Prose
from sel_tui.journey.core.parts import BACK
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, Task, go, send, task, with_task
from sel_tui.journey.registry import Step

if TYPE_CHECKING:
    from sel_contract import Events


@dataclass(frozen=True, slots=True)
class History(Task):
    """Reading the account's history."""

    events: Events | None = None


def _items(state: State) -> tuple[Item, ...]:
    items: list[Item] = [Prose("intro", msg("history.intro"))]
    known = task(state, History).events
    for event in known.events if known is not None else ():
        what = msg(f"event.{event.kind.value}")
        about = event.display_name or event.identifier
        if about:
            what = msg("event.about", what=what, name=personal(about))
        items.append(Fact(f"event.{event.id}", personal(event.at), what))
    return (*items, BACK)


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    return with_task(go(state, Step.HISTORY), History, events=result)


STEPS: Final = {
    Step.HISTORY: StepSpec(
        items=_items,
        tasks=(History,),
        enter=lambda state: send(state, FetchHistory()) if task(state, History).events is None else state,
        on_result=_on_result,
    )
}
