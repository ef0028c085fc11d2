"""`GET /v1/links` of an account with two files against the bare framework: the same models, and ready bytes."""

from collections.abc import Callable, Iterable

from benchmarks.databases import postgresql
from benchmarks.figures import Figure, percentile
from benchmarks.servers import Client, back_end, bare_framework, loaded

SECONDS = 5.0
CLIENTS = 8


def _read(url: str, email: str = "", path: str = "/v1/links") -> Callable[[int], Callable[[], None]]:
    def prepare(_number: int) -> Callable[[], None]:
        client = Client(url).log_in(email) if email else Client(url)

        def operation() -> None:
            status, _ = client.ask("GET", path)
            assert status == 200, status

        return operation

    return prepare


def run(*, big: bool) -> Iterable[Figure]:
    """Measure the framework, then both databases."""
    del big
    with bare_framework() as url:
        ready, _ = loaded(CLIENTS, SECONDS, _read(url, path="/constant"))
        bare, durations = loaded(CLIENTS, SECONDS, _read(url))
    yield Figure("bare framework, ready bytes", ready, "/s")
    yield Figure("bare framework, the same models", bare, "/s")
    yield Figure("bare framework p99", percentile(durations, 0.99) * 1000, "ms")
    with postgresql() as database:
        for name, where in (("SQLite", None), ("PostgreSQL", database)):
            with back_end(where) as url:
                rate, durations = loaded(CLIENTS, SECONDS, _read(url, "camille@exemple.test"))
            yield Figure(f"GET /v1/links, {name}", rate, "/s")
            yield Figure(f"GET /v1/links p50, {name}", percentile(durations, 0.5) * 1000, "ms")
            yield Figure(f"GET /v1/links p99, {name}", percentile(durations, 0.99) * 1000, "ms")
            yield Figure(f"GET /v1/links of ready bytes, {name}", rate / ready, "")
            yield Figure(f"GET /v1/links of the bare framework, {name}", rate / bare, "", at_least=0.5)
