"""How much of what a terminal sends may wait to be looked at, and when the rest is a flood. No Textual."""

from __future__ import annotations

from threading import Lock
from typing import Final

# As many letters as a terminal itself keeps (Linux's n_tty). What floods in beyond that was typed by nobody, and would
# cost the next person minutes and the machine its memory.
MOST_WAITING: Final = 4_096
# Bytes a second that no person exceeds, a key that is held down included.
_BY_HAND: Final = 4_096
# Letters of a paste that weigh as much as a key.
_A_KEY: Final = 16


class FloodGate:
    """Weighs what waits, from any thread; once it is too much, all is dropped until the flood ends: what waits, too."""

    def __init__(self) -> None:
        self._waiting = 0
        self._level, self._read_at = 0.0, 0.0
        self._weighing = Lock()
        self.is_flooded = False

    def reads(self, data: bytes, now: float) -> None:
        """Note what was read; what comes faster than by hand is a flood too, however fast it is looked at.

        Args:
            data: What was read, no part of a paste.
            now: When, in seconds of a steady clock.
        """
        drained = (now - self._read_at) * _BY_HAND
        self._level = min(max(self._level - drained, 0) + len(data), 2 * MOST_WAITING)
        self._read_at = now
        if self._level > MOST_WAITING:
            self.is_flooded = True
        elif max(self._level, self._waiting) <= MOST_WAITING // 2:
            self.is_flooded = False

    def waits_behind(self, unread: int) -> None:
        """Note how many bytes wait unread behind keys that are being handed on: nobody types so many meanwhile."""
        if unread > MOST_WAITING // 2:
            self._level = 2 * MOST_WAITING
            self.is_flooded = True

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits to be looked at."""
        return self._waiting > 0

    def admits(self, pasted: str = "") -> bool:
        """Take one more in if it may wait; return whether it may.

        Args:
            pasted: The text of a paste; "" for a key.
        """
        if self._waiting >= MOST_WAITING:
            self.is_flooded = True
        if self.is_flooded:
            return False
        with self._weighing:
            self._waiting += _weight(pasted)
        return True

    def looked_at(self, pasted: str = "") -> None:
        """Note that one was looked at: there is room again."""
        with self._weighing:
            self._waiting -= _weight(pasted)


def _weight(pasted: str) -> int:
    return 1 + len(pasted) // _A_KEY
