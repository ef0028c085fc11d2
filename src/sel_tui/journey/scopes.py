"""What belongs to a task ends with the task: applied after every event, whatever led out of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.journey.forms import EMAIL, FIRST_NAME, FORMS, LAST_NAME
from sel_tui.journey.secret import Secret
from sel_tui.journey.state import ANSWER, State, erase
from sel_tui.journey.steps import Step

_ACCOUNT: Final = frozenset({Step.ACCOUNT, Step.ACCOUNT_NAME, Step.TERMS, Step.ACCOUNT_CODE})
_RESET: Final = frozenset({Step.RESET, Step.RESET_CODE})
_QUESTIONS: Final = frozenset({Step.QUESTIONS_FILE, Step.QUESTION, Step.QUESTIONS_REVIEW})
_LINK_CODE: Final = frozenset({Step.LINK_CODE, Step.LINK_CODE_REQUEST})

# Tasks of several steps: what is typed in one of them is sent from another. Any other step is a task by itself.
_TASKS: Final = (_ACCOUNT, _RESET, _QUESTIONS, _LINK_CODE)


def task(step: Step) -> frozenset[Step]:
    """Return the steps of the task that `step` belongs to."""
    return next((steps for steps in _TASKS if step in steps), frozenset({step}))


def end_tasks(before: State, after: State) -> State:
    """Return `after` without what belongs to tasks that are no longer open.

    A secret lives while its task is the one at hand. The rest of an account creation or of a reset lives while one
    of its steps is on the way back; the login form then holds again what it held before.

    Args:
        before: The state before the event.
        after: The state that follows from the event.
    """
    at_hand = _at_hand(after)
    secrets = [name for name, value in after.drafts.items() if isinstance(value, Secret)]
    gone = [name for name in secrets if not _is_asked_in(at_hand, name)]
    if gone:
        after = erase(after, *gone)
    if after.unfinished is not None and at_hand.isdisjoint(_at_hand(before)):
        after = replace(after, unfinished=None)
    if _is_opening_an_account(before) and not _is_opening_an_account(after):
        after = _end_account(after)
    return after


def _at_hand(state: State) -> frozenset[Step]:
    """Return the steps of the task at hand; proving oneself again is a part of the task that it interrupts."""
    steps = task(state.step)
    return steps | task(state.trail[-1]) if state.step is Step.STEP_UP and state.trail else steps


def _is_asked_in(steps: frozenset[Step], name: str) -> bool:
    if name.startswith(ANSWER):
        return Step.QUESTION in steps
    return any(field.name == name for step in steps for field in FORMS.get(step, ()))


def _is_opening_an_account(state: State) -> bool:
    return not (_ACCOUNT | _RESET).isdisjoint((state.step, *state.trail))


def _end_account(state: State) -> State:
    drafts = {name: value for name, value in state.drafts.items() if name not in {FIRST_NAME.name, LAST_NAME.name}}
    if state.step is Step.LOGIN:
        drafts.pop(EMAIL.name, None)
        if state.login_email:
            drafts[EMAIL.name] = state.login_email
    return replace(state, drafts=drafts, login_email="", registration=None, reset=None, reset_for="")
