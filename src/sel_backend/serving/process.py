"""uvicorn, alone or as its own supervisor's workers: the public port, the operator's, the mail sender, a clean end.

Beside it Granian answers a quarter more reads, but keeps for ever whoever does not read: docs/http-server.md.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import parent_process
from threading import Thread, Timer
from types import FrameType
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from sel_backend.api.app import create_app, create_operator_app
from sel_backend.backend import Backend, build
from sel_backend.observability.logs import configure
from sel_backend.security.keys import Keys
from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.settings import Settings

log = logging.getLogger(__name__)

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


def stop_after(wait: Callable[[], object]) -> None:
    """Stop this process, as a signal would, once `wait` returns."""

    def stop() -> None:
        wait()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=stop, name="stop", daemon=True).start()


class Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which it raises again in the end: the exit code would not be 0."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] = lambda: None) -> None:
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


@dataclass(frozen=True)
class Application:
    """Makes the public application where it is served; its lifespan is that of all that a process does beside it.

    Attributes:
        settings: all of them.
        keys: a worker's, whatever becomes of their file while it runs.
        operator: the bound socket of the operator's port, if there is one.
        backend: None: this is a worker, which opens its own and ends with its parent, however that dies.
    """

    settings: Settings
    keys: Keys
    operator: socket.socket | None
    backend: Backend | None = None

    def __call__(self) -> FastAPI:
        """Return the application; uvicorn calls this once it handles signals."""
        backend = self.backend
        if backend is None:
            configure(self.settings.log_path)
            parent = parent_process()
            if parent:
                stop_after(parent.join)
            backend = build(self.settings, keys=self.keys)
        return create_app(backend, self.settings, partial(self._beside, backend))

    @asynccontextmanager
    async def _beside(self, backend: Backend) -> AsyncIterator[None]:
        operator = Server(LimitedConfig(partial(create_operator_app, backend, self.settings), self.settings.server))
        serving = [operator.serve([self.operator])] if self.operator else []
        if self.settings.mail.host:
            from sel_backend.mail.sender import Sender

            backend.core.background.supervise("mail", Sender(backend.core))
        if self.settings.mail.bounces.host and self.settings.mail.bounces.poll_seconds:
            from sel_backend.mail.bounce_reader import BounceReader

            backend.core.background.supervise("bounces", BounceReader(backend.core))
        with self._draining_first(backend):
            running = asyncio.gather(*serving)
            try:
                yield
            finally:
                operator.should_exit = True
                await running
                await backend.core.background.stop()
                backend.core.close()

    @contextmanager
    def _draining_first(self, backend: Backend) -> Iterator[None]:
        """Between a signal and the server's end, refuse readiness for the drain delay."""
        loop = asyncio.get_running_loop()
        delay = self.settings.server.drain_delay_seconds
        servers: dict[int, Any] = {number: signal.getsignal(number) for number in STOPPING}

        def on_signal(number: int, frame: FrameType | None) -> None:
            backend.draining.set()
            loop.call_soon_threadsafe(partial(loop.call_later, delay, servers[number], number, frame))

        for number in servers:
            signal.signal(number, on_signal)
        yield
        for number, its_own in servers.items():
            signal.signal(number, its_own)


class Supervisor(Multiprocess):
    """uvicorn's supervisor of workers, which says when all answer and when one died, and waits for none for ever."""

    config: LimitedConfig

    def __init__(self, config: LimitedConfig, sockets: list[socket.socket], on_ready: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._on_ready = on_ready

    def run(self) -> None:
        """Supervise; returns when every worker has ended.

        Raises:
            CannotStartError: a worker ended before it could serve; another would too.
        """
        super().run()
        if any(worker.exitcode == STARTUP_FAILURE for worker in self.processes):
            raise CannotStartError("a worker cannot start: the log says why")

    def init_processes(self) -> None:
        """Start all workers."""
        super().init_processes()
        if all(worker.wait_until_ready(self.config.timeout_worker_healthcheck) for worker in self.processes):
            self._on_ready()

    def keep_subprocess_alive(self) -> None:
        """Start again whoever died."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for worker in before:
            if worker not in self.processes:
                log.warning("a worker died and is started again", extra={"exit_code": worker.exitcode})

    def join_all(self) -> None:
        """Let the workers finish what they have begun; whoever connects once they listen no more is refused."""
        for opened in self.sockets:
            opened.close()
        server = self.config.server
        kill = Timer(server.drain_delay_seconds + server.drain_seconds + 5, self._kill_all)
        kill.start()
        super().join_all()
        kill.cancel()

    def _kill_all(self) -> None:
        for worker in self.processes:
            worker.process.kill()
