"""Agents and their sessions at the desk in the database."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.storage.accounts import PERSON, AccountRow, SessionRow, account_of, by_email
from sel_backend.storage.desk_tables import desk_agents, desk_sessions
from sel_backend.storage.rows import insert, new_id
from sel_backend.storage.tables import Instant, accounts

# Built once: building a statement costs more than running it.
_NOW: Final = bindparam("the_now", type_=Instant())
_BY_TOKEN: Final = (
    select(
        accounts,
        desk_sessions.c.id.label("session_id"),
        desk_sessions.c.authenticated_at,
        desk_sessions.c.last_seen_at,
        desk_sessions.c.expires_at,
        desk_sessions.c.ended_at,
        desk_agents.c.password_chosen_at,
    )
    .join(accounts, accounts.c.id == desk_sessions.c.account_id)
    .outerjoin(desk_agents, desk_agents.c.account_id == accounts.c.id)
    .where(desk_sessions.c.token_hash == bindparam("the_token"), accounts.c.role != PERSON)
)
_OPEN: Final = plain_insert(desk_sessions)
_SESSION: Final = update(desk_sessions).where(desk_sessions.c.id == bindparam("the_session"))
_TOUCH: Final = _SESSION.values(last_seen_at=_NOW)
_END: Final = _SESSION.where(desk_sessions.c.ended_at.is_(None)).values(ended_at=_NOW).returning(desk_sessions.c.id)


def agent_by_email(tx: Connection, email: str) -> AccountRow | None:
    """Return the account with this address if it is one of the desk's."""
    account = by_email(tx, email)
    return account if account and account.role != PERSON else None


def by_token(tx: Connection, token_hash: str) -> tuple[AccountRow, SessionRow, bool] | None:
    """Return the session with this token, whatever its state, its account, and whether its password is its own."""
    row = tx.execute(_BY_TOKEN, {"the_token": token_hash}).first()
    if row is None:
        return None
    session = SessionRow(row.session_id, row.authenticated_at, row.last_seen_at, row.expires_at, None, row.ended_at, 0)
    return account_of(row), session, row.password_chosen_at is not None


def open_session(
    tx: Connection, account_id: str, token_hash: str, *, now: datetime, expires_at: datetime
) -> SessionRow:
    """Open a session and return it."""
    opened = SessionRow(new_id(), now, now, expires_at, None, None, 0)
    values = {"id": opened.id, "token_hash": token_hash, "account_id": account_id, "expires_at": expires_at}
    tx.execute(_OPEN, values | {"authenticated_at": now, "last_seen_at": now})
    return opened


def touch(tx: Connection, session_id: str, now: datetime) -> None:
    """Note that the session was used."""
    tx.execute(_TOUCH, {"the_session": session_id, "the_now": now})


def end_session(tx: Connection, session_id: str, now: datetime) -> bool:
    """End one session. False: it has ended already."""
    return tx.execute(_END, {"the_session": session_id, "the_now": now}).first() is not None


def password_is_own(tx: Connection, account_id: str) -> bool:
    """Tell whether an agent has chosen the password."""
    return tx.scalar(select(desk_agents.c.account_id).where(desk_agents.c.account_id == account_id)) is not None


def choose_password(tx: Connection, account_id: str, now: datetime) -> None:
    """Note that an agent has chosen the password."""
    chosen = insert(tx, desk_agents).values(account_id=account_id, password_chosen_at=now)
    tx.execute(chosen.on_conflict_do_update(index_elements=["account_id"], set_={"password_chosen_at": now}))


def ask_for_password(tx: Connection, account_id: str) -> None:
    """Have an agent choose a password at the next log-in."""
    tx.execute(delete(desk_agents).where(desk_agents.c.account_id == account_id))
