"""A stage for the screens: the app on a terminal that does not exist, at one moment of a journey, and its keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, _character_to_key

from sel_tui.app import SelApp
from sel_tui.i18n import Words
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.core.state import State
from sel_tui.runtime.clock import Timer
from sel_tui.runtime.options import Kiosk, VisitOptions
from sel_tui.terminal.capabilities import Decision, Found, decide
from sel_tui.voice import OFF
from sel_tui.widgets.views import ItemView
from tests.screens.stub import StubClient

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

    from sel_tui.screens.step import StepScreen

ZONE: Final = ZoneInfo("America/Toronto")
USUAL: Final = (80, 24)
LONGEST: Final = 100_000
DECISION: Final = decide(Found(term="xterm-256color", locale="C.UTF-8"))


class Never:
    """An alarm that does not ring."""

    def cancel(self) -> None:
        """There is nothing to cancel."""


def never(seconds: float, call: Callable[[], None]) -> Timer:
    del seconds, call
    return Never()


class Clock:
    """A clock that goes on by a thousandth of a second whenever somebody looks, and by more when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


@dataclass
class Stage:
    """What a test sees of the screen and does to it."""

    app: SelApp
    pilot: Pilot[int]
    client: StubClient
    clock: Clock

    @property
    def state(self) -> State:
        return self.app.visit.state

    @property
    def screen(self) -> StepScreen:
        return cast("StepScreen", self.app.screen)

    @property
    def rows(self) -> list[str]:
        """The rows of the terminal as plain text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(row.rstrip() for row in self.rows)

    @property
    def focused(self) -> ItemView:
        view = self.screen.view
        assert view is not None, "nothing has the focus"
        return view

    @property
    def focus(self) -> str:
        """The id of the item that has the focus."""
        return self.focused.item.id

    @property
    def typed(self) -> dict[str, str]:
        """What each field on the screen holds."""
        return {view.item.id: view.edit.text for view in self.screen.views if isinstance(view.item, EntryItem)}

    async def settles(self) -> None:
        """Let all that was set going come to its end: no clock, only until nothing waits to be run or to be painted."""
        loop: Any = asyncio.get_running_loop()
        for _ in range(LONGEST):
            await asyncio.sleep(0)
            if loop._ready:
                continue
            if self.app._resize_event is not None:
                self.app._check_resize()  # what a timer of Textual's would do, a moment later
            elif _unpainted(self.app.screen):
                self.app.screen._on_timer_update()  # likewise, a sixtieth of a second later
            elif self.app._exception or not self.app._stale:
                return
        raise AssertionError("the app does not come to rest")

    async def press(self, *keys: str) -> None:
        """Press keys in one burst, as a terminal that reads them all at once, and let what follows happen."""
        for key in keys:
            self.posts(key)
        await self.settles()

    def posts(self, key: str) -> None:
        """The terminal reads a key; nothing follows from it yet."""
        event = key_event(key)
        event.time = self.clock()
        self.app.post_message(event)

    def pauses(self) -> None:
        """The person lets go of the keys for a while."""
        self.clock.now += 10

    async def type(self, text: str) -> None:
        """Type `text` in one burst; `⇥` is Tab and `⏎` is Enter."""
        await self.press(*({"⇥": "tab", "⏎": "enter"}.get(letter, letter) for letter in text))

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settles()

    async def answers(self, result: Any = None) -> None:
        """The server answers the call under way."""
        self.client.last.answers(result)
        await self.settles()

    async def refuses(self, kind: str, status: int = 422, **more: Any) -> None:
        self.client.last.refuses(kind, status, **more)
        await self.settles()

    async def becomes(self, state: State) -> None:
        """Show another moment."""
        self.app.visit.state = state
        self.app._stale = True
        self.app.call_later(self.app._catch_up)
        await self.settles()

    async def resizes(self, width: int, height: int) -> None:
        """Give the terminal another size; the pilot's own way waits for an idle processor."""
        size = Size(width, height)
        assert isinstance(self.app._driver, HeadlessDriver)
        self.app._driver._size = size
        self.app.post_message(events.Resize(size, size))
        await self.settles()


def _unpainted(screen: Screen[Any]) -> bool:
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    return bool(waits or screen._dirty_widgets or screen._callbacks)


def key_event(key: str) -> events.Key:
    """Return the event of a key, by its name or by the character that it types."""
    if len(key) == 1:
        name = _character_to_key(key)
        return events.Key(REPLACED_KEYS.get(name, name), key)
    return events.Key(key, {"space": " ", "tab": "\t", "enter": "\r", "escape": "\x1b"}.get(key))


@asynccontextmanager
async def stage(
    state: State, size: tuple[int, int] = USUAL, *, kiosk: Kiosk | None = None, **given: Any
) -> AsyncIterator[Stage]:
    """Play `state` on a terminal of `size`; the call that is under way waits for the test's answer.

    Args:
        state: The state.
        size: Columns and rows.
        kiosk: The kiosk that it is played on.
        given: What the app is given beside, or what is decided otherwise of the terminal.
    """
    client = StubClient()
    clock = Clock()
    # Nothing is said aloud by this machine's own engines: a test that listens has a voice of its own.
    usual: dict[str, Any] = {"words": lambda language: Words(language, ZONE), "later": never, "voice": OFF}
    app = SelApp(
        VisitOptions(state.app.server, language=state.person.language, kiosk=kiosk),
        DECISION._replace(**{name: given.pop(name) for name in Decision._fields if name in given}),
        client=client.as_client(),
        clock=clock,
        **usual | given,
    )
    app.visit.state = state
    async with app.run_test(size=size) as pilot:
        for timer in list(app._timers):
            if timer._callback == app._look_at_clock:
                timer.stop()  # a test that takes a second lets none pass by that
        played = Stage(app, pilot, client, clock)
        await played.becomes(state)
        for _ in range(10):
            if state.busy is None or client.calls:
                break
            await played.settles()
        try:
            yield played
        finally:
            app.visit._client = None  # whoever leaves logs out first, and waits for that
