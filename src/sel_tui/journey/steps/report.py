"""Report an error in a file, in the person's own words, and the reference for Customer Service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sel_tui.journey.core import commands
from sel_tui.journey.core.effects import OpenProfile, Request, VerifyFile
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.opening_hours import opening_hours
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, send, start_at, with_account
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import files
from sel_tui.journey.steps.client_file import verified
from sel_tui.journey.steps.navigation import SELECT_PROFILE, select_profile

NOTE: Final = Field("note", Kind.NOTE, "field.note", files.Reporting)


def _items(state: State) -> tuple[Item, ...]:
    opened = state.account.opened
    said = opened.link.verification.note if opened is not None else None
    before: tuple[Item, ...] = ()
    if said:
        before = (Prose("before", msg("report.before", note=personal(said))), Prose("replaces", msg("report.replaces")))
    intro = Prose("intro", msg("report.intro"))
    return (intro, *before, *entries(state, NOTE), submit_button("button.report", binding=True), BACK)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    opened = state.account.opened
    if opened is None:
        return start_at(state, Step.PROFILES)
    return send(state, VerifyFile(opened.link.id, accurate=False, note=sent[NOTE.name]))


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, OpenProfile):
        return with_account(state, opened=result)
    state = start_at(verified(state, cast("VerifyFile", request.effect), result), Step.REPORTED)
    opened = state.account.opened
    return with_account(state, linked=opened.link if opened is not None else None, reference=result.reference or "")


def _reported(state: State) -> tuple[Item, ...]:
    link, service = state.account.linked, state.app.service
    items: list[Item] = [Prose("done", msg("reported.done"), stop=True)]
    if link is not None:
        items.append(Fact("file", msg("fact.file"), files.file_of(link)))
    items.append(Fact("reference", msg("fact.reference"), personal(state.account.reference)))
    if service is not None:
        items.append(Fact("phone", msg("fact.phone"), public(service.contact.phone)))
        items.extend(opening_hours(state))
    items.append(Button("select_profile", msg("button.select_profile"), SELECT_PROFILE, main=True))
    items.append(Button("log_out", msg("button.log_out"), commands.LOG_OUT))
    return tuple(items)


STEPS: Final = {
    Step.REPORT: StepSpec(
        items=_items,
        fields=lambda _: (NOTE,),
        tasks=(files.Reporting,),
        submit=_submit,
        enter=files.fetch_opened,
        on_result=_on_result,
        on_failure=files.on_failure,
    ),
    Step.REPORTED: StepSpec(
        items=_reported,
        commands={SELECT_PROFILE: select_profile},
        enter=lambda state: state if state.account.linked is not None else start_at(state, Step.PROFILES),
        back=select_profile,
    ),
}
