"""An account from nothing, a forgotten password, « this was not me ». Part of the machine; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sel_tui.journey.actions import (
    ConfirmAccount,
    CreateAccount,
    Disavow,
    FetchTerms,
    FinishReset,
    LogIn,
    ResendCode,
    StartReset,
)
from sel_tui.journey.forms import EMAIL, FIRST_NAME, LAST_NAME, NEW_PASSWORD, SINGLE_USE_CODE, Field
from sel_tui.journey.secret import Secret, clear
from sel_tui.journey.state import Notice, State, Tone, begin, calm, draft, erase, focus, go, reading, refuse, start_at
from sel_tui.journey.steps import Step
from sel_tui.journey.words import Msg, from_hour, msg, personal

if TYPE_CHECKING:
    from sel_contract import PasswordResetStarted, RegistrationStarted


def start_account(state: State, _: str = "") -> State:
    """Go to the creation of an account; the address typed at login is kept."""
    return go(_remember_login(state), Step.ACCOUNT) if state.step is Step.LOGIN else state


def forgot_password(state: State, _: str = "") -> State:
    """Go to the reset of a password; the address typed at login is kept."""
    return go(_remember_login(state), Step.RESET) if state.step is Step.LOGIN else state


def disavow(state: State, _: str = "") -> State:
    """Go to « this was not me »."""
    return go(replace(state, overlay=None), Step.DISAVOW)


def resend(state: State, _: str = "") -> State:
    """Have the code of this step sent again."""
    if state.step not in {Step.ACCOUNT_CODE, Step.RESET_CODE}:
        return state
    state = erase(calm(state), "single_use_code")
    if state.step is Step.RESET_CODE:
        return begin(state, _reset(state, _sent(state, EMAIL)))
    if state.registration is None:
        return go(state, Step.ACCOUNT)
    return begin(state, ResendCode(state.registration.id))


def submit_account(state: State, _: dict[str, str]) -> State:
    """Address and password are as they should be: the names come next."""
    return go(state, Step.ACCOUNT_NAME)


def submit_name(state: State, _: dict[str, str]) -> State:
    """The names are given: the conditions of use come next."""
    return begin(go(state, Step.TERMS), FetchTerms())


def submit_terms(state: State, _: dict[str, str]) -> State:
    """The conditions are accepted: ask for the account, unless something typed earlier is gone."""
    steps = ((Step.ACCOUNT, EMAIL), (Step.ACCOUNT, NEW_PASSWORD), (Step.ACCOUNT_NAME, FIRST_NAME))
    for step, field in (*steps, (Step.ACCOUNT_NAME, LAST_NAME)):
        problem = reading(state, field).problem
        if problem is not None:
            return refuse(go(state, step), {field.name: problem})
    if state.terms is None:
        return begin(state, FetchTerms())
    return begin(state, _creation(state, state.terms.version))


def submit_account_code(state: State, sent: dict[str, str]) -> State:
    """Confirm the address."""
    if state.registration is None:
        return go(state, Step.ACCOUNT)
    return begin(state, ConfirmAccount(state.registration.id, Secret(sent["single_use_code"])))


def submit_reset(state: State, sent: dict[str, str]) -> State:
    """Have a single-use code sent."""
    return begin(state, _reset(state, sent["email"]))


def submit_reset_code(state: State, sent: dict[str, str]) -> State:
    """Choose the new password."""
    if state.reset is None:
        return go(state, Step.RESET)
    return begin(state, FinishReset(state.reset.id, Secret(sent["single_use_code"]), Secret(sent["new_password"])))


def submit_disavow(state: State, sent: dict[str, str]) -> State:
    """Say that it was not this person."""
    return begin(state, Disavow(Secret(sent["token"])))


def account_asked(state: State, started: RegistrationStarted, at: datetime | None) -> State:
    """A code is on its way: ask for it. It is of use with this request alone, which the program alone knows."""
    return code_again(replace(state, registration=started), started.ask_again_after_seconds, at)


def code_again(state: State, seconds: int, at: datetime | None) -> State:
    """The code of the same request is on its way again: ask for it."""
    state = focus(go(state, Step.ACCOUNT_CODE), SINGLE_USE_CODE.name)
    return replace(state, notice=_code_sent(state, seconds, at, msg("account_code.keep_open")))


def account_confirmed(state: State) -> State:
    """The account exists: log in with what was just typed."""
    state = replace(erase(state, "single_use_code"), registration=None)
    return begin(state, LogIn(_sent(state, EMAIL), _password(state)))


def reset_started(state: State, started: PasswordResetStarted, at: datetime | None) -> State:
    """A code is on its way: ask for it, and for the new password."""
    state = focus(go(state, Step.RESET_CODE), SINGLE_USE_CODE.name)
    state = replace(state, reset=started, reset_for=_sent(state, EMAIL))
    return replace(state, notice=_code_sent(state, started.ask_again_after_seconds, at))


def reset_finished(state: State) -> State:
    """The password is changed: log in with it."""
    state = replace(erase(state, "single_use_code"), reset=None, reset_for="")
    return begin(state, LogIn(_sent(state, EMAIL), _password(state)))


def try_new_password(state: State) -> State:
    """The answer was lost: logging in with the new password tells whether it is the password now."""
    return begin(state, LogIn(_sent(state, EMAIL), _password(state)))


def disavowed(state: State) -> State:
    """The link is frozen and the sessions are ended, if the code was right; the answer does not say."""
    notice = Notice(Tone.SUCCESS, msg("notice.disavowed"), (msg("notice.disavowed.next"), msg("notice.contact_us")))
    state = erase(state, "token")
    if state.session is not None and state.trail:  # should the session have been ended, the next call says so
        return replace(focus(replace(state, step=state.trail[-1], trail=state.trail[:-1]), ""), notice=notice)
    return replace(start_at(state, Step.LOGIN), notice=notice)


def invalid_code(state: State) -> State:
    """The single-use code is wrong, used or too old; one text for all three."""
    return refuse(erase(state, "single_use_code"), {"single_use_code": msg("field.single_use_code.wrong")})


def log_in_by_hand(state: State) -> State:
    """The account is ready but logging in did not work: the login step, with a word about it."""
    state = start_at(erase(_remember_login(state), "new_password", "password"), Step.LOGIN)
    notice = Notice(Tone.SUCCESS, msg("notice.account_ready"), (msg("notice.account_ready.next"),))
    return focus(replace(state, notice=notice), "password")


def _remember_login(state: State) -> State:
    """Return `state` with the address that the login form is to hold when this task is over."""
    return replace(state, login_email=clear(draft(state, EMAIL)))


def _code_sent(state: State, seconds: int, at: datetime | None, *more: Msg) -> Notice:
    sent = msg(f"{state.step.value}.intro", email=personal(_sent(state, EMAIL)))
    return Notice(Tone.SUCCESS, sent, (msg("notice.code_sent.where"), *more, ask_again(seconds, at)))


def _reset(state: State, email: str) -> StartReset:
    """Return the request for a code: asked again too soon, the code that was sent stays good for the same address."""
    known = state.reset if state.reset_for == email else None
    return StartReset(email, known.id if known else "")


def ask_again(seconds: int, at: datetime | None) -> Msg:
    """Return from when the code can be asked for again: an hour, never a ticking clock."""
    if at is None:
        return msg("notice.ask_again_after", wait=msg("duration", seconds=seconds))
    return msg("notice.ask_again_from", at=from_hour(at + timedelta(seconds=seconds)))


def _creation(state: State, terms_version: str) -> CreateAccount:
    names = (_sent(state, FIRST_NAME), _sent(state, LAST_NAME))
    return CreateAccount(_sent(state, EMAIL), _password(state), *names, terms_version)


def _sent(state: State, field: Field) -> str:
    return reading(state, field).sent


def _password(state: State) -> Secret:
    return Secret(_sent(state, NEW_PASSWORD))
