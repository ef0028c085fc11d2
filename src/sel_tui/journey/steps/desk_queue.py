"""What waits at the desk, the oldest first, filtered as one types; what is taken is held for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_contract.rules.text import fold
from sel_tui.journey.core import commands
from sel_tui.journey.core.desk_effects import FetchQueue, TakeNext
from sel_tui.journey.core.drafts import draft
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import entry
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, go, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import desk_words
from sel_tui.journey.steps.desk_cases import (
    BACK_TO_START,
    NEXT_CALLER,
    TAKE,
    TAKE_NEXT,
    Queueing,
    hour,
    next_caller,
    opened,
    take,
)
from sel_tui.journey.steps.files import SEARCH_FROM

if TYPE_CHECKING:
    from sel_contract.desk_acts import QueueItem

QUEUES: Final = ("reports", "mails", "frozen")
FILTER: Final = Field("queue_filter", Kind.SEARCH, "field.queue_filter", Queueing, required=False)
_OTHER: Final = "other_queue"


def _items(state: State) -> tuple[Item, ...]:
    held = task(state, Queueing)
    known = held.items
    if known is None:
        reload = () if state.busy else (Button("reload", msg("button.reload"), commands.RELOAD),)
        return (*reload, BACK_TO_START)
    words = fold(clear(draft(state, FILTER))).split()
    wanted = [item for item in known.items if all(word in _searchable(item) for word in words)]
    other = QUEUES[(QUEUES.index(held.queue) + 1) % len(QUEUES)]
    filtered = bool(_fields(state))
    items: list[Item] = [
        TAKE_NEXT,
        Button(_OTHER, msg("button.other_queue"), _OTHER, other, key="f5"),
        BACK_TO_START,
    ]
    if filtered:
        items.append(entry(state, FILTER))
    items.append(Prose("count", msg("queue.count", count=len(wanted), all=len(known.items)), quiet=True))
    if known.more:
        items.append(Prose("more", msg("queue.more"), quiet=True))
    items += [
        Button(
            f"item.{item.id}",
            _row(state, item),
            TAKE,
            item.id,
            state=_standing(item),
            key="" if filtered else str(place),  # in a long list a digit begins the number to filter by
            row=True,
        )
        for place, item in enumerate(wanted, start=1)
    ]
    return tuple(items)


def _fields(state: State) -> tuple[Field, ...]:
    known = task(state, Queueing).items
    return (FILTER,) if known is not None and len(known.items) >= SEARCH_FROM else ()


def _begins_at(state: State) -> str:
    if task(state, Queueing).items is None:
        return ""
    return FILTER.name if _fields(state) else TAKE


def _row(state: State, item: QueueItem) -> Msg:
    shown = [part for part in (item.number, item.display_name, item.address, item.reference) if part]
    what = personal(" · ".join(shown))
    if item.mail_reason is not None:
        what = msg("queue.returned", what=what, why=desk_words.mail_reason(item.mail_reason))
    return personal(msg("queue.row", since=hour(state, item.since), what=what))


def _standing(item: QueueItem) -> Msg:
    if item.mine:
        return msg("queue.mine")
    return msg("queue.held", at=item.held_until) if item.held_until is not None else msg("queue.waits")


def _searchable(item: QueueItem) -> str:
    return fold(f"{item.number or ''} {item.display_name or ''} {item.address or ''} {item.reference or ''}")


def _enter(state: State) -> State:
    return send(state, FetchQueue(task(state, Queueing).queue)) if task(state, Queueing).items is None else state


def _change(state: State, queue: str) -> State:
    state = with_task(clear_messages(state), Queueing, queue=queue, items=None, drafts={})
    return send(state, FetchQueue(queue))


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if not isinstance(request.effect, TakeNext):
        return focus(with_task(state, Queueing, items=result), state.focus.item)
    if result is not None:
        return with_task(opened(state, result), Queueing, items=None)
    state = state if state.step is Step.DESK_QUEUE else go(state, Step.DESK_QUEUE)
    notice = Notice(Tone.INFO, msg("queue.nothing"), (msg("queue.nothing.next"),))
    return send(replace(clear_messages(state), notice=notice), FetchQueue(request.effect.queue), owner=Step.DESK_QUEUE)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if failure.kind not in {"not-found", "case-held"} or not isinstance(request.effect, TakeNext):
        return None
    notice = Notice(Tone.WARNING, msg("queue.gone"), (msg("queue.gone.next"),))
    state = replace(clear_messages(state), notice=notice)
    return send(state, FetchQueue(request.effect.queue), owner=Step.DESK_QUEUE)


STEPS: Final = {
    Step.DESK_QUEUE: StepSpec(
        items=_items,
        title=lambda state: msg("desk_queue.title_of", queue=msg(f"queue.{task(state, Queueing).queue}")),
        fields=_fields,
        tasks=(Queueing,),
        commands={NEXT_CALLER: next_caller, TAKE: take, _OTHER: _change},
        enter=_enter,
        begins_at=_begins_at,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
