"""One person's visit: holds the state, runs one call at a time, feeds its end back as an event. No Textual.

Both faces drive it: they feed events, learn of each new state, and provide a way to run a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from sel_tui.i18n.catalogue import zone_named
from sel_tui.journey.core import commands
from sel_tui.journey.core.effects import LogOut, Request
from sel_tui.journey.core.events import (
    Answered,
    Command,
    Edited,
    Event,
    Failed,
    Failure,
    LanguageChosen,
    Opened,
)
from sel_tui.journey.core.state import State, with_app
from sel_tui.journey.machine import update
from sel_tui.runtime.clock import Clock, Later, ServerTime, call_later
from sel_tui.runtime.warm_up import load_calls

if TYPE_CHECKING:
    from sel_tui.api import ApiClient
    from sel_tui.runtime.options import VisitOptions

GOODBYE_SECONDS: Final = 2.0


class Running(Protocol):
    """A running call, as the face knows it."""

    def cancel(self) -> Any:
        """Stop it."""


# A call, not its coroutine: what is cancelled before its first step leaves nothing unawaited.
Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], Running]


class Visit:
    """One person's visit.

    Args:
        options: Where the visit takes place, and how it begins.
        run: How the face runs a call beside its own work.
        changed: Called with the state before and the new one after each change.
        client: An API client; one for the options' server is made at the first call when None.
        later: Calls a function after some seconds; by the running event loop when None.
        now: The wall clock.
        awake: A clock in seconds that goes on while the machine sleeps; the wall clock when None.
        record: Records an error of this program and returns a reference to it, for Customer Service.
        terminal: What kind of terminal the face is for, on a person's own machine.
    """

    def __init__(
        self,
        options: VisitOptions,
        run: Run,
        changed: Callable[[State, State], None],
        *,
        client: ApiClient | None = None,
        later: Later | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        awake: Callable[[], float] | None = None,
        record: Callable[[Exception], str] = lambda _: "",
        terminal: str = "screen",
    ) -> None:
        kiosk = options.kiosk
        self.state = options.first_state()
        self._options = options
        self._heartbeat = kiosk.heartbeat if kiosk is not None else None
        self._revocations = kiosk.revocations if kiosk is not None else None
        self._staff = kiosk.staff if kiosk is not None else None
        self._present = False
        self._terminal = terminal if kiosk is None else "kiosk"
        self._run = run
        self._changed = changed
        self._client = client
        self._server_time = ServerTime(now)
        self._record = record
        self._remember_device = options.remember_device and kiosk is None and not options.desk
        self._keys: dict[int, str] = {}
        self._running: tuple[int, Running] | None = None
        self._has_called = False  # whether the server has answered, or could not be reached
        self._later = later or call_later
        self._revoking: Running | None = None
        self._clock = Clock(
            self._later,
            self._server_time,
            awake or (lambda: now().timestamp()),
            lambda: self.state,
            self.feed,
            kiosk=kiosk,
        )

    def take_over(self, language: str, email: str, *, begun: bool) -> None:
        """Go on where the other face was left; call this before `start`.

        Args:
            language: The language that was chosen there.
            email: The e-mail address that was typed there; "" for none.
            begun: Whether somebody had begun there.
        """
        self._present = True
        self.state = update(self.state, LanguageChosen(language))
        if begun:
            self.state = update(self.state, Command(commands.BEGIN, language))
        if email:
            self.state = update(self.state, Edited("email", email))

    def start(self) -> None:
        """Make the first call, which asks what the server is."""
        if self._heartbeat is not None:
            self._heartbeat.pause()  # what a visit that crashed has left
        if self._present:
            self.record_activity()
        self._start_call()
        if self._revocations is not None:
            self._revocations.attach(self._later, self._revoke)

    def feed(self, event: Event) -> None:
        """Apply `event` to the state, and start or cancel the call that follows from it."""
        before = self.state
        dated = self._dated(before) if isinstance(event, Command | Opened | Failed) else before
        after = update(dated, event)
        if after is dated:
            return
        self.state = after
        self._cancel_stale_call()
        person_left = before.person.generation != after.person.generation
        if after.account.session is None and (before.account.session is not None or person_left):
            self._forget()
        if person_left and self._client is not None and not self._remember_device:
            self._client.devices.clear()
        self._start_call()
        self._clock.server_looked_for()
        self._changed(before, after)

    def _dated(self, state: State) -> State:
        now = self._server_time.now().replace(second=0, microsecond=0)
        service = state.app.service
        zone = zone_named(service.time_zone) if service is not None else UTC
        return with_app(state, now=now.astimezone(zone) if zone is not None else None)

    def record_activity(self) -> None:
        """Restart the idle timer of a kiosk: a key was pressed."""
        self._clock.record_activity()

    def look_at_clock(self) -> None:
        """Do what is due; the faces call it each second, since timers stand still while the machine sleeps."""
        self._clock.look()
        if self._heartbeat is not None and self._has_called:
            self._heartbeat.look(
                self._run, self._options.server, self._options.proxy, self.state, self._server_time.now()
            )

    async def close(self) -> None:
        """Cancel any running call, log out within two seconds if possible, and close the connection."""
        self._clock.close()
        self._keys.clear()
        if self._heartbeat is not None:
            self._heartbeat.pause()
        if self._revocations is not None:
            self._revocations.detach()
        if self._revoking is not None:
            self._revoking.cancel()
        if self._running is not None and not self._is_logging_out:
            self._running[1].cancel()
            self._running = None
        if self._client is None:
            return
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._client.sessions.close()
        except Exception:  # noqa: BLE001, S110  # the session ends by itself; the person leaves now
            pass
        finally:
            await self._client.close()

    def _start_call(self) -> None:
        request = self.state.busy
        if request is None:
            self._clock.call_ended()
        if request is None or (self._running and self._running[0] == request.id):
            return
        self._running = (request.id, self._run(partial(self._perform, request)))
        self._clock.call_started(request.id)

    def _cancel_stale_call(self) -> None:
        """Cancel the running call when the journey does not wait for it any more."""
        if self._running is None or self._waits_for(self._running[0]):
            return
        self._running[1].cancel()
        self._running = None
        if self._client is not None and self.state.account.session is None and not self._is_logging_out:
            self._client.sessions.forget()  # the call may have been a login

    def _waits_for(self, request: int) -> bool:
        return self.state.busy is not None and self.state.busy.id == request

    @property
    def _is_logging_out(self) -> bool:
        return self.state.busy is not None and isinstance(self.state.busy.effect, LogOut)

    async def _perform(self, request: Request) -> None:
        client = await self._open_client()
        from sel_tui.runtime import calls

        client.speak(self.state.person.language)
        event: Event
        try:
            result = await calls.perform(request.effect, client, self.state, partial(self._key, request), self._staff)
        except Exception as error:  # noqa: BLE001  # a sentence and a way on serve the person better than a crash
            failure = calls.failure_of(error) or Failure("internal-client", reference=self._record(error))
            event = Failed(request.id, failure)
            if self._heartbeat is not None:
                self._heartbeat.note(failure)
        else:
            event = Answered(request.id, result, self._server_time.now())
        self._has_called = True
        if self._running is None or self._running[0] != request.id:
            return  # cancelled meanwhile
        self._running = None
        if isinstance(event, Answered):
            self._keys.pop(request.intent, None)
            self._clock.response_received(request.effect, event.result)
        self.feed(event)

    async def _open_client(self) -> ApiClient:
        await load_calls()
        from sel_tui.runtime import calls

        if self._client is None:
            keep = self._revocations.keep if self._revocations is not None else None
            self._client = calls.open_client(
                self._options.server,
                self._server_time.learn,
                self._options.proxy,
                terminal=self._terminal,
                remember_device=self._remember_device,
                on_left=keep or (lambda _: None),
                desk=self.state.app.desk,
            )
        return self._client

    def _revoke(self) -> None:
        self._revoking = self._run(self._revoke_left)

    async def _revoke_left(self) -> None:
        assert self._revocations is not None
        client = await self._open_client()
        await self._revocations.attempt(client.sessions.revoke)

    def _key(self, request: Request) -> str:
        import secrets  # with hashlib and OpenSSL's part of it: not before the first paint

        return self._keys.setdefault(request.intent, secrets.token_urlsafe(24))

    def _forget(self) -> None:
        self._clock.session_ended()
        self._keys.clear()
        if self._client is not None and not self._is_logging_out:
            self._client.sessions.forget()
