"""What an account creation and a reset share: the address, its single-use code, logging in at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sel_tui.journey.core.drafts import erase, held_draft, keep_draft, reading
from sel_tui.journey.core.effects import LogIn
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import Msg, from_hour, msg, personal
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Notice, State, Tone, focus, refuse, send, start_at
from sel_tui.journey.registry import Step

RESEND = "resend_code"
NAME = "single_use_code"


def field(task: type[Task]) -> Field:
    """Return the field for the code of a task."""
    return Field(NAME, Kind.SINGLE_USE_CODE, "field.single_use_code", task, secret=True, pointer="code")


def begin_with_email(state: State, email: Field) -> State:
    """Fill in the task's own field `email` with the address typed at the log-in, which is not asked twice."""
    known = held_draft(state, EMAIL.name, None)
    if known is None or held_draft(state, email.name, email.task) is not None:
        return state
    return keep_draft(state, email.name, email.task, known)


def items(state: State, name: str, button: str, email: Field, *fields: Field) -> tuple[Item, ...]:
    """Return a form that says where the code went; `name` is the step's in the catalogue."""
    sent_to = Prose("sent_to", msg(f"{name}.intro", email=personal(reading(state, email).sent)))
    return (
        *(() if state.notice else (sent_to,)),
        *entries(state, *fields),
        submit_button(button),
        Button("resend", msg("button.resend_code"), RESEND),
        BACK,
    )


def sent(state: State, name: str, email: Field, again: Msg, *more: Msg) -> Notice:
    """Return the notice that a code is on its way; `again` says from when it can be asked for again."""
    title = msg(f"{name}.intro", email=personal(reading(state, email).sent))
    return Notice(Tone.SUCCESS, title, (*_life(state), msg("notice.code_sent.where"), *more, again))


def asked_too_soon(state: State, again_at: datetime | None, at: datetime | None) -> State | None:
    """Return a state that says that nothing more is sent for now, with what was typed of the code; None if it was."""
    if again_at is None or at is None or at >= again_at:
        return None
    lines = (msg("notice.code_sent.where"), msg("notice.ask_again_from", at=from_hour(again_at)))
    return focus(replace(state, notice=Notice(Tone.INFO, msg("notice.code_already_requested"), lines)), NAME)


def again_at(seconds: int, at: datetime | None) -> datetime | None:
    """Return from when a code can be asked for again, `seconds` after the answer came."""
    return None if at is None else at + timedelta(seconds=seconds)


def _life(state: State) -> tuple[Msg, ...]:
    """Return how long a code lives, as far as the service is known."""
    service = state.app.service
    return (
        (msg("notice.code_lives", life=msg("duration", seconds=service.codes.single_use_minutes * 60)),)
        if service
        else ()
    )


def invalid(state: State, task: type[Task]) -> State:
    """The code is wrong, used or too old; one text for all three."""
    return refuse(erase(state, task, NAME), {NAME: msg("field.single_use_code.wrong")})


def log_in(state: State, email: Field, password: Field) -> State:
    """Log in with what was just typed."""
    return send(state, LogIn(reading(state, email).sent, Secret(reading(state, password).sent)))


def log_in_by_hand(state: State, email: Field, title: str) -> State:
    """What was asked for is done, but logging in did not work: the login step, with the address and a word about it."""
    state = keep_draft(state, EMAIL.name, None, reading(state, email).sent)
    notice = Notice(Tone.SUCCESS, msg(title), (msg("notice.account_ready.next"),))
    return focus(replace(start_at(state, Step.LOGIN), notice=notice), "password")


def ask_again(seconds: int, at: datetime | None) -> Msg:
    """Return from when a code can be asked for again: an hour, never a ticking clock."""
    if at is None:
        return msg("notice.ask_again_after", wait=msg("duration", seconds=seconds))
    return msg("notice.ask_again_from", at=from_hour(at + timedelta(seconds=seconds)))
