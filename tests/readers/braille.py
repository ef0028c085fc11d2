"""brltty with its virtual display: what a braille display of forty cells shows of a real console."""

from __future__ import annotations

import os
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests.readers import console

BRLTTY: Final = shutil.which("brltty")
CELLS: Final = 40
PATIENCE: Final = 30.0
_SHOWN: Final = re.compile(r'Visual "((?:[^"\\]|\\.)*)"')


def missing() -> str:
    """Return why this machine cannot show braille, "" when it can."""
    return console.missing() if BRLTTY else "brltty is not installed (Debian: apt-get install brltty)"


class Display:
    """A braille display that is no more than a socket."""

    def __init__(self, port: int) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), 1)
                break
            except OSError:
                assert time.monotonic() < end, "brltty does not listen"
                time.sleep(0.05)
        self._socket.sendall(f"cells {CELLS}\n".encode())
        self._read = b""
        self.shown: list[str] = []

    @property
    def line(self) -> str:
        """What is felt now."""
        return self.shown[-1] if self.shown else ""

    def reads(self, seconds: float) -> bool:
        """Read what brltty shows next; return whether something came within `seconds`."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return False
        self._read += self._socket.recv(4096)
        *whole, self._read = self._read.split(b"\n")
        said = "\n".join(line.decode("utf-8", "replace") for line in whole).replace("\\xa0", " ").replace("\u00a0", " ")
        self.shown += _SHOWN.findall(said)
        return True

    def waits_until(self, so: Callable[[], bool]) -> None:
        """Wait until `so` is true; what is felt meanwhile is kept."""
        end = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < end, f"waited in vain; what was felt: {self.shown[-3:]}"
            self.reads(0.1)

    def shows(self, *wanted: str) -> str:
        """Wait until the display shows all of `wanted` at the same time; return the whole line."""
        end = time.monotonic() + PATIENCE
        while not all(text in self.line for text in wanted):
            assert time.monotonic() < end, f"{wanted} is not felt, but {self.shown[-3:]}"
            self.reads(0.2)
        return self.line

    def close(self) -> None:
        self._socket.close()


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def braille(number: int, home: Path) -> Iterator[Display]:
    """Run brltty over the console `number`, without keyboards, speech, services or anybody's preferences."""
    port = _free_port()
    assert BRLTTY is not None
    command = [BRLTTY, "-n", "-e", "-N", "-b", "vr", "-d", f"server:127.0.0.1:{port}", "-x", "lx"]
    command += ["-X", f"vt={number}", "-s", "no", "-a", "none", "-f", os.devnull, "-F", str(home / "preferences")]
    command += ["-U", str(home), "-P", str(home / "pid"), "-M", "1"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            with closing(Display(port)) as display:
                yield display
        finally:
            process.terminate()
