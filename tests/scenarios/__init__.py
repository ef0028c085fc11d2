"""Every step, overlay, notice and error of the journey by name, reached by real events: `build("linked", "en")`.

A new one takes three lines in the module of its part of the journey: `@scenario`, a function from the walk's start to
its end, whose name is the scenario's. Snapshots, accessibility checks and the line face's tests take all of `NAMES`.
"""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core.state import State
from tests.each import in_each
from tests.scenarios import accounts, handoffs, kiosk, linking, logging_in, overlays, profiles, trouble, working_at_desk
from tests.scenarios.walk import SCENARIOS, Walk

NAMES: Final = tuple(SCENARIOS)


def build(name: str, language: str = "fr") -> State:
    """Return the state at the end of the scenario `name`, walked in `language`."""
    return SCENARIOS[name](Walk.begins(language)).state


in_each_scenario = in_each("name", NAMES)


__all__ = [
    "NAMES",
    "accounts",
    "build",
    "handoffs",
    "in_each_scenario",
    "kiosk",
    "linking",
    "logging_in",
    "overlays",
    "profiles",
    "trouble",
    "working_at_desk",
]
