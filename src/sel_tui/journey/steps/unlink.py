"""Unlink a file: what it does is said, and the password is asked, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core import sessions
from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import FetchProfiles, OpenProfile, Request, StepUp, Unlink
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, send, start_at, with_account
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import files
from sel_tui.journey.steps.step_up import wrong_password
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Unlinking(Task):
    """The end of a link."""


PASSWORD: Final = Field("password", Kind.PASSWORD, "field.password", Unlinking, secret=True)


def _items(state: State) -> tuple[Item, ...]:
    opened = state.account.opened
    return (
        Prose("what", msg("unlink.what", name=personal(opened.link.display_name if opened is not None else ""))),
        Prose("after", msg("unlink.after")),
        *entries(state, PASSWORD),
        submit_button("button.unlink", binding=True),
        BACK,
    )


def _submit(state: State, sent: Mapping[str, str]) -> State:
    """Prove oneself with the password; the unlinking waits until that is done."""
    opened = state.account.opened
    if opened is None:
        return start_at(state, Step.PROFILES)
    waiting = Request(0, state.requests + 1, Unlink(opened.link.id), Step.UNLINK)
    return send(replace(state, unfinished=waiting), StepUp(Secret(sent[PASSWORD.name])))


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    match request.effect:
        case OpenProfile():
            return with_account(state, opened=result)
        case StepUp():
            state = sessions.renewed(erase(state, Unlinking, PASSWORD.name), result)
            waiting = state.unfinished
            return send(state, waiting.effect, again=waiting) if waiting is not None else state
        case _:
            return _unlinked(state)


def _unlinked(state: State) -> State:
    opened = state.account.opened
    name = personal(opened.link.display_name) if opened is not None else msg("fact.file")
    notice = Notice(Tone.SUCCESS, msg("notice.unlinked", name=name), (msg("notice.unlinked.next"),))
    state = with_account(start_at(state, Step.PROFILES), opened=None, profiles=None)
    return send(replace(state, notice=notice), FetchProfiles(), owner=Step.PROFILES)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if failure.kind == "not-found" and isinstance(request.effect, Unlink):
        return _unlinked(state)  # it was done before, and that answer was lost
    if failure.kind == "invalid-credentials":
        return wrong_password(state, Unlinking)
    return files.on_failure(state, request, failure)


STEPS: Final = {
    Step.UNLINK: StepSpec(
        items=_items,
        fields=lambda _: (PASSWORD,),
        tasks=(Unlinking,),
        proves=True,
        submit=_submit,
        enter=files.fetch_opened,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
