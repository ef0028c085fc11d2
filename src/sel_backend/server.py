"""Starting and stopping: lock, database, demonstration data, sockets, uvicorn, readiness, a clean end."""

import fcntl
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from sel_backend.api.app import create_app
from sel_backend.backend import Backend, build
from sel_backend.settings import Settings
from sel_backend.storage import schema
from sel_backend.storage.database import quick_check


class CannotStartError(Exception):
    """Something that an operator must put right; the message is a sentence."""


class Server(uvicorn.Server):
    """uvicorn, saying when it is really ready."""

    def __init__(self, config: uvicorn.Config, ready: dict[str, Any] | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print one JSON line: whoever waits for it may connect."""
        await super().startup(sockets)
        if self.started and self._ready is not None:
            sys.stdout.write(json.dumps(self._ready) + "\n")
            sys.stdout.flush()


def _open_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise CannotStartError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    return opened


def _url(opened: socket.socket) -> str:
    host, port, *_ = opened.getsockname()
    return f"http://[{host}]:{port}" if opened.family is socket.AF_INET6 else f"http://{host}:{port}"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder's lock: SQLite has one process.

    Raises:
        CannotStartError: another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "sel.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStartError(f"another process uses the data folder {folder}") from error
        yield


def _log_to(path: Path) -> None:
    """Write logs into a file and nothing to the terminal, which belongs to the client."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _stop_with_standard_input(server: Server) -> None:
    def wait() -> None:
        while os.read(0, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=wait, name="standard input", daemon=True).start()


def open_backend(settings: Settings) -> Backend:
    """Return a back end whose database is whole and has today's schema.

    Raises:
        CannotStartError: the database is damaged or cannot be reached.
    """
    backend = build(settings)
    if not quick_check(backend.core.database):
        raise CannotStartError("the database is damaged or cannot be reached")
    schema.prepare(backend.core.database)
    if settings.demo:
        from sel_backend.demo.seed import seed

        seed(backend)
    return backend


def serve(settings: Settings, *, stop_on_eof: bool = False) -> int:
    """Answer requests until a signal, or until standard input is closed; return 0.

    Raises:
        CannotStartError: an operator must put something right.
    """
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.demo:
        _log_to(settings.data_folder / "backend.log")
    with alone_in(settings.data_folder):
        backend = open_backend(settings)
        opened = _open_socket(settings.server.host, settings.server.port)
        try:
            config = uvicorn.Config(
                create_app(backend, settings),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="on",
                timeout_graceful_shutdown=settings.server.drain_seconds,
                limit_concurrency=settings.server.max_connections,
                forwarded_allow_ips=list(settings.server.trusted_proxies),
            )
            server = Server(config, {"url": _url(opened), "pid": os.getpid()})
            if stop_on_eof:
                _stop_with_standard_input(server)
            server.run(sockets=[opened])
        finally:
            backend.core.close()
    return 0
