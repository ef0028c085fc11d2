"""Connections: none stays open because somebody sends a byte too late, or never reads."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from sel_backend.serving.connections import OpenConnections
from tests.backend.databases import Databases
from tests.backend.served import Served, prepare, serving

HOST = b"Host: x\r\n"
JSON = b"Content-Type: application/json\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST
LOG_IN = b"POST /v1/sessions HTTP/1.1\r\n" + HOST
UNREAD = {
    "a body that a GET has": LIVE + JSON + b"Content-Length: 10\r\n\r\n",
    "a body in pieces": LIVE + JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "a body for nobody": b"POST /nothing HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 10\r\n\r\n",
    "a body of another type": b"POST /v1/sessions HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\n",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("connections")
    prepare(folder, databases.fresh("sqlite"))
    told = {
        "SEL_BACKEND_SERVER__HEADER_SECONDS": "0.4",
        "SEL_BACKEND_SERVER__BODY_SECONDS": "0.4",
        "SEL_BACKEND_LIMITS__NETWORK_BURST": "100000",
    }
    with serving(folder, **told) as running:
        yield running


@pytest.fixture
def opened(served: Served) -> Iterator[socket.socket]:
    with connect(served) as one:
        yield one


def connect(served: Served, buffer: int = 0) -> socket.socket:
    host, port = served.url.removeprefix("http://").split(":")
    one = socket.socket()
    one.settimeout(10)
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    one.connect((host, int(port)))
    return one


def answer(opened: socket.socket) -> bytes:
    """Read one whole answer and return its head."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += opened.recv(1)
    length = next(line for line in got.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    left = int(length.partition(b":")[2])
    while left:
        left -= len(opened.recv(left))
    return got


def until_closed(opened: socket.socket) -> bytes:
    """Wait for the server to close, and return what came before; a socket's time-out is a failure."""
    got = b""
    try:
        while piece := opened.recv(65_536):
            got += piece
    except ConnectionResetError:
        pass
    return got


@pytest.mark.parametrize("late", [b"x", b"1\r\n"], ids=["a byte", "a line"])
@pytest.mark.parametrize("request_", UNREAD.values(), ids=UNREAD.keys())
def test_a_late_byte_of_a_body_that_nobody_reads_does_not_keep_a_connection_open(
    opened: socket.socket, request_: bytes, late: bytes
) -> None:
    opened.sendall(request_)
    answer(opened)
    opened.sendall(late)
    until_closed(opened)


@pytest.mark.parametrize("late", [b"{} " + b" " * 7, b"\r\n", b"\r\n\r\n"], ids=["a whole body", "a line end", "two"])
def test_nothing_after_an_answer_but_a_request_keeps_a_connection_open(opened: socket.socket, late: bytes) -> None:
    has_body = late.startswith(b"{")
    opened.sendall(UNREAD["a body that a GET has"] if has_body else LIVE + b"\r\n")
    answer(opened)
    opened.sendall(late)
    assert until_closed(opened) == b""


def test_a_request_after_a_late_body_is_answered_on_the_same_connection(opened: socket.socket) -> None:
    for _ in range(3):
        opened.sendall(UNREAD["a body that a GET has"])
        assert answer(opened).startswith(b"HTTP/1.1 200")
        opened.sendall(b"0123456789")
    opened.sendall(LIVE + b"\r\n")
    assert answer(opened).startswith(b"HTTP/1.1 200")


def test_a_late_head_after_a_late_body_is_told_so(opened: socket.socket) -> None:
    opened.sendall(UNREAD["a body that a GET has"])
    answer(opened)
    opened.sendall(b"0123456789GET /health")
    assert until_closed(opened).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["kept open", "closed"])
def test_whoever_never_reads_is_cut_off(served: Served, last: bytes) -> None:
    with connect(served, 2_048) as opened:
        opened.setblocking(False)
        one = b"GET /v1/terms HTTP/1.1\r\n" + HOST
        requests = (one + b"\r\n") * 20_000 + one + last + b"\r\n"
        ready = select.poll()
        ready.register(opened, select.POLLOUT)
        while requests:
            ((_, events),) = ready.poll(10_000)
            if events & (select.POLLHUP | select.POLLERR):
                return
            requests = requests[opened.send(requests) :]
        ready.modify(opened, 0)  # only what is always told: the connection's end
        assert ready.poll(10_000)


