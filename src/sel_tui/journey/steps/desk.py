"""Whom an agent is on the phone with: one field for what the caller reads aloud, and ways to what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.desk_effects import FindCase, LetGo
from sel_tui.journey.core.drafts import draft, reading
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.lookups import ACCOUNT, FILE, REFERENCE, kind_of
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Choice, Item, Option, Prose
from sel_tui.journey.core.parts import entry, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, focus, refuse, send
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.desk_cases import BACK_TO_START, NEXT_CALLER, next_caller, opened, supervises
from sel_tui.journey.steps.navigation import to
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Finding(Task):
    """Looking somebody up."""


LOOKUP: Final = Field("lookup", Kind.LOOKUP, "field.lookup", Finding)
REASON: Final = Field("lookup_reason", Kind.CHOICE, "field.lookup_reason", Finding, required=False)
# In the contract's order, the one for most calls first.
REASONS: Final = ("no_reference", "unreadable_reference", "written_request", "follow_up", "security")
_QUEUES: Final = "queues"
_FIGURES: Final = "figures"
_CORRECTIONS: Final = "corrections"
_FOR_SUPERVISORS: Final = (
    Button(_FIGURES, msg("button.figures"), _FIGURES, key="f7"),
    Button(_CORRECTIONS, msg("button.corrections"), _CORRECTIONS),
)
# What each kind of look-up is called on the wire, with the name of what was typed.
_BODY: Final = {REFERENCE: "reference", FILE: "identifier", ACCOUNT: "email"}


def _needs_reason(state: State) -> bool:
    typed = clear(draft(state, LOOKUP))
    return kind_of(typed) != REFERENCE and reading(state, LOOKUP).problem is None


def _fields(state: State) -> tuple[Field, ...]:
    return (LOOKUP, REASON) if _needs_reason(state) else (LOOKUP,)


def _items(state: State) -> tuple[Item, ...]:
    session = state.account.session
    items: list[Item] = []
    if session is not None and state.notice is None:
        name = personal(f"{session.account.first_name} {session.account.last_name}")
        items.append(Prose("agent", msg("desk.agent", name=name), quiet=True))
    items.append(entry(state, LOOKUP))
    if _needs_reason(state):
        items.append(
            Choice(
                REASON.name,
                msg(REASON.label),
                tuple(Option(reason, msg(f"lookup_reason.{reason}")) for reason in REASONS),
                clear(draft(state, REASON)),
            )
        )
    return (
        *items,
        submit_button("button.find"),
        Button(_QUEUES, msg("button.queues"), _QUEUES, key="f5"),
        *(_FOR_SUPERVISORS if supervises(state) else ()),
        BACK_TO_START,
        Button("log_out", msg("button.log_out"), commands.LOG_OUT),
        Prose("never", msg("desk.never"), quiet=True),
    )


def _submit(state: State, sent: Mapping[str, str]) -> State:
    by = kind_of(clear(draft(state, LOOKUP)))
    lookup = [("by", by), (_BODY[by], sent[LOOKUP.name])]
    if by != REFERENCE and not sent[REASON.name]:
        why = (msg("field.lookup_reason.hint"),)
        return focus(replace(state, notice=Notice(Tone.WARNING, msg("notice.reason_missing"), why)), REASON.name)
    if by != REFERENCE:
        lookup.append(("reason", sent[REASON.name]))
    return send(state, FindCase(tuple(lookup)))


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    return opened(state, result) if isinstance(request.effect, FindCase) else state


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if isinstance(request.effect, LetGo):
        return state
    if failure.kind == "not-found" and isinstance(request.effect, FindCase):
        by = dict(request.effect.lookup)["by"]
        return refuse(state, {LOOKUP.name: _nothing_found(by)})
    return None


def _nothing_found(by: str) -> Msg:
    return msg(f"lookup.{by}.none")


STEPS: Final = {
    Step.DESK: StepSpec(
        items=_items,
        fields=_fields,
        tasks=(Finding,),
        submit=_submit,
        commands={
            NEXT_CALLER: next_caller,
            _QUEUES: to(Step.DESK_QUEUE),
            _FIGURES: to(Step.DESK_FIGURES),
            _CORRECTIONS: to(Step.DESK_CORRECTIONS),
        },
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
