"""What reads and writes the terminal in Textual's stead, and the app that has it.

Textual 8.2 decodes strictly, so that one byte that is no UTF-8 ends the program with a traceback and the exit code 0;
it waits for ever for the end of a paste; it types the reports that it does not know and takes the others for events,
the size among them; and it writes in the encoding that Python guessed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import sys
import termios
from contextlib import suppress
from math import inf
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from sel_tui.i18n.charset import Decoder
from sel_tui.terminal.floods import FloodGate
from sel_tui.terminal.scanner import ESCAPE, Letters, Pasted, Scanner, Sequence
from sel_tui.widgets.textual_compat import TextualApp, TextualDriver, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.driver import Driver

    from sel_tui.terminal.scanner import Token

# Milliseconds between two looks whether the program ends.
_TICK: Final = 100
_CHUNK: Final = 4_096
# Keys of one read that are handed on between two looks at what waits behind them.
_HANDFUL: Final = 64
# Where the flags of the output are in a terminal's mode.
_OUTPUT: Final = 1
# What Textual asks of the terminal and the program has no use for: reports of the window's focus and size, no cursor.
_UNWANTED: Final = frozenset({"\x1b[?1004h", "\x1b[?2048$p", "\x1b[?25l"})
# Whether several writes can be shown as one: a frame of our own is one write.
_SYNCHRONIZED: Final = "\x1b[?2026$p"
# What bytes may become. No mouse is asked for, and a report of the window's size must not resize it.
_TAKEN: Final = (
    *(events.Key, events.Paste, events.AppFocus, events.AppBlur),
    TerminalSupportsSynchronizedOutput,
)


class BytesDropped(Message):
    """Bytes came from the terminal that are no letters in its encoding."""


class TerminalGone(Message):
    """The terminal can be read no more."""


class _TerminalFacts(Protocol):
    """What the driver has to know of the app.

    Attributes:
        reads: The encoding in which the terminal writes letters.
        writes: The one in which it is written to.
        escape_wait: Seconds for which the rest of a key's sequence is waited for.
        parting: What is written before the terminal is given back.
        draws: Whether a frame is one write.
    """

    reads: str
    writes: str
    escape_wait: float

    @property
    def parting(self) -> str: ...

    @property
    def draws(self) -> bool: ...

    def forget_shown(self) -> None: ...


class TerminalDriver(TextualDriver):
    """Reads any bytes, cut anywhere, and writes in the terminal's own encoding.

    Whatever goes wrong on the way in ends the app as any other exception does.

    Args:
        app: The app, which tells the encodings and the wait.
        clock: A steady clock, in seconds.
        more: What Textual gives its drivers.
    """

    def __init__(self, app: App[Any], *, clock: Callable[[], float] = monotonic, **more: Any) -> None:
        super().__init__(app, **more)
        facts: _TerminalFacts = app  # type: ignore[assignment]  # the app that names this driver has them
        self._facts = facts
        self._held: list[str] | None = None
        self._start_reading()
        self._gate = FloodGate()
        self._synchronized = False
        self._forgetting = Event()
        self._clock = clock
        self.write_in(facts.writes)

    def start_application_mode(self) -> None:
        """Take the terminal: in one write, and so that LF goes down and nothing else."""
        self._held = []
        super().start_application_mode()  # type: ignore[no-untyped-call]
        unwanted = _UNWANTED | {_SYNCHRONIZED} if self._facts.draws else _UNWANTED
        held, self._held = "".join(text for text in self._held if text not in unwanted), None
        self.write(held)
        with suppress(termios.error):  # the mode of before is restored by Textual
            mode = termios.tcgetattr(self.fileno)
            mode[_OUTPUT] &= ~termios.OPOST
            termios.tcsetattr(self.fileno, termios.TCSANOW, mode)
        self._facts.forget_shown()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self.write(self._facts.parting)
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Write to the terminal; together with the rest of it while it is being taken."""
        if self._held is not None:
            self._held.append(data)
        else:
            super().write(data)

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends, in a thread of its own."""
        try:
            self._listen()
        except BaseException as error:  # noqa: BLE001  # Textual would print a traceback, and exit with 0
            self.fail(error)

    def _start_reading(self) -> None:
        self._letters = Decoder(self._facts.reads, lambda: self.send_message(BytesDropped()))
        self._scanner = Scanner(self._facts.escape_wait)

    def take(self, data: bytes) -> None:
        """Take what was read: any bytes, cut anywhere. The rest of a flood is dropped unread."""
        self._forget_when_asked()
        flooded = self._gate.is_flooded
        if flooded or not self._scanner.is_pasting:
            self._gate.reads(data, self._clock())
        if self._gate.is_flooded:
            return
        if flooded:
            self._start_reading()
        for token in self._scanner.feed(self._letters.feed(data), self._clock()):
            self._hand_on(token)

    def expire(self) -> None:
        """Take what was begun for what it is, once its rest is not awaited any more."""
        self._forget_when_asked()
        for token in self._scanner.expire(self._clock()):
            self._hand_on(token)

    def forget(self) -> None:
        """Forget what the person before has begun, the beginning of a paste above all; callable from any thread."""
        self._forgetting.set()

    def _forget_when_asked(self) -> None:
        if self._forgetting.is_set():
            self._forgetting.clear()
            self._scanner.forget()

    @property
    def has_waiting(self) -> bool:
        """Whether a key or a paste waits to be looked at."""
        return self._gate.has_waiting

    def looks_at(self, event: events.Event) -> bool:
        """Note that the app looks at what was handed on; return whether it counts, and is no part of a flood."""
        self._gate.looked_at(_pasted(event))
        return not self._gate.is_flooded

    def _hand_on(self, token: Token) -> None:
        match token:
            case Pasted(text):
                self.process_message(events.Paste(text))
            case Sequence(sequence) if sequence == ESCAPE:
                self.process_message(events.Key("escape", ESCAPE))
            case Letters(text) | Sequence(text):
                for number, message in enumerate(keys_of(text), start=1):
                    if number % _HANDFUL == 0:  # where each of them changes the page, this takes long
                        self._gate.waits_behind(self._unread())
                    if self._gate.is_flooded:
                        return
                    self.process_message(message)

    def _unread(self) -> int:
        """Return how many bytes wait in the terminal."""
        with suppress(OSError):
            return int.from_bytes(fcntl.ioctl(self.fileno, termios.FIONREAD, bytes(4)), sys.byteorder)
        return 0

    def process_message(self, message: Message) -> None:
        """Hand on what a person did, and nothing else that bytes can be read as."""
        if not isinstance(message, _TAKEN):
            return
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            taken, self._synchronized = not self._synchronized, True  # it is said once
        else:
            taken = self._gate.admits(_pasted(message))
        if taken:
            super().process_message(message)

    def _listen(self) -> None:
        waiting = select.poll()
        waiting.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set():
            deadline = self._scanner.deadline
            left = inf if deadline is None else max(deadline - self._clock(), 0) * 1_000 + 1
            if waiting.poll(min(_TICK, left)):
                data = self._read()
                if data is None:
                    self.send_message(TerminalGone())
                    return
                self.take(data)
            self.expire()

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


def _pasted(message: Message) -> str:
    return message.text if isinstance(message, events.Paste) else ""


class TerminalApp(TextualApp):
    """An app whose terminal is read and written by a driver of ours."""

    def forget_begun(self) -> None:
        """Forget what was begun at the terminal and has not ended, such as a paste."""
        if isinstance(self.terminal, TerminalDriver):
            self.terminal.forget()

    async def on_event(self, event: events.Event) -> None:
        """Take an event, as Textual does."""
        if isinstance(event, (events.AppFocus, events.AppBlur)):
            self.looks_at(event)
        await super().on_event(event)

    def looks_at(self, event: events.Event) -> bool:
        """Note that what the terminal sent is looked at: there is room for more. Return whether somebody typed it."""
        return not isinstance(self.terminal, TerminalDriver) or self.terminal.looks_at(event)

    @property
    def has_more_keys(self) -> bool:
        """Whether another key or paste was read that nobody has looked at yet."""
        return isinstance(self.terminal, TerminalDriver) and self.terminal.has_waiting

    def get_driver_class(self) -> type[Driver]:
        """Return what reads and writes the terminal."""
        return TerminalDriver
