"""The import itself: batches, each in one transaction with its checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from sqlalchemy import Connection

from sel_backend.backend import Backend
from sel_backend.importing import progress
from sel_backend.importing.columns import check_header
from sel_backend.importing.progress import Checkpoint
from sel_backend.importing.refused import Refused, RefusedRows
from sel_backend.importing.rows import RowReader, RowRefusedError
from sel_backend.importing.source import Source
from sel_backend.importing.store import Line, write
from sel_backend.storage import audit

BATCH: Final = 5_000


@dataclass
class _Batch:
    lines: list[Line] = field(default_factory=list)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    read: int = 0


class Import:
    """One import of one file."""

    def __init__(
        self, backend: Backend, source: Source, refused: RefusedRows, on_batch: Callable[[Checkpoint], None]
    ) -> None:
        """Prepare it.

        Args:
            backend: whose database it goes into; nobody else uses its database meanwhile.
            source: the file.
            refused: where refused rows go.
            on_batch: called after each commit.

        Raises:
            HeaderError: the columns cannot be used.
        """
        core = backend.core
        check_header(source.header, core.questions)
        self._core = core
        self._source = source
        self._refused = refused
        self._on_batch = on_batch
        self._unanswerable = 0
        self._reader = RowReader(core.keys, core.questions, source.header, core.settings.service.zone)

    @property
    def unanswerable(self) -> int:
        """How many rows were taken that lack an answer to a question of their category, in this run."""
        return self._unanswerable

    def run(self, start: Checkpoint) -> Checkpoint:
        """Import from a checkpoint on and return the last one."""
        source, now_at = self._source, start
        batch = _Batch()
        place = (source.offset, source.line)
        for row in source.rows(start.offset, start.line):
            line = source.line
            prepared = None
            reason = "another number of columns than the header, or not UTF-8"
            if row is not None:
                try:
                    prepared = self._reader.read(row)
                except RowRefusedError as error:
                    reason = str(error)
            if prepared is not None and not batch.names.isdisjoint(prepared.names):
                now_at = self._commit(now_at, batch, place)
                batch = _Batch()
            batch.read += 1
            if prepared is None:
                batch.refused.append(Refused(line, reason, row))
            else:
                batch.lines.append(Line(line, prepared))
                batch.names.update(prepared.names)
                batch.rows[line] = row or {}
            place = (source.offset, line)
            if batch.read >= BATCH:
                now_at = self._commit(now_at, batch, place)
                batch = _Batch()
        return self._commit(now_at, batch, (source.size, source.line), finished=True)

    def _commit(
        self, before: Checkpoint, batch: _Batch, place: tuple[int, int], *, finished: bool = False
    ) -> Checkpoint:
        work = partial(self._write, before=before, batch=batch, place=place, finished=finished)
        checkpoint, unanswerable = self._core.database.run_now(work)
        self._refused.settle()
        self._unanswerable += unanswerable
        self._on_batch(checkpoint)
        return checkpoint

    def _write(
        self, tx: Connection, before: Checkpoint, batch: _Batch, place: tuple[int, int], *, finished: bool
    ) -> tuple[Checkpoint, int]:
        now = self._core.clock()
        taken = write(tx, batch.lines, self._core.keys.current, now) if batch.lines else []
        refused = [*batch.refused, *(Refused(line, reason, batch.rows[line]) for line, reason in taken)]
        # Before the commit: a kill right after it must not cost a reason. Run again, it replaces itself.
        self._refused.put(sorted(refused, key=lambda one: one.line))
        checkpoint = replace(
            before,
            offset=place[0],
            line=place[1],
            accepted=before.accepted + len(batch.lines) - len(taken),
            refused=before.refused + len(refused),
            batches=before.batches + 1,
            finished=finished,
        )
        progress.keep(tx, self._source, checkpoint, now)
        if finished:
            detail = f"accepted={checkpoint.accepted} refused={checkpoint.refused}"
            audit.record(tx, now, audit.OPERATOR, "import", detail=detail)
        not_taken = {line for line, _ in taken}
        unanswerable = sum(not line.row.answerable for line in batch.lines if line.number not in not_taken)
        return checkpoint, unanswerable
