"""The file of refused rows, each with line and reason, ready to be corrected and imported. For its owner alone.

A batch's rows are on the disk before the batch is committed, after those of the batches before it: a kill at any moment
leaves the rows of every committed batch, and behind them at most what the next run drops.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from sel_backend.importing.columns import REFUSED

_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: the line it stands in, why, and what it says where it could be read."""

    line: int
    reason: str
    row: Mapping[str, str] | None = field(repr=False)


def holds_something_else(path: Path, source: Path) -> bool:
    """Return whether writing refused rows to `path` would cost the source itself, or a file of another kind."""
    if not path.exists():
        return False
    if not path.is_file() or path.samefile(source):
        return True
    with path.open("rb") as file:
        head = file.readline(len(REFUSED[0]))
    return head not in (b"", REFUSED[0].encode())


class RefusedRows:
    """Writes refused rows; the file is made only when there is one."""

    def __init__(self, path: Path, header: Sequence[str], delimiter: str, committed: int) -> None:
        """Go on after so many rows: what an interrupted run wrote beyond its last commit is dropped."""
        self._path = path
        self._header = (*REFUSED, *(name for name in header if name not in REFUSED))
        self._delimiter = delimiter
        self._file: BinaryIO | None = None
        self._end = self._written = 0
        kept = self._first(committed)
        if not kept:
            path.unlink(missing_ok=True)
            return
        # Beside it first: a kill in the middle must not cost what was told before.
        beside = path.with_name(f"{path.name}.part")
        self._open(beside)
        self.put(kept)
        self.settle()
        beside.replace(path)

    def _first(self, number: int) -> list[Refused]:
        if not number or not self._path.exists():
            return []
        # A row that was cut off stands behind these; it may have been cut inside a character.
        with self._path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = islice(csv.DictReader(file, delimiter=self._delimiter), number)
            return [Refused(int(row[REFUSED[0]]), row[REFUSED[1]], row) for row in rows]

    def _open(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb")
        self._end = self._file.write(self._text([dict(zip(self._header, self._header, strict=True))]))

    def _text(self, rows: Iterable[Mapping[str, object]]) -> bytes:
        text = io.StringIO(newline="")
        csv.DictWriter(text, self._header, delimiter=self._delimiter, restval="").writerows(rows)
        return text.getvalue().encode()

    def put(self, rows: Sequence[Refused]) -> None:
        """Bring a batch's rows to the disk, in the place of what was put since the last `settle`."""
        if self._file is None:
            if not rows:
                return
            self._open(self._path)
        assert self._file is not None
        self._file.seek(self._end)
        self._file.truncate()
        self._file.write(self._text({**(one.row or {}), REFUSED[0]: one.line, REFUSED[1]: one.reason} for one in rows))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._written = self._file.tell()

    def settle(self) -> None:
        """Note that what was put is committed; what comes next goes behind it."""
        self._end = max(self._end, self._written)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
