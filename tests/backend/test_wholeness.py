"""A damaged SQLite file: what a start notices without reading all of it, and what a full check finds besides."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sel_backend.storage import schema, wholeness
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.wholeness import DamagedError, check_copy, check_ends, check_whole

FILES = 3_000
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a few hundred pages, its log empty."""
    path = tmp_path_factory.mktemp("whole") / "files.sqlite3"
    database = open_database(f"sqlite:///{path}")
    schema.prepare(database)
    rows = [(f"id{number}", "worker", f"ci{number}", "Personne Exemple", "x" * 300) for number in range(FILES)]
    statement = "INSERT INTO files (id, category, identifier, display_name, contents) VALUES (?, ?, ?, ?, ?)"
    database.run_now(lambda tx: tx.exec_driver_sql(statement, rows))
    database.close()
    assert path.stat().st_size > 300 * PAGE
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "files.sqlite3"))


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()


def root_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0])


def overwrite(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)


def no_database(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def cut_by_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - PAGE)


def cut_in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def schema_overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xa5" * (PAGE - 100))


def first_page_of_files_overwritten(path: Path) -> None:
    overwrite(path, root_of(path, "files"))


def first_page_of_a_small_table_overwritten(path: Path) -> None:
    overwrite(path, root_of(path, "sessions"))


@pytest.mark.parametrize(
    "damage",
    [
        no_database,
        cut_by_a_page,
        cut_in_half,
        schema_overwritten,
        first_page_of_files_overwritten,
        first_page_of_a_small_table_overwritten,
    ],
)
def test_a_start_notices_a_file_that_is_no_database_is_cut_short_or_cannot_be_begun(
    path: Path, database: Database, damage: Callable[[Path], None]
) -> None:
    damage(path)
    with pytest.raises(DamagedError):
        check_ends(database)


def test_a_file_that_was_cut_short_is_noticed_also_while_its_log_holds_something(path: Path, tmp_path: Path) -> None:
    used = open_database(f"sqlite:///{path}")
    used.run_now(lambda tx: tx.exec_driver_sql("UPDATE files SET display_name = 'Autre' WHERE id = 'id1'"))
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", tmp_path / f"killed{end}")
    used.close()
    killed = tmp_path / "killed"
    assert Path(f"{killed}-wal").stat().st_size > 0
    cut_by_a_page(killed)
    database = open_database(f"sqlite:///{killed}")
    with pytest.raises(DamagedError):
        check_ends(database)
    database.close()


def test_a_whole_file_passes_also_while_somebody_reads_it(path: Path, database: Database) -> None:
    check_ends(database)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM files").fetchone()
        database.run_now(lambda tx: tx.exec_driver_sql("UPDATE files SET display_name = 'Autre'"))
        check_ends(database)
    check_ends(database)
    check_whole(database)


def test_damage_in_the_middle_is_found_by_the_full_check_and_not_looked_for_at_a_start(
    path: Path, database: Database
) -> None:
    with closing(sqlite3.connect(path)) as opened:
        root = root_of(path, "files")
        # The tree's pages are written in the order of the rows: one halfway through belongs to neither end.
        leaf = next(
            page
            for page in range(path.stat().st_size // PAGE // 2, path.stat().st_size // PAGE)
            if page != root and _is_table_leaf(path, page)
        )
        assert opened.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    overwrite(path, leaf)
    check_ends(database)
    with pytest.raises(DamagedError):
        check_whole(database)
    with pytest.raises(DamagedError):
        check_copy(path)


def _is_table_leaf(path: Path, page: int) -> bool:
    return path.read_bytes()[(page - 1) * PAGE] == 0x0D


def test_a_start_reads_a_few_pages_of_each_table_however_many_rows_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def counted(tx: Any) -> None:
        driver = tx.connection.driver_connection
        driver.set_progress_handler(lambda: steps.append(1), 100)
        read_ends(tx)
        driver.set_progress_handler(None, 0)

    read_ends = wholeness._read_ends
    monkeypatch.setattr(wholeness, "_read_ends", counted)
    check_ends(database)
    assert len(steps) < FILES / 100