@pytest.mark.parametrize(("asked", "told"), [(b"en-CA", b"en-CA"), (b"fr-CA", b"fr-CA")])
def test_a_slow_head_is_answered_in_the_language_that_it_asked_for(
    opened: socket.socket, asked: bytes, told: bytes
) -> None:
    opened.sendall(LIVE + b"Accept-Language: " + asked + b"\r\nX-Slow: ")
    got = until_closed(opened)
    assert got.startswith(b"HTTP/1.1 408")
    assert b"content-language: " + told in got


def test_one_connection_too_many_is_told_when_to_come_back_under_a_request_id(
    tmp_path: Path, databases: Databases
) -> None:
    prepare(tmp_path, databases.fresh("sqlite"))
    with serving(tmp_path, SEL_BACKEND_SERVER__MAX_CONNECTIONS="1") as running, connect(running) as first:
        first.sendall(LIVE + b"\r\n")
        answer(first)
        with connect(running) as second:
            got = until_closed(second)
    assert got.startswith(b"HTTP/1.1 503")
    assert re.search(rb"x-request-id: [0-9a-f]{16}\r\n", got.lower())
    assert b"retry-after: 2\r\n" in got


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health/live HTTP/1.1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a@b\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
        LOG_IN + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        LOG_IN + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        LOG_IN + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    ],
)
def test_a_head_that_another_reader_may_understand_otherwise_is_malformed(opened: socket.socket, head: bytes) -> None:
    opened.sendall(head)
    said = until_closed(opened)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in said
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "host", [b"a", b"sel.exemple.test:8443", b"[::1]:80", b"127.0.0.1", b"", b"a\r\nTransfer-Encoding: Chunked"]
)
def test_any_host_that_is_one_is_answered(opened: socket.socket, host: bytes) -> None:
    opened.sendall(b"GET /nothing HTTP/1.1\r\nHost: " + host + b"\r\n\r\n" + b"0\r\n\r\n" * (b"Chunked" in host))
    assert answer(opened).startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 415 "))


def test_http_1_0_needs_no_host(opened: socket.socket) -> None:
    opened.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
    assert answer(opened).startswith(b"HTTP/1.1 200 ")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("crowded")
    prepare(folder, databases.fresh("sqlite"))
    told = {
        "SEL_BACKEND_SERVER__HEADER_SECONDS": "60",
        "SEL_BACKEND_SERVER__MAX_CONNECTIONS": "30",
        "SEL_BACKEND_SERVER__MAX_CONNECTIONS_PER_NETWORK": "10",
        "SEL_BACKEND_SERVER__TRUSTED_PROXIES": "127.0.0.3,127.0.0.4/31",
        "SEL_BACKEND_SERVER__TRUSTED_NETWORKS": "127.0.0.6",
    }
    with serving(folder, "--operator-port", "0", **told) as running:
        yield running


def connect_from(served: Served, source: str) -> socket.socket:
    host, port = served.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10, source_address=(source, 0))


@contextmanager
def half_request(served: Served, source: str) -> Iterator[socket.socket]:
    """Hold half a head open from a loopback address of its own; in the end wait until the server has let go."""
    with connect_from(served, source) as opened:
        with suppress(ConnectionError):  # refused at once
            opened.sendall(b"GET /health/live HTTP/1.1\r\nHo")
        yield opened
        with suppress(OSError):
            opened.shutdown(socket.SHUT_WR)
            until_closed(opened)


def is_answered(served: Served, source: str) -> bool:
    with connect_from(served, source) as opened:
        opened.sendall(LIVE + b"Connection: close\r\n\r\n")
        return until_closed(opened).startswith(b"HTTP/1.1 200")


def refused_connections(served: Served, bound: str) -> float:
    said = httpx.get(f"{served.said['operator_url']}/metrics").text
    found = re.search(rf'sel_connections_refused_total{{bound="{bound}"}} (.+)', said)
    return float(found[1]) if found else 0.0


