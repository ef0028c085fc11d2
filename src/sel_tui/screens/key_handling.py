"""What the keys do on a screen: type, move, and press buttons. No API."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sel_tui.journey.core.events import Command, Edited, Event
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.secret import clear
from sel_tui.journey.machine import paste
from sel_tui.journey.registry import Overlay
from sel_tui.screens.navigation import NavigableScreen
from sel_tui.widgets.views import ItemView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.events import Key

    from sel_tui.journey.core.secret import Value


class KeyScreen(NavigableScreen):
    """A screen that handles keys.

    Args:
        classes: Its style classes.
        feed: Receives the events. A call, not a message: keys that arrive in one read keep their order.
    """

    def __init__(self, classes: str, feed: Callable[[Event], None]) -> None:
        super().__init__(classes)
        self.feed = feed
        self._hinted = False

    def pressed(self, key: Key, *, meant: bool) -> None:
        """Handle a key that is not one of the whole program.

        Args:
            key: The key.
            meant: Whether it was pressed for the page shown: a key typed ahead, or held down, confirms nothing.
        """
        self._hint(None)
        view = self.view
        if view is not None and not self.typing and key.is_printable and key.key != "space":
            search = next((one for one in self.views if _is_search(one)), None)
            if search is not None:  # a list is searched from anywhere on its page; `/` only goes there
                self._go_to(search)
                if key.character == "/":
                    return
                view = search
            elif not view.operable:
                view = self._field_to_type_in(view)
        if view is not None and view.pressed(key):
            return
        match key.key:
            case "tab":
                self._move(1, tab=True)
            case "shift+tab":
                self._move(-1, tab=True)
            case "down" | "right":
                self._move(1)
            case "up" | "left":
                self._move(-1)
            case "pagedown":
                self._turn_page(1)
            case "pageup":
                self._turn_page(-1)
            case "home":
                self._to_end(0)
            case "end":
                self._to_end(-1)
            case "enter" | "space":
                self._enter(meant=meant)
            case other:
                self._shortcut(other, typing=self.typing, meant=meant)

    def pasted(self, text: str) -> None:
        """Handle pasted text; a text with both linking coordinates fills in both fields."""
        found = paste(self.page.where, text)
        for name, value in found.items():
            self.feed(Edited(name, value))
        if found:
            self._go_to(next((view for view in self.views if _is_main(view)), None))
        elif self.view is not None:
            self.view.pasted(text)

    def _edited(self, name: str, value: Value) -> None:
        self.feed(Edited(name, value))
        if self.view is not None and isinstance(self.view.item, Choice):
            self._move(1, tab=True)

    def _enter(self, *, meant: bool) -> None:
        view = self.view
        if view is None:
            return
        match view.item:
            case Button() as button:
                self._push(button, meant=meant)
            case EntryItem():
                if not view.to_caret():
                    self._after_entry(view, meant=meant)
            case _ if isinstance(self.page.where, Overlay):
                self._turn_page(1)
            case _:
                following = self._neighbour(1, tab=True)
                if following is not None and isinstance(following.item, Button) and following.item.binding:
                    self._hint(msg("status.read_on"))  # else Enter, repeated, would go on to it and bind
                else:
                    self._go_to(following)

    def _after_entry(self, view: ItemView, *, meant: bool) -> None:
        operable = [other for other in self.views if other.operable]
        following = operable[operable.index(view) + 1 :]
        if following and isinstance(following[0].item, (EntryItem, Choice)):
            self._go_to(following[0])
        else:
            buttons = (item for item in self.page.items if isinstance(item, Button) and item.command == "submit")
            button = next(buttons, None)
            if button is not None:
                self._push(button, meant=meant)
            else:  # a closed method has none: the server says why
                self.feed(Command("submit"))

    def _push(self, button: Button, *, meant: bool) -> None:
        """Run the command of `button`, unless it is binding and the key was not meant for it."""
        entries = [item for item in self.page.items if isinstance(item, EntryItem)]
        lacking = any(entry.required and not clear(entry.value).strip() for entry in entries)
        refused = lacking and button.command == "submit"  # nothing is sent: the form says what it lacks
        if button.binding and not refused and not meant:
            self._hint(msg("status.press_again"))
        else:
            self.feed(Command(button.command, button.arg))

    def _hint(self, hint: Msg | None) -> None:
        """Say in the status line why a key did nothing, until the next one."""
        if hint is not None or self._hinted:
            self._hinted = hint is not None
            self.page = replace(self.page, status=hint)
            self._frame()

    def _shortcut(self, key: str, *, typing: bool, meant: bool) -> None:
        for item in self.page.items:
            if isinstance(item, Button) and item.key == key and not (typing and len(key) == 1):
                self._push(item, meant=meant)
                return

    def _frame(self) -> None:
        """Show the lines that frame the screen."""


def _is_search(view: ItemView) -> bool:
    return isinstance(view.item, EntryItem) and view.item.kind is Kind.SEARCH


def _is_main(view: ItemView) -> bool:
    return isinstance(view.item, Button) and view.item.main
