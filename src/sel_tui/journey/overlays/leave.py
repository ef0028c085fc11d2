"""Leaving asks first."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State
from sel_tui.journey.registry import Overlay


def _items(state: State, below: StepSpec, __: str) -> tuple[Item, ...]:
    if state.app.kiosk:  # the machine stays; whoever goes takes everything along, logged in or not
        return (
            Prose("intro", msg("leave.intro_kiosk")),
            Button("close", msg("button.stay_here"), commands.BACK, main=True),
            Button("leave", msg("button.finished"), commands.QUIT),
        )
    items: list[Item] = [Prose("intro", msg("leave.intro_out" if below.public else "leave.intro"))]
    if not below.public:
        items.append(Prose("which", msg("leave.which"), quiet=True))
    items.append(Button("close", msg("button.stay_here"), commands.BACK, main=True))
    if not below.public:
        items.append(Button("log_out", msg("button.log_out"), commands.LOG_OUT))
    items.append(Button("leave", msg("button.leave"), commands.QUIT))
    return tuple(items)


def _title(state: State) -> Msg:
    return msg("leave.title_kiosk" if state.app.kiosk else "leave.title")


OVERLAYS: Final = {Overlay.LEAVE: OverlaySpec(items=_items, title=_title)}
