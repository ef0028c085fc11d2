"""A case: whose it is, what to propose and to say, what can be done, and why it failed; the details on a page more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.desk_effects import FetchCase
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.parts import BACK
from sel_tui.journey.core.spec import Handler, StepSpec
from sel_tui.journey.core.state import State, go, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import desk_words
from sel_tui.journey.steps.desk_cases import (
    BACK_TO_START,
    NEXT_CALLER,
    TAKE,
    TAKE_NEXT,
    Case,
    Queueing,
    address_or_none,
    hour,
    method_name,
    next_caller,
    opened,
    supervises,
    take,
)
from sel_tui.journey.steps.navigation import to

if TYPE_CHECKING:
    from sel_contract.desk_case import DeskCase, DeskProposal

_DO: Final = "do"
_DETAILS: Final = "details"
# More acts have no digit of their own.
_CORRECT: Final = "correct_address"
_DIGITS: Final = 9
# How many proposals, and how many attempts, the first page of a case has room for; the details have all.
_ROOM: Final = 2
_OPEN_REPORTS: Final = frozenset({"new", "taken"})


def acts(state: State, case: DeskCase) -> tuple[tuple[str, str], ...]:
    """Return what can be done, and for which method, link or report: what is proposed comes first."""
    queue = task(state, Queueing).queue
    found = [_proposed(one) for one in case.proposals if one.act is not None]
    file, account = case.file, case.account
    if file is not None and file.address is not None:
        found.append(("send_coordinates", ""))
    closed = {one.method.value for one in case.methods if one.open_again_at is not None}
    closed |= {one.method.value for one in file.methods if not one.available} if file is not None else set()
    found += [("open_method", method) for method in sorted(closed)]
    for link in case.links:
        if link.state.value == "frozen":
            found += [("free_link", link.id), ("end_link", link.id)]
    for report in case.reports:
        if report.state.value in _OPEN_REPORTS:
            kinds = ("take_report", "answer_report", "pass_on_report")
            found += [(kind, report.reference) for kind in kinds[0 if report.state.value == "new" else 1 :]]
    if case.held_until is not None and queue == "mails":
        found.append(("set_aside_mail", ""))
    if account is not None and account.open_sessions:
        found.append(("end_sessions", ""))
    if file is not None and case.correction is None:
        found.append((_CORRECT, ""))
    correctable = supervises(state) and file is not None and case.correction is None
    return tuple(dict.fromkeys(act for act in found if correctable or act[0] != _CORRECT))


def _proposed(one: DeskProposal) -> tuple[str, str]:
    assert one.act is not None, "only what can be done is proposed as an act"
    match one.act.value:
        case "open_method":
            return "open_method", one.method.value if one.method is not None else ""
        case "free_link" | "end_link":
            return one.act.value, one.link_id or ""
        case "take_report" | "answer_report" | "pass_on_report":
            return one.act.value, one.reference or ""
        case other:
            return other, ""


def act_name(case: DeskCase, act: tuple[str, str]) -> Msg:
    """Return what an act does, and to what."""
    kind, about = act
    match kind:
        case "send_coordinates":
            return msg(f"act.{kind}", about=address_or_none(case.file.address if case.file else None))
        case "open_method":
            return msg(f"act.{kind}", about=method_name(about))
        case "free_link" | "end_link":
            reference = next((link.reference for link in case.links if link.id == about), "")
            return msg(f"act.{kind}", about=personal(reference))
        case "end_sessions" | "set_aside_mail" | "correct_address":
            return msg(f"act.{kind}")
        case _:
            return msg(f"act.{kind}", about=personal(about))


def _items(state: State) -> tuple[Item, ...]:
    case = task(state, Case).case
    if case is None:
        return (BACK_TO_START,)
    said: list[Item] = list(desk_words.who(state, case))
    room = _ROOM if state.notice is None else 1  # what was done stands on top, and is seen together with what to do
    for place, one in enumerate(case.proposals[:room]):
        said.append(Fact(f"proposal.{place}", msg("fact.desk_proposal"), desk_words.proposal(state, one)))
        if place == 0:
            said.append(Fact("script", msg("fact.desk_script"), desk_words.script(state, case, one)))
    said += [desk_words.attempt(state, case, place) for place in range(len(case.attempts[:room]))]
    said += desk_words.methods(state, case)
    said += [desk_words.coordinates(state, case)] if case.coordinates else []
    said += [desk_words.report(state, one) for one in case.reports[:1]]
    said += _act_buttons(state, case)
    return (*said, Button(_DETAILS, msg("button.details"), _DETAILS, key="f7"), *_copy(state, case), *_onward(state))


def _copy(state: State, case: DeskCase) -> tuple[Item, ...]:
    """Return the button that copies the reference of the case, or of its newest attempt, where that is wanted."""
    known = (case.reference, *(one.reference for one in case.attempts))
    reference = next((one for one in known if one is not None), "")
    if not reference or commands.COPY_REFERENCE not in state.app.offers:
        return ()
    return (Button("copy", msg("button.copy_reference"), commands.COPY_REFERENCE, reference, key="c"),)


def _act_buttons(state: State, case: DeskCase) -> list[Item]:
    return [
        Button(
            f"act.{place}",
            act_name(case, act),
            _DO,
            str(place),
            key=str(place + 1) if place < _DIGITS else "",
            row=True,
        )
        for place, act in enumerate(acts(state, case))
    ]


def _onward(state: State) -> tuple[Item, ...]:
    return (*((TAKE_NEXT,) if Queueing in state.tasks else ()), BACK_TO_START)


def _begins_at(state: State) -> str:
    case = task(state, Case).case
    return "act.0" if case is not None and acts(state, case) else _DETAILS if case is not None else NEXT_CALLER


def _do(state: State, place: str) -> State:
    case = task(state, Case).case
    known = acts(state, case) if case is not None else ()
    if not place.isdigit() or int(place) >= len(known):
        return state
    state = with_task(state, Case, act=known[int(place)], ticked=frozenset(), drafts={})
    return go(state, Step.DESK_ACT)


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, FetchCase):
        return with_task(state, Case, case=result)
    return opened(state, result)


def _on_failure(state: State, _: Request, failure: Failure) -> State | None:
    return next_caller(state) if failure.kind == "not-found" else None


def _all(state: State) -> tuple[Item, ...]:
    """Return all that is known of a case."""
    case = task(state, Case).case
    if case is None:
        return (BACK_TO_START,)
    said: list[Item] = [
        Fact(f"proposal.{place}", msg("fact.desk_proposal"), desk_words.proposal(state, one))
        for place, one in enumerate(case.proposals)
    ]
    said += [desk_words.attempt(state, case, place) for place in range(len(case.attempts))]
    said += [desk_words.coordinates(state, case, place) for place in range(len(case.coordinates))]
    said += [desk_words.report(state, one, place) for place, one in enumerate(case.reports)]
    said += [
        Fact(
            f"link.{place}",
            msg("fact.desk_link"),
            personal(
                msg(
                    "desk.link",
                    reference=personal(link.reference),
                    name=personal(link.display_name),
                    state=msg(f"link_state.{link.state.value}"),
                )
            ),
        )
        for place, link in enumerate(case.links)
    ]
    said += [
        Fact(
            f"done.{place}",
            msg("fact.desk_done"),
            msg("desk.done", what=msg(f"done.{one.act.value}"), at=hour(state, one.at)),
        )
        for place, one in enumerate(case.done)
    ]
    if not said:
        said.append(Prose("nothing", msg("desk.nothing_known")))
    return (BACK, *said, BACK_TO_START)


_COMMANDS: Final[dict[str, Handler]] = {NEXT_CALLER: next_caller, TAKE: take, _DO: _do, _DETAILS: to(Step.DESK_DETAILS)}
STEPS: Final = {
    Step.DESK_CASE: StepSpec(
        items=_items,
        tasks=(Case,),
        commands=_COMMANDS,
        begins_at=_begins_at,
        on_result=_on_result,
        on_failure=_on_failure,
    ),
    Step.DESK_DETAILS: StepSpec(
        items=_all,
        tasks=(Case,),
        commands={NEXT_CALLER: next_caller, TAKE: take},
    ),
}
