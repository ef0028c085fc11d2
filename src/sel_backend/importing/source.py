"""A CSV file read record by record, that always knows at which byte and line it is."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sel_backend.importing.columns import HeaderError

_BOM: Final = b"\xef\xbb\xbf"
_FINGERPRINT_BYTES: Final = 1 << 20
csv.field_size_limit(65_536)


class Source:
    """One CSV file.

    Attributes:
        header: the columns.
        size: in bytes.
        fingerprint: names its contents: an import goes on only with the same file.
        offset: the byte after the record read last.
        line: the line that the record read last ends in.

    Raises:
        HeaderError: no header in UTF-8.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.path = path
        self._delimiter = delimiter
        self.offset = 0
        self.line = 0
        self.size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(_FINGERPRINT_BYTES)
        self.fingerprint = hashlib.sha256(f"{self.size}|{delimiter}|".encode() + start).hexdigest()
        try:
            self.header = [name.strip() for name in next(self._records(0, 0), [])]
        except (UnicodeDecodeError, csv.Error) as error:
            raise HeaderError("the header is no CSV in UTF-8") from error
        self._after_header = (self.offset, self.line)

    def _records(self, offset: int, line: int) -> Iterator[list[str]]:
        self.offset, self.line = offset, line
        with self.path.open("rb") as file:
            file.seek(offset)

            def lines() -> Iterator[str]:
                for raw in file:
                    self.offset += len(raw)
                    self.line += 1
                    yield raw.removeprefix(_BOM if self.line == 1 else b"").decode("utf-8", "replace")

            yield from csv.reader(lines(), delimiter=self._delimiter, strict=False)

    def rows(self, offset: int = 0, line: int = 0) -> Iterator[dict[str, str] | None]:
        """Yield rows from a place on (0: the first one); None for a row with another number of columns or no UTF-8."""
        for record in self._records(*((offset, line) if offset else self._after_header)):
            if not record:
                continue
            whole = len(record) == len(self.header) and not any("\ufffd" in field for field in record)
            yield {name: field.strip() for name, field in zip(self.header, record, strict=True)} if whole else None
