"""`harden`: argon2id for imported answers and old passwords that nobody has used yet. Run it at night.

Until then they are kept as peppered digests. One task handles a batch, so that a running server stays responsive.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import Field
from sqlalchemy import Connection, select, tuple_

from sel_backend.admin.base import DONE, Result, Task, argument_parser, perform, run_command, write_line
from sel_backend.backend import Backend
from sel_backend.security import legacy
from sel_backend.settings import Settings
from sel_backend.storage.files import set_legacy_hash, settle_fact
from sel_backend.storage.tables import facts, files
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed

BATCH: Final = 200
# Few at once, so that people who log in meanwhile do not wait behind these hashes.
_AT_ONCE: Final = 2


class HardenAnswersRequest(Request):
    """Where the batch of answers begins: after this file and question; `most`: how many at most."""

    file: Annotated[str, Typed(SHORT)] = ""
    question: Annotated[str, Typed(SHORT)] = ""
    most: int = Field(BATCH, ge=1, le=10_000)


class HardenPasswordsRequest(Request):
    """Where the batch of old passwords begins: after this file; `most`: how many at most."""

    file: Annotated[str, Typed(SHORT)] = ""
    most: int = Field(BATCH, ge=1, le=10_000)


async def _hashed(backend: Backend, digests: list[str]) -> list[str]:
    hashes: list[str] = []
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        hashes += await asyncio.gather(*(backend.core.hasher.hash(digest) for digest in some))
    return hashes


async def answers(backend: Backend, request: HardenAnswersRequest) -> Result:
    """Harden a batch of answers and return how many, and where the next batch begins."""
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


async def passwords(backend: Backend, request: HardenPasswordsRequest) -> Result:
    """Harden a batch of old passwords and return how many, and where the next batch begins."""
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


HARDEN_ANSWERS = Task("harden-answers", HardenAnswersRequest, answers)
HARDEN_PASSWORDS = Task("harden-passwords", HardenPasswordsRequest, passwords)
_TASKS: Final[dict[str, Task[Any]]] = {"passwords": HARDEN_PASSWORDS, "answers": HARDEN_ANSWERS}


def main(arguments: Sequence[str]) -> int:
    """Harden batch after batch until none is left or the time is over; return 0, or 1 without a usable database."""
    parser = argument_parser(
        "harden", "Hash what an import left resting as peppered digests; about 35 a second and core."
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so many (60)")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _harden(settings, chosen))


def _harden(settings: Settings, chosen: argparse.Namespace) -> int:
    until = time.monotonic() + chosen.minutes * 60
    for name, task in _TASKS.items():
        total = 0
        place: dict[str, str] | None = {}
        while place is not None and time.monotonic() < until:
            result = perform(settings, task, task.request.model_validate(place))
            total += result["hardened"]
            place = result["next"] or None
        write_line(f"{name:<10} {total:>10} hardened{'' if place is None else ', more remain'}")
    return DONE
