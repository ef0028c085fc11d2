"""Starting: what must be right first, then lock, database, demonstration data, sockets, one process or several."""

import json
import os
import signal
import socket
import sys
from contextlib import ExitStack
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.backend import Backend, build
from sel_backend.clock import utc_now
from sel_backend.installation import checks, making
from sel_backend.installation import folder as folders
from sel_backend.observability.logs import configure
from sel_backend.observability.metrics import share_between_workers
from sel_backend.security.keys import Keys
from sel_backend.security.networks import is_loopback, networks
from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.lock import alone_in
from sel_backend.serving.process import STOPPING, Application, Server, Supervisor, stop_after
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.settings import ServerSettings, Settings
from sel_backend.storage.address import DatabaseAddressError
from sel_backend.storage.database import Database
from sel_backend.storage.reasons import why


def _open_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(2048)  # whoever connects before it is served waits: one port is served before the other
    except OSError as error:
        opened.close()
        raise CannotStartError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    return opened


def _end_of_input() -> None:
    while os.read(0, 4096):
        pass


def _url(opened: socket.socket) -> str:
    host, port, *_ = opened.getsockname()
    return f"http://[{host}]:{port}" if opened.family is socket.AF_INET6 else f"http://{host}:{port}"


def _insist(settings: Settings) -> None:
    """Refuse settings that would be unsafe or cannot work."""
    server: ServerSettings = settings.server
    for host in (server.host, server.host if server.operator_port is None else server.operator_host):
        if not is_loopback(host) and not server.behind_tls:
            raise CannotStartError(
                f"{host} is not this machine alone: put TLS in front and say so with server.behind_tls"
            )
    try:
        networks((*server.trusted_networks, *server.trusted_proxies))
    except ValueError as error:
        raise CannotStartError("server.trusted_networks and trusted_proxies are not all address ranges") from error
    if settings.demo and server.behind_tls:
        raise CannotStartError("a demonstration shows its codes to everybody: it is not served behind_tls")
    if server.workers > 1 and settings.url.startswith("sqlite"):
        raise CannotStartError("SQLite has one process: more than one worker needs PostgreSQL")


def open_backend(settings: Settings, *, fresh: bool = False, migrate: bool = False) -> Backend:
    """Return a back end whose database is whole, has today's schema and the right kind, with the keys that fit it.

    Args:
        settings: all of them; only a demonstration is made here.
        fresh: a demonstration's data are thrown away first.
        migrate: an older schema is brought up to date first, as a demonstration's always is.

    Raises:
        CannotStartError: nothing was made yet, or the database has no address, is damaged or away.
        DataRefusedError: folder, database and keys are not what they must be.
    """
    try:
        if settings.demo:
            from sel_backend.demo.opening import open_demonstration

            database, keys = open_demonstration(settings, fresh=fresh)
        else:
            database, keys = _open_made(settings, migrate=migrate)
    except DatabaseAddressError as error:
        raise CannotStartError(str(error)) from error
    backend = build(settings, database=database, keys=keys)
    if settings.demo:
        from sel_backend.demo import desk_cases
        from sel_backend.demo.seed import seed

        seed(backend)
        desk_cases.add(backend)
    return backend


def _open_made(settings: Settings, *, migrate: bool) -> tuple[Database, Keys]:
    checks.insist_on_file(settings)
    database = checks.opened(settings)
    try:
        checks.insist_on_whole(database)
        if migrate:
            making.upgrade(database, settings, utc_now())
        return database, checks.fitting_keys(database, settings)
    except SQLAlchemyError as error:
        database.close()
        raise CannotStartError(f"the database cannot be used: {why(error)}") from error
    except CannotStartError:
        database.close()
        raise


def serve(settings: Settings, *, stop_on_eof: bool = False, fresh: bool = False, migrate: bool = False) -> int:
    """Answer requests until a signal, or until standard input is closed; return 0.

    Prints one JSON line once it is really ready: `{"url": …, "pid": …, "operator_url": …}`.

    Raises:
        CannotStartError: an operator must put something right.
    """
    _insist(settings)
    # Before anything is written into it, be it a lock or a log.
    checks.insist_on_folder(settings)
    checks.insist_on_texts(settings)
    folders.make(settings.data_folder)
    with ExitStack() as stack:
        is_sqlite = settings.url.startswith("sqlite")
        if is_sqlite:
            stack.enter_context(alone_in(settings.data_folder))
        with ExitStack() as made:
            if (settings.demo or migrate) and not is_sqlite:
                made.enter_context(alone_in(settings.data_folder))
            backend = open_backend(settings, fresh=fresh, migrate=migrate)
        stack.callback(backend.core.close)
        configure(settings.log_path)
        server = settings.server
        operator = None if server.operator_port is None else _open_socket(server.operator_host, server.operator_port)
        public = _open_socket(server.host, server.port)

        def say_ready() -> None:
            said = {"url": _url(public), "pid": os.getpid()}
            if operator:
                said["operator_url"] = _url(operator)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

        keys = backend.core.keys
        if server.workers > 1:
            backend.core.close()
            share_between_workers(settings.data_folder / "metrics")
            run = Supervisor(LimitedConfig(Application(settings, keys, operator), server), [public], say_ready).run
        else:
            alone = Server(LimitedConfig(Application(settings, keys, operator, backend), server), say_ready)
            for number in STOPPING:
                signal.signal(number, alone.handle_exit)
            run = partial(alone.run, [public])
        if stop_on_eof:
            stop_after(_end_of_input)
        run()
    return 0
