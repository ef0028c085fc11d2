"""How much of what a terminal sends may wait to be looked at, and when the rest is a flood. No Textual."""

from __future__ import annotations

from threading import Lock
from typing import Final

# As many letters as a terminal itself keeps (Linux's n_tty). What floods in beyond that was typed by nobody, and would
# cost the next person minutes and the machine its memory.
MOST_WAITING: Final = 4_096
# Bytes that are read at once of what somebody types, who cannot be part of a flood.
_BY_HAND: Final = 64
# Letters of a paste that weigh as much as a key.
_A_KEY: Final = 16


class FloodGate:
    """Weighs what waits, from any thread; once it is too much, all is dropped until the flood ends."""

    def __init__(self) -> None:
        self._waiting = 0
        self._in_a_row = 0
        self._weighing = Lock()
        self.is_flooded = False

    def reads(self, data: bytes) -> None:
        """Note what was read at once and is no part of a paste.

        Keys that are answered as fast as they come never wait: what comes without a pause is a flood as well.
        """
        self._in_a_row = self._in_a_row + len(data) if len(data) > _BY_HAND else 0
        if self._in_a_row > MOST_WAITING:
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

    def ends_with(self, data: bytes) -> bool:
        """Tell whether `data`, which was read just now, is no part of the flood any more; if so, it has ended."""
        if len(data) <= _BY_HAND and self._waiting <= MOST_WAITING // 2:
            self.is_flooded = False
        return not self.is_flooded


def _weight(pasted: str) -> int:
    return 1 + len(pasted) // _A_KEY
