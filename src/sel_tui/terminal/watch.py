"""Notices that the terminal itself is gone (its window closed, its line dropped) where no signal says so. No Textual.

Textual 8.2 reads the end of such a terminal again and again, and blocks for ever when it writes its last words to it.
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
    """Waits in a thread of its own, which costs nothing, until the terminal is gone.

    Args:
        terminal: The terminal's file descriptor.
        gone: Called then, in that thread.
        code: What the process ends with should it not have ended by itself some seconds later.
    """

    def __init__(self, terminal: int, gone: Callable[[], object], code: int) -> None:
        self._terminal = terminal
        self._gone = gone
        self._code = code
        self._stop, self._stopped = os.pipe()
        threading.Thread(target=self._wait, name="terminal-watch", daemon=True).start()

    def close(self) -> None:
        """Wait no longer."""
        os.close(self._stopped)

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._terminal, 0)  # a hang-up is told whatever is asked for
        waiting.register(self._stop, select.POLLIN)
        ended = {number for number, _ in waiting.poll()}
        os.close(self._stop)
        if ended == {self._terminal}:
            self._gone()
            time.sleep(PATIENCE)
            os._exit(self._code)
