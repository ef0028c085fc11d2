"""An operator at a terminal: commands run in this process, on both databases, with cheap hashes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from sel_backend.backend import Backend, build
from sel_backend.cli import main
from sel_backend.settings_sources import load_settings
from sel_backend.storage.database import open_database
from tests.backend.databases import Databases, postgresql_server

SETTINGS = """
[hashing]
memory_kib = 8
time_cost = 1
"""


@dataclass
class Operator:
    """Runs commands on one data folder."""

    folder: Path
    settings: Path
    capsys: pytest.CaptureFixture[str]
    said: list[str] = field(default_factory=list)

    def run(self, command: str, *arguments: object) -> tuple[int, str]:
        """Return a command's exit code and everything that it said."""
        flags = ["--settings", str(self.settings), "--data", str(self.folder)]
        code = main([command, *flags, *map(str, arguments)])
        out, err = self.capsys.readouterr()
        return code, out + err

    def backend(self) -> Backend:
        """Return a back end on the same database; close its core."""
        return build(load_settings(self.settings, data_folder=self.folder))

    def count(self, table: Table, *where: Any) -> int:
        """Return how many rows a table has."""
        database = open_database(load_settings(self.settings, data_folder=self.folder).url, 1)
        try:
            return database.run_now(lambda tx: tx.scalar(select(func.count()).select_from(table).where(*where))) or 0
        finally:
            database.close()

    def rows(self, table: Table) -> list[Any]:
        """Return a table's rows."""
        database = open_database(load_settings(self.settings, data_folder=self.folder).url, 1)
        try:
            return database.run_now(lambda tx: list(tx.execute(select(table))))
        finally:
            database.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with postgresql_server() as server:
        yield Databases(tmp_path_factory.mktemp("operator"), server, "")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    """An operator before `init`."""
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    operator = Operator(tmp_path / "data", settings, capsys)
    if request.param == "sqlite":
        yield operator
        return
    databases: Databases = request.getfixturevalue("postgresql")
    url = databases.fresh("postgresql", seeded=False)
    settings.write_text(f"database_url = {json.dumps(url)}\n{SETTINGS}")
    yield operator
    databases.drop(url)


@pytest.fixture
def operator(fresh: Operator) -> Operator:
    """An operator after `init`."""
    assert fresh.run("init")[0] == 0
    return fresh


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file of workers; each row changes what it names."""

    def write(*changes: dict[str, str], name: str = "files.csv") -> Path:
        from sel_backend.importing.columns import ADDRESS

        plain = {
            "identifier": "",
            "display_name": "Personne Exemple",
            "street": "1 rue Exemple",
            "city": "Laval",
            "province": "QC",
            "postal_code": "H7A 1A1",
            "country": "Canada",
            "email": "",
            "other_names": "",
            "legacy_scheme": "",
            "legacy_hash": "",
            "legacy_salt": "",
            "legacy_expires_on": "",
            "answer:birth_date": "",
            "answer:trade": "",
        }
        assert set(ADDRESS) <= set(plain)
        lines = [",".join(plain)]
        lines += [
            ",".join(({**plain, "identifier": f"ci{place}"} | change).values())
            for place, change in enumerate(changes, start=1)
        ]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write
