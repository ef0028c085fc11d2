"""Which screen shows which step: plain columns of items, but for the profiles and for what lies over a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.page import Button, EntryItem
from sel_tui.journey.registry import Overlay, Step
from sel_tui.screens.step import StepScreen

if TYPE_CHECKING:
    from sel_tui.widgets.views import ItemView


class DialogScreen(StepScreen):
    """What lies over a step, drawn like one; Esc closes it and the step is as it was."""


class ProfilesScreen(StepScreen):
    """A search field above a list that follows it; Enter in the search field goes to the first profile found."""

    def _after_entry(self, view: ItemView, *, meant: bool) -> None:
        if not isinstance(view.item, EntryItem) or view.item.kind is not Kind.SEARCH:
            super()._after_entry(view, meant=meant)
            return
        rows = [other for other in self.views if isinstance(other.item, Button) and other.item.row]
        self._go_to(rows[0] if rows else None)


_SCREENS: Final[dict[Step | Overlay, type[StepScreen]]] = {Step.PROFILES: ProfilesScreen}


def screen_for(where: Step | Overlay) -> type[StepScreen]:
    """Return the screen of a step, or of what lies over one."""
    if where is Step.ATTRACT:
        from sel_tui.screens.attract import AttractScreen  # a kiosk alone has it

        return AttractScreen
    return DialogScreen if isinstance(where, Overlay) else _SCREENS.get(where, StepScreen)
