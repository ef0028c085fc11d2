"""Threads for jobs that wait, at a fraction of what an executor costs: no lock and no second future for each job."""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Threads:
    """A fixed number of threads with one queue, started with the first job."""

    def __init__(self, number: int, name: str) -> None:
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name}_{one}", daemon=True) for one in range(number)]
        self._started = False
        self._closed = False
        self._changing = Lock()

    async def run(self, job: Callable[[], T]) -> T:
        """Return what `job` returns, called in one of the threads.

        Raises:
            RuntimeError: they have been closed.
        """
        if not self._started or self._closed:
            self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put((job, loop, future))
        return await future

    def close(self) -> None:
        """Finish what was begun and end."""
        with self._changing:
            ending = self._started and not self._closed
            self._closed = True
        if ending:
            for _ in self._threads:
                self._queue.put(None)
            for thread in self._threads:
                thread.join()

    def _start(self) -> None:
        with self._changing:
            if self._closed:
                raise RuntimeError("closed")
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            job, loop, future = item
            result, error = None, None
            # Nobody waits any more for what was cancelled before it began.
            if not future.cancelled():
                try:
                    result = job()
                except BaseException as caught:  # noqa: BLE001 - it belongs to whoever waits
                    error = caught
            try:
                loop.call_soon_threadsafe(_settle, future, result, error)
            except RuntimeError:
                # The loop was closed meanwhile.
                continue
            finally:
                del item, job, loop, future, result, error


def _settle(future: "asyncio.Future[Any]", result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
