"""The timers of a visit: the end of the session, a slow call, and on a kiosk whether anybody is still there.

The clock of this machine may be hours off, and its event loop stands still while it sleeps: durations come from the
server's own times, and what is due by `awake` is looked at again and again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from sel_tui.journey.core.drafts import is_untouched
from sel_tui.journey.core.effects import OPENS_SESSION, Effect, FetchService, LogOut
from sel_tui.journey.core.events import Abandoned, Command, Event, LookedAgain, SessionEnded, SessionEnding, Slow
from sel_tui.journey.core.state import State

if TYPE_CHECKING:
    from sel_contract import Session
    from sel_tui.runtime.options import Kiosk


SLOW_AFTER: Final = 6.0
# In seconds: how soon a kiosk looks again for its server, and how seldom in the end.
FIRST_LOOK: Final = 5
LAST_LOOK: Final = 60
# How long at most an answer is under way; `Date` names whole seconds.
_ON_THE_WAY: Final = timedelta(seconds=5)
# Seconds by which a timer may be late before it is set anew.
_SLEPT: Final = 1.0
_AWAKE: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


class Timer(Protocol):
    """A call that will be made later, unless it is cancelled."""

    def cancel(self) -> None:
        """Drop the call."""


Later = Callable[[float, Callable[[], None]], Timer]


class ServerTime:
    """The server's clock, as its answers tell it.

    Args:
        now: This machine's wall clock, which is taken for the server's until it answers.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ahead = timedelta(0)

    def learn(self, at: datetime) -> None:
        """Note that the server's clock says `at` now; a difference of seconds is that of the way."""
        ahead = at - self._now()
        self._ahead = ahead if abs(ahead) > _ON_THE_WAY else timedelta(0)

    def now(self) -> datetime:
        """Return what the server's clock says now."""
        return self._now() + self._ahead


class _Alarm:
    """A timer that is not late by what the machine slept, provided that somebody looks.

    Args:
        clock: The clock that it belongs to.
        seconds: When it rings.
        ring: Called then, with how many seconds late.
    """

    def __init__(self, clock: Clock, seconds: float, ring: Callable[[float], None]) -> None:
        self._clock = clock
        self._due = clock.awake() + seconds
        self._ring = ring
        self._set(seconds)

    def cancel(self) -> None:
        """Do not ring."""
        self._timer.cancel()

    def look(self) -> None:
        """Ring when it is time; set the timer anew where the event loop has slept."""
        left = self._due - self._clock.awake()
        if left <= 0:
            self._timer.cancel()
            self._ring(-left)
        elif self._timer_due - time.monotonic() > left + _SLEPT:
            self._timer.cancel()
            self._set(left)

    def _set(self, seconds: float) -> None:
        self._timer_due = time.monotonic() + seconds
        self._timer = self._clock.later(seconds, lambda: self._ring(max(self._clock.awake() - self._due, 0)))


