"""What a step or an overlay says and offers, made whole from its spec. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.effects import WRITES, Effect, FetchService, LogIn, LogOut
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Item, NoticeItem, Page
from sel_tui.journey.core.spec import Registry, StepSpec
from sel_tui.journey.core.state import State, Tone

# The guide « How to link your CCQ client file to your user account » has five steps.
LAST_STAGE: Final = 5


def page(state: State, registry: Registry) -> Page:
    """Return what the step of `state` says and offers."""
    spec = registry.step(state.step)
    items, wanted = _items(state, spec), state.focus.item
    return Page(
        where=state.step,
        title=spec.title(state) if spec.title is not None else msg(f"{state.step.value}.title"),
        items=items,
        stage=_stage(spec.stage),
        status=status(state) if not spec.unasked else None,
        focus=wanted if any(item.id == wanted for item in items) else spec.begins_at(state) or wanted,
        simulation=_is_simulation(state),
    )


def _stage(steps: tuple[int, ...]) -> Msg | None:
    """Return which steps of the guide these are; the first two are one screen here."""
    match steps:
        case (number,):
            return msg("stage", number=number, count=LAST_STAGE)
        case (first, second):
            return msg("stage.both", first=first, second=second, count=LAST_STAGE)
        case _:
            return None


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
        title=spec.title(state) if spec.title is not None else msg(f"{state.overlay.value}.title"),
        items=items,
        focus=spec.begins_at(state),
        simulation=_is_simulation(state),
    )


def _is_simulation(state: State) -> bool:
    return state.app.service is not None and state.app.service.simulation


def status(state: State) -> Msg | None:
    """Return the one line that says what is going on and how to stop it, or None when nothing is."""
    if state.busy is None:
        return None
    going_on = msg("status.slow") if state.slow == state.busy.id else _going_on(state.busy.effect)
    return going_on if going_on.key == "status.logging_out" else msg("status.cancellable", status=going_on)


def _going_on(effect: Effect) -> Msg:
    match effect:
        case LogIn():
            return msg("status.logging_in")
        case LogOut():
            return msg("status.logging_out")
        case FetchService():
            return msg("status.connecting")
        case _ if isinstance(effect, WRITES):
            return msg("status.sending")
        case _:
            return msg("status.loading")


def _items(state: State, spec: StepSpec) -> tuple[Item, ...]:
    """Return the notice with what it offers to do, then what the step says: one thing alone is the next to do."""
    items = spec.items(state)
    if state.notice is None:
        return items
    # A step that asks for the password first makes the call again by itself.
    if state.unfinished is None or state.busy is not None or spec.proves:
        return (NoticeItem("notice", state.notice), *items)
    # A warning leaves open whether it was done; an error says that it was not.
    label = "button.check_done" if state.notice.tone is Tone.WARNING else "button.retry"
    check = Button("check_again", msg(label), commands.CHECK_AGAIN, main=True)
    items = tuple(replace(item, main=False) if isinstance(item, Button) else item for item in items)
    return (NoticeItem("notice", state.notice), check, *items)
