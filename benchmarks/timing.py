"""`python -m benchmarks.timing`: whether the time of a refusal tells its true reason, on both databases.

Each reason is compared with the first of its group by a Mann–Whitney U test over a thousand tries, which take turns in
a random order. « told apart »: the difference is as little likely to be chance as once in a thousand, over all
comparisons together (Bonferroni), and the reason is the slower one of a pair in more than 55 of 100, or fewer than 45.
With less than that, hundreds of tries at one file are needed to tell, and its limits admit five in six hours.

Hashes cost a millisecond here, instead of 25: one too many shows, and they hide little else.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.causes import ACCOUNTS, Cause, Data, causes
from benchmarks.databases import postgresql
from benchmarks.figures import percentile
from benchmarks.servers import Client, process
from benchmarks.two_samples import compare
from sel_backend.settings import LimitSettings, Rule, Settings

TRIES: Final = 1_000
MOST_EFFECT: Final = 0.05
LIKELY: Final = 0.001
_RULES: Final = [name for name, field in LimitSettings.model_fields.items() if field.annotation is Rule]
_LIMITS: Final[dict[str, Any]] = {name: {"tries": 1_000_000_000, "window_seconds": 10_000_000} for name in _RULES} | {
    "network_requests_per_second": 10_000_000,
    "network_burst": 10_000_000,
}
_HASHING: Final = {"memory_kib": 1024, "time_cost": 1}
_CODES: Final = {"single_use_tries": 1_000_000}


class Server:
    """A back end in a process of its own, with as many tries as are wanted.

    Args:
        stack: Ends it.
        kind: `sqlite` or `postgresql`.
    """

    def __init__(self, stack: ExitStack, kind: str) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(postgresql()) if kind == "postgresql" else None
        told: dict[str, Any] = {"limits": _LIMITS, "hashing": _HASHING, "codes": _CODES}
        if where:
            told["database_url"] = where
        written = folder / "settings.toml"
        written.write_text(_toml(told), "utf-8")
        more = ["--data", str(folder / "data"), "--settings", str(written)]
        command = [sys.executable, "-m", "sel_backend"]
        subprocess.run([*command, "init", *more], check=True, stdout=subprocess.DEVNULL)
        said = stack.enter_context(process([*command, "serve", "--port", "0", "--stop-on-eof", *more], folder))
        self.url: str = said["url"]
        settings = Settings.model_validate({**told, "data_folder": folder / "data"})
        self.data = Data(settings.url, folder / "data", settings)
        stack.callback(self.data.close)
        self.client = Client(self.url)
        self.tokens = [self.client.log_in(email).token for email in self.data.emails]

    def questions(self, client: Client, identifier: str) -> dict[str, Any]:
        """Return the questions about a file."""
        key = f"q-{identifier}-{time.perf_counter_ns()}"
        status, said = client.ask("POST", "/v1/question-challenges", {"identifier": identifier}, key)
        assert status == 201, said
        asked: dict[str, Any] = json.loads(said)
        return asked

    def terms(self) -> str:
        """Return the version of the terms of use."""
        return str(json.loads(self.client.ask("GET", "/v1/terms")[1])["version"])

    def resets(self) -> list[str]:
        """Return the ids of resets, one for each account."""
        made = []
        for place, email in enumerate(self.data.emails):
            status, said = self.client.ask("POST", "/v1/password-resets", {"email": email}, f"reset-key-{place}")
            assert status == 202, said
            made.append(json.loads(said)["id"])
        return made


def _toml(told: dict[str, Any]) -> str:
    plain = [f"{name} = {json.dumps(value)}" for name, value in told.items() if not isinstance(value, dict)]
    for table, values in told.items():
        if isinstance(values, dict):
            plain.append(f"[{table}]")
            plain += [f"{name} = {_value(value)}" for name, value in values.items()]
    return "\n".join(plain)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {json.dumps(one)}" for name, one in value.items()) + " }"
    return json.dumps(value)


def measure(server: Server, every: list[Cause], tries: int) -> dict[Cause, list[float]]:
    """Return how long each reason took, in seconds; they take turns, each time in another order."""
    took: dict[Cause, list[float]] = {cause: [] for cause in every}
    statuses: dict[str, set[int]] = {}
    chance = random.Random(2026)  # noqa: S311  # the same order each time
    order = list(every)
    client = Client(server.url)  # the one before has been idle for longer than the server allows
    for number in range(tries + ACCOUNTS):
        chance.shuffle(order)
        client.token = server.tokens[number % ACCOUNTS]
        for cause in order:
            cause.prepare(client, number)
            began = time.perf_counter()
            status = cause.ask(client, number)
            seconds = time.perf_counter() - began
            statuses.setdefault(cause.group, set()).add(status)
            if number >= ACCOUNTS:  # the first ones warm up
                took[cause].append(seconds)
    assert all(len(one) == 1 for one in statuses.values()), f"reasons with answers of their own: {statuses}"
    return took


def report(kind: str, every: list[Cause], took: dict[Cause, list[float]]) -> bool:
    """Print a table; return whether no reason can be told apart."""
    firsts: dict[str, Cause] = {}
    for cause in every:
        firsts.setdefault(cause.group, cause)
    comparisons = len(every) - len(firsts)
    alike = True
    print(f"\n{kind}\n  {'':<50} {'median':>8} {'p95':>8} {'more':>8} {'slower':>7} {'p':>9}")
    for cause in every:
        first = firsts[cause.group]
        if cause is first:
            print(f"  {cause.group}")
        middle, most = median(took[cause]) * 1e3, percentile(sorted(took[cause]), 0.95) * 1e3
        line = f"    {cause.name:<48} {middle:8.2f} {most:8.2f}"
        if cause is not first:
            share, p_value = compare(took[first], took[cause])
            apart = p_value < LIKELY / comparisons and abs(share - 0.5) > MOST_EFFECT
            alike = alike and not apart
            more = middle - median(took[first]) * 1e3
            line += f" {more:+8.3f} {share:7.1%} {p_value:9.2g}  {'TOLD APART' if apart else 'alike'}"
        print(line, flush=True)
    return alike


def main() -> int:
    """Measure both databases; return 1 when a reason can be told apart."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timing", description=__doc__)
    parser.add_argument("--tries", type=int, default=TRIES, help="of each reason")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one alone")
    parser.add_argument("--group", default="", help="what is asked, such as « method 1 »")
    chosen = parser.parse_args()
    alike = True
    for kind in (chosen.database,) if chosen.database else ("sqlite", "postgresql"):
        began = time.perf_counter()
        with ExitStack() as stack:
            server = Server(stack, kind)
            every = [
                cause
                for cause in causes(server.data, server.questions, server.resets(), server.terms())
                if chosen.group in cause.group
            ]
            took = measure(server, every, chosen.tries)
        alike = report(kind, every, took) and alike
        print(f"  milliseconds; {chosen.tries:,} tries of each; {time.perf_counter() - began:.0f} s")
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
