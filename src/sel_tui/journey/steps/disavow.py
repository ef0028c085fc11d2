"""« This was not me »: a mail tells of something that this person did not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core.effects import Disavow, Request
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.parts import form
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, end_task, go_back, send, start_at
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Disavowal(Task):
    """The report of something that this person did not do."""


TOKEN: Final = Field("token", Kind.TOKEN, "field.token", Disavowal, secret=True)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, Disavow(Secret(sent[TOKEN.name])))


def _on_result(state: State, _: Request, __: Any, ___: datetime | None) -> State:
    """The link is frozen and the sessions are ended, if the code was right; the answer does not say."""
    notice = Notice(Tone.SUCCESS, msg("notice.disavowed"), (msg("notice.disavowed.next"), msg("notice.contact_us")))
    state = end_task(state, Disavowal)
    # Should the session have been ended, the next call says so.
    open_over = state.account.session is not None and bool(state.trail)
    return replace(go_back(state) if open_over else start_at(state, Step.LOGIN), notice=notice)


STEPS: Final = {
    Step.DISAVOW: StepSpec(
        items=lambda state: form(state, "disavow.intro", "button.disavow", TOKEN, binding=True),
        fields=lambda _: (TOKEN,),
        tasks=(Disavowal,),
        public=True,
        submit=_submit,
        on_result=_on_result,
    )
}
