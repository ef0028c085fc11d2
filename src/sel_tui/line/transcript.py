"""What was written, and what the voice has still to say of it: nothing is said twice, all of it in its order."""

from __future__ import annotations

from collections.abc import Callable

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.line.sentences import Heard, Said, said


class Transcript:
    """Writes lines. A title waits for the line after it, which may be a hint short enough to go on the same one.

    Args:
        write: Writes one line.

    Attributes:
        opened: Whether a page was opened since `take` was last called: what follows is what one would repeat of it.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._unsaid: list[Heard] = []
        self._title: tuple[Msg, Words] | None = None
        self.opened = False

    def title(self, title: Msg, words: Words, *, goes_on: bool) -> None:
        """Begin a page, behind an empty line unless it goes on with the one before."""
        self.flush()
        if not goes_on:
            self._write("")
            self.opened = True
        self._title = (title, words)

    def hint(self, hint: Msg, words: Words, room: int) -> None:
        """Write a hint: on the line of a title that waits if both take less than `room` cells."""
        if self._title is not None and words.say(hint):
            both = msg("line.pair", first=self._title[0], second=hint)
            if len(words.say(both)) < room:
                self._title, hint = None, both
        self.message(hint, words)

    def flush(self) -> None:
        """Write the title that waits."""
        waiting, self._title = self._title, None
        if waiting is not None:
            self.message(*waiting)

    def put(self, lines: Said) -> None:
        """Write lines, behind the title if it waits; they are still to be said."""
        if not lines.lines:
            return
        self.flush()
        for line in lines.lines:
            self._write(line)
        self._unsaid += lines.heard

    def message(self, message: Msg, words: Words) -> None:
        """Write `message`; it is still to be said."""
        self.put(said([message], words))

    def take(self) -> tuple[Heard, ...]:
        """Return what is still to be said, in the order in which it was written; it counts as said from now on."""
        unsaid, self._unsaid = tuple(self._unsaid), []
        self.opened = False
        return unsaid
