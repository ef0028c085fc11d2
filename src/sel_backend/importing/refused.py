"""The file of refused rows, each with line, reason and contents, ready to be corrected and imported. Its owner's alone.

A batch's rows are on the disk before the batch is committed, after those of the batches before it: a kill at any moment
leaves the rows of every committed batch, and behind them at most what the next run drops.
"""

import csv
import io
import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final

from sel_backend.importing.columns import REFUSED
from sel_backend.importing.contents import BOM, WINDOWS
from sel_backend.importing.source import Source, shown

_OWNER_ONLY: Final = 0o600
# A control character would act on a terminal that shows the file; with this in its place the row is refused again.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_TEXT: Final = "\ufffd"


class RefusedRowsError(Exception):
    """The file of refused rows cannot be written or read; the message is a sentence."""


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: the line it begins in, why, and what it says, column by column."""

    line: int
    reason: str
    fields: Sequence[str] = field(repr=False)


def holds_something_else(path: Path, source: Path) -> bool:
    """Return whether writing refused rows to `path` would cost the source itself, or a file of another kind."""
    if not path.exists():
        return False
    if not path.is_file() or path.samefile(source):
        return True
    with path.open("rb") as file:
        head = file.readline(len(BOM) + len(REFUSED[0])).removeprefix(BOM)
    return bool(head) and not head.startswith(REFUSED[0].encode())


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RefusedRowsError(f"refused rows cannot be written to {shown(path)}: {error.strerror}") from error


class RefusedRows:
    """Writes refused rows; the file is made only when there is one.

    Raises:
        RefusedRowsError: by every method that reads or writes it.
    """

    def __init__(self, path: Path, source: Source, committed: int, *, fewer: bool = False) -> None:
        """Go on after so many rows: what an interrupted run wrote beyond its last commit is dropped.

        Args:
            path: of the file.
            source: what is imported.
            committed: how many rows the checkpoint knows of.
            fewer: there may be fewer: the last step of an import removes rows before the checkpoint knows.
        """
        self._path = path
        self._delimiter = source.delimiter
        # What a spreadsheet needs to see that it is UTF-8.
        self._mark = BOM if source.marked or source.encoding == WINDOWS else b""
        self._columns = len(source.header)
        self._left_out = {place for place, name in enumerate(source.header) if name in REFUSED}
        self._header = [*REFUSED, *self._own(source.header)]
        self._file: BinaryIO | None = None
        self._end = self._written = self._settled = self._put = 0
        with _sentences(path):
            if self._rewrite(self._first(committed), at_least=0 if fewer else committed) is None:
                raise RefusedRowsError(
                    f"{shown(path)} lacks rows that were refused before; name that file with --refused, or begin again "
                    "with --again"
                )

    @property
    def number(self) -> int:
        """How many rows are in the file and settled."""
        return self._settled

    def _own(self, fields: Sequence[str]) -> list[str]:
        """Return a row without the columns that an earlier file of refused rows added."""
        return [text for place, text in enumerate(fields) if place not in self._left_out]

    def _first(self, number: int) -> Iterator[Refused]:
        if not number or not self._path.exists():
            return
        # A row that was cut off stands behind these; it may have been cut inside a character.
        with self._path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=self._delimiter)
            try:
                next(rows, None)
                for line, reason, *fields in islice(rows, number):
                    yield Refused(int(line), reason, fields)
            except (ValueError, csv.Error) as error:
                raise RefusedRowsError(
                    f"{shown(self._path)} was changed meanwhile; begin again with --again"
                ) from error

    def _rewrite(self, rows: Iterator[Refused], at_least: int = 0) -> int | None:
        """Put rows in the place of everything, and return how many; None: they were too few, nothing was done.

        Beside it first, so that a kill in the middle costs nothing.
        """
        beside = self._path.with_name(f"{self._path.name}.part")
        first = next(rows, None)
        number = 0
        if first is not None:
            try:
                self._open(beside)
                self._append(chain((first,), rows))
            except (OSError, RefusedRowsError):
                beside.unlink(missing_ok=True)
                raise
            number = self._put
        if number < at_least:
            beside.unlink(missing_ok=True)
            return None
        if number:
            self._settled = 0
            self.settle()
            beside.replace(self._path)
        else:
            self.close()
            self._file = None
            self._end = self._written = self._settled = 0
            self._path.unlink(missing_ok=True)
        return number

    def _open(self, path: Path) -> None:
        self.close()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb")
        self._file.write(self._mark)
        self._end = len(self._mark) + self._file.write(self._text([self._header]))

    def _text(self, rows: Iterable[Sequence[object]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._delimiter).writerows(rows)
        return text.getvalue().encode("utf-8", "replace")

    def _append(self, rows: Iterable[Refused]) -> None:
        assert self._file is not None
        self._file.seek(self._end)
        self._file.truncate()
        self._put = 0
        for one in rows:
            self._file.write(
                self._text([[one.line, one.reason, *(_CONTROL.sub(_NO_TEXT, text) for text in one.fields)]])
            )
            self._put += 1
        self._file.flush()
        os.fsync(self._file.fileno())
        self._written = self._file.tell()

    def put(self, rows: Sequence[Refused]) -> None:
        """Bring a batch's rows to the disk, in the place of what was put since the last `settle`."""
        if self._file is None and not rows:
            return
        with _sentences(self._path):
            if self._file is None:
                self._open(self._path)
            self._append([Refused(one.line, one.reason, self._own(one.fields)) for one in rows])

    def settle(self) -> None:
        """Note that what was put is committed; what comes next goes behind it."""
        self._end = max(self._end, self._written)
        self._settled, self._put = self._settled + self._put, 0

    def with_reason(self, reason: str, most: int) -> list[Refused]:
        """Return the settled rows that were refused for a reason, `most` at most; fields as the header has them."""
        found = (one for one in self._first(self._settled) if one.reason == reason)
        with _sentences(self._path):
            return list(islice(found, most))

    def cells(self, row: Refused) -> dict[str, str]:
        """Return a settled row as texts by column, without outer spaces."""
        return {name: text.strip() for name, text in zip(self._header[len(REFUSED) :], row.fields, strict=False)}

    def drop(self, lines: Collection[int]) -> None:
        """Remove settled rows: they were taken after all."""
        with _sentences(self._path):
            self._rewrite(one for one in self._first(self._settled) if one.line not in lines)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
