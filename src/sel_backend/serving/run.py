"""Starting: what must be right first, then lock, database, demonstration data, sockets, one process or several."""

import ipaddress
import json
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

from sel_backend.backend import Backend, build
from sel_backend.observability.logs import configure
from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.lock import alone_in
from sel_backend.serving.process import Process, Sockets, at_end_of_input
from sel_backend.settings import ServerSettings, Settings
from sel_backend.storage import schema
from sel_backend.storage.database import DatabaseAddressError, quick_check


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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _insist(settings: Settings) -> None:
    """Refuse settings that would be unsafe or cannot work."""
    server: ServerSettings = settings.server
    for host in (server.host, server.host if server.operator_port is None else server.operator_host):
        if not _is_loopback(host) and not server.behind_tls:
            raise CannotStartError(
                f"{host} is not this machine alone: put TLS in front and say so with server.behind_tls"
            )
    if server.workers > 1 and settings.url.startswith("sqlite"):
        raise CannotStartError("SQLite has one process: more than one worker needs PostgreSQL")


def _begin_again(folder: Path) -> None:
    """Remove what the demonstration made, and nothing else; only the holder of the folder's lock may."""
    for pattern in ("sel-backend.sqlite3*", "keys.json", "backend.log*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def open_backend(settings: Settings) -> Backend:
    """Return a back end whose database is whole and has today's schema.

    Raises:
        CannotStartError: the keys cannot be read, or the database has no address, is damaged or away.
    """
    try:
        backend = build(settings)
    except DatabaseAddressError as error:
        raise CannotStartError(str(error)) from error
    except (ValueError, KeyError, OSError) as error:
        raise CannotStartError(f"the keys in {settings.keys_path} cannot be read") from error
    if not quick_check(backend.core.database):
        raise CannotStartError("the database is damaged or cannot be reached")
    schema.prepare(backend.core.database)
    if settings.demo:
        from sel_backend.demo.seed import seed

        seed(backend)
    return backend


def serve(settings: Settings, *, stop_on_eof: bool = False, fresh: bool = False) -> int:
    """Answer requests until a signal, or until standard input is closed; return 0.

    Prints one JSON line once it is really ready: `{"url": …, "pid": …, "operator_url": …}`.

    Raises:
        CannotStartError: an operator must put something right.
    """
    _insist(settings)
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    configure(settings.log_path)
    with ExitStack() as stack:
        if settings.url.startswith("sqlite"):
            stack.enter_context(alone_in(settings.data_folder))
            if fresh:
                _begin_again(settings.data_folder)
        backend = open_backend(settings)
        stack.callback(backend.core.close)
        server = settings.server
        operator = None if server.operator_port is None else _open_socket(server.operator_host, server.operator_port)
        sockets = Sockets(_open_socket(server.host, server.port), operator)

        def say_ready() -> None:
            said = {"url": _url(sockets.public), "pid": os.getpid()}
            if sockets.operator:
                said["operator_url"] = _url(sockets.operator)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

        if server.workers > 1:
            from sel_backend.serving.supervisor import Supervisor

            backend.core.close()
            serving: Process | Supervisor = Supervisor(settings, sockets, say_ready)
        else:
            serving = Process(backend, settings, sockets, say_ready)
        if stop_on_eof:
            at_end_of_input(serving.stop)
        serving.run()
    return 0
