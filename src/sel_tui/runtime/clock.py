"""The timers of a visit: the end of the session, a slow call, and on a kiosk whether anybody is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from sel_tui.journey.core.drafts import is_untouched
from sel_tui.journey.core.effects import Effect, FetchService, LogIn, LogOut, StayLoggedIn, StepUp
from sel_tui.journey.core.events import Abandoned, Command, Event, SessionEnded, SessionEnding, Slow
from sel_tui.journey.core.state import State

if TYPE_CHECKING:
    from sel_contract import Session


SLOW_AFTER: Final = 6.0


class Timer(Protocol):
    """A call that will be made later, unless it is cancelled."""

    def cancel(self) -> None:
        """Drop the call."""


Later = Callable[[float, Callable[[], None]], Timer]


@dataclass(frozen=True, slots=True)
class KioskTimes:
    """How long a kiosk, which many people use one after the other, waits for the person who is there.

    Args:
        idle_seconds: Seconds from the last key until everything about the person is forgotten.
        warning_seconds: How many seconds before that a warning appears, which any key removes.
    """

    idle_seconds: int = 180
    warning_seconds: int = 60


class Clock:
    """Feeds an event when the session ends, a call takes long, or nobody is there any more.

    Args:
        later: Calls a function after some seconds.
        now: The wall clock.
        state: Returns the current state.
        feed: Receives the events.
        kiosk_times: The waiting times of a kiosk; None on a person's own machine.
    """

    def __init__(
        self,
        later: Later,
        now: Callable[[], datetime],
        state: Callable[[], State],
        feed: Callable[[Event], None],
        kiosk_times: KioskTimes | None,
    ) -> None:
        self._later = later
        self._now = now
        self._state = state
        self._feed = feed
        self._kiosk_times = kiosk_times
        self._session_timer: Timer | None = None
        self._presence_timer: Timer | None = None
        self._call_timer: Timer | None = None
        self._active = False

    def record_activity(self) -> None:
        """Restart the idle timer of a kiosk: a key was pressed."""
        self._active = True
        if self._kiosk_times is not None:
            _stop(self._presence_timer)
            self._presence_timer = self._later(
                self._kiosk_times.idle_seconds - self._kiosk_times.warning_seconds, self._check_presence
            )

    def call_started(self, request: int) -> None:
        """Start the timer of a call: after six seconds the person learns that it takes long.

        Args:
            request: The number of the request.
        """
        _stop(self._call_timer)
        self._call_timer = self._later(SLOW_AFTER, lambda: self._feed(Slow(request)))

    def call_ended(self) -> None:
        """Stop the timer of the call: none is running any more."""
        _stop(self._call_timer)
        self._call_timer = None

    def response_received(self, effect: Effect, result: object) -> None:
        """Restart the timer of the session: the server has just answered this person.

        Args:
            effect: What was called.
            result: What the call returned.
        """
        state = self._state()
        if isinstance(effect, (LogIn, StepUp, StayLoggedIn)):
            fresh: Session = result  # type: ignore[assignment]  # these three are answered by the session
            self._watch((fresh.idle_expires_at - fresh.now).total_seconds())
        elif (
            state.account.session is not None
            and state.app.service is not None
            and not isinstance(effect, (LogOut, FetchService))
        ):
            idle = state.app.service.session.idle_seconds
            whole = (state.account.session.absolute_expires_at - self._now()).total_seconds()
            self._watch(min(idle, whole) if idle else whole)

    def session_ended(self) -> None:
        """Stop the timer of the session."""
        _stop(self._session_timer)
        self._session_timer = None

    def close(self) -> None:
        """Stop all timers."""
        self.session_ended()
        self.call_ended()
        _stop(self._presence_timer)
        self._presence_timer = None

    def _watch(self, seconds: float) -> None:
        self.session_ended()
        self._active = False
        service = self._state().app.service
        warning = service.session.warning_seconds if service else 0
        first = max(seconds - warning, seconds / 2)
        self._session_timer = self._later(first, lambda: self._warn(seconds - first))

    def _warn(self, remaining: float) -> None:
        # Started first: if extending the session fails, its end is still announced.
        self._session_timer = self._later(remaining, lambda: self._feed(SessionEnded()))
        state = self._state()
        if self._active and state.busy is None and state.overlay is None:
            self._feed(Command("stay"))
            return
        self._feed(SessionEnding(self._now() + timedelta(seconds=remaining), int(remaining)))

    def _check_presence(self) -> None:
        """Warn before everything about the person is forgotten; where nothing was done, forget at once."""
        assert self._kiosk_times is not None
        if is_untouched(self._state()):
            self._feed(Abandoned())
            return
        warning = self._kiosk_times.warning_seconds
        self._presence_timer = self._later(warning, lambda: self._feed(Abandoned()))
        self._feed(SessionEnding(self._now() + timedelta(seconds=warning), warning))


def call_later(seconds: float, call: Callable[[], None]) -> Timer:
    """Make `call` after `seconds` in the running event loop."""
    return asyncio.get_running_loop().call_later(seconds, call)


def _stop(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
