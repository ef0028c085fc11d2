"""The configurations of `deploy/` as they are tried on one machine: other addresses and folders, and nothing else."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.programs import give

DEPLOY = Path(__file__).parents[2] / "deploy"
BALANCER, BACK_ENDS, MEMBERS = 10, (21, 22), (31, 32, 33)
_MEMBER = MEMBERS[0]
_OWN = re.compile(r"^.*# own$", re.MULTILINE)
# An address from which somebody connects: on one machine all of them are this one.
_FROM = re.compile(r"192\.0\.2\.\d+/32")
_TO = "192.0.2."
_PRIVILEGES = re.compile(r"^    (user|group|chroot) .*\n", re.MULTILINE)


def _block() -> str:
    """Return a block of loopback addresses that other runs at this moment hardly have."""
    return f"127.{100 + os.getpid() % 100}.{secrets.randbelow(250)}."


@dataclass(frozen=True)
class Site:
    """Where everything is tried.

    Attributes:
        folder: holds all that is written.
        postgresql: the folder of PostgreSQL's programs.
        block: the first three numbers of every address.
        password: stands in every password of the database.
    """

    folder: Path
    postgresql: Path = Path("/usr/lib/postgresql/15/bin")
    block: str = field(default_factory=_block)
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    def address(self, last: int) -> str:
        """Return the address that stands for 192.0.2.`last`."""
        return f"{self.block}{last}"

    @property
    def url(self) -> str:
        """Where the balancer is."""
        return f"https://{self.address(BALANCER)}:8443"

    @property
    def database_url(self) -> str:
        """The database as the back ends are told: any of the three that takes writes."""
        return self._database_url("sel_service")

    @property
    def owner_url(self) -> str:
        """The database as `init` is told: as the role that owns the tables."""
        return self._database_url("sel_owner")

    def _database_url(self, role: str) -> str:
        hosts = ",".join(map(self.address, MEMBERS))
        return f"postgresql://{role}:{self.password}@{hosts}/sel?connect_timeout=2&tcp_user_timeout=5000"


def haproxy(site: Site, back_ends: tuple[str, ...] = ()) -> Path:
    """Write HAProxy's configuration; return its path.

    Args:
        site: where.
        back_ends: host and port of each, where they are not those of the site.
    """
    places = {
        "/etc/haproxy/": f"{site.folder}/",
        "/run/haproxy/": f"{site.folder}/",
        "127.0.0.1:8404": "192.0.2.10:8404",
    }
    text = _replaced(
        (DEPLOY / "haproxy/haproxy.cfg").read_text("utf-8"), {**places, "192.0.2.10:443": "192.0.2.10:8443"}
    )
    for last, given in zip(BACK_ENDS, back_ends, strict=False):
        text = _replaced(text, {f"192.0.2.{last}:8000": given})
    if back_ends[1:] == () and back_ends:
        text = re.sub(r"^ +server backend2 .*\n", "", text, flags=re.MULTILINE)
    (site.folder / "sel-trusted-networks.lst").write_text(
        (DEPLOY / "haproxy/sel-trusted-networks.lst").read_text("utf-8")
    )
    # It is started as somebody without privileges, who cannot give any up.
    return _written(site, "haproxy.cfg", _PRIVILEGES.sub("", text))


def etcd(site: Site, member: int) -> Path:
    """Write the configuration of a member of etcd (0 to 2); return its path."""
    text = _own((DEPLOY / "patroni/etcd.yaml").read_text("utf-8"), member)
    return _written(site, f"etcd{member}.yaml", _replaced(text, {"/var/lib/etcd/sel": f"{site.folder}/etcd{member}"}))


def patroni(site: Site, member: int) -> Path:
    """Write the configuration of a member of Patroni (0 to 2); return its path."""
    places = {
        "/var/lib/postgresql/sel": str(data_of(site, member)),
        "/var/lib/postgresql/.pgpass-patroni": f"{site.folder}/pgpass{member}",
        "/var/run/postgresql": str(_sockets(site, member)),
        "/usr/lib/postgresql/15/bin": str(site.postgresql),
        "CHANGE-ME-": site.password,
    }
    text = _own((DEPLOY / "patroni/patroni.yaml").read_text("utf-8"), member)
    return _written(site, f"patroni{member}.yaml", _replaced(text, places))


def _sockets(site: Site, member: int) -> Path:
    """Return a folder for a member's sockets, which has to be another one's."""
    made = site.folder / f"sockets{member}"
    made.mkdir(exist_ok=True)
    give(made)
    return made


def data_of(site: Site, member: int) -> Path:
    """Return the folder of a member's database."""
    return site.folder / f"db{member}"


def back_end(site: Site, number: int, **changed: str) -> Path:
    """Write the settings of a back end (0 or 1); return their path.

    Args:
        site: where.
        number: which one.
        changed: other changes, from what stands there to what is to stand there.
    """
    text = (DEPLOY / "systemd/settings.toml").read_text("utf-8")
    text = _replaced(text, {'"/var/lib/sel-backend"': f'"{site.folder}/data"'})
    text = _replaced(text, {"operator_port = 8001": "operator_port = 0", **changed})
    text = text.replace(f"192.0.2.{BACK_ENDS[0]}", f"192.0.2.{BACK_ENDS[number]}")
    return _written(site, f"settings{number}.toml", text)


def _own(text: str, member: int) -> str:
    """Do what the head of the file tells the administrator of another member to do."""

    def changed(line: re.Match[str]) -> str:
        own = line[0].replace("db1", f"db{member + 1}")
        return own.replace(f"{_TO}{_MEMBER}", f"{_TO}{MEMBERS[member]}")

    return _OWN.sub(changed, text)


def _replaced(text: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        if old not in text:
            raise AssertionError(f"{old} is no longer in the configuration")
        text = text.replace(old, new)
    return text


def _written(site: Site, name: str, text: str) -> Path:
    path = site.folder / name
    path.write_text(_FROM.sub("127.0.0.1/32", text).replace(_TO, site.block), "utf-8")
    return path
