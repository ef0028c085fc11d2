"""The form of a step, whichever it is: what is typed in it, and what is checked before it is sent. Pure."""

from __future__ import annotations

from dataclasses import replace

from sel_tui.journey.core.drafts import chosen_category, erase, held_draft, is_number_alone, keep_draft, reading
from sel_tui.journey.core.events import Edited
from sel_tui.journey.core.fields import CATEGORY_CHOICE, Kind
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import Registry, StepSpec
from sel_tui.journey.core.state import State, clear_messages, focus, refuse


def edited(state: State, event: Edited, registry: Registry) -> State:
    """Return `state` in which a field, or the choice of whose number it is, holds what was typed."""
    fields = registry.step(state.step).fields(state)
    back_to = state.person.return_to
    if back_to is not None:  # half typed when the session ended
        fields += tuple(field for field in registry.step(back_to.step).fields(state) if not field.secret)
    field = next((field for field in fields if field.name == event.name), None)
    if field is None:
        if event.name != CATEGORY_CHOICE:
            return state
        asking = next((field for field in fields if field.kind is Kind.IDENTIFIER), None)
        if asking is None:
            return state
        return _without_errors(
            keep_draft(state, CATEGORY_CHOICE, asking.task, event.value), CATEGORY_CHOICE, asking.name
        )
    if held_draft(state, field.name, field.task) == event.value:
        return state
    # What was wrong is being mended: the help comes back in its place.
    value = event.value
    if field.secret and not isinstance(value, Secret):
        value = Secret(value)
    return _without_errors(keep_draft(state, field.name, field.task, value), field.name)


def submit(state: State, spec: StepSpec) -> State:
    """Check the form of this step; send it, or show what to mend and where."""
    errors: dict[str, Msg] = {}
    sent: dict[str, str] = {}
    for field in spec.fields(state):
        checked = reading(state, field)
        if checked.problem is not None:
            errors[field.name] = checked.problem
        if checked.forget and field.task is not None:
            state = erase(state, field.task, field.name)
        sent[field.name] = checked.sent
    if not errors:
        return spec.submit(clear_messages(state), sent)
    state = refuse(state, errors)
    first = next(field for field in spec.fields(state) if field.name in errors)
    bare = is_number_alone(state, first) and chosen_category(state, first.task) is None
    return focus(state, CATEGORY_CHOICE) if bare else state


def _without_errors(state: State, *names: str) -> State:
    return replace(state, errors={name: error for name, error in state.errors.items() if name not in names})
