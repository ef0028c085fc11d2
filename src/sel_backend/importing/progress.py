"""How far an import is: the checkpoint in the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.importing.source import Source
from sel_backend.storage.operator_tables import imports


@dataclass(frozen=True)
class Checkpoint:
    """What is committed: everything up to a byte and a line of the file."""

    offset: int = 0
    line: int = 0
    accepted: int = 0
    refused: int = 0
    batches: int = 0
    finished: bool = False


def find(tx: Connection, source: Source) -> Checkpoint | None:
    """Return how far this very file was imported, or None."""
    row = tx.execute(select(imports).where(imports.c.id == source.fingerprint)).first()
    if row is None:
        return None
    return Checkpoint(
        row.offset, row.line, row.accepted, row.refused, row.batches, finished=row.finished_at is not None
    )


def begin(tx: Connection, source: Source, now: datetime) -> None:
    """Note that an import begins, or begins again from the first row."""
    tx.execute(imports.delete().where(imports.c.id == source.fingerprint))
    tx.execute(
        plain_insert(imports).values(
            id=source.fingerprint,
            source=source.name,
            size=source.size,
            offset=0,
            line=0,
            accepted=0,
            refused=0,
            batches=0,
            started_at=now,
            updated_at=now,
        )
    )


def keep(tx: Connection, source: Source, checkpoint: Checkpoint, now: datetime) -> None:
    """Note how far it is, in the transaction of what was written."""
    tx.execute(
        update(imports)
        .where(imports.c.id == source.fingerprint)
        .values(
            offset=checkpoint.offset,
            line=checkpoint.line,
            accepted=checkpoint.accepted,
            refused=checkpoint.refused,
            batches=checkpoint.batches,
            updated_at=now,
            finished_at=now if checkpoint.finished else None,
        )
    )
