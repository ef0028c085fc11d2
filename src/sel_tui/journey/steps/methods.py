"""The three methods: what each needs, where to find it, and whether it is open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import chosen_category, keep_draft
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.fields import CATEGORY_CHOICE
from sel_tui.journey.core.messages import Msg, from_hour, msg
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, clear_messages, focus, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.linking import COMMANDS, METHOD_STEPS, Linking, fetch_methods

if TYPE_CHECKING:
    from sel_contract import LinkMethods, LinkMethodState

_NEXT_CATEGORY: Final = "next_category"


def _items(state: State) -> tuple[Item, ...]:
    listed = task(state, Linking).methods
    if listed is not None and listed.methods and not any(one.available for one in listed.methods):
        return _all_closed(listed, explained=state.notice is not None)
    category = chosen_category(state, Linking)
    items: list[Item] = [Prose("intro", msg("methods.intro_next" if _linked_before(state) else "methods.intro"))]
    proposed = _proposed(state)
    known = {one.method.value: one for one in listed.methods} if listed is not None else {}
    for number, method in enumerate(METHOD_STEPS, start=1):
        one = known.get(method)
        standing: Msg | None = None
        if one is not None and not one.available:
            standing = _closed(one)
        elif method in task(state, Linking).refused:
            standing = msg("method.closed")
        elif method == proposed:
            standing = msg("method.proposed")
        hint = msg(f"method.{method}.needs{f'.{category.value}' if category else ''}")
        items.append(
            Button(
                f"method.{method}",
                msg(f"method.{method}"),
                commands.CHOOSE_METHOD,
                method,
                hint=hint,
                state=standing,
                key=str(number),
                row=True,
            )
        )
    if listed is None and state.busy is None:
        items.append(Button("reload", msg("button.reload"), commands.RELOAD))
    chosen = msg(f"category.{category.value}") if category else msg("category.any")
    items.append(Button("category", msg("methods.category", category=chosen), _NEXT_CATEGORY))
    items.append(Prose("help", msg("methods.no_way"), quiet=True))
    return tuple(items)


def _all_closed(listed: LinkMethods, *, explained: bool) -> tuple[Item, ...]:
    """Return what stands where there is nothing to choose: until when, and, unless a notice says so, who can help."""
    until, *others = {one.open_again_at for one in listed.methods}
    said: tuple[Item, ...]
    if until is not None and not others:
        said = (Prose("intro", msg("methods.all_closed_until", at=from_hour(until)), stop=True),)
    else:
        intro = Prose("intro", msg("methods.all_closed"), stop=True)
        named = ((one, msg(f"method.{one.method.value}")) for one in listed.methods)
        said = (intro, *(Fact(f"closed.{one.method.value}", name, _closed(one)) for one, name in named))
    reload = Button("reload", msg("button.reload"), commands.RELOAD, main=True)
    help_line = () if explained else (Prose("help", msg("methods.closed_help"), quiet=True),)
    return (*said, *help_line, reload)


def _closed(one: LinkMethodState) -> Msg:
    return msg("method.waits_until", at=from_hour(one.open_again_at)) if one.open_again_at else msg("method.off")


def _linked_before(state: State) -> bool:
    held = state.account
    return bool(held.profiles or held.linked or (held.session is not None and held.session.linked_files))


def _proposed(state: State) -> str:
    """Return the method to try first: open, with every try left, the quickest before the others; "" for none."""
    held = task(state, Linking)
    if held.methods is None or held.by_phone:
        return ""
    open_ones = [one for one in held.methods.methods if one.available and one.method.value not in held.refused]
    fresh = [one for one in open_ones if one.tries_left == one.tries_allowed]
    return next((one.method.value for one in fresh or open_ones), "")


def _listed(state: State, _: Request, listed: LinkMethods, __: datetime | None) -> State:
    """Keep the list; what it says is closed needs no mark of ours, and opens again when it says so."""
    closed = {one.method.value for one in listed.methods if not one.available}
    refused = task(state, Linking).refused - closed
    state = with_task(state, Linking, methods=listed, refused=refused)
    proposed = _proposed(state)
    first = proposed in {"", next(iter(METHOD_STEPS))} or state.notice is not None
    return focus(state, state.focus.item or ("" if first else f"method.{proposed}"))


def _reload(state: State, _: str) -> State:
    return fetch_methods(clear_messages(state))


def _next_category(state: State, _: str) -> State:
    order = [None, *Category]
    chosen = order[(order.index(chosen_category(state, Linking)) + 1) % len(order)]
    return keep_draft(state, CATEGORY_CHOICE, Linking, chosen.value if chosen else "")


STEPS: Final = {
    Step.METHODS: StepSpec(
        items=_items,
        tasks=(Linking,),
        stage=(3,),
        commands={**COMMANDS, commands.RELOAD: _reload, _NEXT_CATEGORY: _next_category},
        enter=lambda state: fetch_methods(state) if task(state, Linking).methods is None else state,
        on_result=_listed,
    )
}
