"""What was written, and what the voice has still to say of it: nothing is said twice, all of it in its order."""

from __future__ import annotations

from collections.abc import Callable

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg
from sel_tui.line.sentences import Heard, Said


class Transcript:
    """Writes lines.

    Args:
        write: Writes one line.

    Attributes:
        opened: Whether a page was opened since `take` was last called: what follows is what one would repeat of it.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._unsaid: list[Heard] = []
        self.opened = False

    def blank(self) -> None:
        """Write an empty line."""
        self._write("")

    def put(self, said: Said) -> None:
        """Write lines; they are still to be said."""
        for line in said.lines:
            self._write(line)
        self._unsaid += said.heard

    def message(self, message: Msg, words: Words) -> None:
        """Write `message`; it is still to be said."""
        self.put(Said(tuple(words.say(message).split("\n")), (message,)))

    def take(self) -> tuple[Heard, ...]:
        """Return what is still to be said, in the order in which it was written; it counts as said from now on."""
        unsaid, self._unsaid = tuple(self._unsaid), []
        self.opened = False
        return unsaid
