"""What a database says of itself: its schema, its kind, and fingerprints of the keys that it depends on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, inspect, select

from sel_backend.security.keys import CARRIED, Keys
from sel_backend.storage.rows import insert
from sel_backend.storage.tables import facts, files, installation, key_fingerprints, metadata, outbox, schema_version

Kind = Literal["production", "demonstration"]
PRODUCTION: Final[Kind] = "production"
DEMONSTRATION: Final[Kind] = "demonstration"
KINDS: Final[dict[str, Kind]] = {PRODUCTION: PRODUCTION, DEMONSTRATION: DEMONSTRATION}
_THE_ROW: Final = 1


@dataclass(frozen=True)
class State:
    """What was read.

    Attributes:
        version: the schema's; None: there is none.
        kind: as it was marked; None: it is not marked, or by a word that this program does not know.
        fingerprints: by the key's name.
        lasting: the key that names counters and question sets.
        leftovers: there are tables of ours, but no version.
    """

    version: str | None = None
    kind: Kind | None = None
    fingerprints: dict[str, str] = field(default_factory=dict)
    lasting: str | None = None
    leftovers: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was ever made in it."""
        return self.version is None and not self.leftovers


def read(tx: Connection) -> State:
    """Return what a database of any version says of itself."""
    tables = set(inspect(tx).get_table_names())
    version = tx.scalar(select(schema_version.c.version_num)) if schema_version.name in tables else None
    if version is None:
        return State(leftovers=bool(tables & (set(metadata.tables) - {schema_version.name})))
    if not {installation.name, key_fingerprints.name} <= tables:
        return State(version)
    kind = KINDS.get(tx.scalar(select(installation.c.kind)) or "")
    rows = tx.execute(select(key_fingerprints)).all()
    lasting = next((row.name for row in rows if row.lasting), None)
    return State(version, kind, {row.name: row.fingerprint for row in rows}, lasting)


def mark(tx: Connection, kind: Kind, now: datetime) -> None:
    """Say what kind of database this is; what was said before stays."""
    row = {"id": _THE_ROW, "kind": kind, "made_at": now}
    tx.execute(insert(tx, installation).values(**row).on_conflict_do_nothing())


def record(tx: Connection, keys: Keys, names: Iterable[str], now: datetime) -> None:
    """Keep the fingerprints of these keys; what was kept before stays."""
    for name in sorted(names):
        row = {"name": name, "fingerprint": keys.fingerprint(name), "lasting": name == keys.oldest, "recorded_at": now}
        tx.execute(insert(tx, key_fingerprints).values(**row).on_conflict_do_nothing())


def forget_key(tx: Connection, name: str) -> None:
    """Forget the fingerprint of a key that nothing needs any more."""
    tx.execute(delete(key_fingerprints).where(key_fingerprints.c.name == name))


def let_last(tx: Connection, keys: Keys, name: str, now: datetime) -> None:
    """Let this key be the first one from now on, in the place of the one before; and what `keys` carry over, count."""
    for one in (name, *([CARRIED] if keys.carried else [])):
        row = {"name": one, "fingerprint": keys.fingerprint(one), "lasting": one == name, "recorded_at": now}
        kept = insert(tx, key_fingerprints).values(**row)
        tx.execute(kept.on_conflict_do_update(index_elements=[key_fingerprints.c.name], set_={"lasting": one == name}))
    if not keys.carried:
        forget_key(tx, CARRIED)


def rows_by_key(tx: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return for each key, by its name, how many answers, unhardened old passwords and waiting mails need it."""
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
