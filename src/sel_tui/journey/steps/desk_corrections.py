"""Four eyes: a second supervisor confirms another address on a file by typing it again, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.desk_effects import DecideCorrection, FetchCorrections
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    go,
    refuse,
    send,
    task,
    with_task,
)
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.desk_cases import BACK_TO_START, NEXT_CALLER, address_or_none, hour, next_caller
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract.desk_acts import DeskCorrection, DeskCorrections

_CHOOSE: Final = "choose"
_REFUSE: Final = "refuse"
_OBSTACLES: Final = frozenset({"same-person", "no-file", "same-address"})


@dataclass(frozen=True)
class Correcting(Task):
    """Confirming or refusing corrections.

    Attributes:
        known: What waits; None before it was fetched.
        chosen: The id of the one that is looked at.
    """

    known: DeskCorrections | None = None
    chosen: str = ""


AGAIN: Final = Field("address_again", Kind.EMAIL, "field.address_again", Correcting, pointer="email")


def _items(state: State) -> tuple[Item, ...]:
    known = task(state, Correcting).known
    if known is None:
        reload = () if state.busy else (Button("reload", msg("button.reload"), commands.RELOAD),)
        return (*reload, BACK_TO_START)
    said = Prose("intro", msg("desk_corrections.intro" if known.corrections else "desk_corrections.none"))
    rows = (
        Button(
            f"correction.{one.id}",
            _row(one),
            _CHOOSE,
            one.id,
            state=msg("desk_corrections.mine") if one.mine else msg("queue.waits"),
            key=str(place),
            row=True,
        )
        for place, one in enumerate(known.corrections, start=1)
    )
    return (said, *rows, BACK, BACK_TO_START)


def _row(one: DeskCorrection) -> Msg:
    return personal(
        msg(
            "desk_corrections.row",
            number=personal(one.number),
            name=personal(one.display_name),
            before=address_or_none(one.before),
            after=personal(one.after),
        )
    )


def _chosen(state: State) -> DeskCorrection | None:
    held = task(state, Correcting)
    known = held.known.corrections if held.known is not None else ()
    return next((one for one in known if one.id == held.chosen), None)


def _choose(state: State, chosen: str) -> State:
    return go(with_task(state, Correcting, chosen=chosen, drafts={}), Step.DESK_DECISION)


def _decision(state: State) -> tuple[Item, ...]:
    one = _chosen(state)
    if one is None:
        return (BACK_TO_START,)
    items: list[Item] = [Prose("what", _row(one))]
    items.append(Prose("since", msg("desk_decision.until", at=hour(state, one.expires_at)), quiet=True))
    if one.mine:
        items.append(Prose("mine", msg("obstacle.same_person")))
    else:
        items += [*entries(state, AGAIN), submit_button("button.confirm_address", binding=True)]
    refused = Button(_REFUSE, msg("button.refuse_address"), _REFUSE, binding=True)
    return (*items, BACK, refused, BACK_TO_START)


def _fields(state: State) -> tuple[Field, ...]:
    one = _chosen(state)
    return (AGAIN,) if one is not None and not one.mine else ()


def _confirm(state: State, sent: Mapping[str, str]) -> State:
    if not _fields(state):
        return state
    return send(state, DecideCorrection(task(state, Correcting).chosen, email=sent[AGAIN.name]))


def _refuse(state: State, _: str) -> State:
    return send(clear_messages(state), DecideCorrection(task(state, Correcting).chosen))


def _decided(state: State, _: Request, result: Any, __: datetime | None) -> State:
    return _to_list(state, Notice(Tone.SUCCESS, msg(f"done.{result.act.value}")))


def _to_list(state: State, notice: Notice) -> State:
    state = replace(go(state, Step.DESK_CORRECTIONS), notice=notice)
    state = with_task(state, Correcting, known=None, chosen="", drafts={})
    return send(state, FetchCorrections(), owner=Step.DESK_CORRECTIONS)


def _not_decided(state: State, _: Request, failure: Failure) -> State | None:
    codes = {code for _, code in failure.codes}
    if "other-address" in codes:
        return refuse(state, {AGAIN.name: msg("obstacle.other_address")})
    if failure.kind not in {"act-not-possible", "not-found"}:
        return None
    code = next(iter(codes & _OBSTACLES), "unknown").replace("-", "_")
    why = msg(f"obstacle.{code}")
    return _to_list(state, Notice(Tone.ERROR, msg("desk_act.not_possible"), (why,), failure.reference))


def _fetched(state: State, _: Request, result: Any, __: datetime | None) -> State:
    return focus(with_task(state, Correcting, known=result), state.focus.item)


STEPS: Final = {
    Step.DESK_CORRECTIONS: StepSpec(
        items=_items,
        tasks=(Correcting,),
        commands={NEXT_CALLER: next_caller, _CHOOSE: _choose},
        enter=lambda state: send(state, FetchCorrections()) if task(state, Correcting).known is None else state,
        on_result=_fetched,
    ),
    Step.DESK_DECISION: StepSpec(
        items=_decision,
        fields=_fields,
        tasks=(Correcting,),
        submit=_confirm,
        commands={NEXT_CALLER: next_caller, _REFUSE: _refuse},
        on_result=_decided,
        on_failure=_not_decided,
    ),
}
