"""When a screen that stands for hours moves by a cell, and when it goes dark: screens burn in. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

# Seconds between two moves.
MOVE_EVERY: Final = 120.0


class Moved(NamedTuple):
    """By how many cells a screen stands lower and further right than its first place."""

    down: int = 0
    right: int = 0


# Rows first: a terminal scrolls them in a few bytes.
_PLACES: Final = (Moved(), Moved(down=1), Moved(1, 1), Moved(right=1))


class ScreenSaver:
    """Counts since when a screen stands, and since when nobody has pressed a key.

    Args:
        dark_after: Seconds without a key until the screen goes dark; 0 for never.

    Attributes:
        dark: Whether it is dark now.
    """

    def __init__(self, dark_after: float) -> None:
        self._dark_after = dark_after
        self._moved_at = self._idle_since = 0.0
        self._place = 0
        self._stands = self.dark = False

    def look(self, at: float, *, stands: bool) -> None:
        """Note what is shown now.

        Args:
            at: The time, in seconds of any steady clock.
            stands: Whether what is shown may stand for hours.
        """
        if stands and not self._stands:
            self._moved_at = self._idle_since = at
        self._stands = stands
        self.dark = stands and 0 < self._dark_after <= at - self._idle_since
        if stands and not self.dark:
            moves = int((at - self._moved_at) // MOVE_EVERY)
            self._moved_at += moves * MOVE_EVERY
            self._place = (self._place + moves) % len(_PLACES)

    @property
    def moved(self) -> Moved:
        """Where the screen stands: where it stood last, also after something else was shown."""
        return _PLACES[self._place]

    def wake(self, at: float) -> bool:
        """Note that a key was pressed; return whether it was dark: the key has done its work then."""
        woken, self.dark, self._idle_since = self.dark, False, at
        return woken
