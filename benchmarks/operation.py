"""A start on a million files from a cold disk, and what a backup of them costs whoever writes beside it. SQLite.

The page cache is emptied by `/proc/sys/vm/drop_caches`, which root alone may write; else the figure says « warm ».
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Figure, percentile
from benchmarks.servers import Client, process
from sel_backend.storage.rows import new_id

FILES = 1_000_000
FEW = 20_000
ANSWERS = 4
BATCH = 20_000
STARTS = 3
_CACHES = Path("/proc/sys/vm/drop_caches")
_CONTENTS = '{"category":"worker","name":"Personne Exemple","client_number":"ci1","address":{"street":"1 rue"}}'


def _command(name: str, folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "sel_backend", name, "--data", str(folder), *more]


def _serve(folder: Path) -> list[str]:
    return _command("serve", folder, "--port", "0", "--operator-port", "0", "--stop-on-eof")


def _fill(path: Path, count: int) -> None:
    """Put files with their names and four answers each into a schema that `init` has made."""
    with closing(sqlite3.connect(path)) as database:
        for start in range(0, count, BATCH):
            rows = [
                (f"{number:012x}{new_id()[:20]}", f"ci{10_000_000 + number}") for number in range(start, start + BATCH)
            ]
            database.executemany(
                "INSERT INTO files (id, category, identifier, display_name, contents) "
                "VALUES (?, 'worker', ?, 'Personne', ?)",
                [(key, name, _CONTENTS) for key, name in rows],
            )
            database.executemany(
                "INSERT INTO file_names (name, file_id) VALUES (?, ?)", [(name, key) for key, name in rows]
            )
            digests = [
                (key, f"question_{number}", os.urandom(32).hex()) for key, _ in rows for number in range(ANSWERS)
            ]
            database.executemany(
                "INSERT INTO facts (file_id, question, digest, key_id) VALUES (?, ?, ?, 'k1')", digests
            )
            database.commit()


def _forget_pages() -> bool:
    """Empty the system's page cache; return whether that was allowed."""
    os.sync()
    try:
        _CACHES.write_text("3")
    except OSError:
        return False
    return True


def _starts(folder: Path, name: str) -> Iterator[Figure]:
    seconds = []
    cold = True
    for _ in range(STARTS):
        cold = _forget_pages()
        began = time.perf_counter()
        with process(_serve(folder), folder):
            seconds.append(time.perf_counter() - began)
    note = f"{'cold' if cold else 'warm'}; " + ", ".join(f"{one:.2f}" for one in seconds)
    yield Figure(f"start, {name}", sorted(seconds)[STARTS // 2], "s", at_most=2, note=note)


def _full_check(path: Path) -> Figure:
    cold = _forget_pages()
    began = time.perf_counter()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    return Figure(
        "the full check, as `doctor` does it", time.perf_counter() - began, "s", note="cold" if cold else "warm"
    )


def _writes_beside(url: str, done: threading.Event) -> list[float]:
    """Return the sorted durations of requests that write, one by one: a wrong log-in is counted and committed."""
    client = Client(url)
    durations: list[float] = []
    while not done.is_set():
        began = time.perf_counter()
        status, _ = client.ask(
            "POST", "/v1/sessions", {"email": f"{len(durations)}@exemple.test", "password": "Faux-2026!"}
        )
        durations.append(time.perf_counter() - began)
        assert status in {401, 429}, status
    return sorted(durations)


def _backup(folder: Path) -> Iterator[Figure]:
    (folder / "settings.toml").write_text(
        "[limits]\nlogin_network = { tries = 1000000, window_seconds = 1 }\n"
        "login_site = { tries = 1000000, window_seconds = 1 }\n"
    )
    settings = ("--settings", str(folder / "settings.toml"))
    with process([*_serve(folder), *settings], folder) as said:
        port = said["operator_url"].rpartition(":")[2]
        done = threading.Event()
        _forget_pages()
        copying = subprocess.Popen(
            _command("backup", folder, str(folder / "copy.sqlite3"), "--operator-port", port), stdout=subprocess.DEVNULL
        )
        began = time.perf_counter()
        took: list[float] = []

        def wait() -> None:
            assert copying.wait() == 0
            took.append(time.perf_counter() - began)
            done.set()

        threading.Thread(target=wait).start()
        durations = _writes_beside(said["url"], done)
    yield Figure("a backup beside one writer", took[0], "s", note=f"{len(durations):,} requests that write meanwhile")
    yield Figure("a request that writes, meanwhile, p50", percentile(durations, 0.5) * 1e3, "ms")
    yield Figure("a request that writes, meanwhile, p99", percentile(durations, 0.99) * 1e3, "ms")
    yield Figure("a request that writes, meanwhile, longest", durations[-1], "s", at_most=1)


def run(*, big: bool) -> Iterable[Figure]:
    """Measure with twenty thousand files and, when `big`, with a million (1.5 GB, some ten minutes)."""
    count = FILES if big else FEW
    with tempfile.TemporaryDirectory(dir=os.environ.get("SEL_BENCH_FOLDER")) as name:
        folder = Path(name) / "data"
        subprocess.run(_command("init", folder), check=True, stdout=subprocess.DEVNULL)
        path = folder / "sel-backend.sqlite3"
        _fill(path, count)
        size = f"{count:,} files, {path.stat().st_size / 1e9:.2f} GB"
        yield from _starts(folder, size)
        yield _full_check(path)
        yield from _backup(folder)
