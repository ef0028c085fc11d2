"""The terminal's mode while somebody types line by line: each key at once, and nothing echoed but by us."""

from __future__ import annotations

import termios
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_LOCAL: Final = 3
_CONTROL: Final = 6


class KeyByKey:
    """While entered, the terminal hands over every key at once and echoes none; signals still come from Ctrl+C.

    What is typed before it is asked for is so never shown before we know whether it is a secret.

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
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def set(self) -> None:
        """Set the mode, at first and again after the program was suspended."""
        mode = termios.tcgetattr(self._terminal)
        mode[_LOCAL] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        mode[_LOCAL] |= termios.NOFLSH  # Ctrl+C must not throw away what was typed before it
        mode[_CONTROL][termios.VMIN] = 1
        mode[_CONTROL][termios.VTIME] = 0
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, mode)
