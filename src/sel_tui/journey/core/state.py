"""The state of a visit, in scopes. Each says when it ends; ending it is replacing it by its empty record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sel_tui.journey.core.effects import KEEP_UNFINISHED, Effect, Request
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.secret import Secret, Value
from sel_tui.journey.registry import START, Overlay, Step

if TYPE_CHECKING:
    from datetime import datetime

    from sel_contract import DemoAccounts, DemoMailbox, Events, Link, LinkDetail, Receipt, Service, Session


class Tone(StrEnum):
    """How grave a notice is; also said in words, never by colour alone."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Focus:
    """Where the focus must go; `serial` grows each time, so that a face moves it once."""

    serial: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration's panel shows."""

    accounts: DemoAccounts
    mailbox: DemoMailbox


@dataclass(frozen=True, slots=True)
class App:
    """What is so for everybody. Never ends.

    Attributes:
        server: The back end's address.
        service: What the back end says of itself.
        kiosk: Many people use this machine one after the other, so nothing of one may reach the next.
        demo: The demonstration's accounts and mails.
    """

    server: str = ""
    service: Service | None = None
    kiosk: bool = False
    demo: Demo | None = None


@dataclass(frozen=True, slots=True)
class ReturnTo:
    """Where a session ended, by names alone: the same person comes back there, anybody else does not.

    Attributes:
        account_id: Whose session it was.
        step: The step that was open.
        trail: How the person had come there.
        link_id: The file that was open, "" when none was.
        receipt_of: The link whose receipt was fetched last, "" when none was.
    """

    account_id: str
    step: Step
    trail: tuple[Step, ...] = ()
    link_id: str = ""
    receipt_of: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in front of the screen, logged in or not. Ends with the next person, log-out or abandonment.

    Attributes:
        language: `fr` or `en`.
        generation: How many people have come and gone.
        drafts: What was typed that several tasks ask for, by the field's name.
        return_to: Where the session ended.
    """

    language: str = "fr"
    generation: int = 0
    drafts: Mapping[str, str] = field(default_factory=dict)
    return_to: ReturnTo | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What belongs to the session. Ends with it, for whatever reason.

    Attributes:
        session: The session, None before the log-in.
        profiles: The linked files, None before they were fetched.
        opened: The file that is open.
        linked: The file that was linked or reported last.
        receipt: The receipt that was fetched last.
        history: What happened to the account, None before it was fetched.
        reference: The last support reference, for Customer Service.
        code_request: For what coordinates were asked, and until when asking again sends nothing.
    """

    session: Session | None = None
    profiles: tuple[Link, ...] | None = None
    opened: LinkDetail | None = None
    linked: Link | None = None
    receipt: Receipt | None = None
    history: Events | None = None
    reference: str = ""
    code_request: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What belongs to one thing that a person is doing. Ends when it is done, or left for good.

    A step declares the task it is a part of; a subclass, beside its steps, holds what that task needs. It is left for
    good when neither the step nor the way back to it leads through the task any more.

    Attributes:
        drafts: What was typed, by the field's name.
        secrets: What was typed that no log, repr or next step may show. Ends as soon as the task's steps are hidden,
            when it is refused, and with the session.
    """

    drafts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


TaskT = TypeVar("TaskT", bound=Task)


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the faces show.

    Attributes:
        app: Never ends.
        person: Ends with the next person.
        account: Ends with the session.
        tasks: Each ends when it is done or left for good.
        step: Where the person is; `trail` is how they came, for Back.
        overlay: What lies over the step.
        shown: Whether masked fields show what was typed.
        errors: What is wrong, by the field's name.
        notice: What the person must know now.
        unexpected: Grows with each refusal and the like: what was typed ahead was meant for something else.
        busy: The call under way; there is never a second.
        unfinished: The call to make again: its outcome is unknown, or it waits for the password.
        requests: How many calls were made.
        slow: The request that has been awaited for a while.
        ends_at: When the session ends or the kiosk is wiped; `ends_in`: how many seconds were left when that was said.
        quit: The person has left the program.
    """

    app: App = App()
    person: Person = Person()
    account: Account = Account()
    tasks: Mapping[type[Task], Task] = field(default_factory=dict)
    step: Step = START
    trail: tuple[Step, ...] = ()
    overlay: Overlay | None = None
    shown: bool = False
    errors: Mapping[str, Msg] = field(default_factory=dict)
    notice: Notice | None = None
    focus: Focus = Focus()
    unexpected: int = 0
    busy: Request | None = None
    unfinished: Request | None = None
    requests: int = 0
    slow: int = 0
    ends_at: datetime | None = None
    ends_in: int = 0
    quit: bool = False


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


def focus(state: State, item: str) -> State:
    """Send the focus to `item` ("" is the first one)."""
    return replace(state, focus=Focus(state.focus.serial + 1, item))


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


def is_to_verify(link: Link) -> bool:
    """Tell whether a person has still to say if a file is exact; a suspended one cannot be opened."""
    return link.verification.state == "to_verify" and link.state != "frozen"


def is_untouched(state: State) -> bool:
    """Tell whether nobody has done anything yet: nothing typed, nothing open, the first page as it comes."""
    nowhere = state.step is START and state.overlay is None and not state.trail and state.account.session is None
    return nowhere and not has_drafts(state)


def has_drafts(state: State) -> bool:
    """Tell whether anything typed is held."""
    held: list[Value] = [*state.person.drafts.values()]
    for one in state.tasks.values():
        held += [*one.drafts.values(), *one.secrets.values()]
    return any(len(value) for value in held)
