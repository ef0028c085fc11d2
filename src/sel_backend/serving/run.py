"""Starting: what must be right first, then lock, database, demonstration data, sockets, one process or several."""

import json
import os
import signal
import sys
from collections.abc import Callable
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
from sel_backend.serving.process import STOPPING, Application, Server, stop_after
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.serving.reload import ignore_reload, reloaded
from sel_backend.serving.service_manager import ServiceManager
from sel_backend.serving.sockets import NOT_WITHOUT_TLS, ports, url_of
from sel_backend.serving.supervisor import Supervisor
from sel_backend.settings import ServerSettings, Settings
from sel_backend.storage.address import DatabaseAddressError
from sel_backend.storage.database import Database
from sel_backend.storage.reasons import why


def _end_of_input() -> None:
    while os.read(0, 4096):
        pass


def _insist(settings: Settings) -> None:
    """Refuse settings that would be unsafe or cannot work."""
    server: ServerSettings = settings.server
    for host in (server.host, server.host if server.operator_port is None else server.operator_host):
        if not is_loopback(host) and not server.behind_tls:
            raise CannotStartError(f"{host} {NOT_WITHOUT_TLS}")
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


def serve(
    settings: Settings,
    *,
    stop_on_eof: bool = False,
    fresh: bool = False,
    migrate: bool = False,
    reread: Callable[[], Settings] | None = None,
) -> int:
    """Answer requests until a signal, or until standard input is closed; return 0.

    Prints one JSON line once it is really ready: `{"url": …, "pid": …, "operator_url": …}`, and tells systemd, which
    may have opened the ports itself (socket activation).

    Args:
        settings: all of them.
        stop_on_eof: stop when standard input is closed.
        fresh: a demonstration's data are thrown away first.
        migrate: an older schema is brought up to date first.
        reread: reads the settings again, at SIGHUP; it raises ValueError or OSError where they cannot be used.

    Raises:
        CannotStartError: an operator must put something right.
    """
    manager = ServiceManager.from_environment()
    signal.signal(signal.SIGHUP, ignore_reload)
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
        opened = ports(server)

        def say_ready() -> None:
            said = {"url": url_of(opened.public[0]), "pid": os.getpid()}
            if opened.operator:
                said["operator_url"] = url_of(opened.operator)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
            manager.ready()

        keys = backend.core.keys
        if server.workers > 1:
            backend.core.close()
            share_between_workers(settings.data_folder / "metrics")

            def configured(settings: Settings) -> LimitedConfig:
                return LimitedConfig(Application(settings, keys, opened.operator), settings.server)

            def renewed() -> LimitedConfig:
                again = reloaded(settings, reread() if reread else settings)
                _insist(again)
                checks.insist_on_texts(again)
                return configured(again)

            run = Supervisor(configured(settings), opened.public, say_ready, manager, renewed).run
        else:
            application = Application(settings, keys, opened.operator, backend, manager)
            alone = Server(LimitedConfig(application, server), say_ready)
            for number in STOPPING:
                signal.signal(number, alone.handle_exit)
            run = partial(alone.run, opened.public)
        if stop_on_eof:
            stop_after(_end_of_input)
        run()
    return 0
