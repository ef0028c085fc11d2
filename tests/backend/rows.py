"""Rows of every kind for tests of single statements: what a test does not say is plain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from sel_backend.storage import tables

NOW: Final = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
MOMENT: Final = timedelta(microseconds=1)
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
# One in the middle, and ids on either side of it and between: a statement that takes more than its own row shows.
IDS: Final = ("a", "m", "z")
NOBODYS: Final = ("", "0", "b", "n", "zzz")

_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "accounts": {
        "email": "",
        "password_hash": "hash",
        "first_name": "Zoé",
        "last_name": "Roy",
        "language": "fr-CA",
        "role": "person",
        "created_at": EARLIER,
        "password_changed_at": EARLIER,
    },
    "sessions": {"authenticated_at": EARLIER, "last_seen_at": EARLIER, "expires_at": LATER},
    "files": {"category": "worker", "identifier": "ci1", "display_name": "Zoé Roy", "contents": "{}"},
    "links": {
        "exclusive": False,
        "method": "link_code",
        "linked_at": EARLIER,
        "verification": "to_verify",
    },
    "facts": {"digest": "digest", "key_id": "k1"},
    "link_codes": {"code_hash": "hash", "created_at": EARLIER, "expires_at": LATER},
    "single_use_codes": {
        "purpose": "reset",
        "code_hash": "hash",
        "tries": 0,
        "created_at": EARLIER,
        "expires_at": LATER,
    },
    "registrations": {
        "email": "",
        "password_hash": "hash",
        "first_name": "Zoé",
        "last_name": "Roy",
        "language": "fr-CA",
        "terms_version": "1",
        "code_id": "",
        "created_at": EARLIER,
        "expires_at": LATER,
    },
    "disavowals": {"created_at": EARLIER, "expires_at": LATER},
    "challenges": {"identifier": "ci1", "questions": '["trade"]', "created_at": EARLIER, "expires_at": LATER},
    "outbox": {"kind": "linked", "recipient": "a@e.test", "created_at": EARLIER, "due_at": EARLIER, "tries": 0},
    "demo_mails": {"recipient": "a@e.test", "subject": "s", "body": "b"},
}


def put(tx: Connection, table: Table, **values: Any) -> None:
    """Add a row with these values, plain ones beside them."""
    tx.execute(table.insert().values(**(_PLAIN.get(table.name, {}) | values)))


def three_accounts(tx: Connection) -> None:
    """Add the accounts a, m and z."""
    for one in IDS:
        put(tx, tables.accounts, id=one, email=f"{one}@e.test")


def three_files(tx: Connection) -> None:
    """Add the files a, m and z, each found by its own name."""
    for one in IDS:
        put(tx, tables.files, id=one, identifier=f"ci-{one}")
        put(tx, tables.file_names, name=f"ci-{one}", file_id=one)


def column(tx: Connection, table: Table, name: str, key: str = "id") -> dict[Any, Any]:
    """Return a column of a table by the key of its rows."""
    return {row[0]: row[1] for row in tx.execute(select(table.c[key], table.c[name]))}


def all_rows(tx: Connection, table: Table) -> list[Row[Any]]:
    """Return a table's rows in the order of their keys."""
    return list(tx.execute(select(table).order_by(*table.primary_key.columns)))
