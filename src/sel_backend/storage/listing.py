"""The busiest question of all in one statement: who holds this token, and what is linked to the account."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, select

from sel_backend.storage.accounts import SessionRow
from sel_backend.storage.links import LinkRow
from sel_backend.storage.lookup import Lookup
from sel_backend.storage.readers import Rows
from sel_backend.storage.tables import files, links, moment, sessions

_SESSION: Final = ("id", "authenticated_at", "last_seen_at", "expires_at", "selected_link_id", "ended_at")
_LINK: Final = tuple(name for name in LinkRow.__dataclass_fields__ if name in links.c)
_FILE: Final = tuple(name for name in LinkRow.__dataclass_fields__ if name not in links.c)
_MOMENTS: Final = tuple(place for place, name in enumerate(_LINK) if name.endswith("_at"))

OF_TOKEN: Final = Lookup(
    select(
        *(sessions.c[name] for name in _SESSION),
        *(links.c[name] for name in _LINK),
        *(files.c[name] for name in _FILE),
    )
    .select_from(sessions)
    .outerjoin(links, and_(links.c.account_id == sessions.c.account_id, links.c.ended_at.is_(None)))
    .outerjoin(files, files.c.id == links.c.file_id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
    .order_by(links.c.linked_at.desc(), links.c.id),
    "token_hash",
)


def read(rows: Rows) -> tuple[SessionRow, list[LinkRow]] | None:
    """Return the session and its account's profiles, the one linked last first; None where there is no such session."""
    if not rows:
        return None
    authenticated_at, last_seen_at, expires_at, selected, ended_at = rows[0][1:6]
    found = [_link(row[6:]) for row in rows if row[6] is not None]
    session = SessionRow(
        id=rows[0][0],
        authenticated_at=moment(authenticated_at),
        last_seen_at=moment(last_seen_at),
        expires_at=moment(expires_at),
        selected_link_id=selected,
        ended_at=_optional(ended_at),
        linked_files=len(found),
    )
    return session, found


def _optional(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment(microseconds)


def _link(row: tuple[Any, ...]) -> LinkRow:
    # The columns stand in the order of the fields.
    values = list(row)
    for place in _MOMENTS:
        values[place] = _optional(values[place])
    return LinkRow(*values)
