"""A kiosk's heartbeat: it says to the server now and then that it is alive, and nothing to anybody else. No Textual.

It beats in the event loop of the visit: where that hangs, the kiosk is silent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sel_tui import __version__
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.registry import Step
from sel_tui.runtime.clock import awake_clock

if TYPE_CHECKING:
    from sel_contract import Heartbeat as Said
    from sel_tui.journey.core.events import Failure
    from sel_tui.journey.core.state import State
    from sel_tui.runtime.visit import Run, Running

# In seconds: after a failure, and ever twice as long after the next ones; what a server may ask for.
FIRST_WAIT: Final = 60.0
LONGEST_WAIT: Final = 900.0
SHORTEST_WAIT: Final = 10.0
# By how much a wait is shortened at most, so that a whole fleet does not call at one moment.
_SPREAD: Final = 0.1
# What goes wrong with the machine or its way to the server; all else is between a person and the service.
TROUBLE: Final = frozenset(
    {
        *("internal", "internal-client", "not-understood", "proxy-refused", "too-old", "unavailable", "unexpected"),
        *("unknown-outcome", "unreachable", "untrusted"),
    }
)
_CRASH: Final = "crash"


class _Error(NamedTuple):
    """What went wrong last."""

    kind: str
    reference: str
    noted: float


class Heartbeat:
    """Beats as long as the program runs, whoever comes and goes.

    Args:
        name: The kiosk.
        token: Its token.
        clock: A clock in seconds that goes on while the machine sleeps.
        draw: Draws a number from 0 to 1.
    """

    def __init__(
        self,
        name: str,
        token: str,
        clock: Callable[[], float] = awake_clock,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._token = Secret(token)
        self._clock = clock
        self._draw = draw
        self._started = self._due = clock()
        self._failures = 0
        self._error: _Error | None = None
        self._running: Running | None = None

    def look(self, run: Run, address: str, proxy: str, state: State, now: datetime) -> None:
        """Beat when it is time, beside all else.

        Args:
            run: Runs a call beside the face's own work.
            address: The back end's address.
            proxy: The address of the proxy through which an https server is reached; "" for none.
            state: What is shown.
            now: What the server's clock says.
        """
        if self._running is None and self._clock() >= self._due:
            self._running = run(partial(self._beat, address, proxy, shown(state), now))

    def note(self, failure: Failure) -> None:
        """Note how a call failed, if that says something of this machine."""
        if failure.kind in TROUBLE:
            self._error = _Error(failure.kind, failure.reference, self._clock())

    def note_crash(self, reference: str) -> None:
        """Note that a visit ended in a crash, which was recorded under `reference`."""
        self._error = _Error(_CRASH, reference, self._clock())

    def pause(self) -> None:
        """Stop: the visit, whose event loop it beats in, ends. What was due is due in the next one."""
        if self._running is not None:
            self._running.cancel()
            self._running = None

    async def _beat(self, address: str, proxy: str, showing: str, now: datetime) -> None:
        from sel_tui.runtime import calls  # loaded by the visit's first call

        try:
            said = self._said(showing, now)
            wanted = await calls.send_heartbeat(address, proxy, self._name, self._token.reveal(), said)
        except Exception:  # noqa: BLE001  # nobody here can do anything about it, and the operator sees the silence
            self._wait(min(FIRST_WAIT * 2 ** min(self._failures, 10), LONGEST_WAIT))
            self._failures += 1
        else:
            self._wait(min(max(float(wanted), SHORTEST_WAIT), LONGEST_WAIT))
            self._failures = 0
        finally:
            self._running = None

    def _wait(self, seconds: float) -> None:
        self._due = self._clock() + seconds * (1 - self._draw() * _SPREAD)

    def _said(self, showing: str, now: datetime) -> Said:
        last: dict[str, Any] | None = None
        if self._error is not None:
            at = now - timedelta(seconds=self._clock() - self._error.noted)
            last = {"kind": self._error.kind, "reference": self._error.reference or None, "at": at}
        started = now - timedelta(seconds=self._clock() - self._started)
        return heartbeat(showing, started, last)


def heartbeat(showing: str, started: datetime, last: dict[str, Any] | None = None) -> Said:
    """Return what a kiosk says of itself.

    Args:
        showing: One of the contract's `KioskState`.
        started: Since when the program runs.
        last: The last error: `kind`, `reference`, `at`.
    """
    from sel_contract import Heartbeat as Said

    return Said.model_validate({"version": __version__, "state": showing, "started_at": started, "last_error": last})


def shown(state: State) -> str:
    """Return what a kiosk says of its page; a visit's first call has ended."""
    if state.step is not Step.ATTRACT:
        return "in-use"
    return "no-server" if state.app.service is None else "attract"
