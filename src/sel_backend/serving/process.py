"""uvicorn, alone or as a supervisor's worker: the public port, the operator's, the mail sender, a clean end.

Beside it Granian answers a quarter more reads, but keeps for ever whoever does not read: docs/http-server.md.
"""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import parent_process
from threading import Thread
from types import FrameType
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from sel_backend.api.app import create_app, create_operator_app
from sel_backend.backend import Backend, build
from sel_backend.observability.logs import configure
from sel_backend.security.keys import Keys
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.serving.service_manager import ServiceManager
from sel_backend.settings import Settings

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)
# To a worker whose successor answers already: it takes no new connection, and ends with what it has begun.
RETIRING: Final = signal.SIGUSR2


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
            gc.freeze()  # what was loaded stays as long as the process, and is not looked at again
            gc.enable()
            self._on_ready()


@dataclass(frozen=True)
class Application:
    """Makes the public application where it is served; its lifespan is that of all that a process does beside it.

    Attributes:
        settings: all of them.
        keys: a worker's, whatever becomes of their file while it runs.
        operator: the bound socket of the operator's port, if there is one.
        backend: None: this is a worker, which opens its own and ends with its parent, however that dies.
        manager: hears that the event loop turns, and of a stop; of workers their supervisor speaks.
    """

    settings: Settings
    keys: Keys
    operator: socket.socket | None
    backend: Backend | None = None
    manager: ServiceManager = field(default_factory=ServiceManager)

    def __call__(self) -> FastAPI:
        """Return the application; uvicorn calls this once it handles signals."""
        backend = self.backend
        if backend is None:
            configure(self.settings.log_path)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that goes sends it to the workers as well
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
            speaking = asyncio.create_task(self._speak())
            try:
                yield
            finally:
                speaking.cancel()
                operator.should_exit = True
                await running
                await backend.core.background.stop()
                backend.core.close()

    async def _speak(self) -> None:
        """Tell the service manager, as long as it looks, that the event loop turns, also while requests end."""
        while self.manager.every:
            await asyncio.sleep(self.manager.every)
            self.manager.alive()

    @contextmanager
    def _draining_first(self, backend: Backend) -> Iterator[None]:
        """Between a signal and the server's end, refuse readiness for the drain delay; retiring has none."""
        loop = asyncio.get_running_loop()
        delay = self.settings.server.drain_delay_seconds
        servers: dict[int, Any] = {number: signal.getsignal(number) for number in STOPPING}

        def on_signal(number: int, frame: FrameType | None) -> None:
            backend.draining.set()
            self.manager.stopping()
            loop.call_soon_threadsafe(partial(loop.call_later, delay, servers[number], number, frame))

        def on_retirement(_number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(servers[signal.SIGTERM], signal.SIGTERM, frame)

        for number in servers:
            signal.signal(number, on_signal)
        if self.backend is None:
            signal.signal(RETIRING, on_retirement)
        yield
        for number, its_own in servers.items():
            signal.signal(number, its_own)
