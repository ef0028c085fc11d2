"""uvicorn's supervisor of workers, with what it lacks: it speaks, takes new settings, and waits for none for ever."""

import gc
import logging
import os
import socket
from collections.abc import Callable
from threading import Timer

from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from sel_backend.serving.errors import CannotStartError
from sel_backend.serving.process import RETIRING, STOPPING
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.serving.service_manager import ServiceManager

log = logging.getLogger(__name__)

_TURN_SECONDS = 0.5


class Supervisor(Multiprocess):
    """Says when all workers answer and when one died, and replaces them one by one when the settings change.

    Args:
        config: the workers' configuration.
        sockets: the ports that they share.
        on_ready: called once, when all answer.
        manager: hears that the supervisor goes on, of a reload and of a stop.
        renewed: makes the configuration anew, at SIGHUP; None: it stays as it is.
    """

    config: LimitedConfig

    def __init__(
        self,
        config: LimitedConfig,
        sockets: list[socket.socket],
        on_ready: Callable[[], None],
        manager: ServiceManager | None = None,
        renewed: Callable[[], LimitedConfig] | None = None,
    ) -> None:
        super().__init__(config, sockets)
        self._on_ready = on_ready
        self._manager = manager or ServiceManager()
        self._renewed = renewed

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
        gc.enable()
        if all(worker.wait_until_ready(self.config.timeout_worker_healthcheck) for worker in self.processes):
            self._on_ready()

    def handle_signals(self) -> None:
        """Handle what has come, once a turn."""
        self._manager.alive()
        super().handle_signals()

    def handle_hup(self) -> None:
        """Take new settings and replace every worker; settings that cannot be used change nothing."""
        self._manager.reloading()
        before = self.config
        try:
            if self._renewed:
                self.config = self._renewed()
        except (ValueError, OSError, CannotStartError) as error:
            # Without the error's text, which could name a value.
            failure = {"failure": type(error).__name__}
            log.error("the settings cannot be used: all goes on as before", extra=failure)  # noqa: TRY400
        else:
            if not self._replace_all():
                self.config = before  # whoever is started again later can start
        self._manager.ready()

    def keep_subprocess_alive(self) -> None:
        """Start again whoever died."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for worker in before:
            if worker not in self.processes:
                log.warning("a worker died and is started again", extra={"exit_code": worker.exitcode})

    def terminate_all(self) -> None:
        """Tell all workers to stop."""
        self._manager.stopping()
        super().terminate_all()

    def join_all(self) -> None:
        """Let the workers finish what they have begun; whoever connects once they listen no more is refused."""
        for opened in self.sockets:
            opened.close()
        self._wait_for(self.processes)

    def _replace_all(self) -> bool:
        """Replace each worker once its successor answers, and tell whether all were; nobody is refused meanwhile."""
        for place, old in enumerate(self.processes):
            new = Process(self.config, self.sockets)
            new.start()
            if not self._is_ready(new):
                new.kill()
                new.join()
                log.error("a new worker does not answer: the others go on with the settings from before")
                return False
            self.processes[place] = new
            if old.pid is not None and old.process.is_alive():
                os.kill(old.pid, RETIRING)
            self._wait_for([old])
            old.parent_conn.close()
            old.child_conn.close()
        log.info("every worker was replaced")
        return True

    def _is_ready(self, worker: Process) -> bool:
        for _ in range(self.config.timeout_worker_healthcheck):
            self._manager.alive()
            if any(number in STOPPING for number in self.signal_queue) or not worker.process.is_alive():
                return False
            if worker.wait_until_ready(1):
                return True
        return False

    def _wait_for(self, workers: list[Process]) -> None:
        server = self.config.server
        kill = Timer(server.drain_delay_seconds + server.drain_seconds + 5, self._kill, [workers])
        kill.start()
        for worker in workers:
            while worker.process.is_alive():
                self._manager.alive()
                worker.process.join(_TURN_SECONDS)
        kill.cancel()

    @staticmethod
    def _kill(workers: list[Process]) -> None:
        for worker in workers:
            worker.process.kill()
