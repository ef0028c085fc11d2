"""A CUPS server of one's own, with printers that write to a file or that have one trouble."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

CUPSD: Final = shutil.which("cupsd") or shutil.which("cupsd", path="/usr/sbin")
PATIENCE: Final = 30.0

_SCHEDULER: Final = """
Listen {folder}/cups.sock
WebInterface No
Browsing Off
PreserveJobFiles No
PreserveJobHistory No
<Location />
  Allow all
</Location>
<Policy default>
  <Limit All>
  </Limit>
</Policy>
"""
_FILES: Final = """
ServerRoot {folder}/etc
ServerBin {folder}/bin
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/run
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
User lp
Group lp
SystemGroup root
"""
# A backend is what CUPS starts to reach a printer; without arguments it lists what it finds.
_PAPER: Final = """#!/bin/sh
[ $# = 0 ] && exit 0
cat ${6:+"$6"} >> "${DEVICE_URI#paper:}"
"""
_TROUBLE: Final = """#!/bin/sh
[ $# = 0 ] && exit 0
echo "STATE: +${DEVICE_URI#trouble:/}" >&2
exec sleep 600
"""


def missing() -> str:
    """Return why this machine cannot have a CUPS server of its own, "" when it can."""
    if CUPSD is None or shutil.which("lp") is None:
        return "CUPS is not installed (Debian: apt-get install cups-daemon cups-client)"
    return "" if os.getuid() == 0 else "CUPS starts for root alone"


class Cups:
    """A running CUPS.

    Attributes:
        environment: What makes CUPS's commands talk to it.
    """

    def __init__(self, folder: Path) -> None:
        self.environment = {"CUPS_SERVER": str(folder / "cups.sock")}
        self._paper = folder / "paper"

    @property
    def printed(self) -> str:
        """What was printed on paper since the last time that it was taken."""
        text = self._paper.read_text("utf-8") if self._paper.exists() else ""
        self._paper.unlink(missing_ok=True)
        return text

    @property
    def waiting(self) -> list[str]:
        """The jobs that wait or are being printed."""
        return [line.split()[0] for line in self.does("lpstat", "-o").splitlines()]

    def does(self, *command: str) -> str:
        """Run one of CUPS's commands and return what it writes."""
        environment = {**os.environ, **self.environment, "LC_ALL": "C"}
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, timeout=PATIENCE
        ).stdout

    def waits_until(self, *, waiting: bool) -> None:
        """Wait until some job waits, or none does."""
        end = time.monotonic() + PATIENCE
        while bool(self.waiting) is not waiting:
            assert time.monotonic() < end, self.waiting

    def adds(self, name: str, reason: str = "") -> None:
        """Add a printer that prints on paper, or that says of itself only `reason` and never ends."""
        device = f"trouble:/{reason}" if reason else f"paper:{self._paper}"
        self.does("lpadmin", "-p", name, "-E", "-v", device)


@contextmanager
def cups() -> Iterator[Cups]:
    """Run a CUPS server without printers. Its folder is one that the account `lp` may enter."""
    with TemporaryDirectory(prefix="sel-cups-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        for one in ("etc", "bin/backend", "spool", "cache", "run", "log"):
            (folder / one).mkdir(parents=True)
        for one in ("daemon", "notifier"):
            (folder / "bin" / one).symlink_to(Path("/usr/lib/cups") / one)
        (folder / "etc/cupsd.conf").write_text(_SCHEDULER.format(folder=folder), "utf-8")
        (folder / "etc/cups-files.conf").write_text(_FILES.format(folder=folder), "utf-8")
        for scheme, script in (("paper", _PAPER), ("trouble", _TROUBLE)):
            backend = folder / "bin/backend" / scheme
            backend.write_text(script, "utf-8")
            backend.chmod(0o700)  # CUPS starts such a one as root, which may write where the test reads
        assert CUPSD is not None
        command = [CUPSD, "-f", "-c", str(folder / "etc/cupsd.conf"), "-s", str(folder / "etc/cups-files.conf")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                _answers(folder / "cups.sock", server)
                yield Cups(folder)
            finally:
                server.terminate()


def _answers(path: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while not _listens(path):
        assert server.poll() is None, f"cupsd ended with {server.returncode}"
        assert time.monotonic() < end, "cupsd does not listen"
        time.sleep(0.02)


def _listens(path: Path) -> bool:
    """Tell whether a server takes a connection at `path`; its socket stands there a moment before it does."""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True
