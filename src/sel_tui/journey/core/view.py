"""What a step or an overlay says and offers, made whole from its spec. Pure."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.effects import WRITES, FetchService, LogIn, LogOut
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Item, NoticeItem, Page
from sel_tui.journey.core.spec import Registry, StepSpec
from sel_tui.journey.core.state import State

LAST_STAGE: Final = 4


def page(state: State, registry: Registry) -> Page:
    """Return what the step of `state` says and offers."""
    spec = registry.step(state.step)
    return Page(
        where=state.step,
        title=spec.title(state) if spec.title is not None else msg(f"{state.step.value}.title"),
        items=(*_notice(state, spec), *spec.items(state)),
        stage=(spec.stage, LAST_STAGE) if spec.stage else None,
        status=status(state),
        focus=state.focus.item,
        simulation=_is_simulation(state),
    )


def overlay_page(state: State, registry: Registry, focused: str = "") -> Page | None:
    """Return what lies over the step, or None.

    Args:
        state: What is so.
        registry: What each step and overlay says of itself.
        focused: The item that has the focus on the step below, which the help is about.
    """
    if state.overlay is None:
        return None
    spec = registry.overlay(state.overlay)
    items = spec.items(state, registry.step(state.step), focused)
    return Page(
        where=state.overlay,
        title=msg(f"{state.overlay.value}.title"),
        items=items,
        focus=spec.begins_at(state),
        simulation=_is_simulation(state),
    )


def _is_simulation(state: State) -> bool:
    return state.app.service is not None and state.app.service.simulation


def status(state: State) -> Msg | None:
    """Return the one line that says what is going on, or None when nothing is."""
    if state.busy is None:
        return None
    if state.slow == state.busy.id:
        return msg("status.slow")
    match state.busy.effect:
        case LogIn():
            return msg("status.logging_in")
        case LogOut():
            return msg("status.logging_out")
        case FetchService():
            return msg("status.connecting")
        case effect if isinstance(effect, WRITES):
            return msg("status.sending")
        case _:
            return msg("status.loading")


def _notice(state: State, spec: StepSpec) -> tuple[Item, ...]:
    """Return the notice with what it offers to do, or nothing."""
    if state.notice is None:
        return ()
    # A step that asks for the password first makes the call again by itself.
    retry = state.unfinished is not None and state.busy is None and not spec.proves
    check = Button("check_again", msg("button.check_again"), commands.CHECK_AGAIN, main=True)
    return (NoticeItem("notice", state.notice), *((check,) if retry else ()))
