"""The three methods: what each needs, where to find it, and whether it is open."""

from __future__ import annotations

from typing import Final

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import chosen_category, keep_draft
from sel_tui.journey.core.fields import CATEGORY_CHOICE
from sel_tui.journey.core.messages import Msg, from_hour, msg
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, clear_messages, focus, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.linking import COMMANDS, METHOD_STEPS, Linking, fetch_methods

_NEXT_CATEGORY: Final = "next_category"


def _items(state: State) -> tuple[Item, ...]:
    listed = task(state, Linking).methods
    category = chosen_category(state, Linking)
    items: list[Item] = [Prose("intro", msg("methods.intro_next" if _linked_before(state) else "methods.intro"))]
    proposed = _proposed(state)
    known = {one.method.value: one for one in listed.methods} if listed is not None else {}
    for number, method in enumerate(METHOD_STEPS, start=1):
        one = known.get(method)
        standing: Msg | None = None
        if one is not None and not one.available:
            until = one.open_again_at
            standing = msg("method.waits_until", at=from_hour(until)) if until else msg("method.off")
        if one is not None and one.available and method == proposed:
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


def _linked_before(state: State) -> bool:
    held = state.account
    return bool(held.profiles or held.linked or (held.session is not None and held.session.linked_files))


def _proposed(state: State) -> str:
    """Return the method to try first: open, with every try left, the quickest before the others."""
    known = task(state, Linking).methods
    open_ones = [one for one in known.methods if one.available] if known is not None else []
    fresh = [one for one in open_ones if one.tries_left == one.tries_allowed]
    return next((one.method.value for one in fresh or open_ones), "")


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
        stage=2,
        commands={**COMMANDS, commands.RELOAD: _reload, _NEXT_CATEGORY: _next_category},
        enter=lambda state: fetch_methods(state) if task(state, Linking).methods is None else state,
        on_result=lambda state, _, result, __: focus(with_task(state, Linking, methods=result), state.focus.item),
    )
}
