"""Work beside the answers: short work, whose loss loses nothing, and tasks that run as long as their process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Protocol

from sel_backend.observability.logs import place_of
from sel_backend.storage.reasons import kind_of

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0
SHORT_WORK_TRIES: Final = 3


class Continuous(Protocol):
    """What runs as long as its process."""

    async def run(self, went_well: Callable[[], None]) -> None:
        """Run until stopped; call `went_well` after each round that did its work."""

    def stop(self) -> None:
        """End `run` soon."""


def wait_seconds(failures: int, first: float = FIRST_WAIT_SECONDS) -> float:
    """Return how long after so many failures in a row a task is started again: ever twice as long, a minute at most."""
    return min(first * (1 << min(failures - 1, 10)), LONGEST_WAIT_SECONDS)


class Supervised:
    """A continuous task: started again when it fails or ends by itself, each time twice as late, and logged.

    Args:
        name: what logs call it.
        work: what runs.
        first_wait: how long after the first failure it is started again, in seconds.
    """

    def __init__(self, name: str, work: Continuous, first_wait: float = FIRST_WAIT_SECONDS) -> None:
        self._name = name
        self._work = work
        self._first_wait = first_wait
        self._failures = 0
        self._stopping = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._supervise())

    @property
    def well(self) -> bool:
        """Whether it runs, and did its work since it last failed."""
        return self._failures == 0 and not self._task.done()

    async def stop(self) -> None:
        """Stop it and wait for its end."""
        self._stopping.set()
        self._work.stop()
        await self._task

    def _went_well(self) -> None:
        self._failures = 0

    async def _supervise(self) -> None:
        while not self._stopping.is_set():
            failure, place = await self._ended()
            if self._stopping.is_set():
                return
            self._failures += 1
            log.error(
                "a background task ended and is started again",
                extra={"task": self._name, "failure": failure, "place": place},
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait_seconds(self._failures, self._first_wait))

    async def _ended(self) -> tuple[str, str]:
        """Run the work and return how it ended: the failure's type and place."""
        try:
            await self._work.run(self._went_well)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something that the work waited for was cancelled, not this task.
            return type(error).__name__, place_of(error.__traceback__)
        except Exception as error:  # noqa: BLE001 - whatever it is, the task must go on
            return kind_of(error), place_of(error.__traceback__)
        return "", ""


class Background:
    """What one process does beside answering."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._supervised: list[Supervised] = []

    def start(self, work: Callable[[], Awaitable[None]], first_wait: float = FIRST_WAIT_SECONDS) -> None:
        """Run `work` once the caller goes on: three times at most, each failure logged without its contents.

        Args:
            work: what runs; it may run again from its start.
            first_wait: how long after the first failure it is started again, in seconds.
        """
        task = asyncio.get_running_loop().create_task(self._tried(work, first_wait))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def supervise(self, name: str, work: Continuous, first_wait: float = FIRST_WAIT_SECONDS) -> None:
        """Run `work` until `stop`, whatever happens to it; readiness says so while it fails.

        Args:
            name: what logs call it.
            work: what runs.
            first_wait: how long after the first failure it is started again, in seconds.
        """
        self._supervised.append(Supervised(name, work, first_wait))

    @property
    def well(self) -> bool | None:
        """Whether every supervised task does its work; None: there is none."""
        return all(one.well for one in self._supervised) if self._supervised else None

    async def settle(self) -> None:
        """Wait for all short work."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop every supervised task and wait for its end."""
        await asyncio.gather(*(one.stop() for one in self._supervised))
        self._supervised.clear()

    async def _tried(self, work: Callable[[], Awaitable[None]], wait: float) -> None:
        for left in reversed(range(SHORT_WORK_TRIES)):
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - nobody waits for the result
                about = {"failure": kind_of(error), "place": place_of(error.__traceback__), "given_up": not left}
                log.warning("background work failed", extra=about)
            else:
                return
            if left:
                await asyncio.sleep(wait)
                wait *= 2
