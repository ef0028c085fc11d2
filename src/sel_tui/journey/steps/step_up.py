"""The password once more, before a file is linked or unlinked long after the log-in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core import sessions
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import Request, StepUp
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Item, Prose
from sel_tui.journey.core.parts import entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, go_back, refuse, send
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Proving(Task):
    """The second proof."""


PASSWORD: Final = Field("password", Kind.PASSWORD, "field.password", Proving, secret=True)


def _items(state: State) -> tuple[Item, ...]:
    return (Prose("why", msg("step_up.why")), *entries(state, PASSWORD), submit_button("button.confirm"))


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, StepUp(Secret(sent[PASSWORD.name])))


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    """Make the waiting call, on the step where it was begun."""
    state = sessions.renewed(erase(state, Proving, PASSWORD.name), result)
    waiting = state.unfinished
    if state.trail:
        state = go_back(state)
    return send(state, waiting.effect, again=waiting) if waiting is not None else state


def _on_failure(state: State, _: Request, failure: Failure) -> State | None:
    return wrong_password(state, Proving) if failure.kind == "invalid-credentials" else None


def wrong_password(state: State, kind: type[Task]) -> State:
    """Return `state` in which the password of a task is asked for again."""
    return refuse(erase(state, kind, PASSWORD.name), {PASSWORD.name: msg("step_up.wrong")})


STEPS: Final = {
    Step.STEP_UP: StepSpec(
        items=_items,
        fields=lambda _: (PASSWORD,),
        tasks=(Proving,),
        interrupts=True,
        proves=True,
        submit=_submit,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
