"""Signals of the full-screen face, the keys that stand for them (in raw mode the terminal sends none), its hang-up."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from sel_tui.screens.screen_voice import ScreenVoice
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.watch import TerminalWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sel_tui.terminal.signals import Signals

SUSPEND_KEY: Final = "ctrl+z"
QUIT_KEY: Final = "ctrl+backslash"
_ENDINGS: Final = {
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
    signal.SIGINT: Exit.INTERRUPTED,
    signal.SIGQUIT: Exit.QUIT,
}


class ScreenSignals(ScreenVoice):
    """An app that ends and suspends by signals, continues with the same screen, and ends with its terminal."""

    signals: Signals | None = None
    _watch: TerminalWatch | None = None

    def attach_signals(self, *, kiosk: bool) -> None:
        """Handle the signals from now on, with those that came while the app started; watch the terminal.

        Args:
            kiosk: Whether SIGINT ends nothing: Ctrl+C is a key here, and sends none.
        """
        loop = asyncio.get_running_loop()
        if not self.is_headless:
            gone = partial(loop.call_soon_threadsafe, self.on_terminal_gone)
            self._watch = TerminalWatch(sys.stdin.fileno(), gone, Exit.HANGUP)
        if self.signals is None:
            return
        targets: dict[int, Callable[[], object]] = {
            number: partial(self.exit, return_code=code)
            for number, code in _ENDINGS.items()
            if not (kiosk and number == signal.SIGINT)
        }
        targets |= {signal.SIGTSTP: self._suspend, signal.SIGCONT: self._resume}
        self.signals.attach(loop, targets)

    def detach_signals(self) -> None:
        """Let signals wait: the event loop is about to end."""
        if self.signals is not None:
            self.signals.detach()

    def stop_watching(self) -> None:
        """Stop watching the terminal: the app has ended."""
        if self._watch is not None:
            self._watch.close()

    def on_terminal_gone(self) -> None:
        """End: nobody can type any more."""
        driver = self.terminal
        if driver is not None:
            setattr(driver, "write", lambda _: None)  # noqa: B010  # nobody reads it, and it blocks
        self.exit(return_code=Exit.HANGUP)

    def is_signal(self, key: str, *, kiosk: bool) -> bool:
        """Do what a terminal does at Ctrl+Z and Ctrl+\\; return whether `key` was one of them.

        Args:
            key: The key's name.
            kiosk: Whether both do nothing.
        """  # noqa: D301  # one backslash is the key's name
        if key not in (SUSPEND_KEY, QUIT_KEY):
            return False
        if key == QUIT_KEY and not kiosk:
            self.exit(return_code=Exit.QUIT)
        elif not kiosk:
            self._suspend(group=True)
        return True

    def _suspend(self, *, group: bool = False) -> None:
        if self.signals is not None:
            with self._restored_terminal():
                self.signals.suspend(group=group)

    def _resume(self) -> None:
        """Set the terminal up again: the program was stopped from outside, and another one has used it."""
        with self._restored_terminal():
            pass

    @contextmanager
    def _restored_terminal(self) -> Iterator[None]:
        with self.suspend():
            yield
        self.forget_shown()
        if self.signals is not None:
            self.signals.reinstall()
