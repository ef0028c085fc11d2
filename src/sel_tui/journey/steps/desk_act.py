"""One confirmation before something is done for a caller: what it does, and the checklist of who calls, ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core.desk_effects import ActOnCase, FetchCase
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg, published
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, go, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.desk_case import act_name
from sel_tui.journey.steps.desk_cases import BACK_TO_START, NEXT_CALLER, Case, next_caller

if TYPE_CHECKING:
    from sel_contract.desk import DeskCheck

ANSWER: Final = Field("answer", Kind.NOTE, "field.desk_answer", Case, pointer="text")
ADDRESS: Final = Field("new_address", Kind.EMAIL, "field.new_address", Case, pointer="email")
_OF_ACT: Final = {"answer_report": (ANSWER,), "correct_address": (ADDRESS,)}
_TICK: Final = "tick"
_TICK_ALL: Final = "tick_all"
# Nobody calls: there is nobody to make sure of.
_WITHOUT_CHECKS: Final = frozenset({"take_report", "answer_report", "pass_on_report", "set_aside_mail"})
# What an act is about, by the name of its member on the wire.
_ABOUT: Final = {
    "open_method": "method",
    "free_link": "link_id",
    "end_link": "link_id",
    "take_report": "reference",
    "answer_report": "reference",
    "pass_on_report": "reference",
}
_OBSTACLES: Final = frozenset(
    {
        *("no-account", "no-file", "no-address", "method-off", "not-frozen", "no-such-report", "report-closed"),
        *("no-mail", "same-address", "waits-already"),
        *("missing-check", "unknown-check"),
    }
)


def _checks(state: State) -> tuple[DeskCheck, ...]:
    """Return the lines of the organisation's checklist that this act needs."""
    desk = state.account.desk
    return desk.checklist if desk is not None and task(state, Case).act[0] not in _WITHOUT_CHECKS else ()


def _fields(state: State) -> tuple[Field, ...]:
    return _OF_ACT.get(task(state, Case).act[0], ())


def _items(state: State) -> tuple[Item, ...]:
    held = task(state, Case)
    if held.case is None:
        return (BACK_TO_START,)
    kind = held.act[0]
    checks = _checks(state)
    items: list[Item] = [
        Prose("what", act_name(held.case, held.act)),
        Prose("effect", msg(f"act.{kind}.effect"), quiet=True),
        *entries(state, *_fields(state)),
    ]
    if checks:
        items.append(Prose("checks", msg("desk_act.checks")))
    items += [
        Button(
            f"check.{check.id}",
            published(check.text),
            _TICK,
            check.id,
            state=msg("check.ticked" if check.id in held.ticked else "check.open"),
            key=str(place),
            row=True,
        )
        for place, check in enumerate(checks, start=1)
    ]
    if checks:
        items.append(Button(_TICK_ALL, msg("button.tick_all"), _TICK_ALL, key="f7"))
    asked = bool(checks or _fields(state))  # else the page is but a question, and begins at its answer
    return (*items, submit_button("button.do_it", binding=asked), BACK, BACK_TO_START)


def _tick(state: State, check: str) -> State:
    ticked = task(state, Case).ticked ^ {check}
    state = with_task(clear_messages(state), Case, ticked=ticked)
    left = next((one.id for one in _checks(state) if one.id not in ticked), "")
    if check not in ticked:
        return focus(state, f"check.{check}")
    return focus(state, f"check.{left}" if left else "submit")


def _tick_all(state: State, _: str) -> State:
    ticked = frozenset(check.id for check in _checks(state))
    return focus(with_task(clear_messages(state), Case, ticked=ticked), "submit")


def _submit(state: State, sent: Mapping[str, str]) -> State:
    held = task(state, Case)
    missing = next((check.id for check in _checks(state) if check.id not in held.ticked), "")
    if missing:
        notice = Notice(Tone.WARNING, msg("obstacle.missing_check"), (msg("obstacle.missing_check.next"),))
        return focus(replace(state, notice=notice), f"check.{missing}")
    if held.case is None:
        return state
    kind, about = held.act
    act = [("act", kind)]
    if kind in _ABOUT:
        act.append((_ABOUT[kind], about))
    act += [(field.pointer, sent[field.name]) for field in _fields(state)]
    checks = tuple(check.id for check in _checks(state))
    return send(state, ActOnCase(held.case.id, tuple(act), checks))


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    """Say that it is done, on the case as it is now."""
    notice = Notice(Tone.SUCCESS, msg(f"done.{result.act.value}"))
    return _back_to_case(state, notice)


def _back_to_case(state: State, notice: Notice) -> State:
    case = task(state, Case).case
    state = replace(go(state, Step.DESK_CASE), notice=notice)
    state = with_task(state, Case, act=("", ""), ticked=frozenset(), drafts={})
    return send(state, FetchCase(case.id), owner=Step.DESK_CASE) if case is not None else state


def _on_failure(state: State, _: Request, failure: Failure) -> State | None:
    if failure.kind == "case-held":
        return _back_to_case(state, Notice(Tone.WARNING, msg("queue.gone"), (msg("obstacle.held"),)))
    codes = [code for _, code in failure.codes if code in _OBSTACLES]
    if failure.kind == "act-not-possible" or codes:
        why = msg(f"obstacle.{(codes[0] if codes else 'unknown').replace('-', '_')}")
        return _back_to_case(state, Notice(Tone.ERROR, msg("desk_act.not_possible"), (why,), failure.reference))
    return None


STEPS: Final = {
    Step.DESK_ACT: StepSpec(
        items=_items,
        fields=_fields,
        tasks=(Case,),
        submit=_submit,
        commands={NEXT_CALLER: next_caller, _TICK: _tick, _TICK_ALL: _tick_all},
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
