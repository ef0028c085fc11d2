"""What each signal does, from the moment the settings are read to the program's end. No Textual.

The handlers are the program's own and stay in place between the faces: those of an asyncio loop are gone once it is
closed, and Textual installs some that freeze a program which no shell can let go on.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Self

from sel_tui.terminal.signal_mask import HELD

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType, TracebackType

_INPUT: Final = 0
_CHUNK: Final = 4096
_KEYBOARD: Final = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP})
_BACKGROUND: Final = frozenset({signal.SIGTTIN, signal.SIGTTOU})
_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
# Those for which Textual installs handlers of its own when it starts.
_TEXTUAL: Final = frozenset({signal.SIGTSTP, signal.SIGCONT})


class InterruptedBySignalError(Exception):
    """A signal came during a wait that it may cut short; `code` is what the program ends with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Signals:
    """Takes the signals while entered; in the main thread only.

    Each goes to the face that runs. What comes while none does waits: `ended` tells. On a kiosk neither the keyboard's
    signals do anything, but for Ctrl+C where a face takes it, nor those of the background; SIGTERM and SIGHUP end it.
    None is ignored, for a child process would go on ignoring it.

    Args:
        kiosk: Whether nothing that the keyboard sends may end or stop the program.
    """

    def __init__(self, *, kiosk: bool = False) -> None:
        self._kiosk = kiosk
        self._stops = False
        self._cuts_short = False
        self._waiting: set[int] = set()
        self._loop: AbstractEventLoop | None = None
        self._targets: Mapping[int, Callable[[], object]] = {}
        self._pipe: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._before = {number: signal.getsignal(number) for number in HELD | {signal.SIGCONT}}
        # Whoever starts a program with SIGTSTP ignored has no way to let it go on.
        self._stops = not self._kiosk and self._before[signal.SIGTSTP] is not signal.SIG_IGN
        self.retake()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD - _BACKGROUND if self._kiosk else HELD)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask - {signal.SIGTERM, signal.SIGHUP})
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def retake(self) -> None:
        """Install the handlers, at first and again after Textual has installed its own."""
        taken = HELD | {signal.SIGCONT} | self._targets.keys()
        if not self._kiosk:  # there the background's are blocked as well: only so may it write from there
            taken -= _BACKGROUND
        if not self._kiosk and not self._stops:
            taken -= {signal.SIGTSTP}
        for number in taken:
            signal.signal(number, self._came)

    def attach(self, loop: AbstractEventLoop, targets: Mapping[int, Callable[[], object]]) -> None:
        """Let each signal call its target in `loop`, those first that came while no face ran.

        Args:
            loop: The loop of the face that runs.
            targets: What each signal does; a kiosk leaves out SIGQUIT and SIGTSTP.
        """
        unwanted = _KEYBOARD - {signal.SIGINT} if self._kiosk else frozenset()
        self._loop = loop
        self._targets = {number: target for number, target in targets.items() if number not in unwanted}
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        # Python runs its handlers in the main thread: this wakes it where the system chose another for the signal.
        signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        loop.add_reader(self._pipe[0], self._drain)
        self.retake()
        for number in self._waiting & self._targets.keys():
            self._waiting.discard(number)
            loop.call_soon(self._targets[number])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TEXTUAL)

    def detach(self) -> None:
        """Let signals wait again: the face that ran has come to its end, or its loop soon will."""
        targets, self._targets = self._targets, {}
        for number in targets.keys() - self._before.keys():
            signal.signal(number, signal.SIG_DFL)
        if self._pipe is not None and self._loop is not None:
            signal.set_wakeup_fd(-1)
            if not self._loop.is_closed():
                self._loop.remove_reader(self._pipe[0])
            for end in self._pipe:
                os.close(end)
        self._pipe = self._loop = None

    @contextmanager
    def lent_to_textual(self) -> Iterator[None]:
        """Hold back, until `attach`, those signals for which Textual installs its own handlers when it starts."""
        if not self._kiosk:
            _wait_for_the_foreground()
        signal.pthread_sigmask(signal.SIG_BLOCK, _TEXTUAL)
        try:
            yield
        finally:
            self.detach()
            self.retake()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TEXTUAL)

    @contextmanager
    def cutting_short(self) -> Iterator[None]:
        """Let a signal that ends the program cut short what is done here.

        Raises:
            InterruptedBySignalError: One came.
        """
        self._cuts_short = True
        try:
            self._cut()
            yield
        finally:
            self._cuts_short = False

    def ended(self) -> int | None:
        """Return the code to end with if a signal for that came while no face ran; stop if one for that came."""
        if signal.SIGTSTP in self._waiting:
            self._waiting.discard(signal.SIGTSTP)
            self.stop()
        return next((128 + number for number in _ENDINGS if number in self._waiting), None)

    def stop(self, *, group: bool = False) -> None:
        """Stop as Ctrl+Z stops a program, and return once it goes on in the foreground.

        Where nobody could let it go on (a kiosk, no shell with job control) nothing happens. The caller sees to the
        terminal's modes.

        Args:
            group: Whether to stop what was started with us too, as the terminal does when it sends the signal itself.
        """
        if not self._stops:
            return
        if group:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # ourselves once only, below
            os.kill(0, signal.SIGTSTP)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
        for number in _TEXTUAL:
            signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})  # the system stops us here, and wakes us here
        _wait_for_the_foreground()
        self.retake()

    def _came(self, number: int, _frame: FrameType | None) -> None:
        target = self._targets.get(number)
        if target is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(target)
        elif number not in (_KEYBOARD if self._kiosk else frozenset()) | _BACKGROUND | {signal.SIGWINCH}:
            self._waiting.add(number)
            if self._cuts_short:
                self._cut()

    def _cut(self) -> None:
        code = self.ended()
        if code is not None:
            self._cuts_short = False
            raise InterruptedBySignalError(code)

    def _drain(self) -> None:
        assert self._pipe is not None
        with suppress(BlockingIOError):
            os.read(self._pipe[0], _CHUNK)


@contextmanager
def at_rest_for_a_child() -> Iterator[None]:
    """Let a process that is started here begin with no signal blocked; any thread may do this."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_for_the_foreground() -> None:
    """Return once this process is in its terminal's foreground: the system stops whoever sets a mode before."""
    with suppress(termios.error):  # no terminal, or no shell that could bring us back
        termios.tcsetattr(_INPUT, termios.TCSANOW, termios.tcgetattr(_INPUT))
