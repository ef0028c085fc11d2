"""`make load`: the 15th of the month. Hundreds of persons at once, and one of two workers killed."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import ssl
import sys
import tempfile
import time
from pathlib import Path

import httpx
from benchmarks.databases import postgresql
from benchmarks.figures import percentile

from sel_backend.storage.database import Database
from tests.deploy import audit, service
from tests.deploy.configurations import BACK_ENDS, Site
from tests.deploy.people import Ledger, Person
from tests.deploy.programs import Program, children, give, install_or_say

_READY_SECONDS = 60
_LONGEST_SECONDS = 300


async def _come(site: Site, ledger: Ledger, trust: ssl.SSLContext, persons: int, server: Program) -> int:
    """Let everybody come at once, kill a worker when half have linked, and return its process id."""
    async with asyncio.timeout(_LONGEST_SECONDS), asyncio.TaskGroup() as group:
        for number in range(persons):
            person = Person(number, site.url, ledger, trust, service.person_address(number))
            group.create_task(person.link(number))
        await asyncio.to_thread(service.until, lambda: len(ledger.links) >= persons // 2, _LONGEST_SECONDS, "half")
        worker = children(server.pid)[-1]
        os.kill(worker, signal.SIGKILL)
    return worker


def _report(ledger: Ledger, seconds: float) -> None:
    _say(f"{len(ledger.links)} links in {seconds:.1f} s; with what the client repeats by itself:")
    for name, taken in ledger.seconds.items():
        ordered = sorted(taken)
        p50, p99 = percentile(ordered, 0.5), percentile(ordered, 0.99)
        _say(f"  {name:<10} {len(taken):>5} times   p50 {p50:6.2f} s   p99 {p99:6.2f} s")
    _say(f"answers: {', '.join(f'{status} {times}' for status, times in sorted(ledger.statuses.items()))}")
    seen = ", ".join(f"{kind} {times}" for kind, times in sorted(ledger.refusals.items())) or "nothing"
    _say(f"refused in a person's sight, and tried again: {seen}")
    for line in sorted(set(ledger.impolite)):
        _say(f"not polite: {line} ({ledger.impolite.count(line)} times)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tried(site: Site, database_url: str, persons: int) -> tuple[Ledger, list[str]]:
    trust = service.certificate(site)
    server = service.back_end(site, 0, database_url)
    address = f"{site.address(BACK_ENDS[0])}:8000"
    balancer = service.balancer(site, (address,))
    database: Database = service.fill(site, database_url, persons, persons)
    ledger = Ledger()
    try:
        server.start()
        service.until(lambda: _is_ready(address), _READY_SECONDS, "the back end is ready")
        balancer.start()
        began = time.monotonic()
        worker = asyncio.run(_come(site, ledger, trust, persons, server))
        _report(ledger, time.monotonic() - began)
        found = audit.faults(database, ledger.links)
        _say(f"a worker ({worker}) was killed in the middle; the audit finds {len(found)} faults")
    finally:
        server.clear()
        balancer.clear()
        database.close()
    return ledger, found


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/health/ready", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def main() -> int:
    """Try it; return 1 when anything was lost or not polite, 2 when HAProxy is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.deploy.load", description=__doc__)
    parser.add_argument("--persons", type=int, default=300)
    parser.add_argument("--install", action="store_true", help="install Debian's haproxy if it is missing (as root)")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave nothing running, however it is stopped
    if not install_or_say(("haproxy",), install=chosen.install):
        return 2
    folder = Path(tempfile.mkdtemp(prefix="sel-load-"))
    give(folder)
    _say(f"N={chosen.persons}, {len(os.sched_getaffinity(0))} cores, load average {os.getloadavg()[0]:.1f}")
    try:
        with postgresql() as url:
            ledger, found = _tried(Site(folder), url, chosen.persons)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in found:
        _say(line)
    return 0 if not found and not ledger.impolite and len(ledger.links) == chosen.persons else 1


if __name__ == "__main__":
    sys.exit(main())
