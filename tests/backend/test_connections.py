"""Connections: none stays open because somebody sends a byte too late, or never reads."""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

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
