"""A speech driver that fenrir loads: what it says goes into the file that `SAID` names, one utterance a line.

fenrir's own driver for a speech command starts a process for each utterance. It hangs for good where fenrir forks at
that moment, and an utterance is lost where its process is ended before it has written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


class Speech:
    """Writes what is said; everything else that a driver is asked for does nothing."""

    def __init__(self) -> None:
        self._said = Path(os.environ["SAID"])

    def speak(self, text: str, queueable: bool = True) -> None:  # fenrir calls it so
        """Write one utterance."""
        del queueable
        with self._said.open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_: None


driver = Speech
