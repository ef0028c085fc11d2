"""An account from nothing, at last: the single-use code that proves the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sel_tui.journey.core import sessions
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import ConfirmAccount, LogIn, Request, ResendCode
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, clear_messages, focus, go, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import single_use_code
from sel_tui.journey.steps.account import NEW_EMAIL, NEW_PASSWORD, Registration

_CODE: Final = single_use_code.field(Registration)


def _enter(state: State) -> State:
    registration = task(state, Registration)
    if registration.started is None:
        return state
    return _code_sent(state, registration.started.ask_again_after_seconds, registration.sent_at)


def _code_sent(state: State, seconds: int, at: datetime | None) -> State:
    more = (msg("account_code.exists"), msg("account_code.keep_open"))
    notice = single_use_code.sent(state, "account_code", NEW_EMAIL, single_use_code.ask_again(seconds, at), *more)
    return replace(with_task(clear_messages(state), Registration, sent_at=at), notice=notice)


def _sent_again(state: State, seconds: int, at: datetime | None) -> State:
    again_at = single_use_code.again_at(seconds, task(state, Registration).sent_at)
    soon = single_use_code.asked_too_soon(state, again_at, at)
    if soon is not None:
        return soon
    return focus(_code_sent(erase(state, Registration, _CODE.name), seconds, at), _CODE.name)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    started = task(state, Registration).started
    if started is None:
        return go(state, Step.ACCOUNT)
    return send(state, ConfirmAccount(started.id, Secret(sent[_CODE.name])))


def _resend(state: State, _: str) -> State:
    started = task(state, Registration).started
    return send(clear_messages(state), ResendCode(started.id)) if started is not None else go(state, Step.ACCOUNT)


def _on_result(state: State, request: Request, result: Any, at: datetime | None) -> State:
    match request.effect:
        case ResendCode():
            return _sent_again(state, result.ask_again_after_seconds, at)
        case ConfirmAccount():  # the account exists: log in with what was just typed
            state = with_task(erase(state, Registration, _CODE.name), Registration, started=None)
            return single_use_code.log_in(state, NEW_EMAIL, NEW_PASSWORD)
        case _:
            return sessions.logged_in(state, cast("Any", result), welcome=True)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if isinstance(request.effect, LogIn):
        return single_use_code.log_in_by_hand(state, NEW_EMAIL, "notice.account_ready")
    return single_use_code.invalid(state, Registration) if failure.kind == "invalid-code" else None


STEPS: Final = {
    Step.ACCOUNT_CODE: StepSpec(
        items=lambda state: single_use_code.items(state, "account_code", "button.confirm_code", NEW_EMAIL, _CODE),
        fields=lambda _: (_CODE,),
        tasks=(Registration,),
        public=True,
        submit=_submit,
        commands={single_use_code.RESEND: _resend},
        enter=_enter,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
