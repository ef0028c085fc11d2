"""The file of refused rows, each with line and reason, ready to be corrected and imported. For its owner alone."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sel_backend.importing.columns import REFUSED


class RefusedRows:
    """Writes refused rows; made only when there is one."""

    def __init__(self, path: Path, header: Sequence[str], delimiter: str, after_line: int) -> None:
        """Go on after a line of the source: what an interrupted run wrote beyond its last checkpoint is dropped."""
        self._path = path
        self._header = (*REFUSED, *(name for name in header if name not in REFUSED))
        self._delimiter = delimiter
        self._file: Any = None
        self._writer: Any = None
        kept: list[dict[str, str]] = []
        if path.exists() and after_line:
            with path.open(encoding="utf-8", newline="") as file:
                kept = [row for row in csv.DictReader(file, delimiter=delimiter) if int(row[REFUSED[0]]) <= after_line]
        path.unlink(missing_ok=True)
        for row in kept:
            self.add(int(row[REFUSED[0]]), row[REFUSED[1]], row)

    def add(self, line: int, reason: str, row: Mapping[str, str] | None) -> None:
        """Write one refused row."""
        if self._file is None:
            made = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(made, "w", encoding="utf-8", newline="")
            self._writer = csv.DictWriter(self._file, self._header, delimiter=self._delimiter, restval="")
            self._writer.writeheader()
        self._writer.writerow({**(row or {}), REFUSED[0]: line, REFUSED[1]: reason})

    def flush(self) -> None:
        """Bring what was added to the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
