"""One serving process: the public port and the operator's, the mail sender, a clean end. Used alone and as a worker."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn
from fastapi import FastAPI

from sel_backend.api.app import create_app, create_operator_app
from sel_backend.backend import Backend
from sel_backend.serving.protocol import limited_protocol
from sel_backend.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sockets:
    """Bound sockets. `operator` None: there is no operator's port."""

    public: socket.socket
    operator: socket.socket | None


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which would end the process before it has tidied up."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so: whoever waits for it may connect."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def _config(app: FastAPI, settings: Settings, *, lifespan: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=limited_protocol(settings.server),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on" if lifespan == "on" else "off",
        timeout_graceful_shutdown=settings.server.drain_seconds,
        proxy_headers=bool(settings.server.trusted_proxies),
        forwarded_allow_ips=list(settings.server.trusted_proxies),
    )


def at_end_of_input(stop: Callable[[], None]) -> None:
    """Call `stop` when standard input is closed: a child does not outlive whoever started it."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        stop()

    threading.Thread(target=wait, name="standard input", daemon=True).start()


class Process:
    """Runs until it is told to stop, then finishes what it has begun."""

    def __init__(self, backend: Backend, settings: Settings, sockets: Sockets, on_ready: Callable[[], None]) -> None:
        self._backend = backend
        self._settings = settings
        self._sockets = sockets
        self._on_ready = on_ready
        self._stop = threading.Event()

    def stop(self) -> None:
        """Stop: refuse readiness for the drain delay, take no new connection, finish what runs."""
        self._stop.set()

    def run(self) -> None:
        """Serve; returns when everything has ended."""

        def on_signal(_signal: int, _frame: FrameType | None) -> None:
            self.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        loop_factory = uvicorn.Config(app="", log_config=None).get_loop_factory()
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        public = _Server(
            _config(create_app(self._backend, self._settings), self._settings, lifespan="on"), self._on_ready
        )
        servers = [public.serve(sockets=[self._sockets.public])]
        operator = None
        if self._sockets.operator:
            app = create_operator_app(self._backend, self._settings)
            operator = _Server(_config(app, self._settings, lifespan="off"), lambda: None)
            servers.append(operator.serve(sockets=[self._sockets.operator]))
        ending = asyncio.create_task(self._end(public, operator))
        self._start_sender()
        try:
            await asyncio.gather(*servers)
        finally:
            self._stop.set()
            ending.cancel()
            await self._backend.core.background.stop()

    def _start_sender(self) -> None:
        if self._settings.mail.host:
            from sel_backend.mail.sender import Sender

            self._backend.core.background.supervise("mail", Sender(self._backend.core))

    async def _end(self, public: _Server, operator: _Server | None) -> None:
        await asyncio.to_thread(self._stop.wait)
        self._backend.draining.set()
        await asyncio.sleep(self._settings.server.drain_delay_seconds)
        public.should_exit = True
        if operator:
            operator.should_exit = True
