"""The state of a visit: its scopes, where the person is, what is said and awaited; and how it moves on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sel_tui.journey.core.effects import KEEP_UNFINISHED, Effect, Request
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.scopes import Account, App, Person, Task
from sel_tui.journey.registry import START, Overlay, Step
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime


class Tone(StrEnum):
    """How grave a notice is; also said in words, never by colour alone."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """What the person must know now.

    Attributes:
        tone: How grave it is.
        title: What happened, in one sentence.
        lines: Why it may be, and what to do next.
        reference: What to read out to Customer Service.
    """

    tone: Tone
    title: Msg
    lines: tuple[Msg, ...] = ()
    reference: str = ""

    @property
    def grave(self) -> bool:
        """Whether it matters more than what the person was doing."""
        return self.tone in {Tone.WARNING, Tone.ERROR}


@dataclass(frozen=True)
class Focus:
    """Where the focus must go; `serial` grows each time, so that a face moves it once.

    Attributes:
        serial: Which move it is.
        item: Where to; "" is the first item.
        gently: Only where nobody is typing: what was asked in passing has failed.
    """

    serial: int = 0
    item: str = ""
    gently: bool = False


TaskT = TypeVar("TaskT", bound=Task)


@dataclass(frozen=True)
class State:
    """Everything that the faces show.

    Attributes:
        app: Never ends.
        person: Ends with the next person.
        account: Ends with the session.
        tasks: Each ends when it is done or left for good.
        step: Where the person is; `trail` is how they came, for Back.
        overlay: What lies over the step, on top.
        beneath: What it lies over in its turn, the lowest first: it comes back when the one on top is closed.
        shown: Whether masked fields show what was typed.
        errors: What is wrong, by the field's name.
        notice: What the person must know now.
        unexpected: Grows with each refusal and the like: what was typed ahead was meant for something else.
        misses: How many wrong passwords or codes were refused at this step.
        busy: The call under way; there is never a second.
        unfinished: The call to make again: its outcome is unknown, or it waits for the password.
        requests: How many calls were made.
        slow: The request that has been awaited for a while.
        ends_at: When the session ends or the kiosk is wiped; `ends_in`: how many seconds were left when that was said.
        quit: The person has left the program.
        stopped: The staff has ended it: on a kiosk nobody comes next.
    """

    app: App = field(default_factory=App)
    person: Person = field(default_factory=Person)
    account: Account = field(default_factory=Account)
    tasks: Mapping[type[Task], Task] = field(default_factory=dict)
    step: Step = START
    trail: tuple[Step, ...] = ()
    overlay: Overlay | None = None
    beneath: tuple[Overlay, ...] = ()
    shown: bool = False
    errors: Mapping[str, Msg] = field(default_factory=dict)
    notice: Notice | None = None
    focus: Focus = Focus()
    unexpected: int = 0
    misses: int = 0
    busy: Request | None = None
    unfinished: Request | None = None
    requests: int = 0
    slow: int = 0
    ends_at: datetime | None = None
    ends_in: int = 0
    quit: bool = False
    stopped: bool = False

    @property
    def ends_program(self) -> bool:
        """Whether nobody comes next: a kiosk begins again."""
        return self.quit and (self.stopped or not self.app.kiosk)


def task(state: State, kind: type[TaskT]) -> TaskT:
    """Return the task of that kind, an empty one when it has not begun."""
    found = state.tasks.get(kind)
    return found if isinstance(found, kind) else kind()


def with_task(state: State, kind: type[TaskT], **changes: object) -> State:
    """Return `state` in which the task of that kind has `changes`."""
    changed = replace(task(state, kind), **changes)  # type: ignore[arg-type]  # the fields of a subclass that the caller names
    return replace(state, tasks={**state.tasks, kind: changed})


def end_task(state: State, kind: type[Task]) -> State:
    """Return `state` without the task of that kind: it is done."""
    return replace(state, tasks={one: held for one, held in state.tasks.items() if one is not kind})


def with_app(state: State, **changes: object) -> State:
    """Return `state` with changes to what is so for everybody."""
    return replace(state, app=replace(state.app, **changes))  # type: ignore[arg-type]  # the fields that the caller names


def with_person(state: State, **changes: object) -> State:
    """Return `state` with changes to what belongs to the person."""
    return replace(state, person=replace(state.person, **changes))  # type: ignore[arg-type]  # the fields that the caller names


def with_account(state: State, **changes: object) -> State:
    """Return `state` with changes to what belongs to the session."""
    return replace(state, account=replace(state.account, **changes))  # type: ignore[arg-type]  # the fields that the caller names


def go(state: State, step: Step) -> State:
    """Move on to `step`; Back will come here again, unless `step` is already on the way back."""
    if step is state.step:
        return clear_messages(state)
    trail = state.trail[: state.trail.index(step)] if step in state.trail else (*state.trail, state.step)
    return focus(replace(clear_messages(state), step=step, trail=trail, shown=False), "")


def start_at(state: State, step: Step) -> State:
    """Move on to `step` and forget the way back."""
    return focus(replace(clear_messages(state), step=step, trail=(), shown=False), "")


def go_back(state: State) -> State:
    """Go back one step on the trail."""
    return focus(replace(clear_messages(state), step=state.trail[-1], trail=state.trail[:-1], shown=False), "")


def clear_messages(state: State) -> State:
    """Return `state` without its notice and errors."""
    return replace(state, notice=None, errors={})


def focus(state: State, item: str, *, gently: bool = False) -> State:
    """Send the focus to `item` ("" is the first one), `gently`: unless somebody is typing."""
    return replace(state, focus=Focus(state.focus.serial + 1, item, gently))


def send(state: State, effect: Effect, *, owner: Step | None = None, again: Request | None = None) -> State:
    """Ask the outside for `effect`.

    Args:
        state: What is so; no call is under way.
        effect: What is asked.
        owner: The step that takes the result or the failure; the present one when None.
        again: The earlier request of which this is the same intent, so that it carries the same idempotency key.
    """
    number = state.requests + 1
    request = Request(number, again.intent if again else number, effect, again.owner if again else owner or state.step)
    # A safe retry stays on offer while something is only read.
    unfinished = state.unfinished if isinstance(effect, KEEP_UNFINISHED) else None
    return replace(state, busy=request, requests=number, unfinished=unfinished)


def refuse(state: State, errors: Mapping[str, Msg]) -> State:
    """Show `errors` at their fields and send the focus to the first."""
    first = next(iter(errors))
    return focus(replace(state, errors=errors, notice=None), first)
