"""`update(state, event, registry) -> state`: what is so after an event. Pure; it treats all steps alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from sel_tui.journey.core import commands, failures, forms, sessions
from sel_tui.journey.core.drafts import (
    erase_secrets,
)
from sel_tui.journey.core.effects import WRITES, FetchDemo, FetchService, LogOut
from sel_tui.journey.core.events import (
    Abandoned,
    Answered,
    Cancelled,
    Closed,
    Command,
    Edited,
    Event,
    Failed,
    LanguageChosen,
    LookedAgain,
    Opened,
    SessionEnded,
    SessionEnding,
    Slow,
)
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.spec import Registry, StepSpec, focus_on_empty
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    go,
    go_back,
    send,
    with_app,
    with_person,
)
from sel_tui.journey.registry import STAFF, Overlay, Step

LANGUAGES: Final = ("fr", "en")

# What a person may do while a call is under way.
_MEANWHILE: Final = frozenset(
    {
        *(commands.SHOW_SECRETS, commands.QUIT, commands.STAFF, commands.BEGIN),
        *(commands.VOICE, commands.LINE_FACE, commands.FULL_SCREEN, commands.COPY_REFERENCE),
    }
)


def update(state: State, event: Event, registry: Registry) -> State:
    """Return the state that follows from `event`; the same state when the event changes nothing now.

    Args:
        state: What is so.
        event: What happened.
        registry: What each step and overlay says of itself.
    """
    after = _after(state, event, registry)
    return state if after is state else _with_demo(state, _settle(state, after, registry))


def _with_demo(before: State, after: State) -> State:
    """Ask for the demonstration's data once the call is over that was under way when they were opened."""
    ended = before.busy is not None and after.busy is None and not isinstance(before.busy.effect, FetchDemo)
    return _opened(after, Overlay.DEMO) if ended and after.overlay is Overlay.DEMO else after


def waits(state: State, command: str) -> bool:
    """Tell whether a command has to wait for the call under way; what lies over the step can always be closed."""
    closes = command == commands.BACK and state.overlay is not None
    return state.busy is not None and command not in _MEANWHILE and not closes


def can_go_back(state: State, spec: StepSpec) -> bool:
    """Tell whether there is a step to go back to."""
    return bool(state.trail) or (spec.back is not None and spec.back(state) is not None)


def _after(state: State, event: Event, registry: Registry) -> State:
    match event:
        case Edited():
            return forms.edited(state, event, registry)
        case Command():
            return _commanded(state, event, registry)
        case LanguageChosen():
            return _in_language(state, event.language, registry.step(state.step))
        case Opened():
            return _opened(state, event.overlay)
        case Closed():
            return _closed(state)
        case Answered():
            request = state.busy
            if request is None or request.id != event.request:
                return state
            state = replace(state, busy=None)
            known = sessions.answered(state, request, event.result)
            return known or registry.step(request.owner).on_result(state, request, event.result, event.at)
        case Failed():
            request = state.busy
            if request is None or request.id != event.request:
                return state
            if isinstance(request.effect, FetchService):
                state = with_app(state, tried_at=state.app.now)
            return _unexpected(state, failures.failed(replace(state, busy=None), request, event.failure, registry))
        case Slow():
            waited_for = state.busy is not None and state.busy.id == event.request
            return replace(state, slow=event.request) if waited_for else state
        case Cancelled():
            return _cancelled(state)
        case SessionEnding():
            if not state.app.kiosk and (state.account.session is None or registry.step(state.step).public):
                return state
            return replace(state, overlay=Overlay.EXPIRING, ends_at=event.at, ends_in=event.seconds)
        case SessionEnded():
            return _unexpected(state, sessions.session_over(state, registry))
        case Abandoned():
            return sessions.abandoned(state)
        case LookedAgain():
            missing = state.app.service is None and state.busy is None and state.step is not STAFF
            return send(state, FetchService()) if missing else state
        case _:
            assert_never(event)


def _unexpected(before: State, after: State) -> State:
    """Note that something came for which nobody typed ahead, if it shows; the next person has typed nothing yet."""
    shown = [(state.step, state.notice, state.errors) for state in (before, after)]
    if shown[0] == shown[1] or before.person.generation != after.person.generation:
        return after
    return replace(after, unexpected=before.unexpected + 1)


