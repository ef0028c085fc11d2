"""Threads for jobs that wait, at a fraction of what an executor costs: no lock and no second future for each job."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Outcome(NamedTuple):
    """How a job ended: with a result, or with an error."""

    result: Any = None
    error: BaseException | None = None


class _Waiting(NamedTuple):
    job: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


def outcome_of(job: Callable[[], Any]) -> Outcome:
    """Call a job and return how it ended."""
    try:
        return Outcome(job())
    except BaseException as caught:  # noqa: BLE001 - it belongs to whoever waits
        return Outcome(error=caught)


class Threads:
    """A fixed number of threads with one queue, started with the first job.

    Args:
        number: how many.
        name: what a debugger calls them.
        most: how many waiting jobs a thread takes at once.
    """

    def __init__(self, number: int, name: str, *, most: int = 1) -> None:
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name}_{one}", daemon=True) for one in range(number)]
        self._most = most
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
        self._queue.put(_Waiting(job, loop, future))
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

    def do(self, jobs: Sequence[Callable[[], Any]]) -> Iterable[Outcome]:
        """Yield the outcome of each job in turn; called in a thread with what waits together."""
        return map(outcome_of, jobs)

    def _work(self) -> None:
        # In a method of its own, so that nothing that a job held lives until the next one comes.
        while self._serve():
            pass

    def _serve(self) -> bool:
        """Wait for jobs and do what waits together. False: the end was among it."""
        taken = [self._queue.get()]
        with suppress(Empty):
            while taken[-1] is not None and len(taken) < self._most:
                taken.append(self._queue.get_nowait())
        # Nobody waits any more for what was cancelled before it began.
        waiting = [one for one in taken if one is not None and not one.future.cancelled()]
        delivered = 0
        try:
            for one, outcome in zip(waiting, self.do([one.job for one in waiting]), strict=True):
                _deliver(one, outcome)
                delivered += 1
        except Exception as error:  # a thread that died would leave everybody waiting for ever
            log.exception("a thread failed and goes on")
            for one in waiting[delivered:]:
                _deliver(one, Outcome(error=error))
        return taken[-1] is not None


def _deliver(one: _Waiting, outcome: Outcome) -> None:
    # A loop may have been closed meanwhile.
    with suppress(RuntimeError):
        one.loop.call_soon_threadsafe(_settle, one.future, outcome)


def _settle(future: "asyncio.Future[Any]", outcome: Outcome) -> None:
    if future.done():
        return
    if outcome.error is None:
        future.set_result(outcome.result)
    else:
        future.set_exception(outcome.error)
