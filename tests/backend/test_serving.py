"""Real processes: ready when they say so, quiet, alone in their folder, ended cleanly, hard to hold up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.serving.supervisor import Supervisor
from sel_backend.settings import ServerSettings
from tests.backend.databases import Databases
from tests.backend.served import Served, environment, prepare, serving
from tests.backend.world import PASSWORD


def log_in(client: httpx.Client, name: str = "nouvelle") -> httpx.Response:
    return client.post("/v1/sessions", json={"email": f"{name}@exemple.test", "password": PASSWORD})


def head(served: Served) -> tuple[str, int]:
    host, port = served.url.removeprefix("http://").split(":")
    return host, int(port)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


def test_the_demonstration_is_ready_when_it_says_so_quiet_and_ends_with_its_parent(demo_folder: Path) -> None:
    with serving(demo_folder, "--demo", "--stop-on-eof") as served:
        with served.client() as client:
            assert client.get("/v1/service").json()["simulation"] is True
            assert log_in(client).status_code == 201
        served.process.stdin.close()
        assert served.process.wait(10) == 0
        assert served.process.stdout.read() == ""
        assert served.process.stderr.read() == ""
    assert (demo_folder / "backend.log").exists()
    assert oct((demo_folder / "keys.json").stat().st_mode & 0o777) == "0o600"


def test_data_stay_between_runs_until_somebody_asks_for_fresh_ones(demo_folder: Path) -> None:
    body = {"method": "legacy_access", "username": "er123456", "password": "Toiture-99!"}

    def linked(*arguments: str, link: bool = False) -> int:
        with serving(demo_folder, "--demo", *arguments) as served, served.client() as client:
            client.headers["Authorization"] = f"Bearer {log_in(client).json()['token']}"
            if link:
                assert client.post("/v1/links", json=body, headers={"Idempotency-Key": "k" * 16}).status_code == 201
            return len(client.get("/v1/links").json()["links"])

    assert linked(link=True) == 1
    assert linked() == 1
    assert linked("--fresh") == 0


def test_a_second_process_is_refused_with_a_sentence(demo_folder: Path) -> None:
    with serving(demo_folder, "--demo"):
        second = subprocess.run(
            [sys.executable, "-m", "sel_backend", "serve", "--demo", "--port", "0"],
            env=environment(demo_folder, None),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert second.returncode == 75
    assert "another process uses the data folder" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--host", "0.0.0.0"], 1, "behind_tls"),  # noqa: S104 - refused, that is the point
        (["--workers", "2"], 1, "PostgreSQL"),
        (["--fresh"], 2, "--demo"),
        (["--workers", "0"], 2, "settings"),
    ],
)
def test_what_would_be_unsafe_or_cannot_work_is_refused(
    tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sel_backend", "serve", "--port", "0", *arguments],
        env=environment(tmp_path, None),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_database_is_noticed_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "sel-backend.sqlite3").write_bytes(b"not a database" * 1000)
    done = subprocess.run(
        [sys.executable, "-m", "sel_backend", "serve", "--port", "0"],
        env=environment(tmp_path, None),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "damaged" in done.stderr


@pytest.fixture(scope="module")
def slow_to_anger(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Any:
    folder = tmp_path_factory.mktemp("limits")
    prepare(folder, databases.fresh("sqlite"))
    limits = {"SEL_BACKEND_SERVER__HEADER_SECONDS": "0.4", "SEL_BACKEND_SERVER__BODY_SECONDS": "0.4"}
    with serving(folder, "--operator-port", "0", **limits) as served:
        yield served


def talk(served: Served, sent: bytes) -> bytes:
    """Send bytes and return everything that comes until the server closes."""
    with socket.create_connection(head(served), timeout=10) as opened:
        opened.sendall(sent)
        return everything(opened)


def everything(opened: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    got = b""
    while chunk := opened.recv(65536):
        got += chunk
    return got


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b"408"),
        (b"GET /v1/service HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"408"),
        (
            b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
            b"408",
        ),
        (b"\x00\x01\x02 nonsense\r\n\r\n", b"400"),
    ],
)
def test_whoever_holds_a_connection_up_is_told_and_cut_off(slow_to_anger: Served, sent: bytes, status: bytes) -> None:
    got = talk(slow_to_anger, sent)
    assert got.startswith(b"HTTP/1.1 " + status), got[:200]
    assert b"application/problem+json" in got
    assert json.loads(got.partition(b"\r\n\r\n")[2])["status"] == int(status)


def test_an_endless_head_is_cut_off(slow_to_anger: Served) -> None:
    # Closing a socket with unread data resets it, so the answer (431) may be lost on the way.
    with pytest.raises((ConnectionResetError, BrokenPipeError, AssertionError)):  # noqa: PT012 - either may notice
        got = talk(slow_to_anger, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 2_000_000)
        assert not got.startswith(b"HTTP/1.1 431")


def test_a_huge_body_is_refused_before_it_is_read(slow_to_anger: Served) -> None:
    request = (
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 209715200\r\n\r\n"
    )
    assert talk(slow_to_anger, request).startswith(b"HTTP/1.1 413")


def test_operators_have_a_port_of_their_own_and_the_public_one_has_no_page_for_developers(
    slow_to_anger: Served,
) -> None:
    operator = slow_to_anger.said["operator_url"]
    assert httpx.get(f"{operator}/health/ready").json()["status"] == "ok"
    assert httpx.get(f"{operator}/v1/service").status_code == 404
    with slow_to_anger.client() as client:
        assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json", "/metrics")} == {404}
        assert client.get("/demo/mailbox").status_code == 404
        assert "server" not in client.get("/v1/service").headers


@pytest.fixture
def folder_and_url(tmp_path: Path, database_url: str) -> tuple[Path, str | None]:
    return tmp_path, prepare(tmp_path, database_url)


def begin_log_in(served: Served, body: bytes) -> socket.socket:
    """Send a log-in's head, and return once the server says that it has begun: it asks for the body."""
    opened = socket.create_connection(head(served), timeout=20)
    opened.sendall(
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    asked = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert opened.recv(len(asked), socket.MSG_WAITALL) == asked
    return opened


def test_a_stop_drops_no_request_that_has_begun(folder_and_url: tuple[Path, str | None]) -> None:
    folder, url = folder_and_url
    costly = {"SEL_BACKEND_HASHING__MEMORY_KIB": "19456", "SEL_BACKEND_HASHING__TIME_COST": "8"}
    processes = 1 if url is None else 2
    workers = () if url is None else ("--workers", "2")
    bodies = [json.dumps({"email": f"inconnue{n}@exemple.test", "password": "faux"}).encode() for n in range(8)]
    with serving(folder, *workers, database_url=url, **costly) as served, ExitStack() as stack:
        begun = [stack.enter_context(begin_log_in(served, body)) for body in bodies]
        # Half of them are at work when the stop comes, the other half tell the rest only after it.
        for opened, body in list(zip(begun, bodies, strict=True))[:4]:
            opened.sendall(body)
        served.process.send_signal(signal.SIGTERM)
        served.hear("Shutting down", processes)
        for opened, body in list(zip(begun, bodies, strict=True))[4:]:
            opened.sendall(body)
        answers = [everything(opened) for opened in begun]
        assert [answer[:12] for answer in answers] == [b"HTTP/1.1 401"] * 8
        assert served.process.wait(20) == 0


def connect_for_ever(served: Served) -> None:
    while True:
        with suppress(ConnectionResetError):  # it waited in the queue of the port as that was closed
            socket.create_connection(head(served), timeout=20).close()


def test_while_a_stop_waits_for_what_has_begun_nobody_else_is_let_in(folder_and_url: tuple[Path, str | None]) -> None:
    folder, url = folder_and_url
    workers = () if url is None else ("--workers", "2")
    body = json.dumps({"email": "inconnue@exemple.test", "password": "faux"}).encode()
    with serving(folder, *workers, database_url=url) as served, begin_log_in(served, body) as begun:
        served.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionRefusedError):
            connect_for_ever(served)
        begun.sendall(body)
        assert everything(begun).startswith(b"HTTP/1.1 401")


