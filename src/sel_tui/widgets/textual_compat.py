"""What the program uses of Textual's private parts, in one place; a test lists the names.

`TextualApp` is Textual's app with its private parts under names of ours; `CellsUpdate` is what it writes.

`TerminalDriver` reads the terminal in Textual's stead. Textual 8.2 decodes strictly, so that one byte that is no UTF-8
ends the program with a traceback and the exit code 0; it waits for ever for the end of a paste; it types the reports
that it does not know and takes the others for events, the size among them; and it writes in the encoding that Python
guessed.
"""

from __future__ import annotations

import errno
import inspect
import os
import select
import sys
import termios
from contextlib import suppress
from math import inf
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from rich.control import Control
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.strip import Strip

from sel_tui.i18n.charset import SPELLED, Decoder
from sel_tui.terminal.floods import FloodGate
from sel_tui.terminal.sequences import ESCAPE, Letters, Pasted, Scanner, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType
    from textual.driver import Driver
    from textual.geometry import Size
    from textual.screen import Screen

    from sel_tui.terminal.sequences import Token

__all__ = [
    "ANSI_SEQUENCES_KEYS",
    "BytesDropped",
    "CellsUpdate",
    "CompositorUpdate",
    "TerminalDriver",
    "TerminalGone",
    "TextualApp",
    "complete_default_screen",
    "is_seam_known",
    "pieces_of",
    "size_of",
]

# Milliseconds between two looks whether the program ends.
_TICK: Final = 100
_CHUNK: Final = 4_096
OWN_PEN: Final = "\x1b[m"
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


class TerminalDriver(LinuxDriver):
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
        assert sys.__stderr__ is not None, "Textual's driver needs it too"
        self._file = open(  # noqa: SIM115  # as long as the driver
            sys.__stderr__.fileno(), "w", encoding=facts.writes, errors=SPELLED, closefd=False
        )

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
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001  # this is the place for it

    def _start_reading(self) -> None:
        self._letters = Decoder(self._facts.reads, lambda: self.send_message(BytesDropped()))
        self._scanner = Scanner(self._facts.escape_wait)

    def take(self, data: bytes) -> None:
        """Take what was read: any bytes, cut anywhere. The rest of a flood is dropped unread."""
        self._forget_when_asked()
        if self._gate.is_flooded:
            if not self._gate.ends_with(data):
                return
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

    def looked_at(self, event: events.Event) -> None:
        """Note that the app has looked at what was handed on."""
        self._gate.looked_at(_pasted(event))

    def _hand_on(self, token: Token) -> None:
        match token:
            case Pasted(text):
                self.process_message(events.Paste(text))
            case Sequence(sequence) if sequence == ESCAPE:
                self.process_message(events.Key("escape", ESCAPE))
            case Letters(text) | Sequence(text):
                # A parser of its own: one that does not know a sequence would wait for more, and type it in the end.
                if not self._gate.is_flooded:
                    for message in XTermParser().feed(text):
                        self.process_message(message)

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


class CellsUpdate(ChopsUpdate):
    """Writes the cells that have changed and none before them: Textual 8.2 crops what it repaints on the right alone.

    A reader of the terminal's output hears a typed letter, not its label again.
    """

    def render_segments(self, console: Console) -> str:
        """Return what is sent to the terminal."""
        written: list[str] = []
        for piece in _parts(self):
            strip = piece.segments.crop(piece.start - piece.column, piece.end - piece.column)
            written += [Control.move_to(piece.start, piece.row).segment.text, strip.render(console)]
        return "".join(written)


def is_seam_known() -> bool:
    """Tell whether Textual hands over what it paints as it does in the version that this program was made for."""
    seam = {LayoutUpdate: ("strips", "region"), ChopsUpdate: ("chops", "spans", "chop_ends")}
    return all(set(names) <= set(inspect.signature(kind).parameters) for kind, names in seam.items())


def size_of(update: CompositorUpdate) -> Size | None:
    """Return the size of the screen that `update` paints whole; None when it paints a part."""
    return update.region.size if isinstance(update, LayoutUpdate) else None


class Piece(NamedTuple):
    """What stands in one row.

    Attributes:
        row: The row.
        column: Where the segments begin.
        segments: Text with its styles.
        start: The first column that has changed.
        end: The column after the last.
    """

    row: int
    column: int
    segments: Strip
    start: int
    end: int


