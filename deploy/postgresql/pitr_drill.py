"""Plays a point-in-time recovery on this machine: a cluster that archives its WAL, an accident, the moment before it.

    python deploy/postgresql/pitr_drill.py --bin /usr/lib/postgresql/16/bin [--user postgres] [--keep]

Everything is temporary and reached by sockets in one folder; nothing else of the machine is touched. Each step is one
that an operator takes (docs/postgresql.md), and says how long it took. Exit code 0: what was made before the accident
is there again, what came after it is not, and the service works on it; 1: something is not so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST, LATER = 5, 10
"""So many links are made before the base backup, and after it."""
PATIENCE_SECONDS = 60
AUDIT = "SELECT count(*) FROM audit"


class DrillError(Exception):
    """A step did not do what it should."""


class Drill:
    """The folder, the programs and the clock of one drill.

    Args:
        programs: the folder of PostgreSQL's programs.
        user: whom they run as when root plays; PostgreSQL refuses root.
        folder: everything is made there.
    """

    def __init__(self, programs: Path, user: str | None, folder: Path) -> None:
        self._programs = programs
        self._as: dict[str, Any] = {"user": user} if user else {}
        self.folder = folder
        self.archive = folder / "archive"
        self.base = folder / "base"
        self.socket = folder / "socket"
        for made in (folder, self.archive, self.socket):
            made.mkdir(exist_ok=True)
            if user:
                shutil.chown(made, user)
        self.url = f"postgresql://postgres@/sel?host={self.socket}"

    def run(self, program: str, *arguments: object) -> str:
        """Run one of PostgreSQL's programs and return what it says.

        Raises:
            DrillError: it failed.
        """
        command = [str(self._programs / program), *map(str, arguments)]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **self._as
        )
        if done.returncode:
            raise DrillError(f"{program}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout.strip()

    def sql(self, statement: str, database: str = "sel") -> str:
        """Return what a statement returns."""
        return self.run("psql", "-X", "-q", "-A", "-t", "-c", statement, "-h", self.socket, "-U", "postgres", database)

    def start(self, data: Path) -> None:
        """Start a cluster."""
        options = f"-c listen_addresses= -k {self.socket}"
        self.run("pg_ctl", "-w", "-s", "-D", data, "-l", data / "log", "-o", options, "start")

    def stop(self, data: Path) -> None:
        """Stop a cluster, if it runs."""
        if (data / "postmaster.pid").exists():
            self.run("pg_ctl", "-w", "-s", "-D", data, "-m", "fast", "stop")

    def copy(self, data: Path, to: Path) -> None:
        """Copy a cluster that does not run, owners and modes too."""
        subprocess.run(["cp", "-a", str(data), str(to)], check=True)

    def configure(self, data: Path, **settings: str) -> None:
        """Add settings to a cluster that does not run."""
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(lines)

    def wait(self, statement: str) -> None:
        """Return once a statement returns true.

        Raises:
            DrillError: it does not, for a minute.
        """
        ends = time.monotonic() + PATIENCE_SECONDS
        while self.sql(statement) != "t":
            if time.monotonic() > ends:
                raise DrillError(f"in vain: {statement}")
            time.sleep(0.05)

    @contextmanager
    def serving(self) -> Iterator[Service]:
        """Run the service on the cluster: a demonstration, which has accounts and files to link."""
        flags = ["--demo", "--data", str(self.folder / "service"), "--port", "0", "--stop-on-eof"]
        process = subprocess.Popen(
            [sys.executable, "-m", "sel_backend", "serve", *flags],
            env=os.environ | {"SEL_BACKEND_DATABASE_URL": self.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            if not said:
                raise DrillError("the service does not start")
            yield Service(json.loads(said)["url"])
        finally:
            process.communicate(timeout=PATIENCE_SECONDS)


class Service:
    """A person who links files over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        body = {"email": "nouvelle@exemple.test", "password": "Chantier-2026!"}
        self._token = self._ask("/v1/sessions", body)["token"]

    def _ask(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        if hasattr(self, "_token"):
            headers["Authorization"] = f"Bearer {self._token}"
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self._url}{path}", content, headers)  # noqa: S310 - its own address
        with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found

    def link(self, first: int, number: int) -> None:
        """Link files of the demonstration, each acknowledged."""
        for place in range(first, first + number):
            proof = {"method": "legacy_access", "username": f"er000{301 + place}", "password": "Comptable-40!"}
            self._ask("/v1/links", proof)

    def links(self) -> set[str]:
        """Return the references of the links that there are."""
        return {link["reference"] for link in self._ask("/v1/links")["links"]}


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    print(f"{words} …", flush=True)
    began = time.monotonic()
    yield
    print(f"    {time.monotonic() - began:.1f} s", flush=True)