def test_readiness_says_no_as_long_as_a_stop_is_delayed(folder_and_url: tuple[Path, str | None]) -> None:
    folder, url = folder_and_url
    workers = () if url is None else ("--workers", "2")
    delay = {"SEL_BACKEND_SERVER__DRAIN_DELAY_SECONDS": "30"}
    with serving(folder, "--operator-port", "0", *workers, database_url=url, **delay) as served:
        ready = f"{served.said['operator_url']}/health/ready"
        assert httpx.get(ready).status_code == 200
        served.process.send_signal(signal.SIGTERM)
        while httpx.get(ready).status_code == 200:
            pass
        with served.client() as client:
            answer = client.get("/v1/service")
            assert (answer.status_code, answer.headers["connection"]) == (200, "close")  # and goes elsewhere
        for pid in () if url is None else workers_of(served):
            os.kill(pid, signal.SIGKILL)
        served.end(signal.SIGKILL)


def workers_of(served: Served) -> list[int]:
    """Return the two workers' process ids."""
    children = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(served.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    workers = [int(line.split()[0]) for line in children if "spawn_main" in line]
    assert len(workers) == 2
    return workers


def test_a_worker_that_dies_is_started_again(tmp_path: Path, databases: Databases) -> None:
    url = databases.fresh("postgresql")
    prepare(tmp_path, url)
    with serving(tmp_path, "--workers", "2", database_url=url) as served:
        workers = workers_of(served)
        subprocess.run(["kill", "-9", str(workers[0])], check=True)
        served.hear("a worker died and is started again")
        with served.client() as client:
            for _ in range(20):
                assert log_in(client, "camille").status_code in {201, 429}
        assert served.end(signal.SIGTERM) == 0


def test_a_worker_that_is_started_again_works_with_the_keys_of_its_siblings(
    tmp_path: Path, databases: Databases
) -> None:
    url = databases.fresh("postgresql")
    prepare(tmp_path, url)
    body = {"method": "legacy_access", "username": "er123456", "password": "Toiture-99!"}
    with serving(tmp_path, "--workers", "2", database_url=url) as served:
        (tmp_path / "keys.json").unlink()
        for worker in workers_of(served):
            subprocess.run(["kill", "-9", str(worker)], check=True)
        served.hear("a worker died and is started again", 2)
        with served.client() as client:
            client.headers["Authorization"] = f"Bearer {log_in(client).json()['token']}"
            assert client.post("/v1/links", json=body, headers={"Idempotency-Key": "k" * 16}).status_code == 201
    assert not (tmp_path / "keys.json").exists()


def test_workers_end_with_whoever_started_them_too(tmp_path: Path, databases: Databases) -> None:
    url = databases.fresh("postgresql")
    prepare(tmp_path, url)
    with serving(tmp_path, "--workers", "2", "--stop-on-eof", database_url=url) as served:
        with served.client() as client:
            assert client.get("/v1/service").status_code == 200
        served.process.stdin.close()
        assert served.process.wait(20) == 0


def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path, databases: Databases) -> None:
    url = databases.fresh("postgresql")
    prepare(tmp_path, url)
    with serving(tmp_path, "--workers", "2", database_url=url) as served:
        assert served.end(signal.SIGKILL) == -signal.SIGKILL
        # Both workers hold the ends of these pipes: they are read to their end once nobody is left.
        served.process.stdout.read()
        served.process.stderr.read()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(head(served), timeout=5)


async def broken(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "lifespan.startup.failed", "message": "nothing to serve with"})


def fails_to_start() -> Any:
    """Return an application that no worker can serve."""
    return broken


@pytest.fixture
def kept_signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in signal.valid_signals()}
    yield
    for number, handler in kept.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


@pytest.mark.usefixtures("kept_signals")
def test_workers_that_cannot_start_are_not_started_for_ever() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as opened:
        config = LimitedConfig(fails_to_start, ServerSettings(workers=2))
        with pytest.raises(CannotStartError):
            Supervisor(config, [opened], lambda: said.append("ready")).run()
    assert said == []
