"""A CSV file of client files: its separator, its header, and its rows with their lines."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sel_backend.importing.columns import HeaderError, missing_from
from sel_backend.importing.contents import ENCODINGS, examined
from sel_backend.importing.records import Record, Records
from sel_backend.importing.values import Order

_DELIMITERS: Final = (",", ";", "\t", "|")
# Tab, line feed and carriage return become a space; the others have no business in a record.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNCHECKED: Final = "legacy_salt"
COLUMNS_DIFFER: Final = "another number of columns than the header"
NO_NAME: Final = "a value in a column without a name"
CONTROL: Final = "a control character"


class Row(NamedTuple):
    """One row.

    Attributes:
        line: the line that it begins in.
        fields: what it says, as far as it could be read.
        cells: texts by column, without outer spaces; None: the row cannot be used.
        problem: why it cannot.
    """

    line: int
    fields: list[str]
    cells: dict[str, str] | None
    problem: str


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; what is None is found out.

    Attributes:
        delimiter: what separates columns.
        encoding: one of `ENCODINGS`.
        dates: the order of day and month where a date is written in numbers with the year last.
    """

    delimiter: str | None = None
    encoding: str | None = None
    dates: Order | None = None


def shown(path: Path | str) -> str:
    """Return a path as text that can be written anywhere, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "replace")


class Source:
    """One CSV file.

    Attributes:
        header: the columns; empty for one without a name.
        delimiter: what separates columns.
        encoding: Python's name of it.
        marked: it begins with the mark of UTF-8.
        name: of the file, as text that can be kept and shown.
        size: in bytes.
        fingerprint: names its contents and how they are read: an import goes on only with the same.
        offset: the byte after the row read last.
        line: the line that the row read last ends in.

    Raises:
        HeaderError: it has no header line that can be used.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, reading: Reading | None = None) -> None:
        self.reading = reading or Reading()
        self.path = path
        self.name = shown(path.name)
        self._contents = examined(path)
        self.size = self._contents.size
        self.marked = self._contents.marked
        self.encoding = ENCODINGS[self.reading.encoding] if self.reading.encoding else self._contents.encoding
        self.offset = self.line = 0
        self.delimiter = self.reading.delimiter or self._found_delimiter()
        self.header = self._header(self.delimiter)
        self._after_header = (self.offset, self.line)
        how = f"{self.delimiter}|{self.encoding}|{self.reading.dates}|{self._contents.digest}"
        self.fingerprint = hashlib.sha256(how.encode()).hexdigest()

    def _found_delimiter(self) -> str:
        """Return the separator under which the header has the columns that it must have, or the most of them."""
        return min(_DELIMITERS, key=lambda one: len(missing_from(self._header(one))))

    def _header(self, delimiter: str) -> list[str]:
        with self.path.open("rb") as file:
            records = Records(file, delimiter=delimiter, encoding=self.encoding)
            for record in records.read():
                if record.problem:
                    raise HeaderError(f"its header, line {record.line}, cannot be read: {record.problem}")
                self.offset, self.line = records.offset, records.line
                header = [name.strip() for name in record.fields]
                if any(header):
                    return header
        return []

    def unchanged(self) -> bool:
        """Return whether the file still is what it was when its fingerprint was made."""
        about = self.path.stat()
        return (about.st_size, about.st_mtime_ns) == (self._contents.size, self._contents.modified)

    def records(self, offset: int = 0, line: int = 0) -> Iterator[Record]:
        """Yield records from a place on (0: the first row), each with as many fields as the header or with a problem.

        Empty ones, which spreadsheets leave at the end, are none.
        """
        columns = len(self.header)
        offset, line = (offset, line) if offset else self._after_header
        with self.path.open("rb") as file:
            records = Records(file, delimiter=self.delimiter, encoding=self.encoding, offset=offset, line=line)
            for record in records.read(columns):
                self.offset, self.line = records.offset, records.line
                fields = record.fields
                if record.problem or (fields[0] and len(fields) == columns):
                    yield record
                elif not (fields[0] or any(map(str.strip, fields))):
                    continue
                elif len(fields) < columns or any(map(str.strip, fields[columns:])):
                    yield record._replace(problem=COLUMNS_DIFFER)
                else:
                    del fields[columns:]
                    yield record

    def rows(self, offset: int = 0, line: int = 0) -> Iterator[Row]:
        """Yield rows from a place on (0: the first one)."""
        header = self.header
        for number, fields, problem, printable in self.records(offset, line):
            if problem:
                yield Row(number, fields, None, problem)
                continue
            cells = dict(zip(header, map(str.strip, fields), strict=True))
            if wrong := self._problem(fields, cells, printable=printable):
                yield Row(number, fields, None, wrong)
            else:
                yield Row(number, fields, cells, "")

    def _problem(self, fields: list[str], cells: dict[str, str], *, printable: bool) -> str:
        if "" in cells and any(field.strip() for name, field in zip(self.header, fields, strict=True) if not name):
            return NO_NAME
        if not printable:
            for name, text in cells.items():
                if name != _UNCHECKED and _CONTROL.search(text):
                    return f"{name}: {CONTROL}"
        return ""
