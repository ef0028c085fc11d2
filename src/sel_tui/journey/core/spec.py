"""What a step or an overlay says of itself; the core treats all alike. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Protocol

from sel_tui.journey.core.drafts import draft
from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Item
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Value
from sel_tui.journey.core.state import State, focus
from sel_tui.journey.registry import Overlay, Step
from sel_tui.late_dataclass import dataclass

Handler = Callable[[State, str], State]


def _no_fields(_: State) -> tuple[Field, ...]:
    return ()


def _nothing_sent(state: State, _: Mapping[str, str]) -> State:
    return state


def _result_ignored(state: State, _: Request, __: Any, ___: datetime | None) -> State:
    return state


def _failure_left_to_the_core(_: State, __: Request, ___: Failure) -> State | None:
    return None


@dataclass(frozen=True, kw_only=True)
class StepSpec:
    """Everything about one step.

    Attributes:
        items: What it says and offers, in reading order.
        title: Its title; the catalogue's `<step>.title` when None.
        fields: What it asks, in order.
        tasks: The tasks that it is a part of; the secrets of all others end here.
        public: It can be reached without a session.
        interrupts: It asks for something in between: what was begun on the step below goes on afterwards.
        proves: It asks for the password and then makes the waiting call again by itself.
        stage: The steps of the printed guide that it stands for, by their numbers; none where the guide has none.
        method: The linking method that it belongs to, "" for none.
        submit: What follows when its form is right: the state, and what each field was understood to be.
        commands: What follows from each of its own commands, by name; the argument says which one of several.
        enter: What follows when it is reached; it may go elsewhere when it misses what it shows.
        back: What Back does here, None to go back on the trail.
        in_language: What follows when the person chose the other language here, a call being under way or not.
        unasked: Nobody who is here has asked for what is fetched: its page does not say so.
        begins_at: The item that has the focus where nothing else is wanted; "" for the first that can be operated.
        paste: What a pasted text fills in by itself, by field; nothing when None.
        on_result: What follows from the answer to a request that it owns: state, request, result, the hour.
        on_failure: What follows when a request that it owns gave no result; None leaves it to the core.
    """

    items: Callable[[State], tuple[Item, ...]]
    title: Callable[[State], Msg] | None = None
    fields: Callable[[State], tuple[Field, ...]] = _no_fields
    tasks: tuple[type[Task], ...] = ()
    public: bool = False
    interrupts: bool = False
    proves: bool = False
    stage: tuple[int, ...] = ()
    method: str = ""
    submit: Callable[[State, Mapping[str, str]], State] = _nothing_sent
    commands: Mapping[str, Handler] = field(default_factory=dict)
    enter: Callable[[State], State] | None = None
    back: Callable[[State], State | None] | None = None
    in_language: Callable[[State], State] | None = None
    unasked: bool = False
    begins_at: Callable[[State], str] = lambda _: ""
    paste: Callable[[str], dict[str, Value]] | None = None
    on_result: Callable[[State, Request, Any, datetime | None], State] = _result_ignored
    on_failure: Callable[[State, Request, Failure], State | None] = _failure_left_to_the_core


@dataclass(frozen=True, kw_only=True)
class OverlaySpec:
    """Everything about what may lie over a step.

    Attributes:
        items: What it says and offers: the state, the step below and the item that has the focus there.
        commands: What follows from each of its own commands.
        begins_at: The item that has the focus when it opens, "" for the first that can be operated.
        title: Its title; by its own name when None.
    """

    items: Callable[[State, StepSpec, str], tuple[Item, ...]]
    commands: Mapping[str, Handler] = field(default_factory=dict)
    begins_at: Callable[[State], str] = lambda _: ""
    title: Callable[[State], Msg] | None = None


class Registry(Protocol):
    """Where the core finds what steps and overlays say of themselves."""

    def step(self, name: Step) -> StepSpec:
        """Return the step of that name."""

    def overlay(self, name: Overlay) -> OverlaySpec:
        """Return the overlay of that name."""


def focus_on_empty(state: State, spec: StepSpec) -> State:
    """Send the focus to the first field of a step in which nothing is typed, to its first item when there is none."""
    return focus(state, next((field.name for field in spec.fields(state) if not len(draft(state, field))), ""))
