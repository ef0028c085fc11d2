"""What a supervisor sees of thirty days: counts without names, each with a bar for the eyes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import commands, failures
from sel_tui.journey.core.desk_effects import FetchFigures, KeepFigures
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import Msg, msg, personal, public
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.desk_cases import BACK_TO_START, NEXT_CALLER, next_caller
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sel_contract.desk_acts import DeskFigures

DAYS: Final = 30
_SAVE: Final = "save_figures"
_LONGEST: Final = 24
_MOST: Final = 5
_KINDS: Final = ("refused", "linked", "reported", "disavowed", "acted")


@dataclass(frozen=True)
class Watching(Task):
    """Looking at the figures.

    Attributes:
        figures: What was fetched; None before.
    """

    figures: DeskFigures | None = None


def _items(state: State) -> tuple[Item, ...]:
    figures = task(state, Watching).figures
    if figures is None:
        reload = () if state.busy else (Button("reload", msg("button.reload"), commands.RELOAD),)
        return (*reload, BACK_TO_START)
    days = msg("desk_figures.days", first=public(figures.first), last=public(figures.last))
    items: list[Item] = [Fact("days", msg("desk_figures.period"), days)]
    by_reference = msg("desk_figures.by_reference", count=figures.calls_by_reference, all=figures.calls)
    items.append(Fact("calls", msg("desk_figures.calls"), by_reference))
    if figures.minutes_until_linked is not None:
        wait = msg("duration", seconds=figures.minutes_until_linked * 60)
        items.append(Fact("wait", msg("desk_figures.wait"), wait))
    kinds = _counted(figures, "kind")
    items += _bars("figure", {kind: kinds[kind] for kind in _KINDS if kind in kinds})
    methods = _counted(figures, "method", of="refused")
    items += _bars("desk.method", methods, most=max(kinds.values(), default=0))  # they stand below those
    reasons = _counted(figures, "reason", of="refused")
    items += [Prose("reasons", msg("desk_figures.reasons")), *_bars("reason", reasons)] if reasons else []
    return (*items, Button("save", msg("button.save_figures"), _SAVE, key="c"), BACK_TO_START)


def _counted(figures: DeskFigures, by: str, of: str = "") -> Counter[str]:
    """Return how often each value of `by` stands in the rows, of one kind where it is given."""
    counted: Counter[str] = Counter()
    for row in figures.rows:
        value = getattr(row, by)
        if value is not None and of in {"", row.kind.value}:
            counted[value.value] += row.number
    return counted


def _bars(family: str, counted: Mapping[str, int], most: int = 0) -> list[Item]:
    """Return the most frequent ones, each with its number and a bar; `most` has the longest, else the first."""
    first = sorted(counted.items(), key=lambda one: -one[1])[:_MOST]
    most = most or max((number for _, number in first), default=0)
    return [
        Fact(f"{family}.{name}", _name(family, name), msg("desk_figures.number", number=number), bar=_bar(number, most))
        for name, number in first
    ]


def _name(family: str, name: str) -> Msg:
    named = msg(f"{family}.{name}")
    return msg("desk_figures.method", method=named) if family == "desk.method" else named


def _bar(number: int, most: int) -> int:
    return max(number * _LONGEST // most, 1) if number else 0


def _save(state: State, _: str) -> State:
    figures, now = task(state, Watching).figures, state.app.now
    if figures is None:
        return state
    return send(clear_messages(state), KeepFigures(figures, f"{now:%H%M}" if now is not None else ""))


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, KeepFigures):
        done = msg("notice.figures_saved", path=personal(result))
        return focus(replace(state, notice=Notice(Tone.SUCCESS, done)), "notice")
    return focus(with_task(state, Watching, figures=result), "days")  # the page is read from its top


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if failure.kind != "cannot-save":
        return None
    spec = STEPS[Step.DESK_FIGURES]
    return failures.tell(state, failure, request, spec, key="notice.figures_unsaved", tone=Tone.WARNING)


STEPS: Final = {
    Step.DESK_FIGURES: StepSpec(
        items=_items,
        tasks=(Watching,),
        commands={NEXT_CALLER: next_caller, _SAVE: _save},
        enter=lambda state: send(state, FetchFigures(DAYS)) if task(state, Watching).figures is None else state,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
