"""What each signal does, from the reading of the settings to the end of the program. No Textual.

The handlers are our own and stay in place between the faces: those of an asyncio loop go when it is closed, and
Textual installs some that freeze a program which no shell can continue.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Self

from sel_tui.terminal.signal_mask import BLOCKED

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
    """A signal interrupted a wait; `code` is the exit code of the program."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Signals:
    """Handles the signals while entered; in the main thread only.

    Each goes to the running face. One that comes while none runs waits for `pending_exit`. On a kiosk the signals of
    the keyboard do nothing, except Ctrl+C where a face handles it, nor do those of a background process; SIGTERM and
    SIGHUP end it. No signal is ignored, because a child process would inherit that.

    Args:
        kiosk: Whether no key may end or suspend the program.
    """

    def __init__(self, *, kiosk: bool = False) -> None:
        self._kiosk = kiosk
        self._can_suspend = False
        self._interruptible = False
        self._waiting: set[int] = set()
        self._loop: AbstractEventLoop | None = None
        self._targets: Mapping[int, Callable[[], object]] = {}
        self._pipe: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._before = {number: signal.getsignal(number) for number in BLOCKED | {signal.SIGCONT}}
        # Whoever starts a program with SIGTSTP ignored cannot continue it.
        self._can_suspend = not self._kiosk and self._before[signal.SIGTSTP] is not signal.SIG_IGN
        self.reinstall()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED - _BACKGROUND if self._kiosk else BLOCKED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask - {signal.SIGTERM, signal.SIGHUP})
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def reinstall(self) -> None:
        """Install the handlers, first on entering and again after Textual has installed its own."""
        taken = BLOCKED | {signal.SIGCONT} | self._targets.keys()
        if not self._kiosk:  # there the background's are blocked as well: only so may it write from there
            taken -= _BACKGROUND
        if not self._kiosk and not self._can_suspend:
            taken -= {signal.SIGTSTP}
        for number in taken:
            signal.signal(number, self._handle)

    def attach(self, loop: AbstractEventLoop, targets: Mapping[int, Callable[[], object]]) -> None:
        """Make each signal call its target in `loop`, first those that came while no face ran.

        Args:
            loop: The event loop of the running face.
            targets: What each signal calls; on a kiosk SIGQUIT and SIGTSTP are left out.
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
        self.reinstall()
        for number in self._waiting & self._targets.keys():
            self._waiting.discard(number)
            loop.call_soon(self._targets[number])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TEXTUAL)

    def detach(self) -> None:
        """Let signals wait again: the face has ended, or its event loop is about to."""
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
    def blocked_for_textual(self) -> Iterator[None]:
        """Block, until `attach`, the signals for which Textual installs its own handlers when it starts."""
        if not self._kiosk:
            _wait_for_the_foreground()
        signal.pthread_sigmask(signal.SIG_BLOCK, _TEXTUAL)
        try:
            yield
        finally:
            self.detach()
            self.reinstall()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TEXTUAL)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a signal that ends the program interrupt the body of the `with` statement.

        Raises:
            InterruptedBySignalError: One came.
        """
        self._interruptible = True
        try:
            self._interrupt()
            yield
        finally:
            self._interruptible = False

    def pending_exit(self) -> int | None:
        """Return the exit code if a signal that ends the program came while no face ran; suspend if one asks for it."""
        if signal.SIGTSTP in self._waiting:
            self._waiting.discard(signal.SIGTSTP)
            self.suspend()
        return next((128 + number for number in _ENDINGS if number in self._waiting), None)

    def suspend(self, *, group: bool = False) -> None:
        """Suspend as Ctrl+Z does, and return once the program continues in the foreground.

        Nothing happens where nobody could continue it: on a kiosk, or without job control. The caller restores the
        terminal's modes.

        Args:
            group: Whether to suspend the whole process group, as the terminal does when it sends the signal.
        """
        if not self._can_suspend:
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
        self.reinstall()

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        target = self._targets.get(number)
        if target is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(target)
        elif number not in (_KEYBOARD if self._kiosk else frozenset()) | _BACKGROUND | {signal.SIGWINCH}:
            self._waiting.add(number)
            if self._interruptible:
                self._interrupt()

    def _interrupt(self) -> None:
        code = self.pending_exit()
        if code is not None:
            self._interruptible = False
            raise InterruptedBySignalError(code)

    def _drain(self) -> None:
        assert self._pipe is not None
        with suppress(BlockingIOError):
            os.read(self._pipe[0], _CHUNK)


@contextmanager
def unblocked_for_child() -> Iterator[None]:
    """Unblock all signals for a child process that is started here; from any thread."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_for_the_foreground() -> None:
    """Return once this process is in the foreground of its terminal: setting a mode before that stops the process."""
    with suppress(termios.error):  # no terminal, or no shell that could bring us back
        termios.tcsetattr(_INPUT, termios.TCSANOW, termios.tcgetattr(_INPUT))
