"""The state of one person's journey, and the small moves that every part of the machine is made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sel_tui.journey import forms
from sel_tui.journey.actions import Action, Request
from sel_tui.journey.forms import Checked, Context, Field, Kind
from sel_tui.journey.identifiers import Category
from sel_tui.journey.secret import Secret, Value
from sel_tui.journey.steps import Overlay, Step
from sel_tui.journey.words import Msg

if TYPE_CHECKING:
    from datetime import datetime

    from sel_contract import (
        Challenge,
        DemoAccounts,
        DemoMailbox,
        Events,
        Link,
        LinkDetail,
        LinkMethods,
        PasswordResetStarted,
        Receipt,
        RegistrationStarted,
        Service,
        Session,
        Terms,
        Verification,
    )


# How the fields of method 2 begin; the rest is the question's id.
ANSWER: Final = "answer."


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
class State:
    """Everything that both faces show, at one moment.

    Attributes:
        language: `fr` or `en`.
        step: Where the person is; `trail` is how they came, for Back.
        overlay: What lies over the step.
        drafts: What was typed, by the field's name.
        category: Whose number it is, when a number alone was typed.
        errors: What is wrong, by the field's name.
        unexpected: Grows with each refusal and the like: what was typed ahead was meant for something else.
        busy: The call under way; there is never a second.
        unfinished: The call to make again: its outcome is unknown, or it waits for the password.
        resume: The step to come back to after logging in again, and `resume_trail` the way to it.
        resume_for: The account whose session has ended: what is still here is for nobody else.
        login_email: What the login form held when an account creation or a reset began.
        ends_at: When the session ends, and `ends_in` how many seconds were left when that was said.
        slow: The request that has been awaited for a while.
        asked: For what coordinates were asked, and until when asking again sends nothing.
        reference: The last support reference, for Customer Service.
        reset_for: The address that `reset` was asked for.
        left: The person has left the program.
        shared: Many people use this machine one after the other, so nothing of one may reach the next.
        person: How many people have come and gone; it grows with each.
    """

    language: str = "fr"
    step: Step = Step.LOGIN
    trail: tuple[Step, ...] = ()
    overlay: Overlay | None = None
    drafts: Mapping[str, Value] = field(default_factory=dict)
    shown: bool = False
    category: Category | None = None
    errors: Mapping[str, Msg] = field(default_factory=dict)
    notice: Notice | None = None
    focus: Focus = Focus()
    unexpected: int = 0
    busy: Request | None = None
    unfinished: Request | None = None
    requests: int = 0
    resume: Step | None = None
    resume_trail: tuple[Step, ...] = ()
    resume_for: str = ""
    login_email: str = ""
    reference: str = ""
    left: bool = False
    shared: bool = False
    person: int = 0
    server: str = ""
    service: Service | None = None
    session: Session | None = None
    ends_at: datetime | None = None
    ends_in: int = 0
    slow: int = 0
    asked: tuple[str, datetime] | None = None
    methods: LinkMethods | None = None
    challenge: Challenge | None = None
    question: int = 0
    linked: Link | None = None
    profiles: tuple[Link, ...] | None = None
    opened: LinkDetail | None = None
    verification: Verification | None = None
    terms: Terms | None = None
    registration: RegistrationStarted | None = None
    reset: PasswordResetStarted | None = None
    reset_for: str = ""
    receipt: Receipt | None = None
    history: Events | None = None
    demo: Demo | None = None


def fields_of(state: State) -> tuple[Field, ...]:
    """Return the fields that the person can fill in at this step."""
    if state.step is Step.QUESTION and state.challenge is not None:
        return (answer_fields(state)[state.question],)
    if state.step is Step.QUESTIONS_REVIEW:
        return ()
    return forms.FORMS.get(state.step, ())


def answer_fields(state: State) -> tuple[Field, ...]:
    """Return one field for each question of the challenge."""
    if state.challenge is None:
        return ()
    return tuple(
        Field(
            f"{ANSWER}{question.id}",
            Kind(question.kind),
            f"field.answer.{question.kind}",
            secret=True,
            title=question.text,
            example=question.example,
        )
        for question in state.challenge.questions
    )


def is_to_verify(link: Link) -> bool:
    """Tell whether a person has still to say if a file is exact; a suspended one cannot be opened."""
    return link.verification.state == "to_verify" and link.state != "frozen"


def is_untouched(state: State) -> bool:
    """Tell whether nobody has done anything yet: nothing typed, nothing open, the first page as it comes."""
    nowhere = state.step is Step.LOGIN and state.overlay is None and not state.trail and state.session is None
    return nowhere and not any(len(value) for value in state.drafts.values())


def draft(state: State, field: Field) -> Value:
    """Return what `field` holds."""
    return state.drafts.get(field.name, forms.empty(field))


def reading(state: State, field: Field) -> Checked:
    """Return what `field` was understood to be."""
    rule = state.service.password_rule if state.service is not None else None
    return forms.check(field, draft(state, field), Context(state.category, rule, creating=state.step is Step.ACCOUNT))


def erase(state: State, *names: str) -> State:
    """Return `state` without what was typed in the fields `names`."""
    return replace(state, drafts={name: value for name, value in state.drafts.items() if name not in names})


def erase_secrets(state: State, *, answers: bool) -> State:
    """Return `state` without any secret; the answers of method 2 go too when `answers`."""
    kept = {
        name: value
        for name, value in state.drafts.items()
        if not isinstance(value, Secret) or (name.startswith(ANSWER) and not answers)
    }
    return replace(state, drafts=kept, shown=False)


def go(state: State, step: Step) -> State:
    """Move on to `step`; Back will come here again, unless `step` is already on the way back."""
    if step is state.step:
        return calm(state)
    trail = state.trail[: state.trail.index(step)] if step in state.trail else (*state.trail, state.step)
    return focus(replace(calm(state), step=step, trail=trail, shown=False), "")


def start_at(state: State, step: Step) -> State:
    """Move on to `step` and forget the way back."""
    return focus(replace(calm(state), step=step, trail=(), shown=False), "")


def calm(state: State) -> State:
    """Return `state` without its notice and errors."""
    return replace(state, notice=None, errors={})


def focus(state: State, item: str) -> State:
    """Send the focus to `item` ("" is the first one)."""
    return replace(state, focus=Focus(state.focus.serial + 1, item))


def begin(state: State, action: Action, *, again: Request | None = None) -> State:
    """Ask the outside for `action`; with `again`, as the same intent as that earlier request."""
    number = state.requests + 1
    request = Request(number, again.intent if again else number, action)
    return replace(state, busy=request, requests=number, unfinished=None)


def refuse(state: State, errors: Mapping[str, Msg]) -> State:
    """Show `errors` at their fields and send the focus to the first."""
    first = next(iter(errors))
    return focus(replace(state, errors=errors, notice=None), first)
