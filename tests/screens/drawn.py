"""The stage drawn: what the program writes to a terminal that terminfo describes, counted write by write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from sel_tui.journey.core.state import State
from sel_tui.runtime.clock import Timer
from sel_tui.terminal.drawing.abilities import EVERY
from sel_tui.widgets.renderer import HOLD
from tests.screens.stage import USUAL, Stage, stage
from tests.terminal.emulators import Pyte
from tests.terminal.test_drawing import abilities


class Later:
    """Calls nothing later until a test lets a moment pass; what is far off is never called."""

    def __init__(self) -> None:
        self._waiting: dict[object, Callable[[], None]] = {}

    def __call__(self, seconds: float, call: Callable[[], None]) -> Timer:
        alarm = _Alarm(self._waiting)
        if seconds <= HOLD:
            self._waiting[alarm] = call
        return alarm

    def passes(self) -> None:
        """Let a moment pass."""
        for alarm, call in list(self._waiting.items()):
            self._waiting.pop(alarm, None)
            call()


class _Alarm:
    def __init__(self, waiting: dict[object, Callable[[], None]]) -> None:
        self._waiting = waiting

    def cancel(self) -> None:
        self._waiting.pop(self, None)


class Drawn:
    """A played stage, and what is written while it is played."""

    def __init__(self, played: Stage, later: Later) -> None:
        self.played = played
        self.later = later
        self.writes: list[str] = []
        self.terminal = Pyte(*USUAL)

    def write(self, data: str) -> None:
        """Take one write, as the terminal does."""
        self.writes.append(data)
        self.terminal.feed(data)

    def taken(self) -> str:
        """Return what was written since the last time; the terminal shows what the screen says."""
        written, self.writes = "".join(self.writes), []
        shown = ["".join(letter for letter, _ in row).replace("\u00a0", " ") for row in self.terminal.rows]
        wanted = [row.replace("\u00a0", " ") for row in self.played.rows]
        assert shown == wanted, [pair for pair in zip(shown, wanted, strict=True) if pair[0] != pair[1]]
        return written

    def bytes(self) -> int:
        """Return how many bytes were written since the last time."""
        return len(self.taken().encode())


@asynccontextmanager
async def drawn(
    state: State, monkeypatch: pytest.MonkeyPatch, theme: str = "sel-dark", **given: Any
) -> AsyncIterator[Drawn]:
    """Play `state` on a terminal as xterm-256color with all colours, the first screen drawn but not counted."""
    later = Later()
    able = abilities("xterm-256color")._replace(colours=EVERY)
    async with stage(state, abilities=able, later=later, colour=theme, **given) as played:
        monkeypatch.setattr(HeadlessDriver, "is_headless", property(lambda _: False))
        seen = Drawn(played, later)
        monkeypatch.setattr(played.app._driver, "write", seen.write)
        played.app.redraw()
        await played.settles()
        try:
            yield seen
        finally:
            monkeypatch.undo()
