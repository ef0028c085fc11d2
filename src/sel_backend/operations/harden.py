"""`harden`: argon2id for the answers and old passwords that still rest as peppered digests, a piece at a time."""

import asyncio
from typing import Annotated, Final

from pydantic import Field
from sqlalchemy import Connection, select, tuple_

from sel_backend.backend import Backend
from sel_backend.operations.task import Task, Told
from sel_backend.security import legacy
from sel_backend.storage.files import set_legacy_hash, settle_fact
from sel_backend.storage.tables import facts, files
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed

PIECE: Final = 200
# Few at once, so that people who log in meanwhile find room in the queue of hashes.
_AT_ONCE: Final = 2


class AnswersPiece(Request):
    """The next piece of answers after this file and question."""

    file: Annotated[str, Typed(SHORT)] = ""
    question: Annotated[str, Typed(SHORT)] = ""
    most: int = Field(PIECE, ge=1, le=10_000)


class PasswordsPiece(Request):
    """The next piece of old passwords after this file."""

    file: Annotated[str, Typed(SHORT)] = ""
    most: int = Field(PIECE, ge=1, le=10_000)


async def _hashed(backend: Backend, digests: list[str]) -> list[str]:
    hashes: list[str] = []
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        hashes += await asyncio.gather(*(backend.core.hasher.hash(digest) for digest in some))
    return hashes


async def answers(backend: Backend, request: AnswersPiece) -> Told:
    """Harden a piece of answers and return how many, and where the next piece begins."""
    place = tuple_(facts.c.file_id, facts.c.question)
    wanted = (
        select(facts.c.file_id, facts.c.question, facts.c.digest)
        .where(facts.c.answer_hash.is_(None), place > tuple_(request.file, request.question))
        .order_by(facts.c.file_id, facts.c.question)
        .limit(request.most)
    )
    rows = await backend.core.database.run(lambda tx: tx.execute(wanted).all())
    hashes = await _hashed(backend, [row.digest for row in rows])

    def keep(tx: Connection) -> None:
        for row, hashed in zip(rows, hashes, strict=True):
            settle_fact(tx, row.file_id, row.question, row.digest, hashed)

    await backend.core.database.run(keep)
    last = {"file": rows[-1].file_id, "question": rows[-1].question} if rows else {}
    return {"hardened": len(rows), "next": last}


async def passwords(backend: Backend, request: PasswordsPiece) -> Told:
    """Harden a piece of old passwords and return how many, and where the next piece begins."""
    wanted = (
        select(files.c.id, files.c.legacy_hash)
        .where(files.c.legacy_scheme == legacy.RESTING, files.c.id > request.file)
        .order_by(files.c.id)
        .limit(request.most)
    )
    rows = await backend.core.database.run(lambda tx: tx.execute(wanted).all())
    old = [legacy.parse(row.legacy_hash) for row in rows]
    hashes = await _hashed(backend, [one.kept for one in old])

    def keep(tx: Connection) -> None:
        for row, one, hashed in zip(rows, old, hashes, strict=True):
            set_legacy_hash(tx, row.id, row.legacy_hash, legacy.WRAPPED, one.hardened(hashed).text())

    await backend.core.database.run(keep)
    return {"hardened": len(rows), "next": {"file": rows[-1].id} if rows else {}}


HARDEN_ANSWERS = Task("harden-answers", AnswersPiece, answers)
HARDEN_PASSWORDS = Task("harden-passwords", PasswordsPiece, passwords)
