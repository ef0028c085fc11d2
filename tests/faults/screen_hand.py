"""A person's hand on the full screen: keys alone, Tab to where it wants to be, on a terminal that does not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from sel_tui.app import SelApp
from sel_tui.journey.core.events import Event, Opened
from sel_tui.journey.core.page import Button, Page
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.options import VisitOptions
from tests.faults.clock import ClockLoop
from tests.faults.hand import Hand
from tests.screens.stage import DECISION, USUAL, Clock, Stage
from tests.screens.stub import StubClient

_KEYS = {"back": "escape", "log_out": "f10", "hand_off": "f3"}
_MOST_TABS = 60


class ScreenHand(Hand):
    """One visit on the full screen.

    Args:
        loop: The event loop in which it runs.
        address: Where the line begins.
    """

    def __init__(self, loop: ClockLoop, address: str) -> None:
        super().__init__(loop, address, kiosk=False)
        clock = Clock()
        self._app = SelApp(VisitOptions(address), DECISION, clock=clock)
        self._clock = clock
        self.visit = self._app.visit
        self._wanted: asyncio.Queue[Callable[[], Awaitable[None]] | None] = asyncio.Queue()
        self._run_of_app: asyncio.Task[None] | None = None
        self._stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        assert self._stage is not None
        return self._stage

    def begins(self) -> None:
        self._run_of_app = self._loop.create_task(self._play())
        self._wanted.put_nowait(partial(asyncio.sleep, 0))

    async def _play(self) -> None:
        """Run the app; what presses its keys runs in its own context."""
        async with self._app.run_test(size=USUAL) as pilot:
            self._stage = Stage(self._app, pilot, StubClient(), self._clock)
            while (work := await self._wanted.get()) is not None:
                await work()
                self._wanted.task_done()

    def does(self, name: str, arg: str = "") -> None:
        self._wanted.put_nowait(partial(self._does, name, arg))

    def types(self, **typed: str) -> None:
        self._wanted.put_nowait(partial(self._types, typed))

    def feed(self, event: Event) -> None:
        assert event == Opened(Overlay.CONTACT)
        self._wanted.put_nowait(partial(self._press, "f3"))

    async def settles(self) -> None:
        """Wait until every key was pressed, no answer is awaited, and all is painted."""
        assert self._run_of_app is not None
        done = asyncio.ensure_future(self._wanted.join())
        try:
            await asyncio.wait((done, self._run_of_app), return_when=asyncio.FIRST_COMPLETED)
            if self._run_of_app.done():
                self._run_of_app.result()
                raise AssertionError("the app has ended")
        finally:
            done.cancel()
            await asyncio.gather(done, return_exceptions=True)
        while self.state.busy is not None:  # noqa: ASYNC110  # the app tells nobody when an answer has come
            await asyncio.sleep(0.001)
        await self.stage.settles()

    async def vanishes(self) -> None:
        """End as a process does that is killed."""
        client, self.visit._client = self.visit._client, None  # whoever leaves logs out first
        self.visit._cancel_stale_call()
        if self.visit._running is not None:
            self.visit._running[1].cancel()
        await self._stops()
        if client is not None:
            with suppress(Exception):
                await client.close()

    async def ends(self) -> None:
        """Leave the program as a person does."""
        await self._stops()
        await super().ends()

    async def _stops(self) -> None:
        self._wanted.put_nowait(None)
        if self._run_of_app is not None:
            await asyncio.gather(self._run_of_app, return_exceptions=True)

    # ------------------------------------------------------------------------------------------ the keys

    async def _press(self, *keys: str) -> None:
        self.stage.pauses()
        await self.stage.press(*keys)

    @property
    def _shown(self) -> Page:
        return overlay_page(self.state) or page(self.state)

    async def _comes_to(self, item: str) -> None:
        for _ in range(_MOST_TABS):
            view = self.stage.screen.view
            if view is not None and view.item.id == item:
                return
            await self._press("tab")
        raise AssertionError(f"Tab does not lead to {item}:\n{self.stage.text}")

    async def _does(self, name: str, arg: str) -> None:
        button = self._button(name, arg)
        if button is None:
            await self._press(_KEYS[name])
            if name == "back":
                return
            button = self._button(name, arg)
        assert button is not None, (name, arg, self.stage.text)
        await self._comes_to(button.id)
        await self._press("enter")

    def _button(self, name: str, arg: str) -> Button | None:
        buttons = (item for item in self._shown.items if isinstance(item, Button))
        return next((one for one in buttons if (one.command, one.arg) == (name, arg)), None)

    async def _types(self, typed: dict[str, str]) -> None:
        for name, text in typed.items():
            await self._comes_to(name)
            held = self.stage.typed.get(name, "")
            await self._press("end", *["backspace"] * len(held))
            await self._press(*text)
        await self._does("submit", "")
