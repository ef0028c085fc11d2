"""Three members of etcd and of Patroni, two back ends and HAProxy on one machine, each killed and started by itself."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql

from tests.deploy import configurations, service
from tests.deploy.configurations import BACK_ENDS, BALANCER, DEPLOY, MEMBERS, Site
from tests.deploy.programs import Program, children, servant

_ALL = len(MEMBERS)
_RUNNING = {"running", "streaming"}


class Cluster:
    """All programs of a service that survives the loss of any one of them.

    Args:
        site: where they run.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._http = httpx.Client(timeout=2, trust_env=False)
        user, folder = servant(), site.folder
        self.etcd = [
            Program(f"etcd{one + 1}", ["etcd", "--config-file", str(configurations.etcd(site, one))], folder, user)
            for one in range(_ALL)
        ]
        self.patroni = [
            Program(f"patroni{one + 1}", ["patroni", str(configurations.patroni(site, one))], folder, user)
            for one in range(_ALL)
        ]
        self.back_ends = [service.back_end(site, number, site.database_url) for number in range(len(BACK_ENDS))]
        self.balancer = service.balancer(site)

    def start_database(self) -> None:
        """Start etcd and Patroni, and make the service's database and roles."""
        for program in self.etcd:
            program.start()
        service.until(self._etcd_is_whole, 30, "etcd is whole")
        for program in self.patroni:
            program.start()
        service.until(self._database_is_whole, 180, "Patroni has a leader and two members that follow")
        with psycopg.connect(self._administrator("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE sel")
        self.share_out()
        with psycopg.connect(self._administrator("sel"), autocommit=True) as connection:
            for role in ("sel_owner", "sel_service"):
                named, password = sql.Identifier(role), sql.Literal(self.site.password)
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(named, password))

    def share_out(self) -> None:
        """Run the script of the roles: before the first `init`, and after it."""
        command: list[str | Path] = [self.site.postgresql / "psql", "-X", "-d", self._administrator("sel")]
        subprocess.run([*command, "-f", DEPLOY / "postgresql/roles.sql"], check=True, stdout=subprocess.DEVNULL)

    def start_service(self) -> None:
        """Start the back ends, then HAProxy."""
        for program in (*self.back_ends, self.balancer):
            program.start()
        service.until(self._service_is_whole, 60, "both back ends are ready")

    def leader(self) -> int | None:
        """Return which member of the database takes writes (0 to 2); None: none does, or nobody knows."""
        for member in self._members():
            if member["role"] == "leader" and member["state"] in _RUNNING:
                return int(member["name"].removeprefix("db")) - 1
        return None

    def whole(self) -> bool:
        """Tell whether everything runs, and the leader's commits are on another member as well."""
        return self._etcd_is_whole() and self._database_is_whole() and self._service_is_whole()

    def kill_member(self, member: int) -> None:
        """Kill Patroni and its PostgreSQL at once, as when their machine is gone."""
        pids = self._postgresql(member)
        self.patroni[member].kill()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _administrator(self, name: str) -> str:
        leader = self.site.address(MEMBERS[self.leader() or 0])
        return f"postgresql://postgres:{self.site.password}postgres@{leader}/{name}"

    def clear(self) -> None:
        """Kill all that still runs."""
        for member in range(_ALL):
            if self.patroni[member].was_started:
                self.kill_member(member)
        for program in (self.balancer, *self.back_ends, *self.etcd):
            program.clear()
        self._http.close()

    def _postgresql(self, member: int) -> list[int]:
        try:
            postmaster = int((configurations.data_of(self.site, member) / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return []
        told = subprocess.run(["ps", "-o", "args=", "-p", str(postmaster)], capture_output=True, text=True, check=False)
        # A file that is left over may name somebody else's process.
        return [postmaster, *children(postmaster)] if str(self.site.folder) in told.stdout else []

    def _members(self) -> list[dict[str, Any]]:
        """Return what the first Patroni that answers says of all members."""
        for last in MEMBERS:
            with suppress(httpx.HTTPError, ValueError, KeyError):
                members: list[dict[str, Any]] = self._http.get(f"http://{self.site.address(last)}:8008/cluster").json()[
                    "members"
                ]
                return members
        return []

    def _database_is_whole(self) -> bool:
        members = self._members()
        roles = sorted(one["role"] for one in members if one["state"] in _RUNNING)
        lines = {one.get("timeline") for one in members}
        return roles == ["leader", "replica", "sync_standby"] and len(lines) == 1

    def _etcd_is_whole(self) -> bool:
        return all(self._answers(f"http://{self.site.address(last)}:2379/health") for last in MEMBERS)

    def _service_is_whole(self) -> bool:
        ready = (f"http://{self.site.address(last)}:8000/health/ready" for last in BACK_ENDS)
        return all(map(self._answers, ready)) and self._figures_show_both()

    def _figures_show_both(self) -> bool:
        """Tell whether HAProxy runs and sends people to both back ends."""
        with suppress(httpx.HTTPError):
            figures = self._http.get(f"http://{self.site.address(BALANCER)}:8404/metrics").text
            up = [
                line
                for line in figures.splitlines()
                if line.startswith("haproxy_server_status") and 'state="UP"' in line
            ]
            return [line.rpartition(" ")[2] for line in up] == ["1"] * len(BACK_ENDS)
        return False

    def _answers(self, url: str) -> bool:
        try:
            return self._http.get(url).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
