"""Links between accounts and files, their events and their support cases in the database."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, or_, select, update
from sqlalchemy import insert as plain_insert

from sel_backend.storage import audit
from sel_backend.storage.rows import insert_into, new_id, timed_id
from sel_backend.storage.tables import Instant, events, file_names, files, links, support_cases


@dataclass(frozen=True)
class LinkRow:
    """A link with what a list of profiles needs of its file."""

    id: str
    account_id: str
    file_id: str
    method: str
    reference: str
    linked_at: datetime
    frozen_at: datetime | None
    ended_at: datetime | None
    verification: str
    verified_at: datetime | None
    verification_reference: str | None
    verification_note: str | None
    category: str
    identifier: str
    display_name: str
    email: str | None


_SELECT = select(
    *(getattr(links.c, name) for name in LinkRow.__dataclass_fields__ if name in links.c),
    files.c.category,
    files.c.identifier,
    files.c.display_name,
    files.c.email,
).join(files, files.c.id == links.c.file_id)

# Built once: building a statement costs more than running it.
_ACTIVE: Final = _SELECT.where(links.c.account_id == bindparam("account_id"), links.c.ended_at.is_(None))
_OF_ACCOUNT: Final = _ACTIVE.order_by(links.c.linked_at.desc(), links.c.id)
_OWN: Final = _ACTIVE.where(links.c.id == bindparam("link_id"))
_BY_ID: Final = _SELECT.where(links.c.id == bindparam("the_link"))
_BY_REFERENCE: Final = _SELECT.where(links.c.reference == bindparam("the_reference"))
_HOLDERS: Final = _SELECT.where(links.c.file_id == bindparam("the_file"), links.c.ended_at.is_(None))
_FROZEN: Final = _SELECT.where(
    links.c.account_id == bindparam("the_account"),
    links.c.file_id == bindparam("the_file"),
    links.c.frozen_at.is_not(None),
).order_by(links.c.linked_at.desc(), links.c.id)
_own = links.alias()
_DISOWNED: Final = (
    select(_own.c.id, files.c.identifier, file_names.c.name)
    .select_from(_own)
    .join(files, files.c.id == _own.c.file_id)
    .outerjoin(file_names, file_names.c.file_id == _own.c.file_id)
    .where(
        _own.c.account_id == bindparam("the_account"),
        _own.c.file_id.in_(
            select(links.c.file_id).where(
                links.c.account_id == bindparam("the_account"), links.c.frozen_at.is_not(None)
            )
        ),
    )
)
_END: Final = (
    update(links)
    .where(
        links.c.id == bindparam("the_link"),
        links.c.account_id == bindparam("the_account"),
        links.c.ended_at.is_(None),
        links.c.frozen_at.is_(None),
    )
    .values(ended_at=bindparam("the_now", type_=Instant()))
    .returning(links.c.id)
)
_EVENT: Final = plain_insert(events)
_CASE: Final = plain_insert(support_cases)


@cache
def _add(dialect: str) -> Any:
    return insert_into(dialect, links).on_conflict_do_nothing().returning(links.c.id)


def _rows(found: Any) -> list[LinkRow]:
    # The columns stand in the order of the fields.
    return [LinkRow(*row) for row in found]


def of_account(tx: Connection, account_id: str) -> list[LinkRow]:
    """Return the account's profiles, the one linked last first."""
    return _rows(tx.execute(_OF_ACCOUNT, {"account_id": account_id}))


def find(tx: Connection, account_id: str, link_id: str) -> LinkRow | None:
    """Return one of the account's own profiles."""
    return next(iter(_rows(tx.execute(_OWN, {"link_id": link_id, "account_id": account_id}))), None)


def by_id(tx: Connection, link_id: str) -> LinkRow | None:
    """Return a link whoever holds it, ended ones too."""
    return next(iter(_rows(tx.execute(_BY_ID, {"the_link": link_id}))), None)


def by_reference(tx: Connection, reference: str) -> LinkRow | None:
    """Return the link with this reference, ended ones too."""
    return next(iter(_rows(tx.execute(_BY_REFERENCE, {"the_reference": reference}))), None)


def holders(tx: Connection, file_id: str) -> list[LinkRow]:
    """Return the active links of a file."""
    return _rows(tx.execute(_HOLDERS, {"the_file": file_id}))


def ended(tx: Connection, account_id: str, file_id: str, since: datetime) -> list[str]:
    """Return the links of an account and a file that have ended since then."""
    own = and_(links.c.account_id == account_id, links.c.file_id == file_id, links.c.ended_at > since)
    return list(tx.scalars(select(links.c.id).where(own)))


