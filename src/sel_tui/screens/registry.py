"""Which screen shows which step."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.registry import Overlay, Step
from sel_tui.screens.profiles import ProfilesScreen
from sel_tui.screens.step import StepScreen

_SCREENS: Final[dict[Step | Overlay, type[StepScreen]]] = {Step.PROFILES: ProfilesScreen}


def screen_for(where: Step | Overlay) -> type[StepScreen]:
    """Return the screen of a step; most are plain columns of items."""
    return _SCREENS.get(where, StepScreen)
