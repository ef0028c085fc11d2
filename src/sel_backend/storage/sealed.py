"""Mails that wait sealed, and by which key."""

from sqlalchemy import Connection, or_, select, update

from sel_backend.storage.tables import outbox


def sealed_otherwise(tx: Connection, key: str, after: str, most: int) -> list[tuple[str, bytes]]:
    """Return mails that another key than this one has sealed, as id and seal, in the order of their ids.

    Args:
        tx: a transaction.
        key: the key's name.
        after: mails with greater ids alone.
        most: how many at most.
    """
    # A seal starts with its key's name and a colon, which sort before the name and a semicolon.
    other = or_(outbox.c.sealed < f"{key}:".encode(), outbox.c.sealed >= f"{key};".encode())
    wanted = select(outbox.c.id, outbox.c.sealed).where(other, outbox.c.id > after).order_by(outbox.c.id).limit(most)
    return [(row.id, row.sealed) for row in tx.execute(wanted)]


def seal_again(tx: Connection, mail_id: str, sealed: bytes, anew: bytes) -> None:
    """Replace a seal, unless the mail went out or was sealed anew meanwhile."""
    tx.execute(update(outbox).where(outbox.c.id == mail_id, outbox.c.sealed == sealed).values(sealed=anew))
