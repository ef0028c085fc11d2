"""The journey's one function: `advance(state, event) -> state`. Pure; the faces and the tests are projections of it."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sel_tui.journey import answers, doings, failures
from sel_tui.journey.actions import WRITES, FetchDemo, FetchQuestions, FetchService, LogOut, Request
from sel_tui.journey.events import (
    Abandoned,
    Act,
    Answered,
    Cancelled,
    Closed,
    Edited,
    Event,
    Failed,
    LanguageChosen,
    Opened,
    SessionEnded,
    SessionEnding,
    Slow,
)
from sel_tui.journey.forms import CATEGORY_CHOICE
from sel_tui.journey.identifiers import Category
from sel_tui.journey.scopes import end_tasks
from sel_tui.journey.secret import clear
from sel_tui.journey.state import Notice, State, Tone, begin, calm, focus
from sel_tui.journey.steps import PRIVATE, Overlay, Step
from sel_tui.journey.words import msg

LANGUAGES = ("fr", "en")


def advance(state: State, event: Event) -> State:
    """Return the state that follows from `event`; the same state when the event changes nothing now.

    Args:
        state: What is so.
        event: What happened.
    """
    after = _follow(state, event)
    return after if after is state else end_tasks(state, after)


def _follow(state: State, event: Event) -> State:
    match event:
        case Edited():
            return _edited(state, event)
        case Act():
            return doings.act(state, event)
        case LanguageChosen():
            return _in_language(state, event.language)
        case Opened():
            return _opened(state, event.overlay)
        case Closed():
            return replace(state, overlay=None)
        case Answered():
            request = state.busy
            if request is None or request.id != event.request:
                return state
            return answers.answered(replace(state, busy=None), request.action, event.result, event.at)
        case Failed():
            request = state.busy
            if request is None or request.id != event.request:
                return state
            return _unexpected(state, failures.failed(replace(state, busy=None), request, event.failure))
        case Slow():
            waited_for = state.busy is not None and state.busy.id == event.request
            return replace(state, slow=event.request) if waited_for else state
        case Cancelled():
            return _cancelled(state)
        case SessionEnding():
            if not state.shared and (state.session is None or state.step not in PRIVATE):
                return state
            return replace(state, overlay=Overlay.EXPIRING, ends_at=event.at, ends_in=event.seconds)
        case SessionEnded():
            return _unexpected(state, failures.session_over(state))
        case Abandoned():
            return failures.abandoned(state)
        case _:
            assert_never(event)


def first_state(language: str = "fr", *, shared: bool = False) -> State:
    """Return the state a visit starts with: the login step, asking the server what it is."""
    return begin(State(language=language, shared=shared), FetchService())


def _unexpected(before: State, after: State) -> State:
    """Note that something came for which nobody typed ahead, if it shows; the next person has typed nothing yet."""
    shown = [(state.step, state.notice, state.errors, state.person) for state in (before, after)]
    if shown[0] == shown[1] or before.person != after.person:
        return after
    return replace(after, unexpected=before.unexpected + 1)


def _edited(state: State, event: Edited) -> State:
    if event.name == CATEGORY_CHOICE:
        category = Category(clear(event.value)) if event.value else None
        errors = {name: error for name, error in state.errors.items() if name not in {"identifier", CATEGORY_CHOICE}}
        return replace(state, category=category, errors=errors)
    if state.drafts.get(event.name) == event.value:
        return state
    # What was wrong is being mended: the help comes back in its place.
    errors = {name: error for name, error in state.errors.items() if name != event.name}
    return replace(state, drafts={**state.drafts, event.name: event.value}, errors=errors)


def _in_language(state: State, language: str) -> State:
    if language not in LANGUAGES or language == state.language:
        return state
    state = replace(state, language=language)
    # The questions belong to the server, which words them in the language asked for; the set stays the same.
    if state.challenge is not None and state.busy is None and state.step in {Step.QUESTION, Step.QUESTIONS_REVIEW}:
        return begin(state, FetchQuestions(state.challenge.identifier))
    return state


def _opened(state: State, overlay: Overlay) -> State:
    if overlay is Overlay.DEMO:
        if state.service is None or not state.service.simulation:
            return state
        if state.busy is None:
            unfinished = state.unfinished
            return replace(begin(state, FetchDemo()), overlay=overlay, unfinished=unfinished)
    return replace(state, overlay=overlay)


def _cancelled(state: State) -> State:
    request: Request | None = state.busy
    if request is None or isinstance(request.action, LogOut):
        return state
    state = replace(state, busy=None)
    if isinstance(request.action, FetchDemo):
        return state
    if isinstance(request.action, WRITES):
        return failures.unknown_outcome(state, request)
    notice = Notice(Tone.INFO, msg("notice.cancelled"), (msg("notice.cancelled.next"),))
    return focus(replace(calm(state), notice=notice), state.focus.item)
