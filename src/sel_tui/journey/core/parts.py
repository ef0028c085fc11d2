"""What the pages of several steps are made of. Pure."""

from __future__ import annotations

from typing import Final

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import chosen_category, draft, is_number_alone, reading
from sel_tui.journey.core.fields import CATEGORY_CHOICE, Field, Kind
from sel_tui.journey.core.messages import msg, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, Option, Prose
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State

BACK: Final = Button("back", msg("button.back"), commands.BACK)

# What is said back while it is typed.
_ECHOED: Final = frozenset(
    {Kind.EMAIL, Kind.IDENTIFIER, Kind.DATE, Kind.NEW_PASSWORD, Kind.NOTE, Kind.TEXT, Kind.LOOKUP}
)


def submit_button(label: str, *, binding: bool = False) -> Button:
    """Return the button that sends the form, under the catalogue key `label`; `binding` as `Button` says."""
    return Button("submit", msg(label), commands.SUBMIT, main=True, binding=binding)


def entry(state: State, field: Field) -> EntryItem:
    """Return `field` as it stands now."""
    value = draft(state, field)
    hint = msg("field.answer.hint", example=public(field.example)) if field.title else msg(f"{field.label}.hint")
    if field.kind is Kind.NEW_PASSWORD and state.app.service is not None:
        rule = state.app.service.password_rule
        hint = msg("field.new_password.rule", count=rule.min_length)
        if rule.passphrase_length is not None:
            hint = msg("field.new_password.rule_or_phrase", count=rule.min_length, phrase=rule.passphrase_length)
    echo = expected = None
    if clear(value).strip() and field.kind in _ECHOED:
        read = reading(state, field)
        echo, expected = read.echo, read.expected
    return EntryItem(
        id=field.name,
        kind=field.kind,
        label=public(field.title) if field.title else msg(field.label),
        value=value,
        hint=hint,
        error=state.errors.get(field.name),
        echo=echo,
        expected=expected,
        masked=field.masked and not state.shown,
        required=field.required,
        secret=field.secret and field.masked,
    )


def entries(state: State, *fields: Field) -> tuple[Item, ...]:
    """Return `fields` as they stand now; where one holds a number alone, the choice of whose it is comes last."""
    choices = (_category_choice(state, field.task) for field in fields if is_number_alone(state, field))
    return (*(entry(state, field) for field in fields), *choices)


def form(
    state: State, intro: str, button: str, *fields: Field, binding: bool = False, before: tuple[Item, ...] = ()
) -> tuple[Item, ...]:
    """Return a form: what it is for, unless a notice says what matters now, its fields, and what sends it.

    Args:
        state: What is so.
        intro: The catalogue key of what it is for.
        button: The catalogue key of the button that sends it.
        fields: What it asks.
        binding: Whether the person is held to it, as `Button` says.
        before: What must be known before anything is typed.
    """
    said = () if state.notice else (Prose("intro", msg(intro)),)
    return (*said, *before, *entries(state, *fields), submit_button(button, binding=binding), BACK)


def _category_choice(state: State, task: type[Task] | None) -> Choice:
    """Return the choice of whose number it is: never guessed."""
    chosen = chosen_category(state, task)
    return Choice(
        CATEGORY_CHOICE,
        msg("category.label"),
        tuple(Option(category.value, msg(f"category.{category.value}")) for category in Category),
        chosen.value if chosen else "",
        hint=msg("category.hint"),
    )
