"""Method 1: the old access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sel_tui.journey.core.effects import LegacyProof, LinkFile
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, send
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.linking import COMMANDS, IDENTIFIER, Linking, linked, method_form, on_failure
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class LegacyAccess(Task):
    """The old access to one file."""


_METHOD: Final = "legacy_access"
OLD_USERNAME: Final = Field(IDENTIFIER.name, Kind.IDENTIFIER, "field.old_username", Linking, pointer="username")
OLD_PASSWORD: Final = Field(
    "old_password", Kind.PASSWORD, "field.old_password", LegacyAccess, secret=True, pointer="password"
)
_FIELDS: Final = (OLD_USERNAME, OLD_PASSWORD)


def _submit(state: State, sent: Mapping[str, str]) -> State:
    return send(state, LinkFile(LegacyProof(sent[OLD_USERNAME.name], Secret(sent[OLD_PASSWORD.name]))))


STEPS: Final = {
    Step.LEGACY_ACCESS: StepSpec(
        items=lambda state: method_form(state, _METHOD, "button.link", *_FIELDS),
        fields=lambda _: _FIELDS,
        tasks=(Linking, LegacyAccess),
        stage=(3,),
        method=_METHOD,
        submit=_submit,
        commands=COMMANDS,
        on_result=linked,
        on_failure=on_failure,
    )
}
