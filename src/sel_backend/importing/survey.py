"""What only the whole file shows, looked up before its first row is taken: the order of dates, rows said twice."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from typing import IO, Final

from sel_backend.importing.columns import HeaderError
from sel_backend.importing.source import Source
from sel_backend.importing.values import Order, date_columns, in_numbers, proves
from sel_backend.questions import QuestionCatalogue
from sel_contract import canonical_identifier

_SHARES: Final = 64
_SHARE_BYTES: Final = 1 << 16
_ENTRY: Final = Struct("<qq")
_SHOWN: Final = 5
_ISO_LENGTH: Final = 10


class Repetitions:
    """Finds identifiers that stand in several rows: in bounded memory, beyond that in unnamed files."""

    def __init__(self, folder: Path) -> None:
        """Keep what memory has no room for in a folder, or where the machine keeps such files if there is none."""
        self._folder = folder if folder.is_dir() else None
        self._shares = [bytearray() for _ in range(_SHARES)]
        self._files: list[IO[bytes] | None] = [None] * _SHARES

    def note(self, identifier: str, line: int) -> None:
        """Note a row; call it in the order of the file."""
        number = hash(identifier)
        share = self._shares[number % _SHARES]
        share += _ENTRY.pack(number, line)
        if len(share) >= _SHARE_BYTES:
            self._spill(number % _SHARES)

    def _spill(self, place: int) -> None:
        file = self._files[place]
        if file is None:
            # Closed by `close`; it has no name, so a kill leaves nothing.
            file = self._files[place] = TemporaryFile(dir=self._folder)  # noqa: SIM115
        file.write(self._shares[place])
        self._shares[place].clear()

    def found(self) -> Iterator[tuple[int, int]]:
        """Yield (a line, the next line that says the same identifier again)."""
        for file, share in zip(self._files, self._shares, strict=True):
            before = b""
            if file is not None:
                file.seek(0)
                before = file.read()
            last: dict[int, int] = {}
            for number, line in _ENTRY.iter_unpack(before + bytes(share)):
                if number in last:
                    yield last[number], line
                last[number] = line

    def close(self) -> None:
        """Remove the files."""
        for file in self._files:
            if file is not None:
                file.close()


@dataclass(frozen=True)
class Survey:
    """What a whole file has shown.

    Attributes:
        orders: by column, the order of day and month in dates in numbers.
        repeated: how many rows a later one for the same identifier replaces.
        examples: the first of them: (its line, the line of the later one).
    """

    orders: Mapping[str, Order]
    repeated: int
    examples: tuple[tuple[int, int], ...]
    _repetitions: Repetitions

    def superseded(self, lines: Collection[int]) -> set[int]:
        """Return which of these lines say an identifier that a later row says again."""
        return {line for line, _ in self._repetitions.found() if line in lines}


@dataclass
class _DateColumn:
    proofs: dict[Order, int] = field(default_factory=dict)
    unclear: int = 0

    def note(self, text: str, line: int) -> None:
        numbers = in_numbers(text)
        if numbers is None or numbers[0] == numbers[1]:
            return
        if order := proves(numbers):
            self.proofs.setdefault(order, line)
        elif not self.unclear:
            self.unclear = line

    def order(self, name: str) -> Order | None:
        if len(self.proofs) > 1:
            day, month = self.proofs[Order.DAY_FIRST], self.proofs[Order.MONTH_FIRST]
            raise HeaderError(
                f"{name}: line {day} has the day first, line {month} the month; write dates as 1988-04-17, or say "
                "which is right with --dates day-first or --dates month-first"
            )
        if self.unclear and not self.proofs:
            raise HeaderError(
                f"{name}: line {self.unclear} can be two days, and no line of the column shows which comes first; "
                "write dates as 1988-04-17, or say it with --dates day-first or --dates month-first"
            )
        return next(iter(self.proofs), None)


@contextmanager
def surveyed(source: Source, questions: QuestionCatalogue, folder: Path) -> Iterator[Survey]:
    """Read a whole file, in bounded memory, and lend what it has shown.

    Args:
        source: the file.
        questions: the catalogue: it says which answers are dates.
        folder: where unnamed files may be made.

    Raises:
        HeaderError: a column of dates can be read in two ways.
        OSError: the file cannot be read.
    """
    names = date_columns(source.header, questions)
    columns = [(name, _DateColumn()) for name in names]
    repetitions = Repetitions(folder)
    try:
        _read(source, columns, repetitions.note)
        if given := source.reading.dates:
            orders = dict.fromkeys(names, given)
        else:
            orders = {name: order for name, column in columns if (order := column.order(name))}
        repeated = 0
        examples: list[tuple[int, int]] = []
        for pair in repetitions.found():
            repeated += 1
            examples = sorted([*examples, pair])[:_SHOWN]
        yield Survey(orders, repeated, tuple(examples), repetitions)
    finally:
        repetitions.close()


def _read(source: Source, columns: list[tuple[str, _DateColumn]], note: Callable[[str, int], None]) -> None:
    place = source.header.index("identifier")
    dates = [(source.header.index(name), column) for name, column in columns]
    for line, fields, problem, _ in source.records():
        if problem:
            continue
        identifier = fields[place]
        if not (identifier.isascii() and identifier.isalnum() and identifier.islower()):
            try:
                identifier = canonical_identifier(identifier)
            except ValueError:
                continue
        note(identifier, line)
        for at, column in dates:
            text = fields[at]
            if text and not (len(text) == _ISO_LENGTH and text[4] == "-"):
                column.note(text.strip(), line)
