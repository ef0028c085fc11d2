"""The statements that make today's schema, as they are written down for both databases: a change of it is seen.

Whoever changes the schema adds a migration and calls `write()`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_mock_engine

from sel_backend.storage.schema import ALL_TABLES
from sel_backend.storage.tables import SCHEMA_VERSION

WRITTEN = Path(__file__).with_name("schema")


def statements(dialect: str) -> str:
    """Return what `create_all` sends to an empty database."""
    sent: list[str] = []

    def send(statement: object, *_: object) -> None:
        compiled = str(statement.compile(dialect=engine.dialect))  # type: ignore[attr-defined]
        sent.append("\n".join(line.rstrip().replace("\t", "  ") for line in compiled.strip().splitlines()) + ";")

    engine = create_mock_engine(f"{dialect}://", send)
    ALL_TABLES.create_all(engine, checkfirst=False)
    # Indexes of one table come in any order.
    return "\n\n".join((f"-- {SCHEMA_VERSION}", *sorted(sent))) + "\n"


def write() -> None:
    """Write down what is so."""
    for dialect in ("sqlite", "postgresql+psycopg"):
        (WRITTEN / f"{dialect.partition('+')[0]}.sql").write_text(statements(dialect), "utf-8")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql+psycopg"])
def test_the_schema_of_this_version_is_the_one_that_is_written_down(dialect: str) -> None:
    assert statements(dialect) == (WRITTEN / f"{dialect.partition('+')[0]}.sql").read_text("utf-8")
