"""Notices that the terminal itself is gone (its window closed, its line dropped) where no signal says so. No Textual.

Textual 8.2 reads the end of file of such a terminal in a loop, and blocks for ever when it writes to it at the end.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 5.0


class TerminalWatch:
    """Waits in its own thread until the terminal is gone.

    Args:
        terminal: The terminal's file descriptor.
        on_gone: Called then, in that thread.
        code: The exit code if the process has not ended by itself five seconds later.
    """

    def __init__(self, terminal: int, on_gone: Callable[[], object], code: int) -> None:
        self._terminal = terminal
        self._on_gone = on_gone
        self._code = code
        self._stop, self._stopped = os.pipe()
        threading.Thread(target=self._wait, name="terminal-watch", daemon=True).start()

    def close(self) -> None:
        """Stop waiting."""
        os.close(self._stopped)

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._terminal, 0)  # a hang-up is always reported
        waiting.register(self._stop, select.POLLIN)
        ended = {number for number, _ in waiting.poll()}
        os.close(self._stop)
        if ended == {self._terminal}:
            self._on_gone()
            time.sleep(PATIENCE)
            os._exit(self._code)
