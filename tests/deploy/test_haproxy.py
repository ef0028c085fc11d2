"""HAProxy with the configuration of `deploy/`, in front of two back ends that do what is asked of them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import httpx
import pytest

from tests.deploy import configurations, service
from tests.deploy.configurations import Site

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/bin")
PATIENCE = 20
pytestmark = pytest.mark.skipif(HAPROXY is None, reason="no haproxy")


def answer(opened: socket.socket, *, dies: bool) -> None:
    """Answer one request after the other with its own head; one that dies closes instead, but for its health."""
    with suppress(OSError):  # the test is over
        while True:
            connection, _ = opened.accept()
            with connection, connection.makefile("rb") as reading:
                lines = list(iter(lambda: reading.readline().decode().strip(), ""))
                sizes = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
                reading.read(int(sizes[0]) if sizes else 0)
                if dies and not lines[0].startswith("GET /health/ready "):
                    continue
                body = json.dumps(lines).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode() + body)


@dataclass
class Balanced:
    """A balancer and who vouches for it."""

    url: str
    trust: ssl.SSLContext

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.trust, timeout=PATIENCE, trust_env=False)


@pytest.fixture(scope="module")
def balanced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balanced]:
    folder = tmp_path_factory.mktemp("haproxy")
    site = Site(folder)
    with ExitStack() as stack:
        ports = []
        for dies in (True, False):
            opened = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports.append(f"127.0.0.1:{opened.getsockname()[1]}")
            threading.Thread(target=answer, args=[opened], kwargs={"dies": dies}, daemon=True).start()
        manager = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(str(folder / "notify"))
        manager.settimeout(PATIENCE)
        trust = service.certificate(site)
        path = configurations.haproxy(site, (ports[0], ports[1]))
        assert HAPROXY
        with subprocess.Popen(
            [HAPROXY, "-Ws", "-f", str(path)],
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            try:
                while not manager.recv(100).startswith(b"READY=1"):
                    pass
                yield Balanced(site.url, trust)
            finally:
                running.terminate()


def test_the_service_hears_where_a_request_comes_from_and_not_what_its_sender_says(balanced: Balanced) -> None:
    with balanced.client() as client:
        answered = client.get("/v1/links", headers={"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"})
    head = [line.lower() for line in answered.json()]
    assert [line for line in head if "203.0.113.9" in line] == []
    assert [line for line in head if line.startswith("x-forwarded-for: 127.")]
    assert f"x-request-id: {answered.headers['X-Request-Id']}" in head


def test_what_may_be_repeated_goes_to_the_other_back_end_and_a_log_in_never(balanced: Balanced) -> None:
    with balanced.client() as client:
        keyed = [client.post("/v1/links", json={}, headers={"Idempotency-Key": "k" * 16}) for _ in range(4)]
        assert [one.status_code for one in keyed] == [200] * 4
    logins = []
    for _ in range(4):
        with balanced.client() as client:
            logins.append(client.post("/v1/sessions", json={}))
    refused = [one for one in logins if one.status_code != httpx.codes.OK]
    assert refused
    for one in refused:
        assert (one.status_code, one.json()["type"], one.headers["Retry-After"]) == (503, "unavailable", "2")
        assert one.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_what_is_for_operators_does_not_exist_outside(balanced: Balanced, path: str) -> None:
    with balanced.client() as client:
        answered = client.get(path)
    assert (answered.status_code, answered.json()["type"]) == (404, "not-found")


def test_an_address_has_a_hundred_connections(balanced: Balanced) -> None:
    host, port = balanced.url.removeprefix("https://").split(":")
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(socket.create_connection((host, int(port)), PATIENCE))
        with balanced.client() as client:
            refused = client.get("/v1/service")
    assert (refused.status_code, refused.json()["type"], refused.headers["Retry-After"]) == (
        429,
        "too-many-requests",
        "2",
    )