def _settle(before: State, after: State, registry: Registry) -> State:
    """End what has lost its place: the secrets of a hidden step, a task left for good, the retry of another step."""
    spec = registry.step(after.step)
    if after.beneath and after.overlay in {None, Overlay.EXPIRING}:
        after = replace(after, beneath=())
    moved = after.step is not before.step or after.account.session is not before.account.session
    if after.step is not before.step and not spec.interrupts:
        hidden = {kind: held if kind in spec.tasks else replace(held, secrets={}) for kind, held in after.tasks.items()}
        after = replace(after, tasks=hidden, unfinished=None)
    if after.step is not before.step:
        after = replace(after, misses=0)
    path = {task for step in _path(after) for task in registry.step(step).tasks}
    if any(kind not in path for kind in after.tasks):
        after = replace(after, tasks={kind: held for kind, held in after.tasks.items() if kind in path})
    if moved and spec.enter is not None and after.busy is None:
        entered = spec.enter(after)
        if entered is not after:
            if entered.notice is None:  # what was said on the way here is said wherever it leads
                entered = replace(entered, notice=after.notice)
            after = _settle(after, entered, registry)
    if after.person.return_to is not None and after.account.session is not None:
        after = focus_on_empty(with_person(after, return_to=None), registry.step(after.step))
    return after


def _path(state: State) -> tuple[Step, ...]:
    """Return the steps that a person can come to by going back, or by logging in again."""
    back_to = state.person.return_to
    return (state.step, *state.trail, *((back_to.step, *back_to.trail) if back_to is not None else ()))


def _commanded(state: State, event: Command, registry: Registry) -> State:
    """Return what follows from a command; nothing while another call is under way, so nothing is sent twice."""
    if waits(state, event.name):
        return state
    spec = registry.step(state.step)
    over = registry.overlay(state.overlay) if state.overlay is not None else None
    if over is not None and event.name in over.commands:
        return over.commands[event.name](replace(state, overlay=None), event.arg)
    if event.name in spec.commands:
        return spec.commands[event.name](state, event.arg)
    match event.name:
        case commands.SUBMIT:
            return forms.submit(state, spec)
        case commands.BACK:
            return _back(state, spec)
        case commands.QUIT:
            return _quit(state)
        case commands.LOG_OUT if state.account.session is not None:
            return send(replace(erase_secrets(state), overlay=None), LogOut())
        case commands.STAY:
            return sessions.stay(state, spec)
        case commands.CHECK_AGAIN if state.unfinished is not None:
            waiting = state.unfinished
            return send(clear_messages(state), waiting.effect, again=waiting)
        case commands.RELOAD if state.app.service is None:
            return send(clear_messages(state), FetchService())
        case commands.RELOAD if spec.enter is not None:
            return spec.enter(clear_messages(state))
        case commands.STAFF if state.app.staff:
            return _to_staff(state)
        case commands.SHOW_SECRETS:
            return replace(state, shown=not state.shown)
        case _:  # a key may reach the page of a session that has just ended: what it shows is over
            return state


def _to_staff(state: State) -> State:
    """Open the staff's page; a server that does not answer must not come between the staff and its code."""
    looking = state.busy is not None and isinstance(state.busy.effect, FetchService)
    return go(replace(state, overlay=None, busy=None if looking else state.busy), STAFF)


def _back(state: State, spec: StepSpec) -> State:
    """Go back one step; where there is none, offer to leave."""
    if state.overlay is not None:
        return _closed(state)
    own = spec.back(state) if spec.back is not None else None
    if own is not None:
        return own
    return go_back(state) if state.trail else replace(state, overlay=Overlay.LEAVE)


def _quit(state: State) -> State:
    """Leave the program: nothing more is awaited but a log-out."""
    logging_out = state.busy is not None and isinstance(state.busy.effect, LogOut)
    return replace(erase_secrets(state), busy=state.busy if logging_out else None, unfinished=None, quit=True)


def _in_language(state: State, language: str, spec: StepSpec) -> State:
    if language not in LANGUAGES or language == state.person.language:
        return state
    state = with_person(state, language=language)
    return spec.in_language(state) if spec.in_language is not None else state


def _opened(state: State, overlay: Overlay) -> State:
    if overlay is Overlay.DEMO:
        if state.app.service is None or not state.app.service.simulation:
            return state
        state = with_app(state, demo=None)  # a mail may have come since
        if state.busy is None:
            state = send(state, FetchDemo())
    return replace(state, overlay=overlay, beneath=_beneath(state, overlay))


def _beneath(state: State, overlay: Overlay) -> tuple[Overlay, ...]:
    """Return what lies under `overlay` once it is open; opened again, it loses what lay over it."""
    piled = (*state.beneath, *((state.overlay,) if state.overlay is not None else ()))
    return piled[: piled.index(overlay)] if overlay in piled else piled


def _closed(state: State) -> State:
    """Close what lies on top."""
    *beneath, over = state.beneath or (None,)
    return replace(state, overlay=over, beneath=tuple(beneath))


def _cancelled(state: State) -> State:
    request = state.busy
    if request is None or isinstance(request.effect, LogOut):
        return state
    state = replace(state, busy=None)
    if isinstance(request.effect, FetchDemo):
        return state
    if isinstance(request.effect, WRITES):
        return failures.unknown_outcome(state, request)
    notice = Notice(Tone.INFO, msg("notice.cancelled"), (msg("notice.cancelled.next"),))
    return focus(replace(clear_messages(state), notice=notice), state.focus.item)
