"""An event loop whose clock a test moves on, and waits that hardly pass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

# How much of a wait really passes, so that the back end has a moment: it has a clock of its own.
_SHARE: Final = 0.004


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is ahead of the machine's by as much as was said."""

    def __init__(self) -> None:
        self._ahead = 0.0
        super().__init__()

    def time(self) -> float:
        """Return the seconds of the loop's clock."""
        return super().time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += seconds


@contextmanager
def quick_waits(loop: ClockLoop) -> Iterator[None]:
    """Let each wait in `loop` pass on its clock at once, but for four thousandths of it."""
    really = asyncio.sleep

    async def sleep(delay: float, result: Any = None) -> Any:
        if delay > 0 and asyncio.get_running_loop() is loop:
            loop.forward(delay * (1 - _SHARE))
            delay *= _SHARE
        return await really(delay, result)

    asyncio.sleep = sleep
    try:
        yield
    finally:
        asyncio.sleep = really
