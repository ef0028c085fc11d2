"""Servers to measure, each in processes of its own, and clients that load them."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PASSWORD = "Chantier-2026!"
# Limits out of the way: what is measured is the work, not the refusal.
_LIMITS = (
    "login login_right login_network method_right legacy_account legacy_file questions_account questions_file "
    "code_account code method_network asking_network challenges_account code_requests_account"
)
_RAISED = "\n".join(f"{name} = {{ tries = 1000000000, window_seconds = 1 }}" for name in _LIMITS.split())
SETTINGS = f"""
[limits]
network_requests_per_second = 10000000
network_burst = 10000000
{_RAISED}
"""


@contextmanager
def process(command: list[str], folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what a server says in its first line; stop it by closing its standard input."""
    with (folder / "stderr").open("wb") as err:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)
    assert server.stdin
    assert server.stdout
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.stdin.close()
        server.terminate()
        server.wait(timeout=60)


@contextmanager
def back_end(database: str | None = None, *, settings: str = "", workers: int = 1) -> Iterator[str]:
    """Yield the address of a demonstration server with its limits raised."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        head = f"database_url = {json.dumps(database)}\n" if database else ""
        (folder / "settings.toml").write_text(head + SETTINGS + settings, "utf-8")
        command = [sys.executable, "-m", "sel_backend", "serve", "--demo", "--port", "0", "--stop-on-eof"]
        command += ["--workers", str(workers)]
        command += ["--settings", str(folder / "settings.toml"), "--data", str(folder / "data")]
        with process(command, folder) as said:
            yield said["url"]


@contextmanager
def bare_framework() -> Iterator[str]:
    """Yield the address of a FastAPI application on uvicorn that answers a constant."""
    with (
        tempfile.TemporaryDirectory() as name,
        process([sys.executable, "-m", "benchmarks.bare"], Path(name)) as said,
    ):
        yield said["url"]


class Client:
    """One connection that is kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.token = ""

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, bytes]:
        """Send one request; return its status and body."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def log_in(self, email: str) -> "Client":
        """Log in and return the client."""
        status, body = self.ask("POST", "/v1/sessions", {"email": email, "password": PASSWORD})
        assert status == 201, status
        self.token = json.loads(body)["token"]
        return self


def loaded(clients: int, seconds: float, prepare: Callable[[int], Callable[[], None]]) -> tuple[float, list[float]]:
    """Return operations per second and the sorted durations of clients that work without a pause.

    Args:
        clients: how many at once.
        seconds: how long.
        prepare: given a client's number, returns one operation.
    """
    durations: list[float] = []
    operations = [prepare(number) for number in range(clients)]
    start = threading.Barrier(clients + 1)
    end = [0.0]

    def work(operation: Callable[[], None]) -> None:
        mine = []
        start.wait()
        while (began := time.perf_counter()) < end[0]:
            operation()
            mine.append(time.perf_counter() - began)
        durations.extend(mine)

    threads = [threading.Thread(target=work, args=(operation,)) for operation in operations]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    end[0] = began + seconds
    start.wait()
    for thread in threads:
        thread.join()
    return len(durations) / (time.perf_counter() - began), sorted(durations)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
