"""Programs of a trial: found, started as a service manager would, killed with all that they started."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

NEEDED = {"haproxy": "haproxy", "etcd": "etcd-server", "patroni": "patroni"}
_POSTGRESQL = Path("/usr/lib/postgresql")


def postgresql_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs that Debian has installed here."""
    found = sorted(_POSTGRESQL.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def missing(needed: tuple[str, ...]) -> list[str]:
    """Return the Debian packages that a trial lacks."""
    lacking = [NEEDED[name] for name in needed if name in NEEDED and not shutil.which(name, path=_path())]
    return lacking + (["postgresql"] if "postgresql" in needed and postgresql_programs() is None else [])


def install_or_say(needed: tuple[str, ...], *, install: bool) -> bool:
    """Return whether all that is needed is there; installs it where that is asked for, else says what is missing."""
    packages = missing(needed)
    if packages and install:
        command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, check=True)
        packages = missing(needed)
    if packages:
        told = f"missing: {' '.join(packages)}. As root: apt-get install {' '.join(packages)}, or INSTALL=1"
        sys.stderr.write(f"{told}\n")
    return not packages


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"


def servant() -> str | None:
    """Return who runs what refuses to run as root; None: whoever we are."""
    return "postgres" if getpass.getuser() == "root" else None


def give(folder: Path) -> None:
    """Give a folder to whoever runs what refuses to run as root."""
    if (user := servant()) is not None:
        shutil.chown(folder, user, user)


@dataclass
class Program:
    """One program and all that it starts.

    Attributes:
        name: what a report calls it.
        command: its command line.
        folder: where it runs and where its log is.
        user: who runs it; None: whoever we are.
        environment: variables beside the usual ones.
    """

    name: str
    command: list[str]
    folder: Path
    user: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its log goes on where it ended."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEL_", "PG", "PATRONI"))}
        home = {"HOME": pwd.getpwnam(self.user).pw_dir} if self.user else {}
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**kept, "PATH": _path(), **home, **self.environment},
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def was_started(self) -> bool:
        """Whether it was ever started."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process, which leads the group of all that it started."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Kill it and its whole group at once (kill -9)."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Return its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(90)

    def clear(self) -> None:
        """Leave nothing of it behind."""
        if self._process is not None:
            self.kill()


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]
