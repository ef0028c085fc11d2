"""The data folder: its mark (a service's, or a demonstration's) and what in it is ours."""

import json
import os
from pathlib import Path
from typing import Final

from sel_backend.serving.errors import CannotStartError, DataRefusedError
from sel_backend.serving.lock import LOCK_NAME
from sel_backend.settings import Settings
from sel_backend.storage.installation import KINDS, Kind

MARK_NAME: Final = "sel-data.json"
LOG_NAME: Final = "backend.log"
# What a start that failed, or a demonstration that was thrown away, may leave: no data.
_NO_DATA: Final = frozenset({LOCK_NAME, LOG_NAME, "metrics"})


def make(folder: Path) -> None:
    """Make the folder for its owner alone, if it is missing.

    Raises:
        CannotStartError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(f"the data folder {folder} cannot be used: {error.strerror}") from error


def kind_of(folder: Path) -> Kind | None:
    """Return how a folder is marked, or None where it is not.

    Raises:
        DataRefusedError: the mark cannot be read.
    """
    path = folder / MARK_NAME
    try:
        written = json.loads(path.read_bytes())
        return KINDS[written["kind"]]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataRefusedError(f"{path} does not say whose data these are", "restore it from a backup") from error


def is_new(folder: Path) -> bool:
    """Return whether nothing is in a folder, or it is missing."""
    try:
        return {path.name for path in folder.iterdir()} <= _NO_DATA
    except FileNotFoundError:
        return True
    except OSError as error:
        raise CannotStartError(f"the data folder {folder} cannot be used: {error.strerror}") from error


def mark(folder: Path, kind: Kind) -> None:
    """Mark a folder, all at once."""
    draft = folder / f"{MARK_NAME}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"kind": kind}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / MARK_NAME)


def sqlite_file(settings: Settings) -> Path | None:
    """Return SQLite's file, or None where the database is a server."""
    return Path(settings.url.removeprefix("sqlite:///")) if settings.url.startswith("sqlite:///") else None
