"""Method 3: the linking coordinates, and having them sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sel_contract.rules.codes import find_coordinates
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import CodeProof, LinkFile, Request, RequestCode
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import Msg, from_hour, msg, public
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret, Value
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, go, send, with_account
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.linking import (
    COMMANDS,
    IDENTIFIER,
    METHOD_KEYS,
    Linking,
    linked,
    method_form,
    method_open,
    on_failure,
)
from sel_tui.journey.steps.navigation import to
from sel_tui.journey.steps.single_use_code import ask_again
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import Accepted


@dataclass(frozen=True)
class LinkCode(Task):
    """The linking coordinates of one file."""


_METHOD: Final = "link_code"
_REQUEST_CODE: Final = "request_code"
LINK_USERNAME: Final = Field("link_username", Kind.LINK_USERNAME, "field.link_username", LinkCode, pointer="username")
LINK_CODE: Final = Field("link_code", Kind.LINK_CODE, "field.link_code", LinkCode, secret=True, pointer="code")
_FIELDS: Final = (LINK_USERNAME, LINK_CODE)


def _items(state: State) -> tuple[Item, ...]:
    ask = Button("request_code", msg("button.request_code"), _REQUEST_CODE)
    return method_form(state, _METHOD, "button.link", *_FIELDS, more=(ask,))


def _request_items(state: State) -> tuple[Item, ...]:
    intro = Prose("intro", msg("link_code_request.intro"))
    return (intro, *entries(state, IDENTIFIER), submit_button("button.send_code"), BACK)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, LinkFile(CodeProof(sent[LINK_USERNAME.name], Secret(sent[LINK_CODE.name]))))


def _paste(text: str) -> dict[str, Value]:
    """Return both coordinates when `text` holds them, else nothing."""
    found = find_coordinates(text)
    return {LINK_USERNAME.name: found[0], LINK_CODE.name: Secret(found[1])} if found else {}


def _hours(count: int) -> Msg:
    return msg("duration", seconds=count * 3600)


def _requested(state: State, request: Request, accepted: Accepted, at: datetime | None) -> State:
    assert isinstance(request.effect, RequestCode)
    identifier, asked = request.effect.identifier, state.account.code_request
    # What stood in the form belongs to coordinates that are no longer the newest.
    state = go(erase(state, LinkCode, LINK_USERNAME.name, LINK_CODE.name), Step.LINK_CODE)
    where = msg("notice.code_requested.where")
    others = [METHOD_KEYS[other] for other in METHOD_KEYS if other != _METHOD and method_open(state, other)]
    nothing = msg("notice.code_requested.alone")
    if others:
        nothing = msg("notice.code_requested.nothing", keys=public(", ".join(others)))
    if asked is not None and at is not None and asked[0] == identifier and at < asked[1]:
        lines = (where, msg("notice.ask_again_from", at=from_hour(asked[1])), nothing)
        return replace(state, notice=Notice(Tone.INFO, msg("notice.code_already_requested"), lines))
    seconds = accepted.ask_again_after_seconds
    service = state.app.service
    life = (msg("notice.code_lives", life=_hours(service.codes.linking_code_hours)),) if service is not None else ()
    notice = Notice(Tone.SUCCESS, msg("notice.code_requested"), (*life, where, ask_again(seconds, at), nothing))
    until = (identifier, at + timedelta(seconds=seconds)) if at is not None else None
    return replace(with_account(state, code_request=until), notice=notice)


STEPS: Final = {
    Step.LINK_CODE: StepSpec(
        items=_items,
        fields=lambda _: _FIELDS,
        tasks=(Linking, LinkCode),
        stage=(3,),
        method=_METHOD,
        submit=_submit,
        commands={**COMMANDS, _REQUEST_CODE: to(Step.LINK_CODE_REQUEST)},
        paste=_paste,
        on_result=linked,
        on_failure=on_failure,
    ),
    Step.LINK_CODE_REQUEST: StepSpec(
        items=_request_items,
        fields=lambda _: (IDENTIFIER,),
        tasks=(Linking, LinkCode),
        stage=(3,),
        method=_METHOD,
        submit=lambda state, sent: send(state, RequestCode(sent[IDENTIFIER.name])),
        commands=COMMANDS,
        on_result=_requested,
        on_failure=on_failure,
    ),
}
