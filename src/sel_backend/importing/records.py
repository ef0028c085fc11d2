"""Where one record of a CSV file ends and the next begins, damaged files included.

RFC 4180, with a bound. A record is one line; a quoted field may hold line breaks when its quote closes within
`RECORD_LIMIT` bytes and a separator or a line end follows. Where it does not, the record's first line alone is damaged,
and the next line begins the next record: one unclosed quote costs one row.

What a well-formed quoted field holds is never read as a row, whatever it looks like: it may be a stranger's text.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final, NamedTuple

from sel_backend.importing.contents import BOM

RECORD_LIMIT: Final = 65_536
"""The most bytes of a record, so of a field too."""

csv.field_size_limit(RECORD_LIMIT)

UNCLOSED: Final = "a quote that is not closed, or that something follows"
SWALLOWED: Final = "a quoted field holds what looks like other rows: is a quote missing?"
TOO_LONG: Final = f"longer than {RECORD_LIMIT:,} bytes; only the beginning stands here"
NOT_TEXT: Final = "bytes that are no text in the file's encoding (see --encoding)"
BARE_RETURN: Final = "a carriage return inside a line"


class Record(NamedTuple):
    """One record.

    Attributes:
        line: the line that it begins in, from 1.
        fields: what it says, as far as it could be read.
        problem: why it cannot be used, or nothing.
        printable: it surely holds no control character.
    """

    line: int
    fields: list[str]
    problem: str = ""
    printable: bool = False


class Records:
    """Reads records from a place in an open file on.

    Attributes:
        offset: the byte after the record read last.
        line: the line that the record read last ends in.
    """

    def __init__(self, file: BinaryIO, *, delimiter: str, encoding: str, offset: int = 0, line: int = 0) -> None:
        self.offset = offset
        self.line = line
        self._file = file
        self._delimiter = delimiter
        self._encoding = encoding
        self._ahead: deque[bytes] = deque()
        field = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}\r\n]*)'
        self._whole_line = re.compile(rf"{field}(?:{re.escape(delimiter)}{field})*\r?\n?")
        file.seek(offset)

    def read(self, columns: int = 0) -> Iterator[Record]:
        """Yield records; an empty line is one with an empty field.

        Args:
            columns: how many a row has, to tell an unclosed quote from a field with line breaks; 0: not known.
        """
        encoding, delimiter = self._encoding, self._delimiter
        while raw := self._take():
            text = raw.decode(encoding, "replace")
            if len(raw) > RECORD_LIMIT:
                line = self.line
                self._skip_rest(raw)
                yield Record(line, self._loosely(text[:RECORD_LIMIT]), TOO_LONG)
            elif '"' in text:
                yield self._quoted(text, len(raw), columns)
            else:
                text = text.rstrip("\r\n")
                fields = text.split(delimiter)
                if text.isprintable() and "\ufffd" not in text:
                    yield Record(self.line, fields, "", True)
                else:
                    yield Record(self.line, fields, _problem(text))

    def _raw(self) -> bytes:
        return self._file.readline(RECORD_LIMIT + 1)

    def _take(self) -> bytes:
        raw = self._ahead.popleft() if self._ahead else self._raw()
        self.offset += len(raw)
        if raw:
            self.line += 1
            if self.line == 1 and raw.startswith(BOM):
                return raw.removeprefix(BOM) or b"\n"
        return raw

    def _skip_rest(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self._ahead.popleft() if self._ahead else self._raw()
            self.offset += len(raw)

    def _further(self) -> Iterator[bytes]:
        """Yield the lines behind this one without taking them."""
        place = 0
        while True:
            if place == len(self._ahead):
                raw = self._raw()
                if not raw:
                    return
                self._ahead.append(raw)
            yield self._ahead[place]
            place += 1

    def _quoted(self, text: str, size: int, columns: int) -> Record:
        first, further = self.line, 0

        def lines() -> Iterator[str]:
            nonlocal further
            yield text
            total = size
            for raw in self._further():
                total += len(raw)
                if total > RECORD_LIMIT:
                    return
                further += 1
                yield raw.decode(self._encoding, "replace")

        try:
            fields = next(csv.reader(lines(), delimiter=self._delimiter, strict=True))
        except csv.Error:
            bare = text.rstrip("\r\n")
            return Record(first, self._loosely(text), _problem(bare) or UNCLOSED)
        own_row = self._own_row(further, columns)
        if own_row is not None and len(fields) != columns:
            swallowed = [self._take().decode(self._encoding, "replace") for _ in range(own_row)]
            return Record(first, [*self._loosely(text), *(line.rstrip("\r\n") for line in swallowed)], UNCLOSED)
        for _ in range(further):
            self._take()
        if own_row is not None:
            return Record(first, fields, SWALLOWED)
        problem = NOT_TEXT if any("\ufffd" in field for field in fields) else ""
        return Record(first, fields, problem, not further and text.rstrip("\r\n").isprintable())

    def _own_row(self, further: int, columns: int) -> int | None:
        """Return which of the lines behind this one is the first that is a whole row by itself."""
        for place, raw in enumerate(islice(self._ahead, further) if columns else ()):
            text = raw.decode(self._encoding, "replace")
            if self._whole_line.fullmatch(text):
                fields = next(csv.reader((text,), delimiter=self._delimiter), [])
                if len(fields) == columns:
                    return place
        return None

    def _loosely(self, text: str) -> list[str]:
        text = text.rstrip("\r\n")
        try:
            return next(csv.reader((text,), delimiter=self._delimiter), [""])
        except csv.Error:
            return [text]


def _problem(text: str) -> str:
    if "\ufffd" in text:
        return NOT_TEXT
    return BARE_RETURN if "\r" in text else ""
