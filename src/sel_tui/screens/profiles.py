"""The profiles: a search field above a list that follows what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.page import Button, EntryItem
from sel_tui.screens.step import StepScreen

if TYPE_CHECKING:
    from sel_tui.widgets.views import ItemView


class ProfilesScreen(StepScreen):
    """Enter in the search field goes to the first profile found."""

    def _after_entry(self, view: ItemView, *, meant: bool) -> None:
        if not isinstance(view.item, EntryItem) or view.item.kind is not Kind.SEARCH:
            super()._after_entry(view, meant=meant)
            return
        rows = [other for other in self.views if isinstance(other.item, Button) and other.item.row]
        self._go_to(rows[0] if rows else None)
