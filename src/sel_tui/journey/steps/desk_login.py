"""An agent of Customer Service logs in, and chooses a password of their own at first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core import commands, failures, sessions
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import ChoosePassword, LogIn, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import msg, public, published
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    refuse,
    send,
    start_at,
    task,
    with_task,
)
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass

_NEW_PASSWORD: Final = "new_password"  # noqa: S105  # a need, by its name on the wire


@dataclass(frozen=True)
class AgentLogin(Task):
    """Logging in at the desk, until the agent has a password of their own.

    Attributes:
        opened: What the session was opened with is still held: it is not asked twice.
    """

    opened: bool = False


PASSWORD: Final = Field("password", Kind.PASSWORD, "field.password", AgentLogin, secret=True)
NEW: Final = Field("new_password", Kind.NEW_PASSWORD, "field.new_password", AgentLogin, secret=True)


def _items(state: State) -> tuple[Item, ...]:
    items: list[Item] = [] if state.notice else [Prose("intro", msg("desk_login.intro"))]
    items += [*entries(state, EMAIL, PASSWORD), submit_button("button.log_in")]
    service = state.app.service
    if service is not None:
        operator = msg("login.operator", operator=published(service.operator))
        items.append(Prose("operator", operator, quiet=True, stop=True))
    elif state.busy is None or state.notice is not None:
        items.append(Button("reload", msg("button.reload"), commands.RELOAD))
    items.append(Prose("server", msg("login.server", address=public(state.app.server)), quiet=True))
    return (*items, Prose("independent", msg("login.independent"), quiet=True))


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, LogIn(sent[EMAIL.name], Secret(sent[PASSWORD.name])))


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    typed = task(state, AgentLogin).secrets.get(PASSWORD.name, Secret())
    state = sessions.logged_in(state, result)
    if _NEW_PASSWORD not in {need.value for need in result.desk.needs}:
        return state
    return with_task(start_at(state, Step.DESK_PASSWORD), AgentLogin, secrets={PASSWORD.name: typed}, opened=True)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if not isinstance(request.effect, LogIn) or failure.kind in {"validation", "malformed-request"}:
        return None
    state = erase(state, AgentLogin, PASSWORD.name)
    match failure.kind:
        case "invalid-credentials":
            notice = Notice(Tone.ERROR, msg("notice.wrong_login"), (msg("notice.wrong_agent.next"),))
        case "not-found":
            notice = Notice(Tone.ERROR, msg("notice.no_desk"), (msg("notice.no_desk.next"),))
        case _:
            return focus(failures.common(state, request, failure, STEPS[Step.DESK_LOGIN]), PASSWORD.name)
    return focus(replace(clear_messages(state), notice=notice), PASSWORD.name)


def _password_fields(state: State) -> tuple[Field, ...]:
    return (NEW,) if task(state, AgentLogin).opened else (PASSWORD, NEW)


def _password_items(state: State) -> tuple[Item, ...]:
    said = () if state.notice else (Prose("intro", msg("desk_password.intro")),)
    fields = entries(state, *_password_fields(state))
    log_out = Button("log_out", msg("button.log_out"), commands.LOG_OUT)
    return (*said, *fields, submit_button("button.choose_password"), log_out)


def _choose(state: State, sent: Mapping[str, str]) -> State:
    opened_with = task(state, AgentLogin).secrets[PASSWORD.name]
    return send(state, ChoosePassword(opened_with, Secret(sent[NEW.name])))


def _chosen(state: State, _: Request, result: Any, __: datetime | None) -> State:
    notice = Notice(Tone.SUCCESS, msg("notice.password_chosen"))
    return sessions.logged_in(state, result, notice=notice)


def _not_chosen(state: State, _: Request, failure: Failure) -> State | None:
    if any(code == "same-password" for _, code in failure.codes):
        return refuse(erase(state, AgentLogin, NEW.name), {NEW.name: msg("desk_password.same")})
    if failure.kind == "invalid-credentials":
        state = with_task(erase(state, AgentLogin, PASSWORD.name), AgentLogin, opened=False)
        return refuse(state, {PASSWORD.name: msg("step_up.wrong")})
    return None


STEPS: Final = {
    Step.DESK_LOGIN: StepSpec(
        items=_items,
        fields=lambda _: (EMAIL, PASSWORD),
        tasks=(AgentLogin,),
        public=True,
        submit=_submit,
        on_result=_on_result,
        on_failure=_on_failure,
    ),
    Step.DESK_PASSWORD: StepSpec(
        items=_password_items,
        fields=_password_fields,
        tasks=(AgentLogin,),
        submit=_choose,
        on_result=_chosen,
        on_failure=_not_chosen,
    ),
}
