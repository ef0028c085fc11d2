"""Log in. Who operates the server is said before anything is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core import commands, failures, sessions
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import LogIn, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import msg, public, published
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, send
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.navigation import to
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Login(Task):
    """Logging in."""


PASSWORD: Final = Field("password", Kind.PASSWORD, "field.password", Login, secret=True)


def _items(state: State) -> tuple[Item, ...]:
    # The notice says what matters now: the introduction has been read.
    items: list[Item] = [] if state.notice else [Prose("intro", msg("login.intro"))]
    items += [
        *entries(state, EMAIL, PASSWORD),
        submit_button("button.log_in"),
        Button("forgot_password", msg("button.forgot_password"), "forgot_password"),
        Button("create_account", msg("button.create_account"), "create_account"),
    ]
    service = state.app.service
    if service is None:
        if state.busy is None or state.notice is not None:  # a shared machine looks again by itself
            items.append(Button("reload", msg("button.reload"), commands.RELOAD))
        if state.app.kiosk and state.notice is not None and state.app.tried_at is not None:
            items.append(Prose("last_look", msg("login.last_look", at=state.app.tried_at), quiet=True))
    else:
        items += [
            Prose(f"notice.{notice.id}", msg("service.notice", text=published(notice.text)))
            for notice in service.notices
        ]
        items.append(
            Prose("operator", msg("login.operator", operator=published(service.operator)), quiet=True, stop=True)
        )
    items.append(Prose("server", msg("login.server", address=public(state.app.server)), quiet=True))
    items.append(Prose("independent", msg("login.independent"), quiet=True))
    return tuple(items)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, LogIn(sent[EMAIL.name], Secret(sent[PASSWORD.name])))


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    return sessions.logged_in(state, result)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if not isinstance(request.effect, LogIn):
        return None
    if failure.kind in {"validation", "malformed-request"}:
        return None  # nothing was tried with the password: it stays
    state = erase(state, Login, PASSWORD.name)
    if failure.kind != "invalid-credentials":
        return focus(failures.common(state, request, failure, SPEC), PASSWORD.name)
    lines = (msg("notice.wrong_login.new"), msg("notice.wrong_login.next"))
    notice = Notice(Tone.ERROR, msg("notice.wrong_login"), lines)
    return focus(replace(clear_messages(state), notice=notice), PASSWORD.name)


SPEC: Final = StepSpec(
    items=_items,
    fields=lambda _: (EMAIL, PASSWORD),
    tasks=(Login,),
    public=True,
    stage=(1, 2),
    submit=_submit,
    commands={"forgot_password": to(Step.RESET), "create_account": to(Step.ACCOUNT)},
    on_result=_on_result,
    on_failure=_on_failure,
)
STEPS: Final = {Step.LOGIN: SPEC}
