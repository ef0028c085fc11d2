"""The data folder's lock: SQLite has one process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sel_backend.serving.errors import FolderInUseError

LOCK_NAME = "sel.lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder's lock; the system lets go of it when the process ends, however it ends.

    Raises:
        FolderInUseError: another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK_NAME).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUseError(f"another process uses the data folder {folder}") from error
        yield
