"""A forgotten password: whose, then the single-use code and the new password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import failures, sessions
from sel_tui.journey.core.drafts import erase, reading
from sel_tui.journey.core.effects import FinishReset, LogIn, Request, StartReset
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.parts import form
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, go, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import single_use_code
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import PasswordResetStarted


@dataclass(frozen=True)
class Reset(Task):
    """The choice of a new password.

    Attributes:
        started: The request at the back end.
        email: The address that it was made for.
        again_at: From when another code can be sent to it.
        changed: The back end said that the password was changed.
        lost: Its answer was lost: the request with the code may never have arrived.
    """

    started: PasswordResetStarted | None = None
    email: str = ""
    again_at: datetime | None = None
    changed: bool = False
    lost: bool = False


NEW_PASSWORD: Final = Field("new_password", Kind.NEW_PASSWORD, "field.new_password", Reset, secret=True)
_EMAIL: Final = Field(EMAIL.name, Kind.EMAIL, EMAIL.label, Reset)
_CODE: Final = single_use_code.field(Reset)
_FIELDS: Final = (_CODE, NEW_PASSWORD)


def _ask_for_code(state: State, email: str) -> State:
    """Have a code sent: asked again too soon, the code that was sent stays good for the same address."""
    known = task(state, Reset)
    earlier = known.started.id if known.started is not None and known.email == email else ""
    return send(state, StartReset(email, earlier), owner=Step.RESET)


def _submit_code(state: State, sent: Mapping[str, str]) -> State:
    reset = task(state, Reset)
    if reset.started is None:
        return go(state, Step.RESET)
    code, password = Secret(sent[_CODE.name]), Secret(sent[NEW_PASSWORD.name])
    return send(state, FinishReset(reset.started.id, reset.email, code, password))


def _resend(state: State, _: str) -> State:
    return _ask_for_code(clear_messages(state), reading(state, _EMAIL).sent)


def _code_sent(state: State, _: Request, started: PasswordResetStarted, at: datetime | None) -> State:
    email, before = reading(state, _EMAIL).sent, task(state, Reset)
    if before.email == email:
        soon = single_use_code.asked_too_soon(go(state, Step.RESET_CODE), before.again_at, at)
        if soon is not None:
            return soon
    state = erase(go(state, Step.RESET_CODE), Reset, _CODE.name)
    again_at = single_use_code.again_at(started.ask_again_after_seconds, at)
    state = with_task(state, Reset, started=started, email=email, again_at=again_at)
    again = single_use_code.ask_again(started.ask_again_after_seconds, at)
    notice = single_use_code.sent(state, "reset_code", _EMAIL, again)
    return focus(replace(state, notice=notice), single_use_code.NAME)


def _log_in(state: State, *, lost: bool = False) -> State:
    return single_use_code.log_in(with_task(state, Reset, lost=lost), _EMAIL, NEW_PASSWORD)


def _to_make_again(state: State, log_in: Request) -> Request:
    """Return what tells whether the password was changed: the code again where it may never have arrived.

    A service answers the same code with the same password as before; one that calls it used is asked by a log-in.
    """
    reset = task(state, Reset)
    if not reset.lost or reset.started is None:
        return log_in
    code, password = reading(state, _CODE).sent, reading(state, NEW_PASSWORD).sent
    finish = FinishReset(reset.started.id, reset.email, Secret(code), Secret(password))
    return Request(0, state.requests, finish, Step.RESET_CODE)


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, FinishReset):
        return _log_in(with_task(erase(state, Reset, _CODE.name), Reset, started=None, changed=True))
    notice = Notice(Tone.SUCCESS, msg("notice.password_changed"))
    return sessions.logged_in(state, result, welcome=True, notice=notice)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    match request.effect:
        # The answer was lost, or a stranger's: logging in with the new password tells whether it is the password now.
        case FinishReset() if failure.kind in {"unknown-outcome", "not-understood"}:
            return _log_in(state, lost=True)
        # So it does when the code was used up, perhaps by the same request whose answer was not waited for.
        case FinishReset() if failure.kind == "invalid-code" and request.id != request.intent:
            return _log_in(state)
        case LogIn() if task(state, Reset).changed:
            return single_use_code.log_in_by_hand(state, _EMAIL, "notice.password_changed")
        case LogIn() if failure.kind == "invalid-credentials" and not task(state, Reset).lost:
            return single_use_code.invalid(state, Reset)
        case LogIn() if failure.retry_at is None or failure.kind not in {"too-many-requests", "login-guarded"}:
            return failures.unknown_outcome(state, _to_make_again(state, request))
        case LogIn():
            told = failures.tell(
                state, failure, request, STEPS[Step.RESET_CODE], key="notice.too_many", tone=Tone.WARNING
            )
            return focus(replace(told, unfinished=_to_make_again(state, request)), "check_again")
        case _:
            return single_use_code.invalid(state, Reset) if failure.kind == "invalid-code" else None


STEPS: Final = {
    Step.RESET: StepSpec(
        items=lambda state: form(state, "reset.intro", "button.send_reset", _EMAIL),
        fields=lambda _: (_EMAIL,),
        tasks=(Reset,),
        public=True,
        submit=lambda state, sent: _ask_for_code(state, sent[_EMAIL.name]),
        enter=lambda state: single_use_code.begin_with_email(state, _EMAIL),
        on_result=_code_sent,
    ),
    Step.RESET_CODE: StepSpec(
        items=lambda state: single_use_code.items(
            state, "reset_code", "button.change_password", _EMAIL, _CODE, NEW_PASSWORD
        ),
        fields=lambda _: (_CODE, NEW_PASSWORD),
        tasks=(Reset,),
        public=True,
        submit=_submit_code,
        commands={single_use_code.RESEND: _resend},
        on_result=_on_result,
        on_failure=_on_failure,
    ),
}
