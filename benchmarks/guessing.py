"""What strangers gain who try one file for a day, and how often its owner is let in meanwhile: simulated, no clock.

« Before » counts by account and by file alone, as the service did until 2026-11; the same rules otherwise.
"""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete

from benchmarks.figures import Figure
from sel_backend.backend import Backend, build
from sel_backend.security.keys import new_keys
from sel_backend.services.caller import Caller, Principal
from sel_backend.services.file_limits import FileLimits
from sel_backend.services.idempotency import Context
from sel_backend.settings import Settings
from sel_backend.storage import schema
from sel_backend.storage.accounts import AccountRow, SessionRow
from sel_backend.storage.database import open_database
from sel_backend.storage.tables import limits
from sel_contract import Language, LinkMethod

STRANGERS: Final = (1, 10, 100)
START: Final = datetime(2026, 3, 2, tzinfo=UTC)
STEP: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)

Attempt = Callable[[Context, Caller, LinkMethod, str], bool]


@dataclass(frozen=True)
class Somebody:
    """An account on a network of its own."""

    principal: Principal
    caller: Caller


def _somebody(number: int) -> Somebody:
    account = AccountRow(f"a{number}", "", "", "", "fr-CA", "person", START, START, "")
    session = SessionRow("s", START, START, START, None, None, 0)
    network = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return Somebody(Principal(account, session), Caller(Language.FRENCH, network, trusted_network=False))


class _Day:
    """One day of one method against one file."""

    def __init__(self, backend: Backend, method: LinkMethod, attempt: Attempt) -> None:
        self._backend = backend
        self._method = method
        self._attempt = attempt

    def run(self, strangers: int) -> tuple[int, float]:
        """Return how many guesses were checked, and how often the owner would have been let in."""
        self._backend.core.database.run_now(lambda tx: tx.execute(delete(limits)))
        people = [_somebody(number) for number in range(strangers)]
        guesses = turns = let_in = 0
        now = START
        while now < START + DAY:
            guesses += sum(self._guesses(person, now) for person in people)
            turns += 1
            let_in += self._owner_enters(turns, now)
            now += STEP
        return guesses, let_in / turns

    def _guesses(self, who: Somebody, now: datetime) -> int:
        checked = 0
        while (admitted := self._tried(who, now)) is not None:
            checked += admitted
        return checked

    def _tried(self, who: Somebody, now: datetime) -> bool | None:
        """Return whether a guess was checked; None: the account has to wait."""
        rate_limits = self._backend.rate_limits

        def work(tx: Connection) -> bool | None:
            own = rate_limits.count(tx, rate_limits.account(self._method, who.principal.account.id), now)
            if not own.standing.admitted:
                return None
            return self._attempt(Context(tx, now, who.principal), who.caller, self._method, "file")

        return self._backend.core.database.run_now(work)

    def _owner_enters(self, turn: int, now: datetime) -> bool:
        owner = _somebody(1_000_000 + turn)
        admitted: list[bool] = []

        def work(tx: Connection) -> None:
            admitted.append(self._attempt(Context(tx, now, owner.principal), owner.caller, self._method, "file"))
            raise _LookedOnlyError

        with suppress(_LookedOnlyError):
            self._backend.core.database.run_now(work)
        return admitted[-1]


class _LookedOnlyError(Exception):
    """Rolls back what was only looked at."""


def run(*, big: bool) -> Iterable[Figure]:
    """Simulate a day of 1, 10 and 100 strangers against a file, under yesterday's counters and today's."""
    del big
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder), demo=True)
        backend = build(settings, database=open_database(settings.url), keys=new_keys())
        schema.create(backend.core.database, lambda _: None)
        rate_limits, file_limits = backend.rate_limits, FileLimits(backend.core, backend.rate_limits)

        def before(context: Context, _: Caller, method: LinkMethod, file: str) -> bool:
            return rate_limits.count(context.tx, rate_limits.file(method, file), context.now).standing.admitted

        def today(context: Context, caller: Caller, method: LinkMethod, file: str) -> bool:
            return file_limits.attempt(context, caller, method, file).admitted

        for method in (LinkMethod.LEGACY_ACCESS, LinkMethod.QUESTIONS):
            for strangers in STRANGERS:
                for name, attempt in (("before", before), ("today", today)):
                    day = _Day(backend, method, attempt)
                    guesses, owner = day.run(strangers)
                    what = f"{method.value}, {strangers} strangers, {name}"
                    yield Figure(f"{what}: guesses a day", guesses, "")
                    yield Figure("  the owner's first right proof is let in", owner * 100, "%")
        backend.core.close()
