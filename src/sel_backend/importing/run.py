"""The import itself: batches, each in one transaction with its checkpoint; then the rows that waited for a name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection

from sel_backend.backend import Backend
from sel_backend.importing import progress
from sel_backend.importing.columns import HeaderError, check_header
from sel_backend.importing.names import Line
from sel_backend.importing.progress import Checkpoint
from sel_backend.importing.refused import Refused, RefusedRows
from sel_backend.importing.rows import RowReader
from sel_backend.importing.source import Source
from sel_backend.importing.store import NAME_TAKEN, Replaced, is_of_a_row, write, write_apart
from sel_backend.importing.survey import Survey
from sel_backend.importing.values import CellError
from sel_backend.storage import audit

BATCH: Final = 5_000
BATCH_BYTES: Final = 16 << 20
"""What ends a batch: so many rows, or so many bytes of the file, since a batch is held in memory."""
WAITING: Final = 10_000
"""The most rows that wait for a name until the others are taken; the rest stay refused and can be imported again."""


T = TypeVar("T")
_Writes = Callable[[Connection, Sequence[Line], str, datetime, Replaced], list[tuple[int, str]]]


@dataclass
class _Batch:
    lines: list[Line] = field(default_factory=list)
    fields: dict[int, list[str]] = field(default_factory=dict)
    identifiers: set[str] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    read: int = 0


@dataclass
class Counts:
    """What one run tells beside its checkpoint.

    Attributes:
        unanswerable: rows taken that lack an answer to a question of their category.
        names_left_out: old user names that nobody can type at log-in today.
        first_left_out: the line of the first of them.
    """

    unanswerable: int = 0
    names_left_out: int = 0
    first_left_out: int = 0

    def add(self, lines: list[Line]) -> None:
        """Count rows that were taken."""
        for line in lines:
            self.unanswerable += not line.row.answerable
            if line.row.names_left_out:
                self.names_left_out += line.row.names_left_out
                self.first_left_out = self.first_left_out or line.number


class Import:
    """One import of one file."""

    def __init__(
        self,
        backend: Backend,
        source: Source,
        survey: Survey,
        refused: RefusedRows,
        on_batch: Callable[[Checkpoint], None],
    ) -> None:
        """Prepare it.

        Args:
            backend: whose database it goes into; nobody else uses its database meanwhile.
            source: the file, its header checked.
            survey: what the whole file has shown.
            refused: where refused rows go.
            on_batch: called after each commit.

        Raises:
            HeaderError: the columns cannot be used.
        """
        core = backend.core
        check_header(source.header, core.questions)
        self._core = core
        self._source = source
        self._survey = survey
        self._refused = refused
        self._on_batch = on_batch
        self._replaced = Replaced.by(source.header)
        self.counts = Counts()
        zone = core.settings.service.zone
        self._reader = RowReader(core.keys, core.questions, source.header, zone, survey.orders)

    def run(self, start: Checkpoint) -> Checkpoint:
        """Import from a checkpoint on and return the last one.

        Raises:
            HeaderError: the file was changed meanwhile.
            SQLAlchemyError: the database cannot go on; what is committed stays.
        """
        source, now_at = self._source, start
        batch = _Batch()
        place = (start.offset, start.line)
        for row in source.rows(start.offset, start.line):
            prepared = None
            reason = row.problem
            if row.cells is not None:
                try:
                    prepared = self._reader.read(row.cells)
                except CellError as error:
                    reason = str(error)
            if prepared is not None and prepared.identifier in batch.identifiers:
                now_at = self._commit(now_at, batch, place)
                batch = _Batch()
            batch.read += 1
            if prepared is None:
                batch.refused.append(Refused(row.line, reason, row.fields))
            else:
                batch.lines.append(Line(row.line, prepared))
                batch.identifiers.add(prepared.identifier)
                batch.fields[row.line] = row.fields
            place = (source.offset, source.line)
            if batch.read >= BATCH or source.offset - now_at.offset >= BATCH_BYTES:
                now_at = self._commit(now_at, batch, place)
                batch = _Batch()
        if not source.unchanged():
            raise HeaderError("it was changed while it was read; run the command again")
        if batch.read or now_at.offset != source.size:
            now_at = self._commit(now_at, batch, (source.size, source.line))
        self._take_waiting()
        refused = self._refused.number
        end = replace(now_at, accepted=now_at.accepted + now_at.refused - refused, refused=refused, finished=True)
        self._core.database.run_now(partial(self._finish, end=end))
        self._on_batch(end)
        return end

    def _commit(self, before: Checkpoint, batch: _Batch, place: tuple[int, int]) -> Checkpoint:
        checkpoint, taken = self._run(partial(self._write, before=before, batch=batch, place=place))
        self._refused.settle()
        self.counts.add(taken)
        self._on_batch(checkpoint)
        return checkpoint

    def _run(self, work: Callable[[Connection, _Writes], T]) -> T:
        """Do the work in a transaction; where the database refuses what some row holds, again with each row apart."""
        database = self._core.database
        try:
            return database.run_now(lambda tx: work(tx, write))
        except Exception as error:
            if not is_of_a_row(database.engine.dialect.loaded_dbapi, error):
                raise
        return database.run_now(lambda tx: work(tx, write_apart))

    def _write(
        self, tx: Connection, writes: _Writes, before: Checkpoint, batch: _Batch, place: tuple[int, int]
    ) -> tuple[Checkpoint, list[Line]]:
        now = self._core.clock()
        not_taken = dict(writes(tx, batch.lines, self._core.keys.current, now, self._replaced) if batch.lines else ())
        refused = [*batch.refused, *(Refused(line, why, batch.fields[line]) for line, why in not_taken.items())]
        # Before the commit: a kill right after it must not cost a reason. Run again, it replaces itself.
        self._refused.put(sorted(refused, key=lambda one: one.line))
        checkpoint = replace(
            before,
            offset=place[0],
            line=place[1],
            accepted=before.accepted + len(batch.lines) - len(not_taken),
            refused=before.refused + len(refused),
            batches=before.batches + 1,
        )
        progress.keep(tx, self._source, checkpoint, now)
        return checkpoint, [line for line in batch.lines if line.number not in not_taken]

    def _take_waiting(self) -> None:
        """Take the rows whose names other rows of the file have given up since: the order of rows does not matter.

        They are taken in one transaction, then removed from the file of refused rows, then counted: after a kill in
        between, taking them again changes nothing.
        """
        waiting = {one.line: one for one in self._refused.with_reason(NAME_TAKEN, WAITING)}
        if not waiting or not self._replaced.names:
            return
        for line in self._survey.superseded(waiting.keys()):
            del waiting[line]
        lines = [Line(number, self._reader.read(self._refused.cells(one))) for number, one in waiting.items()]

        def work(tx: Connection, writes: _Writes) -> list[tuple[int, str]]:
            return writes(tx, lines, self._core.keys.current, self._core.clock(), self._replaced) if lines else []

        refused = {number for number, _ in self._run(work)}
        if taken := [line for line in lines if line.number not in refused]:
            self._refused.drop({line.number for line in taken})
            self.counts.add(taken)

    def _finish(self, tx: Connection, end: Checkpoint) -> None:
        now = self._core.clock()
        progress.keep(tx, self._source, end, now)
        detail = f"accepted={end.accepted} refused={end.refused}"
        audit.record(tx, now, audit.OPERATOR, "import", detail=detail)
