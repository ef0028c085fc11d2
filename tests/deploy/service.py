"""What both trials share: a certificate, HAProxy, back ends behind it, the persons' files and accounts."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sel_backend.settings import HashingSettings
from sel_backend.storage.database import Database, open_database
from tests.deploy import configurations, people
from tests.deploy.configurations import BALANCER, Site
from tests.deploy.programs import Program, servant

_LOOK_SECONDS = 0.1


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it did not in so many seconds.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(_LOOK_SECONDS)


def certificate(site: Site) -> ssl.SSLContext:
    """Write a certificate for the balancer where its configuration looks for it; return who vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sel")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(site.address(BALANCER)))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (site.folder / "sel.pem").write_bytes(public + private)
    return ssl.create_default_context(cadata=public.decode())


def balancer(site: Site, back_ends: tuple[str, ...] = ()) -> Program:
    """Return HAProxy with the configuration of `deploy/`."""
    path = configurations.haproxy(site, back_ends)
    return Program("haproxy", ["haproxy", "-db", "-f", str(path)], site.folder, servant())


def back_end(site: Site, number: int, database_url: str, **changed: str) -> Program:
    """Return a back end with the settings of `deploy/` (0 or 1)."""
    settings = configurations.back_end(site, number, **changed)
    command = [sys.executable, "-m", "sel_backend", "serve", "--settings", str(settings), "--data", str(data(site))]
    environment = {"SEL_BACKEND_DATABASE_URL": database_url}
    return Program(f"back-end{number + 1}", command, site.folder, environment=environment)


def data(site: Site) -> Path:
    """Return the data folder: with PostgreSQL it holds the keys, which all back ends share."""
    return site.folder / "data"


def fill(site: Site, database_url: str, files: int, accounts: int, owner_url: str | None = None) -> Database:
    """Make schema and keys, import files, add accounts; return the database, to be closed.

    Args:
        site: where the data folder is.
        database_url: as the service is told it.
        files: how many client files.
        accounts: how many accounts.
        owner_url: as `init` is told it; None: as the service.
    """
    csv = site.folder / "files.csv"
    people.write_files(files, csv)
    for command, url in ((["init"], owner_url or database_url), (["import", str(csv)], database_url)):
        subprocess.run(
            [sys.executable, "-m", "sel_backend", *command, "--data", str(data(site))],
            env={**os.environ, "SEL_BACKEND_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    database = open_database(database_url, 2)
    people.add_accounts(database, accounts, HashingSettings())
    return database


def person_address(number: int) -> str:
    """Return the loopback address from which a person connects: limits are by address, as in life."""
    return f"127.201.{number // 250 % 250}.{number % 250 + 1}"
