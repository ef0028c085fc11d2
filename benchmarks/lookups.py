"""Finding a file by its number among ten thousand and ten million, in the repository's own query, on both databases."""

import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.databases import postgresql
from benchmarks.figures import Figure, percentile
from sel_backend.storage import files, schema
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.rows import new_id

SMALL = 10_000
BIG = 10_000_000
FIRST = 10_000_000
LOOKUPS = 20_000
BATCH = 50_000
SHARED_BUFFERS = "4GB"
_CONTENTS = '{"category":"worker","name":"Personne Exemple","client_number":"ci1","address":{"street":"1 rue"}}'


def _rows(start: int, count: int) -> Iterator[tuple[str, int]]:
    for number in range(start, start + count):
        yield f"{number:012x}{new_id()[:20]}", FIRST + number


def _fill(database: Database, count: int) -> None:
    """Put files with their names into an empty schema, without answers."""

    def batch(tx: Connection, start: int) -> None:
        rows = list(_rows(start, min(BATCH, count - start)))
        made = [(key, "worker", f"ci{number}", "Personne Exemple", _CONTENTS) for key, number in rows]
        names = [(f"ci{number}", key) for key, number in rows]
        if database.is_sqlite:
            columns = "id, category, identifier, display_name, contents"
            tx.exec_driver_sql(f"INSERT INTO files ({columns}) VALUES (?, ?, ?, ?, ?)", made)  # noqa: S608
            tx.exec_driver_sql("INSERT INTO file_names (name, file_id) VALUES (?, ?)", names)
            return
        cursor = tx.connection.cursor()
        for statement, values in (
            ("COPY files (id, category, identifier, display_name, contents) FROM STDIN", made),
            ("COPY file_names (name, file_id) FROM STDIN", names),
        ):
            with cursor.copy(statement) as copy:
                for row in values:
                    copy.write_row(row)

    for start in range(0, count, BATCH):
        database.run_now(lambda tx, start=start: batch(tx, start))  # type: ignore[misc]
    if not database.is_sqlite:
        # As autovacuum does after a while: until then each first look at a page also writes it.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (FREEZE, ANALYZE)")
            _read_all(connection)


def _read_all(connection: Connection) -> None:
    """Read every page by its index, as a service does that has run for a while: a plain scan keeps none in memory."""
    for plan in ("enable_seqscan", "enable_bitmapscan", "enable_indexonlyscan"):
        connection.exec_driver_sql(f"SET {plan} = off")
    connection.exec_driver_sql("SELECT sum(length(contents)) FROM files WHERE id >= ''")
    connection.exec_driver_sql("SELECT sum(length(file_id)) FROM file_names WHERE name >= ''")
    connection.exec_driver_sql("RESET ALL")


def _measure(database: Database, count: int) -> list[float]:
    """Return the sorted durations of look-ups of random files, each in a transaction of its own."""
    chosen = random.Random(7)  # noqa: S311 - the same files each time
    numbers = [FIRST + chosen.randrange(count) for _ in range(LOOKUPS)]
    durations: list[float] = []
    for turn in range(2):
        durations = []
        for number in numbers[: LOOKUPS // 10] if turn == 0 else numbers:
            began = time.perf_counter()
            found = database.run_now(lambda tx, number=number: files.by_name(tx, f"ci{number}"))  # type: ignore[misc]
            durations.append(time.perf_counter() - began)
            assert found is not None
    return sorted(durations)


def _figures(name: str, url: str, count: int, small: float | None) -> Iterator[Figure]:
    database = open_database(url, 1)
    if schema.version(database) is None:
        schema.prepare(database)
        began = time.perf_counter()
        _fill(database, count)
        yield Figure(f"{name}: {count:,} files written", count / (time.perf_counter() - began), "rows/s")
    durations = _measure(database, count)
    database.close()
    middle = percentile(durations, 0.5)
    yield Figure(f"{name}: look-up among {count:,}, p50", middle * 1e6, "µs")
    yield Figure(f"{name}: look-up among {count:,}, p99", percentile(durations, 0.99) * 1e6, "µs")
    if small is not None:
        yield Figure(f"{name}: ten million against ten thousand, p50", middle * 1e6 / small, "", at_most=1.2)


def run(*, big: bool) -> Iterable[Figure]:
    """Measure both databases, with ten thousand files and, when `big`, with ten million."""
    for name in ("SQLite", "PostgreSQL"):
        small: float | None = None
        for count in (SMALL, BIG) if big else (SMALL,):
            with tempfile.TemporaryDirectory() as folder:
                if name == "SQLite":
                    yield from (
                        kept := list(_figures(name, f"sqlite:///{Path(folder) / 'files.sqlite3'}", count, small))
                    )
                else:
                    # The sizing rule of docs/sizing.md: names and files fit.
                    with postgresql(shared_buffers=SHARED_BUFFERS) as url:
                        yield from (kept := list(_figures(name, url, count, small)))
                small = next(figure.value for figure in kept if "p50" in figure.name)


def main() -> int:
    """`python -m benchmarks.lookups URL ROWS`: measure a database that `import` has filled from `generate`."""
    url, count = sys.argv[1], int(sys.argv[2])
    for figure in _figures(url.partition(":")[0], url, count, None):
        sys.stdout.write(f"{figure.line()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
