"""systemd hears how the server is, opens its port for it, and makes it take new settings: real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.serving.reload import reloaded
from sel_backend.serving.service_manager import ServiceManager
from sel_backend.serving.sockets import ports
from sel_backend.settings import ServerSettings, Settings
from tests.backend.databases import Databases
from tests.backend.served import environment, prepare, serving

PATIENCE = 20
# What systemd does: the port is descriptor 3 of the process that LISTEN_PID names.
HAND_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
    "os.execv(sys.executable, [sys.executable, '-m', 'sel_backend', 'serve', *sys.argv[2:]])"
)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        yield listening


def after(manager: socket.socket, *skipped: bytes) -> bytes:
    """Return the next word that is none of these."""
    while (word := manager.recv(200)) in skipped:
        pass
    return word


def looked_at(manager: socket.socket, seconds: float) -> dict[str, str]:
    return {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": str(round(seconds * 1_000_000))}


def test_it_speaks_three_times_as_often_as_it_must_and_no_more(manager: socket.socket) -> None:
    now = [100.0]
    told = looked_at(manager, 30) | {"WATCHDOG_PID": str(os.getpid())}
    speaker = ServiceManager.from_environment(told)
    assert told == {}
    speaker = ServiceManager(manager.getsockname(), 30, lambda: now[0])
    manager.setblocking(False)
    for now[0], words in ((109.9, 0), (110.0, 1), (119.9, 0), (120.0, 1)):
        speaker.alive()
        for _ in range(words):
            assert manager.recv(100) == b"WATCHDOG=1"
        with pytest.raises(BlockingIOError):
            manager.recv(100)
    speaker.reloading()
    assert manager.recv(100) == b"RELOADING=1\nMONOTONIC_USEC=120000000"


@pytest.mark.parametrize("more", [{}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "often"}])
def test_where_nobody_looks_it_need_not_speak(more: dict[str, str]) -> None:
    assert ServiceManager.from_environment({"NOTIFY_SOCKET": "/nowhere"} | more).every == 0


def test_an_abstract_address_is_one_and_a_manager_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    name = f"sel-backend-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        ServiceManager("@" + name).ready()
        assert listening.recv(100) == b"READY=1"
    for gone in ("@" + name, str(tmp_path / "nobody"), ""):
        ServiceManager(gone).ready()


def test_one_process_says_that_it_is_ready_alive_and_stopping_and_hanging_up_ends_it_not(
    manager: socket.socket, tmp_path: Path, databases: Databases
) -> None:
    prepare(tmp_path, databases.fresh("sqlite"))
    with serving(tmp_path, **looked_at(manager, 0.3)) as served:
        assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == b"WATCHDOG=1"
        served.process.send_signal(signal.SIGHUP)
        served.hear("a single process takes new settings at its restart")
        with served.client() as client:
            assert client.get("/v1/service").status_code == 200
        served.process.send_signal(signal.SIGTERM)
        assert after(manager, b"WATCHDOG=1") == b"STOPPING=1"
        assert served.process.wait(PATIENCE) == 0


def test_workers_are_replaced_with_new_settings_and_nobody_is_refused(
    manager: socket.socket, tmp_path: Path, databases: Databases
) -> None:
    url = databases.fresh("postgresql")
    prepare(tmp_path, url)
    settings = tmp_path / "settings.toml"
    settings.write_text("[service]\nminimum_client_version = '0.0.1'\n[server]\ndrain_delay_seconds = 60")
    given = looked_at(manager, 0.3) | {"SEL_BACKEND_SERVER__TRUSTED_NETWORKS": "127.0.0.0/8"}  # no limit on asking
    with (
        serving(tmp_path, "--workers", "2", "--settings", str(settings), database_url=url, **given) as served,
        served.client() as client,
    ):
        client.headers["Connection"] = "close"  # each waits in the port that all workers share
        assert after(manager, b"WATCHDOG=1") == b"READY=1"
        settings.write_text("[service]\nminimum_client_version = '0.0.2'\n[server]\nport = 9")
        served.process.send_signal(signal.SIGHUP)
        assert after(manager, b"WATCHDOG=1").startswith(b"RELOADING=1\n")
        asked = True
        while asked:
            assert client.get("/health/live").status_code == 200  # which no log tells: nobody reads it here
            manager.settimeout(0.05)
            with suppress(TimeoutError):
                asked = after(manager, b"WATCHDOG=1") != b"READY=1"
        manager.settimeout(PATIENCE)
        assert client.get("/v1/service").json()["minimum_client_version"] == "0.0.2"
        settings.write_text("[service]\nminimum_client_version = 7 8\n")
        served.process.send_signal(signal.SIGHUP)
        served.hear("the settings cannot be used: all goes on as before")
        assert after(manager, b"WATCHDOG=1").startswith(b"RELOADING=1\n")
        assert after(manager, b"WATCHDOG=1") == b"READY=1"
        assert client.get("/v1/service").json()["minimum_client_version"] == "0.0.2"
        served.process.send_signal(signal.SIGTERM)
        assert after(manager, b"WATCHDOG=1") == b"STOPPING=1"
        assert served.process.wait(PATIENCE) == 0


def test_what_workers_share_takes_a_restart(caplog: pytest.LogCaptureFixture) -> None:
    running = Settings()
    read = Settings(demo=True, server=ServerSettings(port=9, max_connections=7))
    held = reloaded(running, read)
    assert (held.demo, held.server.port, held.server.max_connections) == (False, 8000, 7)
    assert [record.__dict__["setting"] for record in caplog.records] == ["demo", "server.port"]


def test_the_watchdog_is_more_patient_than_the_supervisor_of_the_workers() -> None:
    unit = (Path(__file__).parents[2] / "deploy/systemd/sel-backend.service").read_text("utf-8")
    seconds = next(int(line.partition("=")[2]) for line in unit.splitlines() if line.startswith("WatchdogSec="))
    assert seconds > LimitedConfig(lambda: None, ServerSettings()).timeout_worker_healthcheck  # type: ignore[arg-type,return-value]


def test_whoever_connects_while_the_server_is_not_there_is_answered(tmp_path: Path, databases: Databases) -> None:
    prepare(tmp_path, databases.fresh("sqlite"))
    with socket.create_server(("127.0.0.1", 0)) as opened:
        command = [sys.executable, "-c", HAND_OVER, str(opened.fileno()), "--stop-on-eof"]
        for _ in range(2):  # it is started again, and the port was never closed
            with socket.create_connection(opened.getsockname(), timeout=PATIENCE) as early:
                early.sendall(b"GET /v1/service HTTP/1.1\r\nHost: x\r\n\r\n")
                with subprocess.Popen(
                    command,
                    env=environment(tmp_path, None),
                    pass_fds=[opened.fileno()],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                ) as server:
                    assert early.recv(100).startswith(b"HTTP/1.1 200")
                    assert server.stdin is not None
                    server.stdin.close()
                    assert server.wait(PATIENCE) == 0
                    assert server.stdout is not None
                    assert json.loads(server.stdout.read())["url"].endswith(f":{opened.getsockname()[1]}")


def test_what_is_handed_over_for_another_process_is_left_alone() -> None:
    told = {"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "public"}
    made = ports(ServerSettings(port=0, operator_port=0), told)
    assert told == {}
    assert made.operator is not None
    for opened in (*made.public, made.operator):
        assert opened.getsockname()[0] == "127.0.0.1"
        opened.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        ("socket.socketpair()[0]", "not a TCP port that listens"),
        ("open('/dev/null')", "not a TCP port that listens"),
        ("socket.create_server(('0.0.0.0', 0))", "behind_tls"),
    ],
)
def test_what_is_no_port_or_open_to_everybody_in_clear_is_refused(make: str, sentence: str) -> None:
    program = (
        f"import os, socket; kept = {make}; os.dup2(kept.fileno(), 3)\n"
        "from sel_backend.serving.sockets import ports\nfrom sel_backend.settings import ServerSettings\n"
        "ports(ServerSettings(), {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert sentence in done.stderr.splitlines()[-1]
    assert CannotStartError.__name__ in done.stderr
