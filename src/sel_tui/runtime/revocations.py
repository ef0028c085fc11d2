"""Sessions that people left at a kiosk and that the server has not ended yet: tried again until it has. No Textual.

They are held in memory alone, by the process and not by a visit: the next person may come long before the network does.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sel_tui.runtime.clock import Later, Timer

# In seconds: how soon the server is told again, and how seldom in the end.
FIRST_WAIT: Final = 5
LAST_WAIT: Final = 60


class Left(Protocol):
    """The credentials of a session that was left; `until`: when it is over by itself, in seconds of the clock."""

    until: float


class Revocations:
    """Has sessions ended that were left while the server could not be told.

    Args:
        clock: A steady clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: deque[Left] = deque()
        self._failures = 0
        self._due = 0.0
        self._later: Later | None = None
        self._begin: Callable[[], object] = lambda: None
        self._timer: Timer | None = None
        self._trying = False

    @property
    def pending(self) -> int:
        """How many sessions may still be open."""
        return len(self._left)

    def keep(self, left: Left) -> None:
        """Take a session that was left without the server's word that it is over."""
        if not self._left:
            self._failures, self._due = 0, self._clock() + FIRST_WAIT
        self._left.append(left)
        self._set_timer()

    def attach(self, later: Later, begin: Callable[[], object]) -> None:
        """Try by means of a visit from now on.

        Args:
            later: Calls a function after some seconds.
            begin: Begins a try: has `attempt` called, and awaited beside the visit's own work.
        """
        self._later, self._begin = later, begin
        self._set_timer()

    def detach(self) -> None:
        """Stop trying until the next visit is attached: this one ends."""
        self._later, self._trying = None, False
        self._stop_timer()

    async def attempt(self, revoke: Callable[[Any], Awaitable[None]]) -> None:
        """Try each session once, until the server cannot be told; what is over is forgotten.

        Args:
            revoke: Ends a session on the server; raises when the server did not say that it is over.
        """
        self._trying = True
        try:
            for _ in range(len(self._left)):
                left = self._left[0]
                if left.until > self._clock():
                    await revoke(left)
                self._left.remove(left)
            self._failures = 0
        except Exception:  # noqa: BLE001  # whatever it was, it is tried again
            self._left.rotate(-1)  # one that the server cannot end must not keep back the others
            self._failures += 1
        finally:
            self._trying = False
            self._due = self._clock() + min(FIRST_WAIT * 2**self._failures, LAST_WAIT)
            self._set_timer()

    def _set_timer(self) -> None:
        self._stop_timer()
        if self._later is not None and self._left and not self._trying:
            self._timer = self._later(max(self._due - self._clock(), 0), self._ring)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._trying = True
        self._begin()
