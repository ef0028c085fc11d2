"""A server that is nobody's back end and says so at once; where nothing listens, the client tries for seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.journeys.terminal import client_of


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library's name
        self.send_response(404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # likewise
        """Write nothing."""


@cache
def portal() -> str:
    """Return its address; it runs until the tests have ended."""
    return _address(_started(_Portal))


@contextmanager
def holding() -> Iterator[tuple[str, Event]]:
    """Yield the address of one that answers once the event is set: nothing comes while something is typed."""
    let_go = Event()

    class Holding(_Portal):
        def do_GET(self) -> None:
            let_go.wait()
            super().do_GET()

    server = _started(Holding)
    try:
        yield _address(server), let_go
    finally:
        let_go.set()
        server.shutdown()
        server.server_close()


@contextmanager
def program_of(face: str) -> Iterator[list[str]]:
    """Yield the command of a client with that face. By line no answer comes: it would ask anew, and drop a key."""
    with holding() as (address, let_go):
        if face == "screen":
            let_go.set()
        yield [*client_of(address), "--face", face]


def program(*flags: str) -> list[str]:
    """Return the command of a client that nobody answers."""
    return [*client_of(portal()), *flags]


def _started(handler: type[_Portal]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def _address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"
