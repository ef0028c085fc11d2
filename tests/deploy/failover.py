"""`make failover`: random kills (kill -9) of everything under a load of real journeys, audited after each one."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle, islice, pairwise
from pathlib import Path

from sel_backend.storage.database import Database
from tests.deploy import audit, service
from tests.deploy.cluster import Cluster
from tests.deploy.configurations import MEMBERS, Site
from tests.deploy.people import Ledger, Person
from tests.deploy.programs import Program, give, install_or_say, postgresql_programs

NEEDED = ("haproxy", "etcd", "patroni", "postgresql")
KINDS = ("leader", "back end", "etcd member", "balancer")
_FILES = 6000
_ACCOUNTS = 200
_AT_ONCE = 6
_BETWEEN_JOURNEYS = 0.2
# As systemd starts again what was killed.
_RESTART_SECONDS = 1.0
_WHOLE_SECONDS = 180
_LINKS_AFTER = 3


@dataclass
class Trial:
    """One run.

    Attributes:
        cluster: what is killed.
        database: what is audited.
        ledger: what persons were told.
        chance: which one is killed next.
    """

    cluster: Cluster
    database: Database
    ledger: Ledger
    chance: random.Random

    async def rolling_restart(self) -> bool:
        """Start both back ends anew, one after the other, under load; return whether nobody noticed."""
        before = self.ledger.refusals.copy(), len(self.ledger.impolite), len(self.ledger.links)
        for program in self.cluster.back_ends:
            code = await asyncio.to_thread(program.stop)
            program.start()
            await self._whole()
            assert code == 0, code
        await self._linked(_LINKS_AFTER)
        refused = self.ledger.refusals - before[0]
        linked = len(self.ledger.links) - before[2]
        _say(f"rolling restart of both back ends: {refused.total()} refused, {linked} linked meanwhile")
        return not refused and len(self.ledger.impolite) == before[1]

    async def kill(self, number: int, kind: str) -> list[str]:
        """Kill one, wait until all is whole again, and return what the audit finds."""
        before = self.ledger.refusals.copy()
        name, kill, start = self._target(kind)
        began = time.monotonic()
        await asyncio.to_thread(kill)
        if kind == "leader":
            await self._until(lambda: self.cluster.leader() is not None, "another leader")
        else:
            await asyncio.sleep(_RESTART_SECONDS)
        start()
        await self._linked(_LINKS_AFTER)
        await self._whole()
        times = [began, *(one.at for one in self.ledger.links if one.at > began)]
        longest = max(after - earlier for earlier, after in pairwise(times))
        found = await asyncio.to_thread(audit.faults, self.database, tuple(self.ledger.links))
        refused = (self.ledger.refusals - before).total()
        whole = time.monotonic() - began
        _say(
            f"{number:>2}  {kind:<12} {name:<10} {longest:>6.1f} s without a link  {whole:>6.1f} s until whole"
            f"  {refused:>3} refused  {len(self.ledger.links):>5} linked, {len(found)} faults"
        )
        return found

    def _target(self, kind: str) -> tuple[str, Callable[[], None], Callable[[], None]]:
        if kind == "leader":
            member = self.cluster.leader()
            assert member is not None
            return f"db{member + 1}", lambda: self.cluster.kill_member(member), self.cluster.patroni[member].start
        programs: dict[str, list[Program]] = {
            "back end": self.cluster.back_ends,
            "etcd member": self.cluster.etcd,
            "balancer": [self.cluster.balancer],
        }
        program = self.chance.choice(programs[kind])
        return program.name, program.kill, program.start

    async def _whole(self) -> None:
        await self._until(self.cluster.whole, "everything is whole")

    async def _linked(self, more: int) -> None:
        wanted = len(self.ledger.links) + more
        await self._until(lambda: len(self.ledger.links) >= wanted, "people link again")

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        await asyncio.to_thread(service.until, condition, _WHOLE_SECONDS, what)


async def _people(trial: Trial, trust: object) -> None:
    """Let persons come one after the other, some at once, until they are cancelled."""
    numbers = count()

    async def one_after_the_other() -> None:
        for file in numbers:
            person = Person(
                file % _ACCOUNTS,
                trial.cluster.site.url,
                trial.ledger,
                trust,  # type: ignore[arg-type]
                service.person_address(file % _ACCOUNTS),
            )
            await person.link(file)
            await asyncio.sleep(_BETWEEN_JOURNEYS)

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(one_after_the_other())


async def _tried(trial: Trial, kills: int, trust: object) -> bool:
    coming = asyncio.create_task(_people(trial, trust))
    try:
        await trial._linked(_LINKS_AFTER)
        well = await trial.rolling_restart()
        kinds = list(islice(cycle(KINDS), kills))
        trial.chance.shuffle(kinds)
        for number, kind in enumerate(kinds, start=1):
            found = await trial.kill(number, kind)
            for line in found:
                _say(f"    {line}")
            well = well and not found
            if coming.done():
                await coming
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
    return well


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _report(ledger: Ledger, found: list[str]) -> None:
    _say(f"at the end: {len(ledger.links)} links acknowledged, {len(found)} faults")
    for title, counted in (("answers", ledger.statuses), ("what persons saw refused", ledger.refusals)):
        _say(f"{title}: {', '.join(f'{name} {times}' for name, times in sorted(counted.items(), key=str)) or 'none'}")
    for line, times in Counter(ledger.impolite).items():
        _say(f"not polite: {line} ({times} times)")


def main() -> int:
    """Try it; return 1 when anything was lost, doubled or without its mails, 2 when a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.deploy.failover", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--install", action="store_true", help="install Debian's packages that are missing (as root)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with its logs")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave nothing running, however it is stopped
    if not install_or_say(NEEDED, install=chosen.install):
        return 2
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    folder = Path(tempfile.mkdtemp(prefix="sel-failover-"))
    give(folder)
    programs = postgresql_programs()
    assert programs is not None
    site = Site(folder, programs)
    _say(
        f"SEED={seed} KILLS={chosen.kills}, {len(MEMBERS)} members, in {folder}, load average {os.getloadavg()[0]:.1f}"
    )
    trust = service.certificate(site)
    cluster = Cluster(site)
    try:
        cluster.start_database()
        database = service.fill(site, site.database_url, _FILES, _ACCOUNTS, site.owner_url)
        cluster.share_out()
        cluster.start_service()
        _say("everything runs")
        trial = Trial(cluster, database, Ledger(), random.Random(seed))  # noqa: S311 - to be repeated, not secret
        well = asyncio.run(_tried(trial, chosen.kills, trust))
        found = audit.faults(database, trial.ledger.links)
        database.close()
        _report(trial.ledger, found)
    finally:
        cluster.clear()
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if well and not found and not trial.ledger.impolite else 1


if __name__ == "__main__":
    sys.exit(main())