def pieces_of(update: CompositorUpdate) -> Iterator[Piece] | None:
    """Return what `update` paints; None for an update of another kind."""
    if isinstance(update, LayoutUpdate):
        return _whole(update)
    return _parts(update) if isinstance(update, ChopsUpdate) else None


def _whole(update: LayoutUpdate) -> Iterator[Piece]:
    for row, strips in enumerate(update.strips, update.region.y):
        yield Piece(row, update.region.x, Strip.join(strips), update.region.x, update.region.right)


def _parts(update: ChopsUpdate) -> Iterator[Piece]:
    for row, start, end in update.spans:
        for chop_end, (left, strip) in zip(update.chop_ends[row], update.chops[row].items(), strict=True):
            first, last = max(left, start), min(chop_end, end)
            if strip is not None and first < last:
                yield Piece(row, left, strip, first, last)


class TextualApp(App[int]):
    """Textual's app, with what the program needs of its private parts under public names."""

    def __init__(self) -> None:
        super().__init__()
        # Else each screen has two widgets more, for tooltips and notices of which we have none.
        self._disable_tooltips = self._disable_notifications = True

    def is_leaving(self) -> bool:
        """Tell whether the app is about to end."""
        return self._exit

    @property
    def is_batching(self) -> bool:
        """Whether nothing is written to the terminal now: several changes are to be painted at once."""
        return bool(self._batch_count)

    @property
    def terminal(self) -> Driver | None:
        """What writes to the terminal; None before the app runs."""
        return self._driver

    def forget_begun(self) -> None:
        """Forget what was begun at the terminal and has not ended, such as a paste."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.forget()

    async def on_event(self, event: events.Event) -> None:
        """Take an event, as Textual does."""
        if isinstance(event, (events.AppFocus, events.AppBlur)):
            self.looked_at(event)
        await super().on_event(event)

    def looked_at(self, event: events.Event) -> None:
        """Note that what the terminal sent was looked at: there is room for more."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.looked_at(event)

    @property
    def has_more_keys(self) -> bool:
        """Whether another key or paste was read that nobody has looked at yet."""
        return isinstance(self._driver, TerminalDriver) and self._driver.has_waiting

    def get_driver_class(self) -> type[Driver]:
        """Return what reads and writes the terminal."""
        return TerminalDriver

    def before_display(self, screen: Screen[Any], update: RenderableType | CompositorUpdate | None) -> None:
        """Called before an update is written to the terminal.

        Args:
            screen: The screen that is painted.
            update: What is about to be written, None for nothing.
        """

    def paint(self, update: CompositorUpdate) -> bool:
        """Called instead of Textual's own writing; return whether `update` was taken, else Textual writes it.

        Args:
            update: What has changed on the screen.
        """
        del update
        return False

    @property
    def draws(self) -> bool:
        """Whether the program writes its frames itself, each at once."""
        return False

    @property
    def parting(self) -> str:
        """What is written before the terminal is given back."""
        return OWN_PEN

    def forget_shown(self) -> None:
        """Called when what the terminal shows is not known any more."""

    def record_fatal(self, error: Exception) -> int:
        """Called when the app ends because of `error`; return the exit code."""
        del error
        return 1

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse's pointer alone; Textual would write its shape with every screen."""

    def panic(self, *renderables: RenderableType) -> None:
        """End as after any fatal error; Textual would print what it is given."""
        del renderables
        self._fatal_error()

    def _fatal_error(self) -> None:
        """End without a word; Textual would print the locals, passwords included, and exit with 0."""
        self._return_code = self.record_fatal(self._exception or RuntimeError())
        self._close_messages_no_wait()

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        self.before_display(screen, renderable)
        if isinstance(renderable, CompositorUpdate) and self._driver is not None and not self.is_headless:
            try:
                painted = self.paint(renderable)
            except Exception as error:  # noqa: BLE001  # as Textual does it
                self._handle_exception(error)
                return
            if painted:
                self.post_display_hook()
                return
        if isinstance(renderable, ChopsUpdate):
            renderable = CellsUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)  # type: ignore[arg-type]  # Textual's annotation forgets its updates


def forget_drawn() -> None:
    """Let go of what screens that are gone had drawn: a cache of Textual's for two colours keeps their lines along."""
    StylesCache.get_inner_outer.cache_clear()


def complete_default_screen(screen: Screen[Any]) -> None:
    """Do what Textual 8.2 forgets for a default screen; `switch_screen` would then pop from an empty list."""
    screen._push_result_callback(screen, None)  # noqa: SLF001  # this is the place for it
