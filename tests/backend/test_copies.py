"""A copy of SQLite's file while it is used: of one moment, checked, and nobody waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from sel_backend.storage import copying, schema
from sel_backend.storage.copying import ClosingError, copy_file
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.wholeness import DamagedError

FILES = 2_000
NEW = "INSERT INTO files (id, category, identifier, display_name, contents) VALUES (?, 'worker', ?, 'Exemple', ?)"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(copying, "_STEP_PAGES", 16)
    opened = open_database(f"sqlite:///{tmp_path / 'sel.sqlite3'}")
    schema.prepare(opened)
    rows = [(f"id{number}", f"ci{number}", "x" * 500) for number in range(FILES)]
    opened.run_now(lambda tx: tx.exec_driver_sql(NEW, rows))
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder / "copy.sqlite3"


def add(database: Database, number: int) -> None:
    def work(tx: Connection) -> None:
        tx.exec_driver_sql(NEW, (f"new{number}", f"ci9{number}", "y" * 500))

    database.run_now(work)


def counted(path: Path) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute("SELECT count(*) FROM files").fetchone()[0])


def found_beside(path: Path) -> dict[str, int]:
    """Return the modes of the files in a folder."""
    return {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}


async def test_what_is_written_while_the_copy_is_half_done_waits_for_nothing_and_is_not_in_it(
    database: Database, target: Path
) -> None:
    left: list[int] = []

    def write(remaining: int, every: int) -> None:
        left.append(remaining)
        assert remaining < every
        # In the copy's own thread: if it kept the writer out, this would never come back.
        add(database, len(left))

    await database.beside(lambda: copy_file(database, target, write))
    assert left == sorted(left, reverse=True)
    assert len(left) > 5
    assert left[-1] == 0
    assert counted(target) == FILES
    assert counted(database.path) == FILES + len(left)
    assert found_beside(target) == {"copy.sqlite3": 0o600}


async def test_transactions_are_committed_beside_a_copy(database: Database, target: Path) -> None:
    half, go = Event(), Event()

    def hold(_left: int, _every: int) -> None:
        half.set()
        assert go.wait(60)

    copy = asyncio.create_task(database.beside(lambda: copy_file(database, target, hold)))
    assert await asyncio.to_thread(half.wait, 60)
    await database.run(lambda tx: tx.exec_driver_sql(NEW, ("new", "ci9", "y")))
    assert counted(database.path) == FILES + 1
    assert set(found_beside(target)) == {"copy.sqlite3.part"}
    go.set()
    await copy
    assert counted(target) == FILES


async def test_a_copy_of_a_damaged_file_is_not_kept(database: Database, target: Path, tmp_path: Path) -> None:
    database.close()
    path = tmp_path / "sel.sqlite3"
    with closing(sqlite3.connect(path)) as opened:
        root = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ix_sessions_account_id'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)
    damaged = open_database(f"sqlite:///{path}")
    with pytest.raises(DamagedError):
        await damaged.beside(lambda: copy_file(damaged, target))
    damaged.close()
    assert found_beside(target) == {}


async def test_what_a_killed_copy_left_is_written_over_and_a_file_that_exists_is_not(
    database: Database, target: Path
) -> None:
    target.with_name("copy.sqlite3.part").write_bytes(b"half" * 5000)
    await database.beside(lambda: copy_file(database, target))
    assert counted(target) == FILES
    add(database, 1)
    with pytest.raises(FileExistsError):
        await database.beside(lambda: copy_file(database, target))
    assert counted(target) == FILES


async def test_a_server_that_stops_gives_its_copy_up(database: Database, target: Path) -> None:
    with pytest.raises(ClosingError):
        await database.beside(lambda: copy_file(database, target, lambda _left, _every: database.closing.set()))
    assert found_beside(target) == {}
