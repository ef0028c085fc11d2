"""How many rows still need each key: a key may only be retired when none does."""

from sqlalchemy import Connection, func, select

from sel_backend.backend import Backend
from sel_backend.operations.task import Nothing, Task, Told
from sel_backend.storage.tables import facts, files, outbox


async def usage(backend: Backend, _request: Nothing) -> Told:
    """Return by key's name how many answers, resting old passwords and waiting mails need it."""

    def work(tx: Connection) -> Told:
        used = dict.fromkeys(backend.core.keys.material, 0)
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

    return await backend.core.database.run(work)


KEY_USAGE = Task("key-usage", Nothing, usage)
