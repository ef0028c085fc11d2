"""A visit that talks to a real server on loopback through the real client, and what two people log in with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sel_contract import Message
from sel_tui.api import ApiClient
from sel_tui.journey.core.events import Command, Edited, Event
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import fields_of
from sel_tui.runtime.options import Kiosk, VisitOptions
from sel_tui.runtime.visit import Running, Visit
from tests.api.servers import Reaction, Seen, Server, answer
from tests.unit import builders

A, RAISED, B = ("A" * 43, "R" * 43, "B" * 43)  # what the server gives: at A's login, at A's step-up, at B's login
PASSWORD = "Chantier-2026!"


def opened(token: str, who: str = "maika") -> Reaction:
    return answer(201, {"token": token, "session": json.loads(builders.session(who).wire())})


def given(model: Message, status: int = 200) -> Reaction:
    return answer(status, model)


def bearer(seen: Seen) -> str:
    """Return the token that a request carried."""
    return seen.headers.get("authorization", "").removeprefix("Bearer ")


class Quiet:
    """An alarm that does not ring."""

    def cancel(self) -> None:
        """There is nothing to cancel."""


@dataclass
class Call:
    """A call under way in a task of its own; a deaf one goes on when it is cancelled."""

    task: asyncio.Task[None]
    deaf: bool
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True
        if not self.deaf:
            self.task.cancel()


class Played:
    """A visit that talks to `server` through the real client."""

    def __init__(self, server: Server, *, deaf: bool, kiosk: bool) -> None:
        self.server = server
        self.deaf = deaf
        self.calls: list[Call] = []
        self.client = ApiClient(server.address)
        self.moved = asyncio.Event()
        self.visit = Visit(
            VisitOptions(server.address, kiosk=Kiosk() if kiosk else None),
            self.run,
            lambda _, __: self.moved.set(),
            client=self.client,
            later=lambda _, __: Quiet(),
            now=lambda: builders.NOW,
        )

    @property
    def state(self) -> State:
        return self.visit.state

    def run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Running:
        self.calls.append(Call(asyncio.get_running_loop().create_task(work()), self.deaf))
        return self.calls[-1]

    def feed(self, *events: Event) -> None:
        for event in events:
            self.visit.feed(event)

    def submit(self, **typed: str) -> None:
        secret = {one.name for one in fields_of(self.state) if one.secret}
        self.feed(*(Edited(name, Secret(text) if name in secret else text) for name, text in typed.items()))
        self.feed(Command("submit"))

    async def settles(self) -> None:
        """Wait until the journey awaits no answer."""
        while self.state.busy is not None:
            self.moved.clear()
            await self.moved.wait()

    async def logs_in(self, who: str) -> None:
        self.feed(Command("begin", "fr"))  # which a kiosk waits for
        self.submit(email=f"{who}@exemple.test", password=PASSWORD)
        await self.settles()
        assert self.state.account.session == builders.session(who)

    async def comes_to_method_1(self) -> None:
        self.visit.start()
        await self.settles()
        await self.logs_in("maika")
        self.feed(Command("choose_method", "legacy_access"))
        self.submit(identifier="ci1234567", old_password="Ancien-1234!")

    async def all_end(self) -> None:
        """Wait until every call that was ever begun has ended, awaited or not."""
        await asyncio.gather(*(call.task for call in self.calls), return_exceptions=True)

    async def asks_again(self) -> Seen:
        """Ask for something as whoever is logged in now; return what the server saw."""
        self.feed(Command("reload"))
        await self.settles()
        return self.server.seen[-1]


@asynccontextmanager
async def playing(*reactions: Reaction, deaf: bool = False, kiosk: bool = False) -> AsyncIterator[Played]:
    async with Server(list(reactions)) as server:
        played = Played(server, deaf=deaf, kiosk=kiosk)
        try:
            yield played
        finally:
            for call in played.calls:
                call.task.cancel()
            await played.all_end()
            await played.client.close()
