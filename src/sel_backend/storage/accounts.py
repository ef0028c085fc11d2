"""Accounts, pending registrations and sessions in the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.storage.desk_tables import desk_sessions
from sel_backend.storage.rows import insert, new_id
from sel_backend.storage.tables import Instant, accounts, handoffs, links, sessions

PERSON: Final = "person"
"""The role of everybody's own account; the others are those of the desk (`sel_contract.desk.DeskRole`)."""

# Built once: building a statement costs more than running it.
_NOW: Final = bindparam("the_now", type_=Instant())
_LINKED: Final = (
    select(func.count())
    .where(links.c.account_id == sessions.c.account_id, links.c.ended_at.is_(None))
    .scalar_subquery()
)
_BY_TOKEN: Final = (
    select(
        accounts,
        sessions.c.id.label("session_id"),
        sessions.c.authenticated_at,
        sessions.c.last_seen_at,
        sessions.c.expires_at,
        sessions.c.selected_link_id,
        sessions.c.ended_at,
        _LINKED.label("linked_files"),
    )
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
)
_BY_EMAIL: Final = select(accounts).where(accounts.c.email == bindparam("the_email"))
_BY_ID: Final = select(accounts).where(accounts.c.id == bindparam("the_account"))
# SQLite, where one transaction writes at a time, has no such clause and needs none.
_UNCHANGED: Final = (
    select(
        accounts,
        select(func.count())
        .where(links.c.account_id == accounts.c.id, links.c.ended_at.is_(None))
        .scalar_subquery()
        .label("linked_files"),
    )
    .where(accounts.c.id == bindparam("the_account"))
    .with_for_update(read=True, of=accounts)
)
_ALONE: Final = select(accounts).where(accounts.c.id == bindparam("the_account")).with_for_update(of=accounts)
_OPEN: Final = plain_insert(sessions)
_SESSION: Final = update(sessions).where(sessions.c.id == bindparam("the_session"))
_TOUCH: Final = _SESSION.values(last_seen_at=_NOW)
_SELECT_LINK: Final = _SESSION.values(selected_link_id=bindparam("the_link"))
_END: Final = _SESSION.where(sessions.c.ended_at.is_(None)).values(ended_at=_NOW).returning(sessions.c.id)


@dataclass(frozen=True)
class AccountRow:
    """A user account."""

    id: str
    email: str
    first_name: str
    last_name: str
    language: str
    role: str
    created_at: datetime
    password_changed_at: datetime
    password_hash: str = field(repr=False)


@dataclass(frozen=True)
class SessionRow:
    """A session, with how many files its account has linked."""

    id: str
    authenticated_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    selected_link_id: str | None
    ended_at: datetime | None
    linked_files: int


def account_of(row: Row[Any]) -> AccountRow:
    """Return the account that a row of a statement holds."""
    return AccountRow(**{name: getattr(row, name) for name in AccountRow.__dataclass_fields__})


def by_email(tx: Connection, email: str) -> AccountRow | None:
    """Return the account with this address."""
    row = tx.execute(_BY_EMAIL, {"the_email": email}).first()
    return None if row is None else account_of(row)


def person_by_email(tx: Connection, email: str) -> AccountRow | None:
    """Return the account with this address if it is a person's own."""
    account = by_email(tx, email)
    return account if account and account.role == PERSON else None


def by_id(tx: Connection, account_id: str) -> AccountRow | None:
    """Return the account with this identifier."""
    row = tx.execute(_BY_ID, {"the_account": account_id}).first()
    return None if row is None else account_of(row)


def hold(tx: Connection, account_id: str) -> tuple[AccountRow, int] | None:
    """Return the account and how many files it has linked; nobody changes it until this transaction ends."""
    row = tx.execute(_UNCHANGED, {"the_account": account_id}).first()
    return None if row is None else (account_of(row), row.linked_files)


def hold_alone(tx: Connection, account_id: str) -> AccountRow | None:
    """Return the account; until this transaction ends nobody else holds or changes it, nor adds anything to it."""
    row = tx.execute(_ALONE, {"the_account": account_id}).first()
    return None if row is None else account_of(row)


def add(
    tx: Connection,
    *,
    email: str,
    password_hash: str,
    first_name: str,
    last_name: str,
    language: str,
    now: datetime,
    role: str = PERSON,
) -> str | None:
    """Add an account and return its identifier; None where the address has one, also one made at this moment."""
    row = tx.execute(
        insert(tx, accounts)
        .values(
            id=new_id(),
            email=email,
            password_hash=password_hash,
            first_name=first_name,
            last_name=last_name,
            language=language,
            role=role,
            created_at=now,
            password_changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(accounts.c.id)
    ).first()
    return None if row is None else str(row.id)


def rehash(tx: Connection, account_id: str, old: str, new: str) -> None:
    """Replace a hash made with yesterday's parameters, unless the password has changed meanwhile."""
    tx.execute(
        update(accounts).where(accounts.c.id == account_id, accounts.c.password_hash == old).values(password_hash=new)
    )


def set_password(tx: Connection, account_id: str, password_hash: str, now: datetime) -> None:
    """Change the password and end every session of the account."""
    tx.execute(
        update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash, password_changed_at=now)
    )
    end_sessions(tx, account_id, now)


def set_role(tx: Connection, account_id: str, role: str) -> None:
    """Change what an account of the desk may do."""
    tx.execute(update(accounts).where(accounts.c.id == account_id, accounts.c.role != PERSON).values(role=role))


def open_session(
    tx: Connection,
    account_id: str,
    token_hash: str,
    *,
    now: datetime,
    expires_at: datetime,
    selected: str | None = None,
    linked_files: int,
) -> SessionRow:
    """Open a session and return it."""
    opened = SessionRow(new_id(), now, now, expires_at, selected, None, linked_files)
    values = {
        "id": opened.id,
        "token_hash": token_hash,
        "account_id": account_id,
        "authenticated_at": now,
        "last_seen_at": now,
        "expires_at": expires_at,
        "selected_link_id": selected,
    }
    tx.execute(_OPEN, values)
    return opened


def by_token(tx: Connection, token_hash: str) -> tuple[AccountRow, SessionRow] | None:
    """Return the session with this token, whatever its state, and its account."""
    row = tx.execute(_BY_TOKEN, {"token_hash": token_hash}).first()
    if row is None:
        return None
    session = SessionRow(
        id=row.session_id,
        authenticated_at=row.authenticated_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        selected_link_id=row.selected_link_id,
        ended_at=row.ended_at,
        linked_files=row.linked_files,
    )
    return account_of(row), session


def touch(tx: Connection, session_id: str, now: datetime) -> None:
    """Note that the session was used."""
    tx.execute(_TOUCH, {"the_session": session_id, "the_now": now})


def select_link(tx: Connection, session_id: str, link_id: str | None) -> None:
    """Note the selected profile."""
    tx.execute(_SELECT_LINK, {"the_session": session_id, "the_link": link_id})


def end_session(tx: Connection, session_id: str, now: datetime) -> bool:
    """End one session. False: it has ended already."""
    return tx.execute(_END, {"the_session": session_id, "the_now": now}).first() is not None


def end_sessions(tx: Connection, account_id: str, now: datetime) -> None:
    """End every session of an account, the desk's too, and what waits to be gone on with in another one."""
    tx.execute(delete(handoffs).where(handoffs.c.account_id == account_id))
    for table in (sessions, desk_sessions):
        tx.execute(
            update(table).where(table.c.account_id == account_id, table.c.ended_at.is_(None)).values(ended_at=now)
        )