def test_half_requests_of_one_address_leave_everybody_else_their_place(crowded: Served) -> None:
    before = refused_connections(crowded, "network")
    with ExitStack() as stack:
        held = [stack.enter_context(half_request(crowded, "127.0.0.2")) for _ in range(50)]
        told = [until_closed(one) for one in held[10:]]
        assert all(is_answered(crowded, f"127.0.0.{last}") for last in (1, 7, 8))
        assert not select.select(held[:10], [], [], 0)[0]
        # A reset may overtake what was written before it; whoever only connects and reads is told.
        assert {one[:12] for one in told} <= {b"", b"HTTP/1.1 429"}
        assert refused_connections(crowded, "network") == before + 40


def test_the_last_place_is_one_is_free_again_when_given_back_and_beyond_it_one_is_told(crowded: Served) -> None:
    with ExitStack() as stack:
        for _ in range(9):
            stack.enter_context(half_request(crowded, "127.0.0.2"))
        assert [is_answered(crowded, "127.0.0.2") for _ in range(3)] == [True] * 3
        stack.enter_context(half_request(crowded, "127.0.0.2"))
        with connect_from(crowded, "127.0.0.2") as opened:
            head, _, body = until_closed(opened).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 429")
    assert b"retry-after: 2\r\n" in head
    assert json.loads(body)["type"] == "too-many-requests"


def test_a_trusted_network_cannot_take_every_place_either(crowded: Served) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(half_request(crowded, "127.0.0.6"))
        with connect_from(crowded, "127.0.0.6") as opened:
            assert until_closed(opened).startswith(b"HTTP/1.1 429")
        assert is_answered(crowded, "127.0.0.1")


@pytest.mark.parametrize("source", ["127.0.0.3", "127.0.0.5"])
def test_trusted_proxies_have_only_the_bound_of_all(crowded: Served, source: str) -> None:
    before = refused_connections(crowded, "all"), refused_connections(crowded, "network")
    with ExitStack() as stack:
        held = [stack.enter_context(half_request(crowded, source)) for _ in range(29)]
        assert is_answered(crowded, source)
        assert not select.select(held, [], [], 0)[0]
        stack.enter_context(half_request(crowded, source))
        until_closed(stack.enter_context(half_request(crowded, source)))
    after = refused_connections(crowded, "all"), refused_connections(crowded, "network")
    assert after == (before[0] + 1, before[1])


def test_connections_are_counted_by_the_network_of_a_subscriber_and_forgotten_when_they_end() -> None:
    counted = OpenConnections(2, ["2001:db8:9::/48"])
    one = [counted.admit(f"2001:db8:1:2::{last}") for last in range(3)]
    assert one == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", None]
    assert counted.admit("2001:db8:1:3::1") == "2001:db8:1:3::/64"
    assert [counted.admit(one) for one in ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9")][2] is None
    assert None not in [counted.admit(where) for where in ("2001:db8:9::1", "") for _ in range(5)]
    counted.release("2001:db8:1:2::/64")
    assert counted.admit("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert counted.admit("2001:db8:1:2::1") is None
    for network in ["2001:db8:1:2::/64"] * 2 + ["2001:db8:1:3::/64"] + ["203.0.113.9"] * 2 + [""] * 10:
        counted.release(network)
    assert not counted._open


def test_a_whole_48_has_five_times_the_connections_of_a_subscriber() -> None:
    counted = OpenConnections(2, [])
    admitted = [counted.admit(f"2001:db8:1:{place:x}::1") for place in range(11)]
    assert [network is None for network in admitted] == [False] * 10 + [True]
    assert counted.admit("2001:db8:2:1::1") == "2001:db8:2:1::/64"
    counted.release("2001:db8:1:3::/64")
    assert counted.admit("2001:db8:1:ffff::1") == "2001:db8:1:ffff::/64"
    gone = {"2001:db8:1:3::/64", None}
    for network in [*(one for one in admitted if one not in gone), "2001:db8:1:ffff::/64", "2001:db8:2:1::/64"]:
        counted.release(network or "")
    assert not counted._open
