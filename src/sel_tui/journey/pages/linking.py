"""What the steps that link a file say and offer. Pure."""

from __future__ import annotations

from datetime import date

from sel_tui.journey.events import Do
from sel_tui.journey.forms import Kind
from sel_tui.journey.page import Button, Fact, Item, Prose
from sel_tui.journey.pages.parts import cost, entries, method_open, other_methods
from sel_tui.journey.secret import clear
from sel_tui.journey.state import State, answer_fields, draft, reading
from sel_tui.journey.steps import METHOD_STEPS
from sel_tui.journey.words import Msg, from_hour, msg, personal, public


def methods(state: State) -> tuple[Item, ...]:
    """The three methods: what each needs, where to find it, and whether it is open."""
    items: list[Item] = [Prose("intro", msg("methods.intro_next" if _linked_before(state) else "methods.intro"))]
    proposed = _proposed(state)
    known = {listed.method.value: listed for listed in state.methods.methods} if state.methods else {}
    for number, method in enumerate(METHOD_STEPS, start=1):
        listed = known.get(method)
        standing: Msg | None = None
        if listed is not None and not listed.available:
            until = listed.open_again_at
            standing = msg("method.waits_until", at=from_hour(until)) if until else msg("method.off")
        if listed is not None and listed.available and method == proposed:
            standing = msg("method.proposed")
        whose = f".{state.category.value}" if state.category else ""
        hint = msg(f"method.{method}.needs{whose}")
        items.append(
            Button(
                f"method.{method}",
                msg(f"method.{method}"),
                Do.CHOOSE_METHOD,
                method,
                hint=hint,
                state=standing,
                key=str(number),
                row=True,
            )
        )
    if state.methods is None and state.busy is None:
        items.append(Button("reload", msg("button.reload"), Do.RELOAD))
    chosen = msg(f"category.{state.category.value}") if state.category else msg("category.any")
    items.append(Button("category", msg("methods.category", category=chosen), Do.NEXT_CATEGORY))
    items.append(Prose("help", msg("methods.no_way"), quiet=True))
    return tuple(items)


def _linked_before(state: State) -> bool:
    return bool(state.profiles or state.linked or (state.session is not None and state.session.linked_files))


def _proposed(state: State) -> str:
    """Return the method to try first: open, with every try left, the quickest before the others."""
    listed = state.methods.methods if state.methods is not None else ()
    open_ones = [one for one in listed if one.available]
    fresh = [one for one in open_ones if one.tries_left == one.tries_allowed]
    return next((one.method.value for one in fresh or open_ones), "")


def legacy_access(state: State) -> tuple[Item, ...]:
    """Method 1."""
    return _form(state, "legacy_access", "button.link")


def questions_file(state: State) -> tuple[Item, ...]:
    """Method 2, first: which file."""
    return _form(state, "questions", "button.see_questions")


def question(state: State) -> tuple[Item, ...]:
    """Method 2, one question at a time."""
    return (
        Prose("intro", msg("question.intro"), quiet=True),
        *entries(state),
        Button("submit", msg("button.next"), Do.SUBMIT, main=True),
        Button("back", msg("button.back"), Do.BACK),
    )


def questions_review(state: State) -> tuple[Item, ...]:
    """Method 2, at last: every answer can be looked at and changed before any is sent."""
    items: list[Item] = [] if state.notice else [Prose("intro", msg("questions_review.intro"))]
    if state.challenge is not None:
        items.append(Fact("file", msg("fact.file"), personal(state.challenge.identifier)))
    for index, field in enumerate(answer_fields(state)):
        value = draft(state, field)
        checked = reading(state, field)
        understood = personal(checked.sent if checked.sent and field.kind is not Kind.NUMBER else clear(value).strip())
        if field.kind is Kind.DATE and checked.sent:
            understood = personal(date.fromisoformat(checked.sent))
        items.append(
            Button(
                f"answer.{index}",
                public(field.title),
                Do.EDIT_ANSWER,
                str(index),
                state=understood,
                key=str(index + 1),
                row=True,
            )
        )
    price = cost(state, "questions")
    if price is not None:
        items.append(Prose("cost", price, quiet=True))
    items.append(Button("submit", msg("button.send_answers"), Do.SUBMIT, main=True))
    return (*items, *other_methods(state))


def link_code(state: State) -> tuple[Item, ...]:
    """Method 3."""
    form = _form(state, "link_code", "button.link")
    ask = Button("request_code", msg("button.request_code"), Do.REQUEST_CODE)
    place = next((index for index, item in enumerate(form) if item.id == "submit"), len(form) - 1) + 1
    return (*form[:place], ask, *form[place:])


def link_code_request(state: State) -> tuple[Item, ...]:
    """Have linking coordinates sent."""
    return (
        Prose("intro", msg("link_code_request.intro")),
        *entries(state),
        Button("submit", msg("button.send_code"), Do.SUBMIT, main=True),
        Button("back", msg("button.back"), Do.BACK),
    )


def _form(state: State, method: str, button: str) -> tuple[Item, ...]:
    # The notice says what matters now: the introduction has been read.
    items: list[Item] = [] if state.notice else [Prose("intro", msg(f"{method}.intro"))]
    items += entries(state)
    price = cost(state, method)
    if price is not None:
        items.append(Prose("cost", price, quiet=True))
    if method_open(state, method):
        items.append(Button("submit", msg(button), Do.SUBMIT, main=True))
    return (*items, *other_methods(state))
