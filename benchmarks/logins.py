"""Log-ins per second over HTTP against raw argon2id with the same parameters on the same cores."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure, percentile
from benchmarks.servers import PASSWORD, Client, back_end, cores, loaded
from sel_backend.security.hashing import Hasher
from sel_backend.settings import HashingSettings

SECONDS = 8.0
CLIENTS = 16


def _raw() -> float:
    hasher = Hasher(HashingSettings())
    hashed = hasher.hash_now(PASSWORD)
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(lambda _: hasher.verify_now(hashed, PASSWORD), range(2 * cores())))
        began, done = time.perf_counter(), 0
        while time.perf_counter() < began + SECONDS / 2:
            done += len(list(pool.map(lambda _: hasher.verify_now(hashed, PASSWORD), range(8 * cores()))))
        rate = done / (time.perf_counter() - began)
    hasher.close()
    return rate


def _log_in(url: str) -> Callable[[int], Callable[[], None]]:
    def prepare(number: int) -> Callable[[], None]:
        client = Client(url)
        email = ("nouvelle", "rejean", "association", "camille")[number % 4]

        def operation() -> None:
            client.log_in(f"{email}@exemple.test")

        return operation

    return prepare


def run(*, big: bool) -> Iterable[Figure]:
    """Measure; raw before and after, because other work on the machine changes both."""
    del big
    before = _raw()
    with back_end() as url:
        rate, durations = loaded(CLIENTS, SECONDS, _log_in(url))
    raw = (before + _raw()) / 2
    yield Figure("raw argon2id, 19 MiB, t=2, p=1", raw, "/s")
    yield Figure(f"log-ins, {CLIENTS} clients", rate, "/s")
    yield Figure("log-in p50", percentile(durations, 0.5) * 1000, "ms")
    yield Figure("log-in p99", percentile(durations, 0.99) * 1000, "ms")
    yield Figure("log-ins of raw argon2id", rate / raw, "", at_least=0.9)
