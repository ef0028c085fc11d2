"""An operator at a terminal: commands run in this process, on both databases, with cheap hashes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.engine import make_url

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


@dataclass
class Installed:
    """What `init` makes, run once for each kind of database and copied from then on.

    Attributes:
        home: Where the data folders that are copied are kept.
        databases: Makes PostgreSQL's databases.
    """

    home: Path
    databases: Callable[[], Databases]
    _template: str = ""

    def sqlite(self) -> Path:
        """Return a data folder with its database."""
        folder = self.home / "sqlite"
        if not folder.exists():
            self._init(folder, SETTINGS)
        return folder

    def postgresql(self) -> tuple[Path, str]:
        """Return a data folder, and the name of the database that belongs to it."""
        folder = self.home / "postgresql"
        if not folder.exists():
            url = self.databases().fresh("postgresql", seeded=False)
            self._init(folder, _with_database(url))
            self._template = make_url(url).database or ""
        return folder, self._template

    def _init(self, folder: Path, settings: str) -> None:
        path = self.home / f"{folder.name}.toml"
        path.write_text(settings)
        with redirect_stdout(StringIO()):
            assert main(["init", "--settings", str(path), "--data", str(folder)]) == 0


@pytest.fixture(scope="session")
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), lambda: request.getfixturevalue("postgresql"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(
    request: pytest.FixtureRequest, installed: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Operator]:
    """An operator before `init`; for a test that asks for `operator`, after it."""
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    operator, after_init = Operator(tmp_path / "data", settings, capsys), "operator" in request.fixturenames
    if request.param == "sqlite":
        if after_init:
            shutil.copytree(installed.sqlite(), operator.folder)
        yield operator
        return
    databases: Databases = request.getfixturevalue("postgresql")
    template = "template1"
    if after_init:
        folder, template = installed.postgresql()
        shutil.copytree(folder, operator.folder)
    url = databases.fresh("postgresql", seeded=False, template=template)
    settings.write_text(_with_database(url))
    yield operator
    databases.drop(url)


def _with_database(url: str) -> str:
    return f"database_url = {json.dumps(url)}\n{SETTINGS}"


@pytest.fixture
def operator(fresh: Operator) -> Operator:
    """An operator after `init`."""
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
