"""What a case shows, read from the database: attempts, coordinates, links, reports; no hash, no code, no answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from sel_backend.mail.outbox import SUPERSEDED
from sel_backend.storage.tables import accounts, events, files, link_codes, links, outbox, sessions, support_cases

LINK_CODE: Final = "link_code"
"""The kind of a mail with linking coordinates."""
_ATTEMPT_KINDS: Final = ("linked", "unlinked", "linking_code_asked", "link_refused")


@dataclass(frozen=True)
class SupportCaseRow:
    """A refusal, a report of an error or a disavowal, with the number of its file."""

    reference: str
    account_id: str
    at: datetime
    kind: str
    reason: str
    method: str | None
    file_id: str | None
    link_id: str | None
    terminal: str | None
    handled: str | None
    handled_at: datetime | None
    handled_by: str | None
    number: str | None


@dataclass(frozen=True)
class EventRow:
    """A line of an account's history that is no support case."""

    at: datetime
    kind: str
    method: str | None
    identifier: str | None
    reference: str | None


@dataclass(frozen=True)
class CoordinatesRow:
    """Linking coordinates and what became of their mail; a mail that a newer one replaced was not sent, and is none.

    `asked_by` is the account of the person who asked for them, `asked_from` its address.
    """

    created_at: datetime
    expires_at: datetime
    replaced_at: datetime | None
    used_at: datetime | None
    recipient: str | None
    sent_at: datetime | None
    dead_at: datetime | None
    asked_by: str | None
    asked_from: str | None
    delayed_at: datetime | None
    report_status: str | None
    superseded: bool


_COORDINATES: Final = tuple(name for name in CoordinatesRow.__dataclass_fields__ if name != "superseded")
_CASE: Final = select(
    *(support_cases.c[name] for name in SupportCaseRow.__dataclass_fields__ if name in support_cases.c),
    files.c.identifier.label("number"),
).outerjoin(files, files.c.id == support_cases.c.file_id)


def _cases(found: Any) -> list[SupportCaseRow]:
    # The columns stand in the order of the fields.
    return [SupportCaseRow(*row) for row in found]


def support_case(tx: Connection, reference: str) -> SupportCaseRow | None:
    """Return what stands behind a reference."""
    return next(iter(_cases(tx.execute(_CASE.where(support_cases.c.reference == reference)))), None)


def _about(account_id: str | None, file_id: str | None) -> Any:
    # A caller's own attempts; without a caller, everybody's at the file.
    return support_cases.c.account_id == account_id if account_id else support_cases.c.file_id == file_id


def support_cases_about(tx: Connection, account_id: str | None, file_id: str | None, most: int) -> list[SupportCaseRow]:
    """Return the refusals, reports and disavowals of an account, or without one of a file, the newest first."""
    wanted = _CASE.where(_about(account_id, file_id))
    return _cases(tx.execute(wanted.order_by(support_cases.c.at.desc(), support_cases.c.reference).limit(most)))


def events_about(tx: Connection, account_id: str, most: int) -> list[EventRow]:
    """Return what an account did that is no support case, the newest first."""
    # A refusal of a file that is held elsewhere has its support case; one of a frozen file has this line alone.
    without_case = or_(events.c.kind != "link_refused", events.c.link_id.is_not(None))
    wanted = select(*(events.c[name] for name in EventRow.__dataclass_fields__)).where(
        events.c.account_id == account_id, events.c.kind.in_(_ATTEMPT_KINDS), without_case
    )
    return [EventRow(*row) for row in tx.execute(wanted.order_by(events.c.id.desc()).limit(most))]


def coordinates_of(tx: Connection, file_id: str, most: int) -> list[CoordinatesRow]:
    """Return a file's linking coordinates with their mails, the newest first."""
    # Both are written in one transaction, at one moment.
    mail = and_(
        outbox.c.file_id == link_codes.c.file_id,
        outbox.c.kind == LINK_CODE,
        outbox.c.created_at == link_codes.c.created_at,
    )
    wanted = (
        select(
            *(link_codes.c[name] for name in ("created_at", "expires_at", "replaced_at", "used_at", "asked_by")),
            accounts.c.email.label("asked_from"),
            *(
                outbox.c[name]
                for name in ("recipient", "sent_at", "dead_at", "delayed_at", "report_status", "last_error")
            ),
        )
        .select_from(link_codes)
        .outerjoin(outbox, mail)
        .outerjoin(accounts, accounts.c.id == link_codes.c.asked_by)
        .where(link_codes.c.file_id == file_id)
        .order_by(link_codes.c.created_at.desc(), link_codes.c.id)
        .limit(most)
    )
    return [
        CoordinatesRow(**{name: getattr(row, name) for name in _COORDINATES}, superseded=row.last_error == SUPERSEDED)
        for row in tx.execute(wanted)
    ]


def usernames_of(tx: Connection, file_id: str) -> list[str]:
    """Return the usernames of a file's linking coordinates that were neither used nor replaced."""
    own = and_(link_codes.c.file_id == file_id, link_codes.c.used_at.is_(None), link_codes.c.replaced_at.is_(None))
    return list(tx.scalars(select(link_codes.c.username).where(own)))


def links_about(tx: Connection, account_id: str | None, file_id: str | None, most: int) -> list[Any]:
    """Return the links of an account, or without one of a file, ended ones too, the newest first."""
    about = links.c.account_id == account_id if account_id else links.c.file_id == file_id
    wanted = (
        select(links, files.c.identifier, files.c.display_name)
        .join(files, files.c.id == links.c.file_id)
        .where(about)
        .order_by(links.c.linked_at.desc(), links.c.id)
        .limit(most)
    )
    return list(tx.execute(wanted))


def reported(tx: Connection, link_ids: list[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return by link the reference and the note of what its account says is wrong now."""
    wanted = select(links.c.id, links.c.verification_reference, links.c.verification_note)
    rows = tx.execute(wanted.where(links.c.id.in_(link_ids), links.c.verification_reference.is_not(None)))
    return {row.id: (row.verification_reference, row.verification_note) for row in rows}


def sessions_open(tx: Connection, account_id: str, now: datetime, used_since: datetime) -> int:
    """Return how many sessions of an account are alive."""
    alive = and_(
        sessions.c.account_id == account_id,
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.last_seen_at > used_since,
    )
    return tx.scalar(select(func.count()).select_from(sessions).where(alive)) or 0


def links_open(tx: Connection, account_id: str) -> int:
    """Return how many files an account has linked."""
    own = and_(links.c.account_id == account_id, links.c.ended_at.is_(None))
    return tx.scalar(select(func.count()).select_from(links).where(own)) or 0