class Clock:
    """Feeds an event when the session ends, a call takes long, or nobody is there any more.

    Args:
        later: Calls a function after some seconds.
        server_time: The server's clock.
        awake: A clock in seconds that goes on while the machine sleeps.
        state: Returns the current state.
        feed: Receives the events.
        kiosk: The kiosk, which says how long it waits; None on a person's own machine.
    """

    def __init__(
        self,
        later: Later,
        server_time: ServerTime,
        awake: Callable[[], float],
        state: Callable[[], State],
        feed: Callable[[Event], None],
        *,
        kiosk: Kiosk | None,
    ) -> None:
        self.later = later
        self.awake = awake
        self._server_time = server_time
        self._state = state
        self._feed = feed
        self._kiosk = kiosk
        self._session_timer: _Alarm | None = None
        self._presence_timer: _Alarm | None = None
        self._call_timer: Timer | None = None
        self._server_timer: Timer | None = None
        self._looks = 0
        self._session: Session | None = None
        self._active = False

    def look(self) -> None:
        """Do what is due: the machine may have slept since the last look."""
        for alarm in (self._presence_timer, self._session_timer):
            if alarm is not None and alarm in (self._presence_timer, self._session_timer):  # the first may end both
                alarm.look()

    def record_activity(self) -> None:
        """Restart the idle timer of a kiosk: a key was pressed. What was due before comes first."""
        self.look()
        self._active = True
        if self._kiosk is not None:
            _stop(self._presence_timer)
            seconds = self._kiosk.idle_seconds - self._kiosk.warning_seconds
            self._presence_timer = _Alarm(self, seconds, self._check_presence)

    def call_started(self, request: int) -> None:
        """Start the timer of a call: after six seconds the person learns that it takes long.

        Args:
            request: The number of the request.
        """
        _stop(self._call_timer)
        self._call_timer = self.later(SLOW_AFTER, lambda: self._feed(Slow(request)))

    def server_looked_for(self) -> None:
        """At a kiosk whose server does not answer, look again by and by: nobody is there to do it."""
        state = self._state()
        if self._kiosk is None or state.app.service is not None:
            _stop(self._server_timer)
            self._server_timer, self._looks = None, 0
        elif state.busy is None and self._server_timer is None:
            seconds = min(FIRST_LOOK * 2**self._looks, LAST_LOOK)
            self._looks += 1
            self._server_timer = self.later(seconds, self._look_for_server)

    def _look_for_server(self) -> None:
        self._server_timer = None
        self._feed(LookedAgain())

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
        if isinstance(effect, OPENS_SESSION):
            fresh: Session = result  # type: ignore[assignment]  # these are answered by the session
            self._learn_from(fresh)
            self._watch((fresh.idle_expires_at - fresh.now).total_seconds())
            return
        session, service = state.account.session, state.app.service
        if session is None or service is None or isinstance(effect, (LogOut, FetchService)):
            return
        self._learn_from(session)
        idle = _idle_seconds(state, session)
        whole = (session.absolute_expires_at - self._server_time.now()).total_seconds()
        self._watch(min(idle, whole) if idle else whole)

    def _learn_from(self, session: Session) -> None:
        """Take the server's time from a session that was not seen before."""
        if session is not self._session:
            self._session = session
            self._server_time.learn(session.now)

    def session_ended(self) -> None:
        """Stop the timer of the session."""
        _stop(self._session_timer)
        self._session_timer = self._session = None

    def close(self) -> None:
        """Stop all timers."""
        self.session_ended()
        self.call_ended()
        _stop(self._server_timer)
        _stop(self._presence_timer)
        self._presence_timer = None

    def _watch(self, seconds: float) -> None:
        _stop(self._session_timer)
        self._active = False
        state = self._state()
        desk, service = state.account.desk, state.app.service
        warning = service.session.warning_seconds if service else 0
        if desk is not None:
            warning = desk.warning_seconds
        first = max(seconds - warning, seconds / 2)
        self._session_timer = _Alarm(self, first, lambda late: self._warn(seconds - first, late))

    def _warn(self, remaining: float, late: float) -> None:
        remaining -= late
        if remaining <= 0:
            self._end_session()
            return
        # Started first: if extending the session fails, its end is still announced.
        self._session_timer = _Alarm(self, remaining, lambda _: self._end_session())
        state = self._state()
        present = self._active and late < _SLEPT  # who was there before the machine slept may be gone
        if present and state.busy is None and state.overlay is None:
            self._feed(Command("stay"))
            return
        self._feed(self._ending_in(remaining))

    def _end_session(self) -> None:
        self._session_timer = None
        self._feed(SessionEnded())

    def _check_presence(self, late: float) -> None:
        """Warn before everything about the person is forgotten; where nothing was done, forget at once.

        Args:
            late: Seconds for which this was due while the machine slept.
        """
        assert self._kiosk is not None
        remaining = self._kiosk.warning_seconds - late
        if remaining <= 0 or is_untouched(self._state()):
            self._abandon()
            return
        self._presence_timer = _Alarm(self, remaining, lambda _: self._abandon())
        self._feed(self._ending_in(remaining))

    def _abandon(self) -> None:
        self._presence_timer = None
        self._feed(Abandoned())
        state = self._state()
        if state.notice is not None and state.app.service is not None:  # the farewell is not for whoever comes next
            self.record_activity()

    def _ending_in(self, seconds: float) -> SessionEnding:
        return SessionEnding(self._server_time.now() + timedelta(seconds=seconds), int(seconds))


def _idle_seconds(state: State, session: Session) -> float:
    """Return how long a session lasts in which nothing is done; 0 for as long as it lasts at all."""
    if state.app.desk:  # an agent's has a length of its own
        return (session.idle_expires_at - session.now).total_seconds()
    return state.app.service.session.idle_seconds if state.app.service is not None else 0


def call_later(seconds: float, call: Callable[[], None]) -> Timer:
    """Make `call` after `seconds` in the running event loop."""
    return asyncio.get_running_loop().call_later(seconds, call)


def awake_clock() -> float:
    """Return the seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    # Linux's CLOCK_MONOTONIC stands still in its sleep; that of macOS, and Windows's own clock, do not.
    return time.clock_gettime(_AWAKE) if _AWAKE is not None else time.monotonic()


def _stop(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
