"""fenrir on a pseudo-terminal, around a program, with a speech driver that writes to a file."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.journeys.terminal import Terminal, at_terminal

FENRIR: Final = shutil.which("fenrir")
PATIENCE: Final = 60.0
# fenrir looks for a driver by a path that begins at its own folder.
DRIVER: Final = "/.." * 30 + str(Path(__file__).with_name("fenrir_speech"))


def missing() -> str:
    """Return why this machine cannot run fenrir, "" when it can."""
    return "" if FENRIR else "fenrir is not installed (Debian: apt-get install fenrir)"


class Reader:
    """fenrir around the program; `log` holds what it said."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal = terminal
        self._log = log
        self._heard = 0

    def hears(self, *wanted: str) -> str:
        """Wait until all of `wanted` is said; return everything since the last time.

        What comes later belongs to the next time: no silence has to tell that all has been said.
        """
        end = time.monotonic() + PATIENCE
        while not all(text in (said := self.unheard()) for text in wanted):
            assert time.monotonic() < end, f"{wanted} is not heard, but {said[-400:]!r}"
            self.terminal.reads(0.05)
        self._heard += len(said.split())
        return said

    def unheard(self) -> str:
        """Return what was said since the last time."""
        return " ".join(self._said()[self._heard :])

    def forgets(self) -> None:
        """Let all that was said until now be of no interest."""
        self._heard = len(self._said())

    def _said(self) -> list[str]:
        return self._log.read_text("utf-8", "replace").split()


@contextmanager
def listening(command: Sequence[str], folder: Path) -> Iterator[Reader]:
    """Run `command` under fenrir, on a terminal."""
    log = folder / "said"
    log.touch()
    run = folder / "run"
    run.write_text(f"#!/bin/sh\nexec {shlex.join(command)}\n", "utf-8")
    run.chmod(0o755)
    options = ";".join(
        ("speech#enabled=True", f"speech#driver={DRIVER}", "sound#enabled=False", f"general#shell={run}")
    )
    assert FENRIR is not None
    environment = {"SHELL": str(run), "LOGNAME": "nobody", "SAID": str(log)}
    with at_terminal([FENRIR, "-e", "-o", options], folder, **environment) as terminal:
        yield Reader(terminal, log)
