"""Linking and unlinking: with hashes that cost nothing (the database's part) and with today's (what people feel)."""

import json
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack

from benchmarks.databases import postgresql
from benchmarks.figures import Figure, percentile
from benchmarks.servers import Client, back_end, loaded

SECONDS = 5.0
CLIENTS = 8
CHEAP = "\n[hashing]\nmemory_kib = 8\ntime_cost = 1\n"


def _link(url: str) -> Callable[[int], Callable[[], None]]:
    def prepare(number: int) -> Callable[[], None]:
        client = Client(url).log_in("nouvelle@exemple.test")
        # Each client its own employer: the same one would be linked already.
        body = {"method": "legacy_access", "username": f"er000{301 + number}", "password": "Comptable-40!"}

        def operation() -> None:
            status, said = client.ask("POST", "/v1/links", body, uuid.uuid4().hex)
            assert status == 201, said
            status, _ = client.ask("DELETE", f"/v1/links/{json.loads(said)['id']}")
            assert status == 204, status

        return operation

    return prepare


def run(*, big: bool) -> Iterable[Figure]:
    """Measure both databases; one operation is a link and an unlink, each with its event, audit line and mails."""
    del big
    for name in ("SQLite", "PostgreSQL"):
        for cost, settings in (("free hashes", CHEAP), ("today's hashes", "")):
            with ExitStack() as stack:
                where = stack.enter_context(postgresql()) if name == "PostgreSQL" else None
                url = stack.enter_context(back_end(where, settings=settings))
                rate, durations = loaded(CLIENTS, SECONDS, _link(url))
            yield Figure(f"link and unlink, {name}, {cost}", rate, "/s")
            yield Figure("  p50", percentile(durations, 0.5) * 1000, "ms")
            yield Figure("  p99", percentile(durations, 0.99) * 1000, "ms")
