"""SQLite's one writer: one connection in one thread. Transactions that wait together are committed together.

Each waits for one flush of the disk, which costs more than all the rest; together they share it (group commit), which
no library does: an executor runs jobs one by one. Each caller gets its result after the COMMIT, so what is acknowledged
is as durable as it would be alone.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

log = logging.getLogger(__name__)

_MOST: Final = 32

T = TypeVar("T")
Job = Callable[[], Any]
Work = Callable[[Connection], Any]


class Outcome(NamedTuple):
    """How a job ended: with a result, or with an error."""

    result: Any = None
    error: BaseException | None = None


def outcome_of(job: Job) -> Outcome:
    """Call a job and return how it ended."""
    try:
        return Outcome(job())
    except BaseException as caught:  # noqa: BLE001 - it belongs to whoever waits
        return Outcome(error=caught)


@dataclass(frozen=True)
class _Transaction:
    """A job that needs a transaction, and can share one."""

    work: Work
    alone: Callable[[Work], Any]

    def __call__(self) -> Any:
        """Do it in a transaction of its own."""
        return self.alone(self.work)


class Committer:
    """Runs transactions and other jobs of SQLite's one connection, in the order in which they came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "database")
        self._waiting: deque[tuple[Job, Future[Any]]] = deque()
        self._kept: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The connection, for jobs in the thread."""
        if self._kept is None:
            self._kept = self._engine.connect()
        return self._kept

    async def commit(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, its transaction committed; run again from its start when others spoil theirs.

        Raises:
            RuntimeError: it has been closed.
        """
        result: T = await self.run(_Transaction(work, self._alone))
        return result

    async def run(self, job: Callable[[], T]) -> T:
        """Return what `job` returns, called in the thread.

        Raises:
            RuntimeError: it has been closed.
        """
        future: Future[T] = Future()
        self._waiting.append((job, future))
        self._thread.submit(self._serve)
        return await asyncio.wrap_future(future)

    def do(self, jobs: Sequence[Job]) -> Iterable[Outcome]:
        """Yield each job's outcome, transactions in a row under one COMMIT."""
        for _, group in groupby(jobs, key=lambda job: isinstance(job, _Transaction)):
            waiting = list(group)
            works = [job.work for job in waiting if isinstance(job, _Transaction)]
            together = self._together(works) if len(works) > 1 else None
            yield from together or map(outcome_of, waiting)

    def close(self) -> None:
        """Finish what was begun and close the connection."""
        self._thread.shutdown()
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _serve(self) -> None:
        """Do what waits together; each job asks for this once, and may find that an earlier one took it along."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST))]
        # Nobody waits any more for what was cancelled before it began.
        begun = [(job, future) for job, future in taken if future.set_running_or_notify_cancel()]
        try:
            for (_, future), outcome in zip(begun, self.do([job for job, _ in begun]), strict=True):
                if outcome.error is None:
                    future.set_result(outcome.result)
                else:
                    future.set_exception(outcome.error)
        except Exception as error:  # without it, everybody left would wait for ever
            log.exception("the database's thread failed and goes on")
            for _, future in begun:
                if not future.done():
                    future.set_exception(error)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        connection = self.connection
        try:
            with connection.begin():
                yield connection
        except BaseException:
            # A COMMIT that fails may leave its transaction open; a pool would end it, but this connection is kept.
            _driver(connection).rollback()
            raise

    def _alone(self, work: Work) -> Any:
        with self._transaction() as connection:
            return work(connection)

    def _together(self, works: Sequence[Work]) -> list[Outcome] | None:
        """Return how each ended; None: nothing was done, because they could not begin, or SQLite gave all of it up."""
        outcomes = None
        try:
            with self._transaction() as connection:
                outcomes = [_saved(connection, work) for work in works]
        except Exception as error:  # noqa: BLE001 - of a COMMIT that failed, everybody is told
            return outcomes and [Outcome(error=error) for _ in outcomes]
        return outcomes


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _saved(connection: Connection, work: Work) -> Outcome:
    """Return how one ended of those that share a transaction; what it did is undone when it failed."""
    driver = _driver(connection)
    driver.execute("SAVEPOINT work")
    outcome = outcome_of(partial(work, connection))
    if outcome.error is not None:
        # After some failures (a full disk) there is no savepoint any more, nor anything that the others did.
        driver.execute("ROLLBACK TO work")
    driver.execute("RELEASE work")
    return outcome
