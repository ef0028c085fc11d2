"""Input from a terminal, key by key."""

from __future__ import annotations

import select
import unicodedata
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Final

from sel_tui.i18n.charset import LATIN_1, UTF_8
from sel_tui.journey.core.secret import MARK
from sel_tui.line import commands
from sel_tui.line.console import fold
from sel_tui.line.prompts import Prompt
from sel_tui.line.sources import DescriptorReader, EndOfInput, InputEvent, Interrupted, KeyPressed, Line
from sel_tui.runtime.key_bindings import STAFF_KEY, STAFF_KEYS, Chord
from sel_tui.terminal.capabilities import LOCAL_WAIT
from sel_tui.terminal.keys import HeldKey, KeyReader, Stroke

LONGEST: Final = 4_095
"""The most letters of a line, as of a terminal that edits lines itself (Linux's n_tty): each costs the whole line."""

# Reads of what was typed ahead, some thousands of letters each: more was typed by nobody.
_MOST_READS: Final = 256


class TerminalSource(DescriptorReader):
    """Reads keys from a terminal that echoes nothing by itself, and shows what may be seen.

    Args:
        descriptor: The terminal.
        write: Writes text as it is.
        encoding: How the terminal writes letters.
        wait: Seconds for which the rest of a key's sequence is waited for.
        clock: A steady clock, in seconds.
        window: Returns how many cells are felt at once; 0 where nobody reads by cells.
        erasable: Returns how wide a terminal is that can erase what stands on it; 0 where it cannot.
        chord: Whether the two keys of a kiosk's staff are one that has a meaning.

    Attributes:
        on_activity: Called when a key is pressed: somebody is there. A key that is held down is nobody.
        gone: Whether the terminal has gone away.
    """

    def __init__(
        self,
        descriptor: int,
        write: Callable[[str], None],
        encoding: str = UTF_8,
        wait: float = LOCAL_WAIT,
        *,
        clock: Callable[[], float] = monotonic,
        window: Callable[[], int] = lambda: 0,
        erasable: Callable[[], int] = lambda: 0,
        chord: bool = False,
    ) -> None:
        super().__init__(descriptor, encoding)
        self._write = write
        self.on_activity: Callable[[], None] = lambda: None
        self.gone = False
        self._new_reader = partial(KeyReader, encoding, self._drop, wait)
        self._keys = self._new_reader()
        self._strokes: deque[Stroke] = deque()
        self._ahead = 0
        self._held = HeldKey()
        self._clock = clock
        self._window = window
        self._erasable = erasable
        self._chord = Chord() if chord else None
        self._column = self._rows = 0

    def prepare(self, prompt: Prompt) -> None:
        """Drop what was typed ahead where it would do something that the person has not read yet.

        That is everything after an error, and Enter alone where it would press the default button.
        """
        dropping = prompt.follows_problem or prompt.refused
        for reads in range(_MOST_READS):
            if not select.select([self._descriptor], [], [], 0)[0] or not (data := self._read()):
                break
            if reads and dropping:  # a flood: not even read
                self._keys = self._new_reader()
            else:
                self._take(data)
        if dropping:
            self._strokes.clear()
        while prompt.field is None and self._strokes and self._strokes[0].name == "enter":
            self._strokes.popleft()
        self._ahead = len(self._strokes)

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Return what was typed; keys that were typed ahead count, and are shown only now."""
        letters = list(typed)
        ahead = False
        self._stopped = False
        self._column, self._rows = len(fold(prompt.text, self._erasable())[-1]), 0
        self._echo("", letters[: prompt.shown_count(letters)])
        while True:
            while self._strokes:
                ahead = ahead or self._ahead > 0
                self._ahead = max(self._ahead - 1, 0)
                event = self._apply(self._strokes.popleft(), letters, prompt)
                if event is not None:
                    return replace(event, ahead=ahead)
            if not await self._ready():
                self._write("\n")
                return Interrupted("".join(letters))
            data = self._read()
            if not data:
                self.gone = True
                return EndOfInput()
            now = self._clock()
            if self._held.read(_unit(data).decode(LATIN_1), now) == now:
                self.on_activity()
            self._take(data)
            if self._dropped and self.on_undecodable is not None:
                self._write("\n")
                self._report_dropped()
                self._write(prompt.text + "".join(letters[: prompt.shown_count(letters)]))

    def erase(self) -> bool:
        """Erase the last answer and the row of its question, however many rows they take."""
        columns = self._erasable()
        if columns:
            rows = self._rows + max(-(-self._column // columns), 1)
            self._write(f"\x1b[{rows}A\r\x1b[J")
        return bool(columns)

    def _take(self, data: bytes) -> None:
        """Take strokes, as many as may wait: a flood must not fill the memory."""
        for stroke in self._keys.feed(data):
            if len(self._strokes) < LONGEST:
                self._strokes.append(stroke)

    def _apply(self, stroke: Stroke, letters: list[str], prompt: Prompt) -> Line | KeyPressed | None:
        if self._chord is not None and self._chord.read(stroke.name):
            self._write("\n")
            return KeyPressed(STAFF_KEY, "".join(letters))
        if stroke.text:
            if len(letters) >= LONGEST:
                return None
            letters.append(stroke.text)
            if prompt.shown_count(letters) == len(letters):
                self._echo("".join(letters[:-1]), [stroke.text])
            return None
        match stroke.name:
            case "enter":
                line = "".join(letters)
                rest = "".join(letters[prompt.shown_count(letters) :])
                if rest and not (commands.is_sign(line) or (not prompt.hidden and prompt.may_record(line))):
                    rest = MARK
                self._write(f"{rest}\n")
                return Line(line)
            case "backspace":
                self._erase(letters, 1, prompt)
            case "ctrl+u":
                self._erase(letters, len(letters), prompt)
            case "ctrl+w":
                self._erase(letters, _word(letters), prompt)
            case "ctrl+d" if letters:
                pass
            case name if name in STAFF_KEYS:
                pass
            case name:
                self._write("\n")
                return KeyPressed("f10" if name == "ctrl+d" else name, "".join(letters))
        return None

    def _echo(self, before: str, letters: list[str]) -> None:
        """Show `letters` behind what was typed `before`; where the cells end, all of it begins on a line of its own."""
        text, window = "".join(letters), self._window()
        wide = sum(map(_cells, text))
        if window and text and self._column + wide >= window:
            whole = before + text
            text = whole if sum(map(_cells, whole)) < window else text
            self._column, wide = 0, sum(map(_cells, text))
            self._write("\n")
            self._rows += 1
        if text:
            self._write(text)
        self._column += wide

    def _erase(self, letters: list[str], count: int, prompt: Prompt) -> None:
        for _ in range(min(count, len(letters))):
            seen = prompt.shown_count(letters) == len(letters)
            cells = _cells(letters.pop())
            if not seen:
                continue
            if self._window() and self._column < cells:  # it stands on the line before
                self._column = self._window()
                self._echo("", letters[1 - self._window() :])
            else:
                self._write("\b \b" * cells)
                self._column -= cells


def _unit(data: bytes) -> bytes:
    """Return what `data` repeats: the key of which it is made when one is held down, and all of it otherwise."""
    return data[: (data + data).find(data, 1)]


def _word(letters: list[str]) -> int:
    """Return how many letters the last word has, with the spaces behind it."""
    rest = "".join(letters).rstrip()
    return len(letters) - (rest.rfind(" ") + 1)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
