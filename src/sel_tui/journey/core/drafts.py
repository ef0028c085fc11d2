"""What was typed, by field: where it is kept and erased, and how it was understood. Pure."""

from __future__ import annotations

from dataclasses import replace

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import identifiers
from sel_tui.journey.core.fields import CATEGORY_CHOICE, Field, Kind
from sel_tui.journey.core.readings import Checked, Context, check
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret, Value, clear
from sel_tui.journey.core.state import State, task, with_person, with_task
from sel_tui.journey.registry import first_page, start


def keep_draft(state: State, name: str, kind: type[Task] | None, value: Value) -> State:
    """Return `state` in which the field `name` holds `value`, in its task or, without one, with the person."""
    if kind is None:
        assert not isinstance(value, Secret), "a secret belongs to a task"
        return with_person(state, drafts={**state.person.drafts, name: value})
    held = task(state, kind)
    if isinstance(value, Secret):
        return with_task(state, kind, secrets={**held.secrets, name: value})
    return with_task(state, kind, drafts={**held.drafts, name: value})


def held_draft(state: State, name: str, kind: type[Task] | None) -> Value | None:
    """Return what the field `name` holds, None when it was not touched."""
    if kind is None:
        return state.person.drafts.get(name)
    held = state.tasks.get(kind)
    return None if held is None else held.secrets.get(name, held.drafts.get(name))


def erase(state: State, kind: type[Task], *names: str) -> State:
    """Return `state` without what was typed in the fields `names` of a task."""
    held = state.tasks.get(kind)
    if held is None:
        return state
    drafts = {name: text for name, text in held.drafts.items() if name not in names}
    secrets = {name: value for name, value in held.secrets.items() if name not in names}
    return with_task(state, kind, drafts=drafts, secrets=secrets)


def erase_secrets(state: State, *, but: type[Task] | None = None) -> State:
    """Return `state` without any secret that was typed, except those of the task `but`."""
    tasks = {kind: held if kind is but else replace(held, secrets={}) for kind, held in state.tasks.items()}
    return replace(state, tasks=tasks, shown=False)


def has_drafts(state: State) -> bool:
    """Tell whether anything typed is held."""
    held: list[Value] = [*state.person.drafts.values()]
    for one in state.tasks.values():
        held += [*one.drafts.values(), *one.secrets.values()]
    return any(len(value) for value in held)


def is_untouched(state: State) -> bool:
    """Tell whether nobody has done anything yet: nothing typed, nothing open, the first page as it comes."""
    app = state.app
    first = state.step in {start(desk=app.desk), first_page(kiosk=app.kiosk, desk=app.desk)} and not state.trail
    return first and state.overlay is None and state.account.session is None and not has_drafts(state)


def empty(field: Field) -> Value:
    """Return what an untouched `field` holds."""
    return Secret() if field.secret else ""


def draft(state: State, field: Field) -> Value:
    """Return what `field` holds."""
    held = held_draft(state, field.name, field.task)
    return empty(field) if held is None else held


def chosen_category(state: State, task: type[Task] | None) -> Category | None:
    """Return whose number it is, as was chosen in a task."""
    chosen = held_draft(state, CATEGORY_CHOICE, task)
    return Category(clear(chosen)) if chosen else None


def reading(state: State, field: Field) -> Checked:
    """Return what `field` was understood to be."""
    service = state.app.service
    category = chosen_category(state, field.task)
    if service is None:
        return check(field, draft(state, field), Context(category, new=field.new, example=field.example))
    today = service.now.date() if field.past else None
    context = Context(category, service.password_rule, field.new, today, field.example)
    return check(field, draft(state, field), context)


def is_number_alone(state: State, field: Field) -> bool:
    """Tell whether `field` asks for an identifier and a number alone was typed, so that its category must be asked."""
    return field.kind is Kind.IDENTIFIER and identifiers.read(clear(draft(state, field))).bare
