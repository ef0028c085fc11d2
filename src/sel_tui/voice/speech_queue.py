"""Speaks texts one after the other on its own thread: callers never wait, and speech starts within 100 ms."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, Protocol, runtime_checkable

PATIENCE: Final = 1.0


class Engine(Protocol):
    """A speech engine. Its methods are called from one thread, and raise OSError when it has gone away."""

    def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
        """Say `text`, and stop as soon as it is no longer `wanted`.

        Args:
            text: One line.
            language: `fr` or `en`.
            rate: From -100 (slow) to 100 (fast); 0 is the engine's own rate.
            wanted: Returns whether it is still to be said.
        """

    def cancel(self) -> None:
        """Stop whatever is being said."""

    def close(self) -> None:
        """Release the engine."""


@runtime_checkable
class Leaving(Protocol):
    """An engine that goes on speaking once we are gone."""

    def say_last(self, text: str, language: str, rate: int) -> None:
        """Have `text` said, and do not wait for it; the arguments are those of `Engine.say`."""


class _Order(NamedTuple):
    text: str
    language: str
    rate: int
    generation: int
    last: bool = False


class SpeechQueue:
    """Opens the first engine that works, once there is something to say, and speaks with it.

    Args:
        openers: Functions that open an engine or raise OSError, the best first.
        on_lost: Called from the thread when no engine works, or none works any more.
    """

    def __init__(self, openers: Sequence[Callable[[], Engine]], on_lost: Callable[[], None] = lambda: None) -> None:
        self._openers = list(openers)
        self._on_lost = on_lost
        self._orders: queue.SimpleQueue[_Order | bool] = queue.SimpleQueue()
        self._generation = 0
        self._engine: Engine | None = None
        self._thread: threading.Thread | None = None

    def say(self, text: str, language: str, rate: int = 0) -> None:
        """Say `text` after what is being said.

        Args:
            text: One line.
            language: `fr` or `en`.
            rate: From -100 (slow) to 100 (fast).
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="voice", daemon=True)
            self._thread.start()
        self._orders.put(_Order(text, language, rate, self._generation))

    def cancel(self) -> None:
        """Stop at once, and drop what was still to be said."""
        self._generation += 1
        if self._thread is not None:
            self._orders.put(True)

    def close(self, text: str = "", language: str = "", rate: int = 0, *, patience: float = PATIENCE) -> None:
        """Stop and end the thread; wait at most `patience` seconds for it.

        Args:
            text: What the engine is still to say, if it can without being waited for; "" for nothing.
            language: `fr` or `en`.
            rate: From -100 (slow) to 100 (fast).
            patience: How long to wait.
        """
        if self._thread is not None:
            self.cancel()
            if text:
                self._orders.put(_Order(text, language, rate, self._generation, last=True))
            self._orders.put(False)
            self._thread.join(patience)
            self._thread = None

    def _work(self) -> None:
        while (order := self._orders.get()) is not False:
            try:
                if isinstance(order, _Order):
                    self._say(order)
                elif self._engine is not None:
                    self._engine.cancel()
            except OSError:
                self._close()
                if isinstance(order, _Order) and self._openers:
                    self._retry(order)
                else:
                    self._on_lost()
        self._close()

    def _say(self, order: _Order) -> None:
        if order.generation != self._generation:
            return
        if order.last:
            self._say_last(order, self._engine)
            return
        engine = self._engine or self._open()
        engine.say(order.text, order.language, order.rate, lambda: order.generation == self._generation)

    def _say_last(self, order: _Order, engine: object) -> None:
        if isinstance(engine, Leaving):
            engine.say_last(order.text, order.language, order.rate)

    def _retry(self, order: _Order) -> None:
        """Say what an engine could not say with the next one."""
        try:
            self._say(order)
        except OSError:
            self._close()
            self._on_lost()

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
