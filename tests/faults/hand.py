"""A person's hand on a visit without a face: the real `Visit` with the real API client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from sel_tui.journey.core.events import Command, Edited, Event
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import fields_of
from sel_tui.runtime.options import Kiosk, VisitOptions
from sel_tui.runtime.revocations import Revocations
from sel_tui.runtime.visit import Running, Visit
from tests.faults.clock import ClockLoop


class Hand:
    """One visit.

    Args:
        loop: The event loop in which it runs.
        address: Where the line begins.
        kiosk: Whether it takes place on a kiosk, which has sessions ended that were left.
    """

    def __init__(self, loop: ClockLoop, address: str, *, kiosk: bool) -> None:
        self.revocations = Revocations(loop.time)
        self.kiosk = kiosk
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self.visit = Visit(
            VisitOptions(address, kiosk=Kiosk(revocations=self.revocations) if kiosk else None),
            self._run,
            lambda _, __: self._moved.set(),
            awake=loop.time,
        )

    @property
    def state(self) -> State:
        return self.visit.state

    @property
    def token(self) -> str:
        """The token of the session; "" without one."""
        client = self.visit._client
        return client._transport.credentials.token if client is not None else ""

    @property
    def told(self) -> str:
        """The key of the notice's title; "" without one."""
        return self.state.notice.title.key if self.state.notice is not None else ""

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Running:
        task = self._loop.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begins(self) -> None:
        """Start the program; its first call asks what the server is."""
        self.visit.start()

    def does(self, name: str, arg: str = "") -> None:
        self.feed(Command(name, arg))

    def feed(self, event: Event) -> None:
        self.visit.feed(event)

    def types(self, **typed: str) -> None:
        """Type into the fields of this step, by name, and send them."""
        secret = {field.name for field in fields_of(self.state) if field.secret}
        for name, text in typed.items():
            self.feed(Edited(name, Secret(text) if name in secret else text))
        self.does("submit")

    async def settles(self) -> None:
        """Wait until no answer is awaited."""
        while self.state.busy is not None:
            self._moved.clear()
            await self._moved.wait()

    async def vanishes(self) -> None:
        """End as a process does that is killed: nothing more is sent, and its connections are gone."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.visit._clock.close()
        self.revocations.detach()
        if self.visit._client is not None:
            with suppress(Exception):
                await self.visit._client.close()

    async def ends(self) -> None:
        """Leave the program as a person does."""
        await self.visit.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
