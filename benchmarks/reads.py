"""`GET /v1/links` of an account with two files against the bare framework: the same models, and ready bytes."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from benchmarks.databases import postgresql
from benchmarks.figures import Figure, percentile
from benchmarks.servers import Client, back_end, bare_framework, loaded

SECONDS = 1.5
TURNS = 4
CLIENTS = 8
READY = "bare framework, ready bytes"
SAME = "bare framework, the same models"


def _read(url: str, email: str = "", path: str = "/v1/links") -> Callable[[int], Callable[[], None]]:
    def prepare(_number: int) -> Callable[[], None]:
        client = Client(url).log_in(email) if email else Client(url)

        def operation() -> None:
            status, _ = client.ask("GET", path)
            assert status == 200, status

        return operation

    return prepare


def run(*, big: bool) -> Iterable[Figure]:
    """Measure all in turns and keep the best turn of each: what else the machine does only ever makes one slower."""
    del big
    best: dict[str, tuple[float, list[float]]] = {}
    with ExitStack() as stack:
        bare = stack.enter_context(bare_framework())
        database = stack.enter_context(postgresql())
        measured = {
            READY: _read(bare, path="/constant"),
            SAME: _read(bare),
            "SQLite": _read(stack.enter_context(back_end()), "camille@exemple.test"),
            "PostgreSQL": _read(stack.enter_context(back_end(database)), "camille@exemple.test"),
        }
        for _ in range(TURNS):
            for name, prepare in measured.items():
                rate, durations = loaded(CLIENTS, SECONDS, prepare)
                best[name] = max(best.get(name, (0.0, [])), (rate, durations))
    for name, (rate, durations) in best.items():
        yield Figure(f"{name}", rate, "/s")
        yield Figure(f"{name}, p50", percentile(durations, 0.5) * 1000, "ms")
        yield Figure(f"{name}, p99", percentile(durations, 0.99) * 1000, "ms")
    for name in ("SQLite", "PostgreSQL"):
        yield Figure(f"{name} of ready bytes", best[name][0] / best[READY][0], "")
        yield Figure(f"{name} of the bare framework", best[name][0] / best[SAME][0], "", at_least=0.5)
