"""Prometheus metrics. With several workers their counters live in files that whichever worker is asked adds up."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.core import Core
from sel_backend.mail import overview
from sel_backend.storage import kiosks

FILES: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each series began: nobody asks
_registry = CollectorRegistry()
requests = Counter("sel_requests", "Requests answered.", ("method", "route", "status"), registry=_registry)
seconds = Histogram(
    "sel_request_seconds", "How long answers took.", ("method", "route"), buckets=_BUCKETS, registry=_registry
)
tries = Counter("sel_tries", "Tries counted.", ("scope", "outcome"), registry=_registry)
locks = Counter("sel_locks", "Counters whose tries were used up.", ("scope",), registry=_registry)
refused_connections = Counter(
    "sel_connections_refused",
    "Connections refused, one too many of a network or of all.",
    ("bound",),
    registry=_registry,
)

desk = Counter("sel_desk", "What was done at the desk.", ("what", "outcome"), registry=_registry)
mails = Counter("sel_mails", "What became of mails that were handed over.", ("outcome",), registry=_registry)
bounces = Counter(
    "sel_bounces", "What became of messages to the mailbox for bounces.", ("outcome",), registry=_registry
)
bounce_rounds = Counter(
    "sel_bounce_rounds", "How reading the mailbox for bounces went.", ("outcome",), registry=_registry
)


@cache
def _request(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return requests.labels(method, route, status), seconds.labels(method, route)


def count_request(method: str, route: str, status: int, taken: float) -> None:
    """Count an answer and how long it took; all three labels have few values."""
    count, duration = _request(method, route, status)
    count.inc()
    duration.observe(taken)


def count_try(scope: str, *, admitted: bool, used_up: bool) -> None:
    """Count a try of a method, a log-in or a request for a code."""
    tries.labels(scope, "admitted" if admitted else "refused").inc()
    if used_up:
        locks.labels(scope).inc()


def count_refused_connection(bound: str) -> None:
    """Count a connection that was one too many: of a `network` or of `all`."""
    refused_connections.labels(bound).inc()


def count_desk(what: str, outcome: str) -> None:
    """Count a look-up (`look`) by how it was found, or an act (`act`) by its kind."""
    desk.labels(what, outcome).inc()


def count_mail(outcome: str) -> None:
    """Count what became of a mail: `sent`, `failed` (tried again), `dead`, `refused_by_server` (all wait)."""
    mails.labels(outcome).inc()


def count_bounce(outcome: str) -> None:
    """Count what became of a message to the mailbox for bounces, one of `returned.Became`."""
    bounces.labels(outcome).inc()


def count_bounce_round(outcome: str) -> None:
    """Count a reading of that mailbox: `read` or `failed`."""
    bounce_rounds.labels(outcome).inc()


def share_between_workers(folder: Path) -> None:
    """Prepare for several workers: call it before this module is loaded in any of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[FILES] = str(folder)


class _Now:
    """What is looked at when somebody asks."""

    def __init__(self, values: dict[str, tuple[str, float]]) -> None:
        self._values = values

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each value."""
        for name, (description, value) in self._values.items():
            yield GaugeMetricFamily(name, description, value)


async def exposition(core: Core) -> bytes:
    """Return everything in Prometheus' text format; a database that does not answer is a value, not a failure."""
    registry = _registry
    if FILES in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    began = time.perf_counter()
    values: dict[str, tuple[str, float]] = {}
    try:
        await core.database.ping()
        outbox = await core.database.run(overview.waiting)
        failed = await core.database.run(overview.unhandled)
        since = core.clock() - timedelta(seconds=core.settings.kiosks.silent_after_seconds)
        machines, silent = await core.database.run(lambda tx: kiosks.silent(tx, since))
    except SQLAlchemyError:
        values["sel_database_up"] = ("Whether the database answers.", 0)
    else:
        age = 0.0 if outbox.oldest is None else max(0.0, (core.clock() - outbox.oldest).total_seconds())
        values["sel_database_up"] = ("Whether the database answers.", 1)
        values["sel_database_seconds"] = ("How long one transaction took.", time.perf_counter() - began)
        values["sel_mails_waiting"] = ("Mails waiting to be sent.", outbox.number)
        values["sel_mails_oldest_seconds"] = ("How long the oldest mail has been waiting.", age)
        values["sel_mails_refused_by_server"] = ("Mails waiting because the server takes none.", outbox.refused)
        values["sel_mails_given_up"] = ("Mails that were given up and that nobody has set aside.", failed.given_up)
        values["sel_mails_bounced"] = ("Mails that came back and that nobody has set aside.", failed.bounced)
        values["sel_kiosks"] = ("Kiosks that were added.", machines)
        values["sel_kiosks_silent"] = ("Kiosks of which nothing was heard for too long.", silent)
    in_use, connections = core.database.connections
    values["sel_database_connections"] = ("Connections to the database that a process can have.", connections)
    values["sel_database_connections_in_use"] = ("Connections in use in the process that answers.", in_use)
    with suppress(OSError):
        disk = shutil.disk_usage(core.settings.data_folder)
        values["sel_disk_bytes"] = ("Size of the file system of the data folder.", disk.total)
        values["sel_disk_free_bytes"] = ("What is left on the file system of the data folder.", disk.free)
    values["sel_hashes_waiting"] = ("Secrets waiting to be hashed in the process that answers.", core.hasher.waiting)
    now = CollectorRegistry()
    now.register(_Now(values))
    return generate_latest(registry) + generate_latest(now)
