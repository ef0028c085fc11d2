"""Which key presses answer the page that is shown. No Textual."""

from __future__ import annotations

from math import inf
from typing import Final

from sel_tui.journey.core.page import Choice, EntryItem, Page
from sel_tui.terminal.keys import REPEAT_PAUSE, HeldKey

__all__ = ["REACTION", "REPEAT_PAUSE", "KeyPresses"]

# Seconds in which nobody who types has read what came up: their key was meant for what stood there before.
REACTION: Final = 1.0


class KeyPresses:
    """Tells a key pressed for the page shown from one typed, or held down, before that page was painted.

    All times are seconds of one clock.
    """

    def __init__(self) -> None:
        self._held = HeldKey()
        self._painted: tuple[object, float] = (None, inf)

    def read(self, key: str, at: float) -> float:
        """Note that `key` was read; return when that press began.

        Args:
            key: The name of the key; "" for a paste.
            at: When it was read, in seconds.
        """
        return self._held.read(key, at)

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
