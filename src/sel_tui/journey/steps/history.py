"""What happened to the account, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core.effects import FetchHistory, Request
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Fact, Item, Prose
from sel_tui.journey.core.parts import BACK
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, go, send, with_account
from sel_tui.journey.registry import Step


def _items(state: State) -> tuple[Item, ...]:
    items: list[Item] = [Prose("intro", msg("history.intro"))]
    known = state.account.history
    for event in known.events if known is not None else ():
        what = msg(f"event.{event.kind.value}")
        about = event.display_name or event.identifier
        if about:
            what = msg("event.about", what=what, name=personal(about))
        elif event.reference:
            what = msg("event.about_reference", what=what, reference=personal(event.reference))
        items.append(Fact(f"event.{event.id}", personal(event.at), what))
    return (*items, BACK)


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    return with_account(go(state, Step.HISTORY), history=result)


STEPS: Final = {
    Step.HISTORY: StepSpec(
        items=_items,
        enter=lambda state: send(state, FetchHistory()) if state.account.history is None else state,
        on_result=_on_result,
    )
}