def add(
    tx: Connection, *, account_id: str, file_id: str, exclusive: bool, method: str, reference: str, now: datetime
) -> str | None:
    """Add a link and return its identifier; None where the account, or with exclusivity anybody, has one already.

    The partial unique indexes decide, so two requests at once cannot both succeed.
    """
    values = {
        "id": new_id(),
        "account_id": account_id,
        "file_id": file_id,
        "exclusive": exclusive,
        "method": method,
        "reference": reference,
        "linked_at": now,
        "verification": "to_verify",
    }
    row = tx.execute(_add(tx.dialect.name), values).first()
    return None if row is None else str(row.id)


def end(tx: Connection, account_id: str, link_id: str, now: datetime) -> bool:
    """End one of the account's own links. False: there is none, or it is frozen."""
    parameters = {"the_link": link_id, "the_account": account_id, "the_now": now}
    return tx.execute(_END, parameters).first() is not None


def freeze(tx: Connection, link: LinkRow, now: datetime) -> bool:
    """Freeze a link, ended or not, and whatever the account has linked that file by since. False: all was frozen."""
    same_file = and_(links.c.account_id == link.account_id, links.c.file_id == link.file_id, links.c.ended_at.is_(None))
    frozen = tx.execute(
        update(links)
        .where(or_(links.c.id == link.id, same_file), links.c.frozen_at.is_(None))
        .values(frozen_at=now)
        .returning(links.c.id)
    ).all()
    return bool(frozen)


def frozen(tx: Connection, account_id: str, file_id: str) -> list[LinkRow]:
    """Return the account's frozen links of a file, ended ones too, the newest first."""
    return _rows(tx.execute(_FROZEN, {"the_account": account_id, "the_file": file_id}))


def disowned(tx: Connection, account_id: str) -> frozenset[str]:
    """Return by what events name the files of which the account has a frozen link: every link, every name."""
    return frozenset(
        value for row in tx.execute(_DISOWNED, {"the_account": account_id}) for value in row if value is not None
    )


def thaw(tx: Connection, account_id: str, file_id: str) -> int:
    """Lift the freeze of an account's links of a file; return of how many."""
    freed = tx.execute(
        update(links)
        .where(links.c.account_id == account_id, links.c.file_id == file_id, links.c.frozen_at.is_not(None))
        .values(frozen_at=None)
        .returning(links.c.id)
    ).all()
    return len(freed)


def end_frozen(tx: Connection, link_id: str, now: datetime) -> bool:
    """End a frozen link, which stays frozen. False: it has ended, or is not frozen."""
    ended = tx.execute(
        update(links)
        .where(links.c.id == link_id, links.c.frozen_at.is_not(None), links.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(links.c.id)
    ).first()
    return ended is not None


def verify(
    tx: Connection, link_id: str, *, outcome: str, reference: str | None, note: str | None, now: datetime
) -> None:
    """Keep what the person says about the file."""
    tx.execute(
        update(links)
        .where(links.c.id == link_id)
        .values(verification=outcome, verified_at=now, verification_reference=reference, verification_note=note)
    )


def add_event(
    tx: Connection, account_id: str, kind: str, now: datetime, *, network: str | None = None, **about: str | None
) -> None:
    """Write one line of the account's history; `network`, a pseudonym, is for the audit alone."""
    tx.execute(_EVENT, {"id": timed_id(now), "account_id": account_id, "kind": kind, "at": now, **about})
    known = {name: about.get(name) for name in ("link_id", "method", "reference")}
    audit.record(tx, now, audit.ACCOUNT, kind, account_id=account_id, network=network, **known)


def events_of(tx: Connection, account_id: str, before: str | None, limit: int) -> list[Any]:
    """Return the account's history, newest first, from before the given event."""
    wanted = select(events).where(events.c.account_id == account_id)
    if before:
        wanted = wanted.where(events.c.id < before)
    return list(tx.execute(wanted.order_by(events.c.id.desc()).limit(limit)))


def add_support_case(
    tx: Connection,
    *,
    reference: str,
    account_id: str,
    kind: str,
    reason: str,
    now: datetime,
    network: str | None = None,
    terminal: str | None = None,
    **about: str | None,
) -> None:
    """Keep the true reason behind a reference that a person reads over the phone; `network` as in `add_event`."""
    case = {"reference": reference, "account_id": account_id, "kind": kind, "reason": reason, "at": now}
    case["terminal"] = terminal
    tx.execute(_CASE, case | about)
    about |= {"reference": reference, "network": network}
    audit.record(tx, now, audit.ACCOUNT, kind, outcome=reason, account_id=account_id, **about)
