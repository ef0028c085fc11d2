"""SQLite's one writer: one connection in one thread. Transactions that wait together are committed together.

Each waits for one flush of the disk, which costs more than all the rest; together they share it (group commit). Each
caller gets its result after the COMMIT, so what is acknowledged is as durable as it would be alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

from sel_backend.storage.threads import Outcome, Threads, outcome_of

_MOST: Final = 32

T = TypeVar("T")
Work = Callable[[Connection], Any]


@dataclass(frozen=True)
class _Transaction:
    """A job that needs a transaction, and can share one."""

    work: Work
    alone: Callable[[Work], Any]

    def __call__(self) -> Any:
        """Do it in a transaction of its own."""
        return self.alone(self.work)


class Committer(Threads):
    """Runs transactions and other jobs of SQLite's one connection, in the order in which they came."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(1, "database", most=_MOST)
        self._engine = engine
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

    def do(self, jobs: Sequence[Callable[[], Any]]) -> Iterable[Outcome]:
        """Yield each job's outcome, transactions in a row under one COMMIT."""
        for _, group in groupby(jobs, key=lambda job: isinstance(job, _Transaction)):
            waiting = list(group)
            works = [job.work for job in waiting if isinstance(job, _Transaction)]
            together = self._together(works) if len(works) > 1 else None
            yield from together or map(outcome_of, waiting)

    def close(self) -> None:
        """Finish what was begun and close the connection."""
        super().close()
        if self._kept is not None:
            self._kept.close()
            self._kept = None

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
