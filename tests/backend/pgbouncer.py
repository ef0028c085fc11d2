"""PgBouncer itself, with the settings that are shipped for it, before the database of a test."""

from __future__ import annotations

import configparser
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.backend.clusters import as_user

SHIPPED = Path(__file__).parents[2] / "deploy/pgbouncer/pgbouncer.ini"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """Yield the address of PgBouncer before the database at `url`; skip where it is not installed.

    Args:
        url: of a server that asks for no password.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is missing (Debian: pgbouncer)")
    about = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    own = Path(tempfile.mkdtemp(prefix="sel-pgbouncer-"))
    port = _free_port()
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(SHIPPED.read_text("utf-8"))
    assert settings["pgbouncer"]["pool_mode"] == "transaction"
    # Where things are is the test's; all else is as it is shipped.
    settings["databases"] = {"sel": f"host={about['host']} port={about.get('port') or 5432} dbname={about['dbname']}"}
    places = {
        "listen_port": str(port),
        "unix_socket_dir": "",
        "auth_type": "trust",
        "auth_file": str(own / "users"),
        "logfile": str(own / "log"),
        "pidfile": str(own / "pid"),
    }
    settings["pgbouncer"].update(places)
    (own / "users").write_text(f'"{about["user"]}" ""\n')
    with (own / "pgbouncer.ini").open("w") as written:
        settings.write(written)
    if os.geteuid() == 0:
        for path in (own, *own.iterdir()):
            shutil.chown(path, as_user()["user"])
    process = subprocess.Popen(
        [program, str(own / "pgbouncer.ini")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **as_user()
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "process up" in line:
                break
        else:
            raise AssertionError("PgBouncer did not start")
        yield f"postgresql://{about['user']}@127.0.0.1:{port}/sel"
    finally:
        process.terminate()
        process.communicate(timeout=20)
        shutil.rmtree(own)
