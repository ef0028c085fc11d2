"""The session is about to end; any key keeps it."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State
from sel_tui.journey.registry import Overlay

_MINUTE: Final = 60


def _key(state: State) -> str:
    # Somebody at a kiosk who has not logged in has no session to keep.
    return "expiring" if state.account.session is not None else "expiring.out"


def stay_label(state: State) -> str:
    """Return the catalogue key of what any key does."""
    return "button.stay" if state.account.session is not None else "button.go_on"


def _items(state: State, _: StepSpec, __: str) -> tuple[Item, ...]:
    assert state.ends_at is not None
    left = state.ends_in if state.ends_in < _MINUTE else state.ends_in // _MINUTE * _MINUTE
    key = _key(state)
    items: list[Item] = [Prose("when", msg(f"{key}.when", left=msg("duration", seconds=left), at=state.ends_at))]
    if state.app.kiosk:
        items.append(Prose("erased", msg("expiring.erased")))
    items.append(Prose("how", msg(f"{key}.how")))
    items.append(Button("stay", msg(stay_label(state)), commands.STAY, main=True))
    return tuple(items)


OVERLAYS: Final = {Overlay.EXPIRING: OverlaySpec(items=_items, title=lambda state: msg(f"{_key(state)}.title"))}
