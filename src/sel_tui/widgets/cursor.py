"""The terminal's own cursor is the focus: braille displays and screen readers follow it. Textual hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.geometry import Offset
from textual.reactive import Reactive
from textual.widget import Widget

from sel_tui.widgets.bars import Bar
from sel_tui.widgets.terminal_driver import TerminalApp
from sel_tui.widgets.textual_compat import CompositorUpdate
from sel_tui.widgets.views import ItemView

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

SHOW: Final = "\x1b[?25h"
HIDE: Final = "\x1b[?25l"


class HardwareCursor(TerminalApp):
    """Places the cursor on the focused item after every display: at the caret in a field, else at the label."""

    # How many cells the braille display has that follows the cursor; 0 where none does.
    cells = 0
    # Textual would take the focus away, and so the cursor, when the terminal's window loses its own.
    app_focus: Reactive[bool] = Reactive(default=True, init=False)
    _placed: tuple[int, int] | None = None

    def before_display(self, screen: Screen[object], update: RenderableType | CompositorUpdate | None) -> None:
        """Let Textual end each display at the new place: a reader that meets the cursor elsewhere says things twice."""
        place = self.cursor_place()
        if place is not None:
            self.cursor_position = Offset(*place)
            if self._placed and isinstance(update, CompositorUpdate) and not self.is_batching:
                self._placed = place
        super().before_display(screen, update)

    def forget_shown(self) -> None:
        """Place the cursor anew at the next display."""
        self._placed = None

    def watch_app_focus(self, focus: bool) -> None:
        """Keep the focus where it is."""

    def post_display_hook(self) -> None:
        """Move the cursor where the focus is, unless it is there; called by Textual after each display."""
        driver = self.terminal
        if driver is None or self.is_headless or not self.is_running:
            return
        place = self.cursor_place()
        if place is None or place == self._placed:
            return
        column, row = place
        self.cursor_position = Offset(column, row)
        driver.write(f"\x1b[{row + 1};{column + 1}H{'' if self._placed else SHOW}")
        driver.flush()
        self._placed = place

    @property
    def shows_nothing(self) -> bool:
        """Whether the screen is dark, and the cursor with it."""
        return bool(self.screen_stack) and bool(getattr(self.screen, "shows_nothing", False))

    def cursor_place(self) -> tuple[int, int] | None:
        """Return the column and row of the cursor, from 0, or None while nothing has the focus."""
        if not self.screen_stack or self.shows_nothing:
            return None
        view = self.screen.focused
        if not isinstance(view, ItemView):
            return None
        told: tuple[int, int] | None = getattr(self.screen, "told_at", None)
        if told is not None:
            return told
        region = view.content_region
        if not region:  # too small a window: the cursor goes to the sentence that says so
            shown = next((bar.region for bar in self.screen.query(Bar) if bar.region), region)
            return shown.x, shown.y
        column, line = view.caret()
        row = region.y + line
        if view.parent is not None and isinstance(view.parent, Widget):
            visible = view.parent.region.intersection(region)
            row = min(max(row, visible.y), max(visible.bottom - 1, visible.y))
        return region.x + column, row
