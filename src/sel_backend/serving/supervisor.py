"""Several workers on one machine: spawned with the same sockets, started again when they die, drained together."""

import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Final

from sel_backend.observability.logs import configure
from sel_backend.observability.metrics import forget_worker, share_between_workers
from sel_backend.security.keys import Keys
from sel_backend.serving.process import Process, Sockets
from sel_backend.settings import Settings

log = logging.getLogger(__name__)

_SPAWN: Final = multiprocessing.get_context("spawn")
_PAUSE: Final = 0.2
_PATIENCE: Final = 60.0


def _work(settings: Settings, sockets: Sockets, keys: Keys, ready: Any) -> None:
    from sel_backend.backend import build

    configure(settings.log_path)
    backend = build(settings, keys=keys)
    process = Process(backend, settings, sockets, ready.set)
    threading.Thread(target=_stop_with_parent, args=(process,), name="parent", daemon=True).start()
    try:
        process.run()
    finally:
        backend.core.close()


def _stop_with_parent(process: Process) -> None:
    """Stop when the supervisor dies, however it dies: nobody would start or stop this worker any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        process.stop()


class Supervisor:
    """Keeps so many workers running."""

    def __init__(self, settings: Settings, sockets: Sockets, keys: Keys, on_ready: Callable[[], None]) -> None:
        """Prepare them.

        Args:
            settings: every worker's.
            sockets: which they share.
            keys: every worker's, whatever becomes of the file while they run.
            on_ready: called once every worker answers.
        """
        self._settings = settings
        self._sockets = sockets
        self._keys = keys
        self._on_ready = on_ready
        self._stop = threading.Event()

    def stop(self) -> None:
        """Stop all workers, each after what it has begun."""
        self._stop.set()

    def _start(self) -> tuple[BaseProcess, Any]:
        ready = _SPAWN.Event()
        worker = _SPAWN.Process(target=_work, args=(self._settings, self._sockets, self._keys, ready))
        worker.start()
        return worker, ready

    def run(self) -> None:
        """Supervise; returns when every worker has ended."""

        def on_signal(_signal: int, _frame: FrameType | None) -> None:
            self.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        share_between_workers(self._settings.data_folder / "metrics")
        workers = [self._start() for _ in range(self._settings.server.workers)]
        if all(ready.wait(_PATIENCE) for _, ready in workers):
            self._on_ready()
        while not self._stop.wait(_PAUSE):
            for place, (worker, _) in enumerate(workers):
                if not worker.is_alive():
                    log.warning("a worker died and is started again", extra={"exit_code": worker.exitcode})
                    forget_worker(worker.pid or 0)
                    workers[place] = self._start()
        for worker, _ in workers:
            worker.terminate()
        for worker, _ in workers:
            worker.join(self._settings.server.drain_seconds + self._settings.server.drain_delay_seconds + 5)
            if worker.is_alive():
                worker.kill()
                worker.join()
