"""Clients that a server on the open network meets: slow, deaf, malformed, many. Each says what became of it."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

PATIENCE: Final = 40.0
MANY: Final = 1000
_LIVE: Final = b"GET /health/live HTTP/1.1\r\n"
_HEAD: Final = _LIVE + b"Host: x\r\n"
_JSON: Final = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MALFORMED: Final = {
    "Content-Length: abc": _JSON + b"Content-Length: abc\r\n\r\n{}",
    "Content-Length: -1": _JSON + b"Content-Length: -1\r\n\r\n",
    "two Content-Lengths": _JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "Content-Length and chunked": _JSON + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two Hosts": _HEAD + b"Host: y\r\n\r\n",
    "no Host": _LIVE + b"\r\n",
    "a header of 100 kB": _HEAD + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\n",
    "a header of 2 MB": _HEAD + b"X-Long: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "2,000 headers": _HEAD + b"X-Many: 1\r\n" * 2000 + b"\r\n",
    "a zero byte in a header": _HEAD + b"X-Zero: a\0b\r\n\r\n",
    "a space before a colon": _HEAD + b"X-Space : 1\r\n\r\n",
    "no HTTP": b"\x00\x01\x02 nonsense\r\n\r\n",
}


def _connected(port: int, buffer: int = 0, source: str = "") -> socket.socket:
    opened = socket.socket()
    if source:
        opened.bind((source, 0))
    if buffer:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    opened.settimeout(PATIENCE)
    opened.connect(("127.0.0.1", port))
    return opened


def _until_closed(opened: socket.socket, began: float, each_second: bytes = b"") -> float:
    """Return how long the server kept a connection open, in seconds; infinity when it outlasts our patience."""
    opened.settimeout(1)
    with contextlib.suppress(ConnectionError):
        while (taken := time.monotonic() - began) < PATIENCE:
            try:
                if not opened.recv(65_536):
                    return taken
            except TimeoutError:
                opened.sendall(each_second)
        return float("inf")
    return time.monotonic() - began


def _sending(sent: bytes, *, then: bytes | None = None, each_second: bytes = b"") -> Callable[[int], float]:
    def probe(port: int) -> float:
        with _connected(port) as opened:
            opened.sendall(sent)
            began = time.monotonic()
            if then is not None:
                opened.recv(65_536)
                opened.sendall(then)
            return _until_closed(opened, began, each_second)

    return probe


def _deaf(port: int) -> float:
    """Ask for 20,000 answers, a few hundred at a time, and read none."""
    requests = (b"GET /v1/terms HTTP/1.1\r\nHost: x\r\n\r\n") * 20_000
    with _connected(port, 2048) as opened:
        began = time.monotonic()
        opened.setblocking(False)
        while (taken := time.monotonic() - began) < PATIENCE:
            try:
                requests = requests[opened.send(requests[:16_384]) :]
            except BlockingIOError:
                time.sleep(0.5)
            except ConnectionError:
                return taken
            if not _is_held(port, opened.getsockname()[1]):
                return taken
            time.sleep(0.02)
        return float("inf")


def _is_held(port: int, client: int) -> bool:
    """Return whether the server's end is open: what it has written keeps its close from whoever does not read."""
    lines = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()]
    return any((a[-4:], b[-4:], c) == (f"{port:04X}", f"{client:04X}", "01") for a, b, c in lines)


SLOW: Final[dict[str, Callable[[int], float]]] = {
    "nothing sent": _sending(b""),
    "half-sent headers": _sending(_HEAD + b"X-Slow: "),
    "a byte of a header each second": _sending(_HEAD + b"X-Slow: ", each_second=b"a"),
    "half-sent body": _sending(_JSON + b"Content-Length: 9\r\n\r\n{"),
    "nothing after an answer": _sending(_HEAD + b"\r\n", then=b""),
    "one byte of a request after an answer": _sending(_HEAD + b"\r\n", then=b"G"),
    "a line end after an answer": _sending(_HEAD + b"\r\n", then=b"\r\n"),
    "answers that nobody reads": _deaf,
}


def slow(port: int) -> dict[str, float]:
    """Return how long each slow client was kept, in seconds; all of them at once."""
    with ThreadPoolExecutor(len(SLOW)) as pool:
        return dict(zip(SLOW, pool.map(lambda probe: probe(port), SLOW.values()), strict=True))


def malformed(port: int) -> dict[str, tuple[int, str]]:
    """Return the status of each malformed request (0: closed without one) and how it was said."""
    found = {}
    for name, sent in MALFORMED.items():
        got = b""
        with _connected(port) as opened:
            opened.settimeout(3)
            try:
                with contextlib.suppress(ConnectionError):
                    opened.sendall(sent)
                with contextlib.suppress(ConnectionError):
                    got = opened.recv(65_536)
                said = "problem details" if b"problem+json" in got else "bare"
            except TimeoutError:
                said = "left open"
        found[name] = (int(got.split()[1]) if got.startswith(b"HTTP/") else 0, said if got else "no answer")
    return found


@contextlib.contextmanager
def half_requests(port: int) -> Iterator[None]:
    """Hold so many half-sent heads open, all from one address that nobody else has (on Linux, 127/8 is loopback)."""
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            opened = stack.enter_context(_connected(port, source="127.0.0.2"))
            with contextlib.suppress(ConnectionError):  # one too many is answered at once and closed
                opened.sendall(_HEAD)
        yield
