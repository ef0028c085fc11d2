"""The HTTP servers that could carry our application, each with two workers, and what the system says of them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OURS: Final = "sel-backend"
_FACTORY: Final = "benchmarks.http_app:application"
_HEADER_MILLISECONDS: Final = 10_000  # what `server.header_seconds` is by default
COMMANDS: Final = {
    OURS: "sel_backend serve --demo --workers 2 --settings {settings} --data {data}",
    "uvicorn": f"uvicorn {_FACTORY} --factory --workers 2 --no-access-log --log-level warning "
    "--timeout-graceful-shutdown 30",
    "granian": f"granian {_FACTORY} --factory --interface asgi --workers 2 --http 1 --no-ws --loop uvloop --no-log "
    f"--http1-header-read-timeout {_HEADER_MILLISECONDS} --respawn-failed-workers --workers-kill-timeout 30s",
}


class Server:
    """A running server and its workers."""

    def __init__(self, name: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        settings, data = folder / "settings.toml", folder / "data"
        metrics = Path(tempfile.mkdtemp(dir=folder))
        shared = {"BENCH_SETTINGS": str(settings), "BENCH_DATA": str(data), "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
        command = COMMANDS[name].format(settings=settings, data=data).split()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--port", str(self.port)],
            env=os.environ | (shared if name != OURS else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(folder / f"{name}.stderr").open("wb"),
        )

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> list[int]:
        """Return all its processes, the first started first."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def serving(self) -> set[int]:
        """Return the processes that hold a connection of ours: workers that serve."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ours = f":{self.port:04X}"
        inodes = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(ours) and line[3] == "01"}
        return {pid for pid in self.pids()[1:] if inodes & set(_links(Path(f"/proc/{pid}/fd")))}

    def until_both_serve(self, without: int = 0) -> float:
        """Wait until two workers serve, `without` not being one of them; return how long it took, in seconds."""
        began = time.monotonic()
        while time.monotonic() - began < 60:
            with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
                for _ in range(16):
                    client = stack.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=5))
                    client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(0.02)
                if len(self.serving() - {without}) == 2:
                    return time.monotonic() - began
            time.sleep(0.03)
        raise TimeoutError("two workers never served")

    def processor_seconds(self) -> float:
        """Return what all its processes have used so far."""
        ticks = 0
        for pid in self.pids():
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Return the proportional set size of all its processes."""
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids()]
        return sum(int(text.partition("\nPss:")[2].split()[0]) for text in rollups) / 1024


def _links(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for link in folder.iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())


@contextlib.contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    """Yield a server whose two workers serve; stop it."""
    server = Server(name, folder)
    try:
        server.until_both_serve()
        yield server
    finally:
        for pid in server.pids()[::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if server.process.poll() is None else signal.SIGKILL)
        server.process.wait(60)
