"""Which key presses answer the page that is shown. No Textual."""

from __future__ import annotations

from math import inf
from typing import Final

from sel_tui.journey.core.page import Choice, EntryItem, Page

# Seconds; a held key repeats after one at the most, and then some thirty times a second.
REPEAT_PAUSE: Final = 1.5


class KeyPresses:
    """Tells a key pressed for the page shown from one typed, or held down, before that page was painted.

    Terminals do not report that a key is held: repeats of the same key, with no other between and no pause longer than
    `REPEAT_PAUSE`, count as one press. All times are seconds of one clock.
    """

    def __init__(self) -> None:
        self._key = ""
        self._last = -inf
        self._began = -inf
        self._painted: tuple[object, float] = (None, inf)

    def read(self, key: str, at: float) -> float:
        """Note that `key` was read; return when that press began.

        Args:
            key: The name of the key; "" for a paste.
            at: When it was read, in seconds.
        """
        if key != self._key or not key or at - self._last > REPEAT_PAUSE:
            self._began = at
        self._key, self._last = key, at
        return self._began

    def paint(self, page: Page, at: float) -> None:
        """Note that `page` was painted; what is typed into its fields makes no other page of it."""
        if self._painted[0] != (offered := _offered(page)):
            self._painted = (offered, at)

    def answers(self, began: float, page: Page) -> bool:
        """Tell whether a press that began then answers `page`: the page was painted before that."""
        return self._painted[0] == _offered(page) and began > self._painted[1]


def _offered(page: Page) -> tuple[object, ...]:
    """Return what a page offers, whatever its fields hold."""
    return (page.where, *(item.id if isinstance(item, (EntryItem, Choice)) else item for item in page.items))
