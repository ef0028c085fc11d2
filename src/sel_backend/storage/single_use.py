"""Single-use codes, registrations that wait for one, and the codes of « this was not me », in the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.storage.tables import disavowals, registrations, single_use_codes

_ADD_DISAVOWAL: Final = plain_insert(disavowals)


@dataclass(frozen=True)
class CodeRow:
    """A code and its own counter, which lives exactly as long as it does."""

    id: str
    purpose: str
    account_id: str | None
    tries: int
    expires_at: datetime
    used_at: datetime | None
    code_hash: str = field(repr=False)


@dataclass(frozen=True)
class RegistrationRow:
    """An account that somebody asked for; it exists once its own newest code is confirmed."""

    id: str
    email: str
    first_name: str
    last_name: str
    language: str
    terms_version: str
    code_id: str
    created_at: datetime
    expires_at: datetime
    password_hash: str = field(repr=False)


def add_code(
    tx: Connection,
    code_id: str,
    *,
    purpose: str,
    account_id: str | None,
    code_hash: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Add a code under a new identifier."""
    tx.execute(
        plain_insert(single_use_codes).values(
            id=code_id,
            purpose=purpose,
            account_id=account_id,
            code_hash=code_hash,
            tries=0,
            created_at=now,
            expires_at=expires_at,
        )
    )


def count_try(tx: Connection, code_id: str, purpose: str) -> CodeRow | None:
    """Count one try of a code and return it; the same statement runs for a code that does not exist."""
    row = tx.execute(
        update(single_use_codes)
        .where(single_use_codes.c.id == code_id, single_use_codes.c.purpose == purpose)
        .values(tries=single_use_codes.c.tries + 1)
        .returning(*(single_use_codes.c[name] for name in CodeRow.__dataclass_fields__))
    ).first()
    return None if row is None else CodeRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def give_back(tx: Connection, code_id: str) -> None:
    """Take one try off: the service failed."""
    tx.execute(
        update(single_use_codes)
        .where(single_use_codes.c.id == code_id, single_use_codes.c.tries > 0)
        .values(tries=single_use_codes.c.tries - 1)
    )


def use(tx: Connection, code_id: str, now: datetime) -> bool:
    """Use a code up. False: it was used or has expired meanwhile."""
    used = tx.execute(
        update(single_use_codes)
        .where(
            single_use_codes.c.id == code_id, single_use_codes.c.used_at.is_(None), single_use_codes.c.expires_at > now
        )
        .values(used_at=now)
        .returning(single_use_codes.c.id)
    ).first()
    return used is not None


def renew(tx: Connection, code_id: str, expires_at: datetime) -> bool:
    """Let an unused code expire then, and what waits for it not sooner.

    Returns:
        False: the code was used or is gone, or it is no longer the newest one of a registration.
    """
    unused = (single_use_codes.c.id == code_id, single_use_codes.c.used_at.is_(None))
    code = tx.execute(
        update(single_use_codes).where(*unused).values(expires_at=expires_at).returning(single_use_codes.c.account_id)
    ).first()
    if code is None or code.account_id is not None:
        return code is not None
    # A code without an account confirms a registration.
    waits = registrations.c.code_id == code_id
    sooner = registrations.c.expires_at < expires_at
    tx.execute(update(registrations).where(waits, sooner).values(expires_at=expires_at))
    return tx.scalar(select(registrations.c.id).where(waits)) is not None


def retire(tx: Connection, *, account_id: str, purpose: str, now: datetime, only: str | None = None) -> None:
    """End the account's unused codes of this purpose, or `only` one of them."""
    unused = update(single_use_codes).where(
        single_use_codes.c.account_id == account_id,
        single_use_codes.c.purpose == purpose,
        single_use_codes.c.used_at.is_(None),
    )
    tx.execute((unused if only is None else unused.where(single_use_codes.c.id == only)).values(used_at=now))


def registration(tx: Connection, registration_id: str) -> RegistrationRow | None:
    """Return what waits for a code under this identifier."""
    row = tx.execute(
        select(*(registrations.c[name] for name in RegistrationRow.__dataclass_fields__)).where(
            registrations.c.id == registration_id
        )
    ).first()
    return None if row is None else RegistrationRow(**row._mapping)  # noqa: SLF001


def add_registration(tx: Connection, row: RegistrationRow) -> None:
    """Keep a registration beside others for the same address, which may be a stranger's."""
    values = {name: getattr(row, name) for name in RegistrationRow.__dataclass_fields__}
    tx.execute(plain_insert(registrations).values(**values))


def set_code(tx: Connection, registration_id: str, code_id: str) -> None:
    """Name the newest code of a registration; earlier ones are no longer good."""
    tx.execute(update(registrations).where(registrations.c.id == registration_id).values(code_id=code_id))


def drop_registrations(tx: Connection, email: str) -> None:
    """Forget every registration for an address."""
    tx.execute(delete(registrations).where(registrations.c.email == email))


def add_disavowal(
    tx: Connection, token_hash: str, *, account_id: str, link_id: str | None, now: datetime, expires_at: datetime
) -> None:
    """Keep the digest of a code to disown a link, or without one the account's password."""
    row = {
        "token_hash": token_hash,
        "link_id": link_id,
        "account_id": account_id,
        "created_at": now,
        "expires_at": expires_at,
    }
    tx.execute(_ADD_DISAVOWAL, row)


def use_disavowal(tx: Connection, token_hash: str, now: datetime) -> tuple[str, str | None] | None:
    """Use up a code and return its account's and its link's id; None: it is unknown, used or expired."""
    row = tx.execute(
        update(disavowals)
        .where(disavowals.c.token_hash == token_hash, disavowals.c.used_at.is_(None), disavowals.c.expires_at > now)
        .values(used_at=now)
        .returning(disavowals.c.account_id, disavowals.c.link_id)
    ).first()
    return None if row is None else (row.account_id, row.link_id)
