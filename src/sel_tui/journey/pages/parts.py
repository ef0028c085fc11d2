"""What several pages are made of. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sel_tui.journey.doings import needs_category
from sel_tui.journey.events import Do
from sel_tui.journey.forms import CATEGORY_CHOICE, Field, Kind
from sel_tui.journey.identifiers import Category
from sel_tui.journey.page import Button, Choice, Entry, Item, Option, Told
from sel_tui.journey.secret import clear
from sel_tui.journey.state import State, draft, fields_of, reading
from sel_tui.journey.steps import METHOD_KEYS, METHOD_OF, METHOD_STEPS, Step
from sel_tui.journey.words import Msg, msg, personal, public

# What is said back while it is typed.
_ECHOED: Final = frozenset({Kind.IDENTIFIER, Kind.DATE, Kind.NEW_PASSWORD, Kind.NOTE})


def told(state: State) -> tuple[Item, ...]:
    """Return the notice with what it offers to do, or nothing."""
    items: list[Item] = []
    notice = state.notice
    if notice is not None:
        items.append(Told("notice", notice))
    proving = state.step in {Step.STEP_UP, Step.UNLINK}
    if state.unfinished is not None and state.busy is None and notice is not None and not proving:
        items.append(Button("check_again", msg("button.check_again"), Do.CHECK_AGAIN, main=True))
    return tuple(items)


def entry(state: State, field: Field) -> Entry:
    """Return `field` as it stands now."""
    value = draft(state, field)
    hint = msg("field.answer.hint", example=public(field.example)) if field.title else msg(f"{field.label}.hint")
    if field.kind is Kind.NEW_PASSWORD and state.service is not None:
        hint = msg("field.new_password.rule", count=state.service.password_rule.min_length)
    echo = None
    if clear(value).strip() and field.kind in _ECHOED:
        echo = reading(state, field).echo
    return Entry(
        id=field.name,
        kind=field.kind,
        label=public(field.title) if field.title else msg(field.label),
        value=value,
        hint=hint,
        error=state.errors.get(field.name),
        echo=echo,
        masked=field.masked and not state.shown,
        required=field.required,
        secret=field.secret and field.masked,
    )


def entries(state: State) -> tuple[Item, ...]:
    """Return the fields of this step; a number alone is followed by the choice of whose it is."""
    items: list[Item] = []
    for field in fields_of(state):
        items.append(entry(state, field))
        if field.kind is Kind.IDENTIFIER and needs_category(state):
            items.append(category_choice(state))
    return tuple(items)


def category_choice(state: State) -> Choice:
    """Return the choice of whose number it is: never guessed."""
    return Choice(
        CATEGORY_CHOICE,
        msg("category.label"),
        tuple(Option(category.value, msg(f"category.{category.value}")) for category in Category),
        state.category.value if state.category else "",
        hint=msg("category.hint"),
    )


def other_methods(state: State) -> tuple[Button, ...]:
    """Return the two other methods, one key away."""
    own = METHOD_OF.get(state.step, "")
    return tuple(
        Button(f"other.{method}", msg(f"method.{method}"), Do.CHOOSE_METHOD, method, key=METHOD_KEYS[method].lower())
        for method in METHOD_STEPS
        if method != own and method_open(state, method)
    )


def method_open(state: State, method: str) -> bool:
    """Tell whether a method can be used now, as far as is known."""
    known = state.methods.methods if state.methods else ()
    return all(listed.available for listed in known if listed.method == method)


def cost(state: State, method: str) -> Msg | None:
    """Return what a failed try costs, or None when it is not known."""
    for listed in state.methods.methods if state.methods else ():
        if listed.method == method and listed.available:
            number = listed.tries_allowed - listed.tries_left + 1
            others = any(method_open(state, other) for other in METHOD_STEPS if other != method)
            return msg(
                "method.cost" if others else "method.cost.alone",
                number=number,
                count=listed.tries_allowed,
                wait=msg("duration", seconds=listed.waits_seconds),
            )
    return None


def file_words(name: str, identifier: str, category: StrEnum) -> Msg:
    """Return what a client file is called in full: name, identifier and whose it is."""
    whose = msg(f"category.{category.value}")
    return personal(msg("fact.file.value", name=personal(name), identifier=personal(identifier), category=whose))
