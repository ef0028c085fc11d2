"""Every form that a scenario reaches."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core.fields import Field
from sel_tui.journey.machine import fields_of
from sel_tui.journey.registry import Step
from tests.scenarios import NAMES, build


def _forms() -> dict[Step, tuple[Field, ...]]:
    found: dict[Step, tuple[Field, ...]] = {}
    for name in NAMES:
        state = build(name)
        fields = fields_of(state)
        if fields:
            found[state.step] = tuple(dict.fromkeys((*found.get(state.step, ()), *fields)))
    return found


FORMS: Final = _forms()
EVERY_FIELD: Final = tuple(dict.fromkeys(field for form in FORMS.values() for field in form))
