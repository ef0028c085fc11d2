"""The modes of the terminal: key by key in the line face, closed between the faces of a kiosk."""

from __future__ import annotations

import os
import termios
from abc import ABC, abstractmethod
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_INPUT: Final = 0
_LOCAL: Final = 3
_CONTROL: Final = 6


class _Mode(ABC):
    """Sets a mode of a terminal while entered, and restores the one before.

    Args:
        terminal: The terminal's file descriptor.
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before = termios.tcgetattr(terminal)

    def __enter__(self) -> Self:
        self.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.restore()

    def set(self) -> None:
        """Set the mode, first on entering and again after the program was suspended."""
        mode = termios.tcgetattr(self._terminal)
        mode[_LOCAL] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        mode[_CONTROL][termios.VMIN] = 1
        mode[_CONTROL][termios.VTIME] = 0
        self._change(mode)
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, mode)

    def restore(self) -> None:
        """Restore the mode before."""
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    @abstractmethod
    def _change(self, mode: list[Any]) -> None:
        """Change `mode`, as termios has it, into that of this class."""


class CharacterMode(_Mode):
    r"""While entered, the terminal hands over every key at once and echoes none; signals still come from Ctrl+C.

    So what is typed ahead is never shown before it is known whether it is a secret.

    Args:
        terminal: The terminal's file descriptor.
        kiosk: Whether Ctrl+Z and Ctrl+\ must have no effect, on the program that started this one either, and Ctrl+S
            must not stop the output.
    """

    def __init__(self, terminal: int, *, kiosk: bool = False) -> None:
        super().__init__(terminal)
        self._kiosk = kiosk

    def _change(self, mode: list[Any]) -> None:
        mode[_LOCAL] |= termios.NOFLSH  # Ctrl+C must not discard what was typed before it
        if self._kiosk:
            mode[_LOCAL] |= termios.ISIG
            nothing = bytes([os.fpathconf(self._terminal, "PC_VDISABLE")])
            mode[_CONTROL][termios.VQUIT] = mode[_CONTROL][termios.VSUSP] = nothing
            _disable_flow_control(mode)


class LockedTerminal(_Mode):
    """While entered, no key is echoed or sends a signal; for a kiosk before and between its faces.

    What was typed before, while nothing ran, was for a process that is gone, and is dropped. A key that stops the
    output (Scroll Lock on Linux's console) stops it for a moment only: else the page of whoever pressed it would stand
    for all.

    Args:
        terminal: The terminal's file descriptor.
        look_every: Seconds between two looks.
    """

    def __init__(self, terminal: int, look_every: float = 1.0) -> None:
        super().__init__(terminal)
        self._look_every = look_every
        self._left = Event()

    def __enter__(self) -> Self:
        super().__enter__()
        Thread(target=self._keep_writing, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        super().__exit__(kind, error, trace)

    def _keep_writing(self) -> None:
        while not self._left.wait(self._look_every):
            with suppress(termios.error):  # the terminal may be gone
                # What the keyboard has stopped goes on where a stop of our own ends (TCXONC in Linux's tty_ioctl.c).
                termios.tcflow(self._terminal, termios.TCOOFF)
                termios.tcflow(self._terminal, termios.TCOON)

    def set(self) -> None:
        """Set the mode, and drop what was typed."""
        super().set()
        termios.tcflush(self._terminal, termios.TCIFLUSH)

    def _change(self, mode: list[Any]) -> None:
        mode[_LOCAL] &= ~termios.ISIG
        _disable_flow_control(mode)


def discard_input() -> None:
    """Discard what was typed on the standard input and not read yet: the person before typed it."""
    with suppress(termios.error):
        termios.tcflush(_INPUT, termios.TCIFLUSH)


def _disable_flow_control(mode: list[Any]) -> None:
    """Make Ctrl+S and a line break condition ordinary input: neither stops the output nor sends a signal."""
    mode[0] &= ~(termios.IXON | termios.BRKINT)
