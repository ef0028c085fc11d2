"""Tells the service manager (systemd) how the server is: sd_notify(3), one datagram a word."""

import os
import socket
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Final, Self

# systemd advises to speak at half the time after which it gives up; a third leaves room for a slow second.
_SHARE: Final = 3
_MICROSECONDS: Final = 1_000_000


class ServiceManager:
    """Speaks to the service manager that started the server; says nothing where there is none.

    Args:
        address: where it listens, as NOTIFY_SOCKET names it; "" where nobody does.
        patience: after how many seconds of silence it takes the server for dead; 0 when it does not look.
        clock: a monotonic clock in seconds, the system's own.
    """

    def __init__(self, address: str = "", patience: float = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._spoke_at = clock()
        self.every = patience / _SHARE

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str] = os.environ) -> Self:
        """Return the one that systemd asks for; what it said is taken away, so that no worker speaks for the server."""
        given = {name: environment.pop(name, "") for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")}
        ours = given["WATCHDOG_PID"] in {"", str(os.getpid())} and given["WATCHDOG_USEC"].isdecimal()
        return cls(given["NOTIFY_SOCKET"], int(given["WATCHDOG_USEC"]) / _MICROSECONDS if ours else 0)

    def ready(self) -> None:
        """Say that requests are answered, with the settings that hold now."""
        self._say("READY=1")

    def reloading(self) -> None:
        """Say that settings are being read again; `ready` says when that is done."""
        self._say(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock() * _MICROSECONDS)}")

    def stopping(self) -> None:
        """Say that the server was told to stop, and finishes what it has begun."""
        self._say("STOPPING=1")

    def alive(self) -> None:
        """Say that the server goes on; call it as often as you like, it speaks no more often than it must."""
        now = self._clock()
        if self.every and now - self._spoke_at >= self.every:
            self._spoke_at = now
            self._say("WATCHDOG=1")

    def _say(self, word: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # Who does not listen is no reason to end a server.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.setblocking(False)
            speaker.sendto(word.encode(), address)
