"""Stand-ins around a visit: a client that answers as told, a face that runs calls when told, alarms rung by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sel_tui.api import ApiClient
from sel_tui.journey.core.events import Command, Edited, Event
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import fields_of
from sel_tui.runtime.options import Kiosk, VisitOptions
from sel_tui.runtime.visit import Visit
from tests.unit import builders

ANSWERS: dict[str, Any] = {
    "service": builders.service(),
    "sessions.open": builders.session(),
    "sessions.extend": builders.session(),
    "sessions.step_up": builders.session(),
    "links.methods": builders.methods(),
    "links.all": builders.links(),
    "links.questions": builders.challenge(),
    "links.by_legacy_access": builders.link(),
    "links.by_questions": builders.link(),
    "links.by_code": builders.link(),
    "links.request_code": builders.accepted(),
    "links.read": builders.detail(),
    "links.verify": builders.verification(),
}


@dataclass
class StandInClient:
    """Answers every call with what `answers` holds for its name, or raises it."""

    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    devices: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    forgot: int = 0

    def __getattr__(self, name: str) -> Resource:
        return Resource(self, name)

    def speak(self, language: str) -> None:
        self.languages.append(language)

    async def service(self) -> Any:
        return await self.answer("service")

    async def close(self) -> None:
        self.closed = True

    async def answer(self, name: str, *given: Any) -> Any:
        self.calls.append((name, given))
        result = self.answers.get(name)
        if isinstance(result, BaseException):
            raise result
        return result


@dataclass
class Resource:
    """One of the client's resources."""

    client: StandInClient
    name: str

    def forget(self) -> None:
        self.client.forgot += 1

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(*given: Any, **named: Any) -> Any:
            return await self.client.answer(f"{self.name}.{method}", *given, *named.values())

        return call


@dataclass
class Call:
    """A call under way, which runs when the test says so."""

    work: Coroutine[Any, Any, None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True
        self.work.close()


@dataclass
class Bell:
    """An alarm that was set."""

    seconds: float
    ring: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Stage:
    """A visit with everything around it."""

    client: StandInClient = field(default_factory=StandInClient)
    calls: list[Call] = field(default_factory=list)
    bells: list[Bell] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    kiosk: Kiosk | None = None
    ahead: timedelta = timedelta(0)
    """How far this machine's clock is ahead of the server's."""

    def __post_init__(self) -> None:
        self.visit = self.new_visit()

    def new_visit(self, *, remember_device: bool = False, **more: Any) -> Visit:
        return Visit(
            VisitOptions("http://127.0.0.1:1", kiosk=self.kiosk, remember_device=remember_device),
            self._run,
            lambda _, after: self.states.append(after),
            client=cast("ApiClient", self.client),
            later=self._later,
            now=lambda: builders.NOW + self.ahead,
            **more,
        )

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Call:
        self.calls.append(Call(work()))
        return self.calls[-1]

    def _later(self, seconds: float, ring: Callable[[], None]) -> Bell:
        self.bells.append(Bell(seconds, ring))
        return self.bells[-1]

    @property
    def state(self) -> State:
        return self.visit.state

    @property
    def bell(self) -> Bell:
        """The alarm that is set now; there is never a second."""
        (bell,) = [bell for bell in self.bells if not bell.cancelled]
        return bell

    async def feed(self, *events: Event) -> None:
        """Let `events` happen and every call come to its end."""
        for event in events:
            self.visit.feed(event)
        await self.settle()

    async def settle(self) -> None:
        while self.calls:
            call = self.calls.pop(0)
            if not call.cancelled:
                await call.work

    async def submit(self, **typed: str) -> None:
        secret = {one.name for one in fields_of(self.state) if one.secret}
        edits = [Edited(name, Secret(text) if name in secret else text) for name, text in typed.items()]
        await self.feed(*edits, Command("submit"))

    async def ring(self) -> None:
        """Let the time of the alarm come."""
        bell = self.bell
        self.bells.remove(bell)
        bell.ring()
        await self.settle()

    async def log_in(self) -> None:
        self.visit.start()
        await self.settle()
        await self.feed(Command("begin", "fr"))  # which a kiosk waits for
        await self.submit(email="maika@exemple.test", password="Chantier-2026!")
