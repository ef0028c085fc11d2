"""Our application under the HTTP servers that could carry it, two workers each, on PostgreSQL; see docs/http-server.md.

Speed is measured in turns, with all of them running; memory, hostile clients, a killed worker and a stop one by one.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

from benchmarks import hostile
from benchmarks.databases import postgresql
from benchmarks.figures import Figure, percentile
from benchmarks.http_candidates import COMMANDS, OURS, Server, running
from benchmarks.servers import SETTINGS, Client, loaded

TURNS: Final = 5
SECONDS: Final = 3.0
READERS: Final = 8
PERSON: Final = "camille@exemple.test"


def _read(url: str) -> Callable[[int], Callable[[], None]]:
    def prepare(_number: int) -> Callable[[], None]:
        client = Client(url).log_in(PERSON)

        def operation() -> None:
            status, _ = client.ask("GET", "/v1/links")
            assert status == 200, status

        return operation

    return prepare


def _log_in(url: str) -> Callable[[int], Callable[[], None]]:
    def prepare(_number: int) -> Callable[[], None]:
        client = Client(url)

        def operation() -> None:
            client.log_in(PERSON)

        return operation

    return prepare


def _speed(servers: dict[str, Server]) -> Iterator[Figure]:
    kinds = {"log-in": (16, _log_in), "read": (READERS, _read)}
    for kind, (clients, prepare) in kinds.items():
        rates: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in servers}
        for turn in range(TURNS):
            for name in list(servers)[:: 1 if turn % 2 else -1]:
                before = servers[name].processor_seconds()
                rate, durations = loaded(clients, SECONDS, prepare(servers[name].url))
                used = (servers[name].processor_seconds() - before) / len(durations)
                rates[name].append((rate, percentile(durations, 0.5), percentile(durations, 0.99), used))
        for name, measured in rates.items():
            middle = [statistics.median(column) for column in zip(*measured, strict=True)]
            ratio = statistics.median(a[0] / b[0] for a, b in zip(measured, rates[OURS], strict=True))
            yield Figure(f"{name}: {kind}s", middle[0], "/s", note=f"{ratio:.2f} of {OURS} beside it")
            yield Figure(f"{name}: {kind} p50", middle[1] * 1000, "ms")
            yield Figure(f"{name}: {kind} p99", middle[2] * 1000, "ms")
            yield Figure(f"{name}: processor time of a {kind}", middle[3] * 1000, "ms")


def _hostile(name: str, server: Server) -> Iterator[Figure]:
    for probe, (status, said) in hostile.malformed(server.port).items():
        yield Figure(f"{name}: {probe}", status, "", note=said)
    for probe, seconds in hostile.slow(server.port).items():
        yield Figure(f"{name}: {probe}", seconds, "s", note="until closed")
    with hostile.half_requests(server.port):
        yield Figure(f"{name}: memory beside {hostile.MANY} half requests", server.memory_mib(), "MiB")
        yield Figure(f"{name}: served beside them", _served(server), "of 20")


def _served(server: Server) -> int:
    served = 0
    for _ in range(20):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=2) as opened:
            opened.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            served += opened.recv(100).startswith(b"HTTP/1.1 200")
    return served


def _log_in_request() -> bytes:
    body = json.dumps({"email": PERSON, "password": "faux"})
    head = f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n{body}".encode()


class _Load:
    """Clients that go on until told to stop; counts what was answered and what was begun in vain."""

    def __init__(self, server: Server) -> None:
        self._port = server.port
        self._stop = threading.Event()
        self.answered = self.lost = 0
        requests = [_log_in_request(), b"GET /v1/service HTTP/1.1\r\nHost: x\r\n\r\n"] * 4
        self._threads = [threading.Thread(target=self._work, args=(request,)) for request in requests]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, request: bytes) -> None:
        while not self._stop.is_set():
            try:
                opened = socket.create_connection(("127.0.0.1", self._port), timeout=20)
            except OSError:
                time.sleep(0.02)  # nobody listens: nothing was begun
                continue
            with opened:
                while self._ask(opened, request) and not self._stop.is_set():
                    pass

    def _ask(self, opened: socket.socket, request: bytes) -> bool:
        """Return whether the connection may be used again."""
        got = b""
        try:
            opened.sendall(request)
            while b"\r\n\r\n" not in got and (piece := opened.recv(65_536)):
                got += piece
        except OSError:
            pass
        if not got:
            self.lost += 1
            return False
        self.answered += 1
        head, _, body = got.lower().partition(b"\r\n\r\n")
        left = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(body)
        while left > 0 and (piece := opened.recv(left)):
            left -= len(piece)
        return b"connection: close" not in head


def _killed(name: str, server: Server) -> Iterator[Figure]:
    with _Load(server) as load:
        victim = min(server.serving())
        os.kill(victim, signal.SIGKILL)
        taken = server.until_both_serve(without=victim)
    yield Figure(f"{name}: a worker killed, until two serve again", taken, "s")
    yield Figure(f"{name}: requests lost by it", load.lost, "", note=f"of {load.answered + load.lost}")


def _stopped(name: str, server: Server) -> Iterator[Figure]:
    log_in = _log_in_request()
    with _Load(server) as load, socket.create_connection(("127.0.0.1", server.port), timeout=20) as begun:
        begun.sendall(log_in[:-1])
        time.sleep(0.2)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        late = b""
        with contextlib.suppress(OSError):
            begun.sendall(log_in[-1:])
            late = begun.recv(100)
        code = server.process.wait(60)
        taken = time.monotonic() - began
    said = late.split()[1].decode() if late else "not at all"
    yield Figure(f"{name}: begun before it, ended after it", bool(late), "", note=f"answered {said}")
    yield Figure(f"{name}: a stop under load", taken, "s", note=f"exit code {code}")
    yield Figure(f"{name}: requests lost by it", load.lost, "", note=f"of {load.answered + load.lost}")


def run(*, big: bool) -> Iterable[Figure]:
    """Measure each server that is installed."""
    del big
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    names = [name for name in COMMANDS if name == OURS or find_spec(name)]
    if "granian" not in names:
        print("  Granian is not installed, so it is left out: .venv/bin/pip install granian", flush=True)
    with tempfile.TemporaryDirectory() as place, postgresql(max_connections="400") as database:
        folder = Path(place)
        (folder / "settings.toml").write_text(f"database_url = {json.dumps(database)}\n{SETTINGS}", "utf-8")
        _make(folder)
        with contextlib.ExitStack() as stack:
            yield from _speed({name: stack.enter_context(running(name, folder)) for name in names})
        for name in names:
            with running(name, folder) as server:
                loaded(READERS, SECONDS, _read(server.url))
                yield Figure(f"{name}: memory after reads", server.memory_mib(), "MiB")
                yield from _hostile(name, server)
                yield from _killed(name, server)
                yield from _stopped(name, server)


def _make(folder: Path) -> None:
    """Make the demonstration's data once, for every server."""
    command: list[Any] = [sys.executable, "-m", "sel_backend", "serve", "--demo", "--port", "0", "--stop-on-eof"]
    command += ["--settings", folder / "settings.toml", "--data", folder / "data"]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
