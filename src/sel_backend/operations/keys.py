"""Which keys the database needs: checked, counted, retired when no row needs one any more."""

from collections.abc import Iterable
from typing import Annotated

from sqlalchemy import Connection, func, select

from sel_backend.backend import Backend
from sel_backend.operations.task import Nothing, Task, TaskRefusedError, Told
from sel_backend.storage import installation
from sel_backend.storage.tables import facts, files, outbox
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed


class Retiring(Request):
    """The name of a key."""

    name: Annotated[str, Typed(SHORT)]


def rows_by_key(tx: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return by key's name how many answers, resting old passwords and waiting mails need it."""
    used = dict.fromkeys(names, 0)
    for name, number in tx.execute(select(facts.c.key_id, func.count()).group_by(facts.c.key_id)).all():
        used[name] = used.get(name, 0) + number
    for name in list(used):
        peppered = files.c.legacy_hash.like(f"{name}:%")
        used[name] += tx.scalar(select(func.count()).select_from(files).where(peppered)) or 0
        # A seal starts with its key's name and a colon, which sort before the name and a semicolon.
        first, last = f"{name}:".encode(), f"{name};".encode()
        sealed = (outbox.c.sealed >= first, outbox.c.sealed < last)
        used[name] += tx.scalar(select(func.count()).select_from(outbox).where(*sealed)) or 0
    return used


async def check(backend: Backend, _request: Nothing) -> Told:
    """Return the current key's name: whoever gets this far has the keys that the database depends on."""
    return {"current": backend.core.keys.current}


async def usage(backend: Backend, _request: Nothing) -> Told:
    """Return by key's name how many rows need it."""
    return await backend.core.database.run(lambda tx: rows_by_key(tx, backend.core.keys.material))


async def retire(backend: Backend, request: Retiring) -> Told:
    """Forget the fingerprint of a key, so that the file may lack it from now on.

    Raises:
        TaskRefusedError: rows need it, or new ones would.
    """
    keys, name = backend.core.keys, request.name
    if name in (keys.current, keys.oldest):
        raise TaskRefusedError(
            f"{name} is the current key (restart the server after a rotation), or the first one, "
            "which question sets and counters need"
        )

    def work(tx: Connection) -> Told:
        if needed := rows_by_key(tx, [name]).get(name, 0):
            raise TaskRefusedError(f"{needed} rows still need {name}")
        installation.forget_key(tx, name)
        return {"retired": name}

    return await backend.core.database.run(work)


CHECK_KEYS = Task("check-keys", Nothing, check)
KEY_USAGE = Task("key-usage", Nothing, usage)
RETIRE_KEY = Task("retire-key", Retiring, retire)
