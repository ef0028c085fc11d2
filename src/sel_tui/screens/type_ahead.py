"""Keys typed while a call is running: they wait for its result, as if they had been typed after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual import events

from sel_tui.journey.core.effects import IN_PASSING, QUIET, Effect, FetchDemo
from sel_tui.journey.core.events import Cancelled, Closed, Command, Event
from sel_tui.journey.core.page import Button, EntryItem
from sel_tui.journey.core.update import waits
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.key_bindings import own_event

if TYPE_CHECKING:
    from sel_tui.journey.core.state import State
    from sel_tui.widgets.views import ItemView

_MOVES: Final = frozenset({"tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown"})
# The most keys that wait: more than anybody types in the seconds of a call.
MOST: Final = 1_000
_PUSHES: Final = frozenset({"enter", "space"})


class Typed(NamedTuple):
    """A key or a pasted text.

    Attributes:
        event: What was typed.
        began: When the press began, in seconds of the app's clock.
        over: The overlay that was open then; None for none.
    """

    event: events.Key | events.Paste
    began: float
    over: Overlay | None

    @property
    def key(self) -> str:
        """The key's name; "" is a paste."""
        return self.event.key if isinstance(self.event, events.Key) else ""

    def own_event(self, state: State) -> Event | None:
        """Return the event of a key of the whole program, or None when it is for the screen."""
        return own_event(self.key, state) if self.key else None


class TypeAhead:
    """The keys that wait, in order; an overlay has a queue of its own."""

    def __init__(self) -> None:
        self._waiting: list[Typed] = []

    def hold_back(self, typed: Typed, state: State, view: ItemView | None) -> bool:
        """Keep `typed` if it has to wait; return whether it was kept.

        Args:
            typed: What was just read.
            state: The current state.
            view: The item that has the focus.
        """
        own = typed.own_event(state)
        behind = own is None and any(one.over is state.overlay for one in self._waiting)
        if behind or _must_wait(typed, own, state, view):
            if len(self._waiting) < MOST:
                self._waiting.append(typed)
            return True
        if isinstance(own, Cancelled) or own == Command("back"):
            self.clear()
        elif isinstance(own, Closed):
            self._waiting = [one for one in self._waiting if one.over is not state.overlay]
        return False

    def keep(self, typed: Typed) -> None:
        """Keep `typed` until its page is there."""
        self._waiting.append(typed)

    def next(self, state: State, view: ItemView | None) -> Typed | None:
        """Remove and return the next key that need not wait any more; None when there is none."""
        if state.overlay is None:  # the overlay is closed: what was typed for it is dropped
            self._waiting = [one for one in self._waiting if one.over is None]
        typed = next((one for one in self._waiting if one.over is state.overlay), None)
        if typed is None or _must_wait(typed, typed.own_event(state), state, view):
            return None
        self._waiting.remove(typed)
        return typed

    def clear(self) -> None:
        """Drop all of it."""
        self._waiting.clear()


def _must_wait(typed: Typed, own: Event | None, state: State, view: ItemView | None) -> bool:
    if own is not None:
        return isinstance(own, Command) and waits(state, own.name)
    if state.busy is None:
        return False
    effect = state.busy.effect
    if state.overlay is None:
        pressed = _pressed(typed, state, view)
        return not _passes(typed, effect, view) and (pressed is None or waits(state, pressed.command))
    if state.overlay is Overlay.DEMO and isinstance(effect, FetchDemo):
        return True
    return (
        typed.key in _PUSHES and view is not None and isinstance(view.item, Button) and waits(state, view.item.command)
    )


def _pressed(typed: Typed, state: State, view: ItemView | None) -> Button | None:
    """Return the button that `typed` presses, outside the fields."""
    if view is None or not isinstance(typed.event, events.Key) or view.types(typed.event):
        return None
    if typed.key in _PUSHES and isinstance(view.item, Button):
        return view.item
    return next((item for item in page(state).items if isinstance(item, Button) and item.key == typed.key), None)


def _passes(typed: Typed, effect: Effect, view: ItemView | None) -> bool:
    """Tell whether the screen can handle `typed` now, because the result of `effect` changes nothing about it."""
    if isinstance(typed.event, events.Paste):
        return isinstance(effect, IN_PASSING) and view is not None and isinstance(view.item, EntryItem)
    if view is not None and view.types(typed.event):
        return isinstance(effect, QUIET)
    return isinstance(effect, IN_PASSING) and typed.key in _MOVES
