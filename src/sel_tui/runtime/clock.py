"""Time in a visit: the session's end told before it comes; on a shared machine, whether anybody is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from sel_tui.journey.core.effects import Effect, FetchService, LogIn, LogOut, StayLoggedIn, StepUp
from sel_tui.journey.core.events import Abandoned, Command, Event, SessionEnded, SessionEnding, Slow
from sel_tui.journey.core.state import State, is_untouched

if TYPE_CHECKING:
    from sel_contract import Session


SLOW_AFTER: Final = 6.0


class Alarm(Protocol):
    """Something that will happen later, unless it is cancelled."""

    def cancel(self) -> None:
        """Let it not happen."""


Later = Callable[[float, Callable[[], None]], Alarm]


@dataclass(frozen=True, slots=True)
class Shared:
    """A machine that many people use one after the other: how long it waits for the one who is there.

    Args:
        idle_seconds: From the last key until what the person did is forgotten.
        warning_seconds: How long before that a warning stands, which any key takes away.
    """

    idle_seconds: int = 180
    warning_seconds: int = 60


class Clock:
    """Rings when the session ends or nobody is there any more.

    Args:
        later: How to wake up later (seconds, what to do).
        now: The wall clock.
        state: Returns the state of the moment.
        tell: Told what time has brought.
        shared: What a shared machine waits for; None on a person's own.
    """

    def __init__(
        self,
        later: Later,
        now: Callable[[], datetime],
        state: Callable[[], State],
        tell: Callable[[Event], None],
        shared: Shared | None,
    ) -> None:
        self._later = later
        self._now = now
        self._state = state
        self._tell = tell
        self._shared = shared
        self._session: Alarm | None = None
        self._presence: Alarm | None = None
        self._patience: Alarm | None = None
        self._active = False

    def touched(self) -> None:
        """Note that the person is here: a key was pressed."""
        self._active = True
        if self._shared is not None:
            _stop(self._presence)
            self._presence = self._later(self._shared.idle_seconds - self._shared.warning_seconds, self._ask)

    def awaits(self, request: int) -> None:
        """Note that an answer is awaited: after a while the person is told that it takes long."""
        _stop(self._patience)
        self._patience = self._later(SLOW_AFTER, lambda: self._tell(Slow(request)))

    def answered(self) -> None:
        """Note that nothing is awaited any more."""
        _stop(self._patience)
        self._patience = None

    def heard(self, effect: Effect, result: object) -> None:
        """Reckon anew when the session ends: the server has just heard from this person."""
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

    def session_over(self) -> None:
        """Wait no longer for the end of a session."""
        _stop(self._session)
        self._session = None

    def close(self) -> None:
        """Ring no more."""
        self.session_over()
        self.answered()
        _stop(self._presence)
        self._presence = None

    def _watch(self, seconds: float) -> None:
        self.session_over()
        self._active = False
        service = self._state().app.service
        warning = service.session.warning_seconds if service else 0
        first = max(seconds - warning, seconds / 2)
        self._session = self._later(first, lambda: self._warn(seconds - first))

    def _warn(self, remaining: float) -> None:
        # Armed first: should the quiet extension fail, the end still comes.
        self._session = self._later(remaining, lambda: self._tell(SessionEnded()))
        state = self._state()
        if self._active and state.busy is None and state.overlay is None:
            self._tell(Command("stay"))
            return
        self._tell(SessionEnding(self._now() + timedelta(seconds=remaining), int(remaining)))

    def _ask(self) -> None:
        """Ask whether anybody is there, before what they did is forgotten; where they did nothing, forget at once."""
        assert self._shared is not None
        if is_untouched(self._state()):
            self._tell(Abandoned())
            return
        warning = self._shared.warning_seconds
        self._presence = self._later(warning, lambda: self._tell(Abandoned()))
        self._tell(SessionEnding(self._now() + timedelta(seconds=warning), warning))


def call_later(seconds: float, call: Callable[[], None]) -> Alarm:
    """Wake up later in the running loop."""
    return asyncio.get_running_loop().call_later(seconds, call)


def _stop(alarm: Alarm | None) -> None:
    if alarm is not None:
        alarm.cancel()
