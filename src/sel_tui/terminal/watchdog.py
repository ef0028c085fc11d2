"""Tells systemd that the program is ready and goes on: sd_notify(3), without a library of its own."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

# systemd advises to speak at half the time after which it gives up; a third leaves room for a slow second.
_SHARE: Final = 3
_MICROSECONDS: Final = 1_000_000


class Watchdog:
    """Speaks to the service manager that started the program; says nothing where there is none.

    Args:
        address: Where it listens, as NOTIFY_SOCKET names it; "" where nobody does.
        patience: After how many seconds of silence it takes the program for dead; 0 when it does not look.
        clock: A clock in seconds.
    """

    def __init__(self, address: str = "", patience: float = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._every = patience / _SHARE
        self._clock = clock
        self._last: float | None = None

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] = os.environ) -> Self:
        """Return the one that systemd asks for; what it said is taken away, so that no child speaks for the program."""
        given = {name: environment.pop(name, "") for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")}
        ours = given["WATCHDOG_PID"] in {"", str(os.getpid())} and given["WATCHDOG_USEC"].isdecimal()
        return cls(given["NOTIFY_SOCKET"], int(given["WATCHDOG_USEC"]) / _MICROSECONDS if ours else 0)

    def alive(self) -> None:
        """Say that the event loop turns: the first time that the program is ready, later not more often than needed."""
        now = self._clock()
        if self._last is None:
            self._say("READY=1")
        elif not self._every or now - self._last < self._every:
            return
        else:
            self._say("WATCHDOG=1")
        self._last = now

    def _say(self, word: str) -> None:
        if not self._address:
            return
        import socket  # the first prompt by line comes without it

        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # Who does not listen is no reason to end a person's visit.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.setblocking(False)
            speaker.sendto(word.encode(), address)


@cache
def watched_by_systemd() -> Watchdog:
    """Return this process's own; what systemd set is read once, at the start of the program."""
    return Watchdog.from_environment()
