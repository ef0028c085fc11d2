"""Says texts one after the other on a thread of its own: whoever calls never waits, and is heard within 100 ms."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

PATIENCE: Final = 1.0


class Engine(Protocol):
    """What makes speech of text. Its methods are called from one thread, and raise OSError when it is gone."""

    def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
        """Say `text`, and stop as soon as it is no longer `wanted`.

        Args:
            text: One line.
            language: `fr` or `en`.
            rate: From -100 (slow) to 100 (fast); 0 is what the engine does by itself.
            wanted: Tells whether it is still to be said.
        """

    def hush(self) -> None:
        """Stop whatever is being said."""

    def close(self) -> None:
        """Let go of it."""


class _Text(NamedTuple):
    text: str
    language: str
    rate: int
    turn: int


class SpeechQueue:
    """Opens the first engine that works, when there is something to say, and lets it speak.

    Args:
        openers: Each opens an engine, the best first, or raises OSError.
        lost: Called from the thread when no engine works, or no longer.
    """

    def __init__(self, openers: Sequence[Callable[[], Engine]], lost: Callable[[], None] = lambda: None) -> None:
        self._openers = list(openers)
        self._lost = lost
        self._orders: queue.SimpleQueue[_Text | bool] = queue.SimpleQueue()
        self._turn = 0
        self._engine: Engine | None = None
        self._thread: threading.Thread | None = None

    def say(self, text: str, language: str, rate: int = 0) -> None:
        """Say `text` after what is being said."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="voice", daemon=True)
            self._thread.start()
        self._orders.put(_Text(text, language, rate, self._turn))

    def hush(self) -> None:
        """Stop at once, and forget what was to be said."""
        self._turn += 1
        if self._thread is not None:
            self._orders.put(True)

    def close(self, patience: float = PATIENCE) -> None:
        """Stop and end the thread; wait for it `patience` seconds at most."""
        if self._thread is not None:
            self.hush()
            self._orders.put(False)
            self._thread.join(patience)
            self._thread = None

    def _work(self) -> None:
        while (order := self._orders.get()) is not False:
            try:
                if isinstance(order, _Text):
                    self._say(order)
                elif self._engine is not None:
                    self._engine.hush()
            except OSError:
                self._close()
                if isinstance(order, _Text) and self._openers:
                    self._again(order)
                else:
                    self._lost()
        self._close()

    def _say(self, order: _Text) -> None:
        if order.turn != self._turn:
            return
        engine = self._engine or self._open()
        engine.say(order.text, order.language, order.rate, lambda: order.turn == self._turn)

    def _again(self, order: _Text) -> None:
        """Say what an engine could not say with the next one."""
        try:
            self._say(order)
        except OSError:
            self._close()
            self._lost()

    def _open(self) -> Engine:
        while self._openers:
            opener = self._openers.pop(0)
            with suppress(OSError):
                self._engine = opener()
                return self._engine
        raise ConnectionError

    def _close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            with suppress(OSError):
                engine.close()
