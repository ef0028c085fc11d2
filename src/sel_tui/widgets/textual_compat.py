"""What the program uses of Textual's private parts, in one place; a test lists the names.

`TerminalDriver` reads the terminal in Textual's stead. Textual 8.2 decodes strictly, so that one byte that is no UTF-8
ends the program with a traceback and the exit code 0; it takes reports of the terminal for events, the size among them;
and it writes in the encoding that Python guessed.
"""

from __future__ import annotations

import errno
import os
import select
import sys
from typing import TYPE_CHECKING, Any, Final, Protocol

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from sel_tui.i18n.charset import SPELLED, Decoder

if TYPE_CHECKING:
    from textual.app import App

__all__ = [
    "ANSI_SEQUENCES_KEYS",
    "BytesDropped",
    "ChopsUpdate",
    "CompositorUpdate",
    "TerminalDriver",
    "TerminalGone",
]

# Milliseconds between two looks whether the program ends, and whether a lone Escape was one.
_TICK: Final = 100
_CHUNK: Final = 4_096
# What bytes may become. No mouse is asked for, and a report of the window's size must not resize it.
_TAKEN: Final = (
    *(events.Key, events.Paste, events.AppFocus, events.AppBlur),
    TerminalSupportsSynchronizedOutput,
)


class BytesDropped(Message):
    """Bytes came from the terminal that are no letters in its encoding."""


class TerminalGone(Message):
    """The terminal can be read no more."""


class _Encodings(Protocol):
    """What the driver has to know of the app.

    Attributes:
        reads: The encoding in which the terminal writes letters.
        writes: The one in which it is written to.
    """

    reads: str
    writes: str


class TerminalDriver(LinuxDriver):
    """Reads any bytes, cut anywhere, and writes in the terminal's own encoding.

    Whatever goes wrong on the way in ends the app as any other exception does.

    Args:
        app: The app, which tells the encodings.
        more: What Textual gives its drivers.
    """

    def __init__(self, app: App[Any], **more: Any) -> None:
        super().__init__(app, **more)
        encodings: _Encodings = app  # type: ignore[assignment]  # the app that names this driver has them
        self._letters = Decoder(encodings.reads, lambda: self.send_message(BytesDropped()))
        self._parser = XTermParser()
        assert sys.__stderr__ is not None, "Textual's driver needs it too"
        self._file = open(  # noqa: SIM115  # as long as the driver
            sys.__stderr__.fileno(), "w", encoding=encodings.writes, errors=SPELLED, closefd=False
        )

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends, in a thread of its own."""
        try:
            self._listen()
        except BaseException as error:  # noqa: BLE001  # Textual would print a traceback, and exit with 0
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001  # this is the place for it

    def take(self, data: bytes) -> None:
        """Take what was read: any bytes, cut anywhere."""
        text = self._letters.feed(data)
        for message in self._parser.feed(text) if text else ():
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Hand on what a person did, and nothing else that bytes can be read as."""
        if isinstance(message, _TAKEN):
            super().process_message(message)

    def _listen(self) -> None:
        waiting = select.poll()
        waiting.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set():
            if waiting.poll(_TICK):
                data = self._read()
                if data is None:
                    self.send_message(TerminalGone())
                    return
                self.take(data)
            for message in self._parser.tick():
                self.process_message(message)

    def _read(self) -> bytes | None:
        """Return what can be read, or None where there is no terminal any more."""
        try:
            return os.read(self.fileno, _CHUNK) or None
        except BlockingIOError:  # another program has made the terminal non-blocking, and read first
            return b""
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return None
