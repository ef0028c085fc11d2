"""Where input comes from: a terminal, key by key, or a pipe or a file, line by line."""

from __future__ import annotations

import asyncio
import os
import select
import unicodedata
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sel_tui.i18n.charset import UTF_8, Decoder
from sel_tui.journey.core.secret import MARK
from sel_tui.line import commands
from sel_tui.line.prompts import Prompt
from sel_tui.terminal.keys import KeyReader, Stroke

_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """A line ended with Enter; `ahead`: it was begun before the prompt was shown, so it cannot confirm anything."""

    text: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A function key was pressed; `typed` is what was on the line, `ahead` as for a line."""

    key: str
    typed: str = ""
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Something else came first; `typed` is what was on the line."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class EndOfInput:
    """There is no more input."""


InputEvent = Line | KeyPressed | Interrupted | EndOfInput


class Source(Protocol):
    """Where input comes from."""

    def prepare(self, prompt: Prompt) -> None:
        """Prepare for `prompt`, which is about to be shown."""

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Wait for the answer to `prompt`.

        Args:
            prompt: What is asked.
            typed: What is on its line already.
        """

    def stop(self) -> None:
        """Make `read` return at once."""


class DescriptorReader:
    """Reads a file descriptor of the running loop; the base of both sources.

    Args:
        descriptor: What is read.
        encoding: How letters are written.

    Attributes:
        on_undecodable: Called once, when bytes are dropped for the first time because they are not text; what it writes
            begins at the left.
    """

    def __init__(self, descriptor: int, encoding: str) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._dropped = False
        self.on_undecodable: Callable[[], None] | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._stopped = False

    def stop(self) -> None:
        """Make `read` return at once, even if there is something to read by now."""
        self._stopped = True
        self._wake()

    async def _ready(self) -> bool:
        """Wait until there is something to read; return False when stopped."""
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        try:
            loop.add_reader(self._descriptor, self._wake)
        except PermissionError:  # a regular file is always ready, and epoll refuses it
            return True
        try:
            await self._waiting
        finally:
            loop.remove_reader(self._descriptor)
            self._waiting = None
        return not self._stopped

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _drop(self) -> None:
        self._dropped = True

    def _report_dropped(self) -> None:
        if self._dropped and self.on_undecodable is not None:
            self.on_undecodable()
            self.on_undecodable = None

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:  # the terminal or the other end is gone
            return b""


class PipeSource(DescriptorReader):
    """Reads lines from a pipe or a file, and writes each answer behind its question, secrets excepted.

    Args:
        descriptor: What is read.
        write: Writes text as it is.
        initial: What was read already.
        encoding: How letters are written.
    """

    def __init__(
        self, descriptor: int, write: Callable[[str], None], initial: bytes = b"", encoding: str = UTF_8
    ) -> None:
        super().__init__(descriptor, encoding)
        self._write = write
        self._held = initial
        self._ended = False
        self.answered = False

    def prepare(self, prompt: Prompt) -> None:
        """Every line of a pipe counts, whenever it was written: a script binds by the number or the name it writes."""

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Return the next line, or that there is none."""
        del typed
        self._stopped = False
        while b"\n" not in self._held and not self._ended:
            if not await self._ready():
                return Interrupted()
            data = self._read()
            self._held += data
            self._ended = not data
        if not self._held:
            self._write("\n")
            return EndOfInput()
        line, _, self._held = self._held.partition(b"\n")
        text = Decoder(self._encoding, self._drop).feed(line.removesuffix(b"\r"), final=True)
        self.answered = True
        self._write((text if not text or prompt.may_record(text) else MARK) + "\n")
        self._report_dropped()
        return Line(text)


class TerminalSource(DescriptorReader):
    """Reads keys from a terminal that echoes nothing by itself, and shows what may be seen.

    Args:
        descriptor: The terminal.
        write: Writes text as it is.
        encoding: How the terminal writes letters.

    Attributes:
        on_activity: Called at each read: somebody is typing.
        gone: Whether the terminal has gone away.
    """

    def __init__(self, descriptor: int, write: Callable[[str], None], encoding: str = UTF_8) -> None:
        super().__init__(descriptor, encoding)
        self._write = write
        self.on_activity: Callable[[], None] = lambda: None
        self.gone = False
        self._keys = KeyReader(encoding, self._drop)
        self._strokes: deque[Stroke] = deque()
        self._ahead = 0

    def prepare(self, prompt: Prompt) -> None:
        """Drop what was typed ahead where it would do something that the person has not read yet.

        That is everything after an error, and Enter alone where it would press the default button.
        """
        while select.select([self._descriptor], [], [], 0)[0] and (data := self._read()):
            self._strokes.extend(self._keys.feed(data))
        if prompt.follows_problem:
            self._strokes.clear()
        while prompt.field is None and self._strokes and self._strokes[0].name == "enter":
            self._strokes.popleft()
        self._ahead = len(self._strokes)

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Return what was typed; keys that were typed ahead count, and are shown only now."""
        letters = list(typed)
        ahead = False
        self._stopped = False
        if kept := letters[: prompt.shown_count(letters)]:
            self._write("".join(kept))
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
            self.on_activity()
            self._strokes.extend(self._keys.feed(data))
            if self._dropped and self.on_undecodable is not None:
                self._write("\n")
                self._report_dropped()
                self._write(prompt.text + "".join(letters[: prompt.shown_count(letters)]))

    def _apply(self, stroke: Stroke, letters: list[str], prompt: Prompt) -> Line | KeyPressed | None:
        if stroke.text:
            letters.append(stroke.text)
            if prompt.shown_count(letters) == len(letters):
                self._write(stroke.text)
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
            case name:
                self._write("\n")
                return KeyPressed("f10" if name == "ctrl+d" else name, "".join(letters))
        return None

    def _erase(self, letters: list[str], count: int, prompt: Prompt) -> None:
        for _ in range(min(count, len(letters))):
            seen = prompt.shown_count(letters) == len(letters)
            cells = _cells(letters.pop())
            if seen:
                self._write("\b \b" * cells)


def _word(letters: list[str]) -> int:
    """Return how many letters the last word has, with the spaces behind it."""
    rest = "".join(letters).rstrip()
    return len(letters) - (rest.rfind(" ") + 1)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