@dataclass(frozen=True)
class Before:
    """What there was at the moment before the accident."""

    moment: str
    links: set[str]
    audit: str


def until_the_accident(drill: Drill, data: Path) -> Before:
    """Make a cluster, a service, a base backup and an accident, and stop all."""
    with step("A cluster that archives its WAL"):
        drill.run("initdb", "-k", "-A", "trust", "-U", "postgres", "-E", "utf8", "--no-locale", "-D", data)
        copy = f"test ! -f {drill.archive}/%f && cp %p {drill.archive}/%f"
        drill.configure(data, archive_mode="on", archive_command=copy, wal_level="replica")
        drill.start(data)
        drill.sql("CREATE DATABASE sel", "postgres")
    with step(f"The service starts; {FIRST} links"), drill.serving() as service:
        service.link(0, FIRST)
    with step("Base backup, verified"):
        drill.run("pg_basebackup", "-c", "fast", "-D", drill.base, "-h", drill.socket, "-U", "postgres")
        drill.run("pg_verifybackup", "-q", drill.base)
    with step(f"{LATER} more links, the accident, and one link after it"), drill.serving() as service:
        service.link(FIRST, LATER)
        before = Before(drill.sql("SELECT clock_timestamp()"), service.links(), drill.sql(AUDIT))
        drill.sql("DELETE FROM links")
        service.link(FIRST + LATER, 1)
        print(f"    before: {len(before.links)} links; after: {len(service.links())}; the moment: {before.moment}")
    with step("The last WAL is archived; the cluster stops"):
        last = drill.sql("SELECT pg_walfile_name(pg_switch_wal())")
        drill.wait(f"SELECT last_archived_wal >= '{last}' FROM pg_stat_archiver")  # noqa: S608 - its own word
        drill.stop(data)
        sizes = [one.stat().st_size for one in drill.archive.iterdir()]
        print(f"    archived: {len(sizes)} files, {sum(sizes) >> 20} MiB")
    return before


def back_to(drill: Drill, before: Before, data: Path) -> None:
    """Recover to the moment, start the service and compare.

    Raises:
        DrillError: what is there is not what was there.
    """
    with step("The base backup is copied, and recovery goes on to the moment before the accident"):
        drill.copy(drill.base, data)
        drill.configure(
            data,
            restore_command=f"cp {drill.archive}/%f %p",
            recovery_target_time=before.moment,
            recovery_target_action="promote",
            archive_mode="off",
        )
        (data / "recovery.signal").touch()
        drill.start(data)
        drill.wait("SELECT NOT pg_is_in_recovery()")
    with step("The service is checked, and starts on it"):
        lines = drill.sql(AUDIT)
        environment = os.environ | {"SEL_BACKEND_DATABASE_URL": drill.url, "SEL_BACKEND_DEMO": "true"}
        doctor = [sys.executable, "-m", "sel_backend", "doctor", "--data", str(drill.folder / "service")]
        checked = subprocess.run(doctor, env=environment, capture_output=True, text=True, check=False)
        with drill.serving() as service:
            links = service.links()
            service.link(FIRST + LATER, 1)
            works = len(service.links()) == len(links) + 1
        said = checked.stdout.splitlines()[-1:]
        print(f"    links: {len(links)} of {len(before.links)}; audit: {lines} of {before.audit}; doctor: {said}")
    if (links, lines, works, checked.returncode) != (before.links, before.audit, True, 0):
        raise DrillError("what is there is not what was there before the accident")


def play(drill: Drill) -> None:
    """Play it.

    Raises:
        DrillError: something is not as it should be.
    """
    data, restored = drill.folder / "primary", drill.folder / "restored"
    try:
        back_to(drill, until_the_accident(drill, data), restored)
    finally:
        for cluster in (data, restored):
            drill.stop(cluster)


def main() -> int:
    """Play the drill and return 0, or 1 where it failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True, help="the folder of PostgreSQL's programs")
    parser.add_argument("--user", help="whom they run as, when root plays")
    parser.add_argument("--keep", action="store_true", help="leave the folder as it is")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sel-pitr-"))
    began = time.monotonic()
    try:
        play(Drill(chosen.bin, chosen.user, folder))
    except DrillError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        if chosen.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"recovered; {time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
