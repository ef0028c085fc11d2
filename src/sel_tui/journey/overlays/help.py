"""Help for the field that has the focus, for the step, and for the keys."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core.messages import msg, public
from sel_tui.journey.core.page import Fact, Item, Prose
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State
from sel_tui.journey.overlays.contact import CLOSE, phone
from sel_tui.journey.registry import Overlay

_GROUPS: Final = ("moving", "pages", "lists", "first", "methods", "others", "voice", "voice_menu")
# Every key that works, a group of them on a line.
_KEYS: Final = msg("help.keys", end=public("\n"), **{group: msg(f"help.keys.{group}") for group in _GROUPS})


def _items(state: State, below: StepSpec, focused: str) -> tuple[Item, ...]:
    about = [
        Fact("field", public(field.title) if field.title else msg(field.label), msg(f"{field.label}.help"))
        for field in below.fields(state)
        if field.name == focused
    ]
    step = Prose("step", msg(f"{state.step.value}.help"), stop=True)
    return (*about, step, *phone(state), Prose("keys", _KEYS, stop=True), CLOSE)


OVERLAYS: Final = {Overlay.HELP: OverlaySpec(items=_items)}
