"""The staff ends the program of a kiosk: two keys lead here, which no page names, and a code ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sel_tui.journey.core.drafts import erase
from sel_tui.journey.core.effects import CheckStaffCode, Request
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.parts import form
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, send
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Stopping(Task):
    """Ending the program."""


CODE: Final = Field("staff_code", Kind.PASSWORD, "field.staff_code", Stopping, secret=True)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, CheckStaffCode(Secret(sent[CODE.name])))


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    """End the program, unless the code was refused: then `result` says for how many seconds none is taken."""
    state = erase(state, Stopping, CODE.name)
    if not result:
        return replace(state, quit=True, stopped=True)
    later = msg("notice.staff_refused.next", left=msg("duration", seconds=result))
    notice = Notice(Tone.ERROR, msg("notice.staff_refused"), (later,))
    return focus(replace(clear_messages(state), notice=notice), CODE.name)


STEPS: Final = {
    Step.STAFF: StepSpec(
        items=lambda state: form(state, "staff.intro", "button.stop_program", CODE),
        fields=lambda _: (CODE,),
        tasks=(Stopping,),
        public=True,
        submit=_submit,
        on_result=_on_result,
    )
}
