"""Where input comes from: what every source does, and a pipe or a file, line by line."""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Callable
from typing import Final, Protocol

from sel_tui.i18n.charset import UTF_8, Decoder
from sel_tui.journey.core.secret import MARK
from sel_tui.late_dataclass import dataclass
from sel_tui.line.prompts import Prompt

_CHUNK: Final = 65_536


@dataclass(frozen=True)
class Line:
    """A line ended with Enter; `ahead`: it was begun before the prompt was shown, so it cannot confirm anything."""

    text: str
    ahead: bool = False


@dataclass(frozen=True)
class KeyPressed:
    """A function key was pressed; `typed` is what was on the line, `ahead` as for a line."""

    key: str
    typed: str = ""
    ahead: bool = False


@dataclass(frozen=True)
class Interrupted:
    """Something else came first; `typed` is what was on the line."""

    typed: str = ""


@dataclass(frozen=True)
class EndOfInput:
    """There is no more input; `unread`: there was, but it answers what was asked before an answer was refused."""

    unread: bool = False


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

    def erase(self) -> bool:
        """Erase the last answer and its question from the screen; return False where that cannot be done."""

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
        self._unread = False
        self._ended = False
        self.answered = False

    def prepare(self, prompt: Prompt) -> None:
        """Every line of a pipe counts, whenever it was written: a script binds by the number or the name it writes.

        After an answer that was refused, the lines that are there already would each answer the question before their
        own, and a password would be written as an address: they are not read.
        """
        if prompt.refused and (self._held or select.select([self._descriptor], [], [], 0)[0]):
            self._held = self._held or self._read()
            self._unread = bool(self._held)

    def erase(self) -> bool:
        """Nothing that was written to a pipe or a file can be taken back."""
        return False

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Return the next line, or that there is none."""
        del typed
        self._stopped = False
        if self._unread:
            self._write("\n")
            return EndOfInput(unread=True)
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
