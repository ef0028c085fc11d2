"""The kinds of old password hashes that were ever imported: every try of method 1 computes one of each."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select

from sel_backend.security.old_schemes import OldKind
from sel_backend.storage.rows import insert
from sel_backend.storage.tables import old_kinds

_ALL: Final = select(old_kinds).order_by(old_kinds.c.kind)


def all_kinds(tx: Connection) -> tuple[OldKind, ...]:
    """Return every kind, in one order."""
    return tuple(OldKind(*row) for row in tx.execute(_ALL))


def note(tx: Connection, kinds: Iterable[OldKind]) -> None:
    """Keep kinds; the first settings of each are its example."""
    # In one order, so that two imports at once cannot wait for each other.
    for one in sorted({one.kind: one for one in kinds}.values(), key=lambda one: one.kind):
        row = {"kind": one.kind, "scheme": one.scheme, "config": one.config}
        tx.execute(insert(tx, old_kinds).values(**row).on_conflict_do_nothing())
