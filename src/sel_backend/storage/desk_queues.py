"""What waits for the desk, in the database: reports that nobody has taken, mails that did not arrive, frozen links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, update

from sel_backend.mail.outbox import SUPERSEDED
from sel_backend.storage.accounts import PERSON
from sel_backend.storage.desk_tables import desk_holds
from sel_backend.storage.tables import accounts, files, links, outbox, support_cases

REPORTS: Final = "reports"
MAILS: Final = "mails"
FROZEN: Final = "frozen"


@dataclass(frozen=True)
class WaitingRow:
    """One thing that waits, with whose it is, and who has it.

    Attributes:
        address: of a mail, or of the account; whoever shows it masks it.
        held_until: when whoever has taken it lets it go; it may be over.
        held_by: who has taken it.
        report_status: of a mail that came back, what the other side said (RFC 3463).
    """

    id: str
    since: datetime
    reference: str | None
    account_id: str | None
    file_id: str | None
    number: str | None
    category: str | None
    display_name: str | None
    address: str | None
    held_until: datetime | None
    held_by: str | None
    report_status: str | None = None


def item(queue: str, row_id: str) -> str:
    """Return how a row of a queue is named among what agents hold."""
    return f"{queue}|{row_id}"


_FILE: Final = (files.c.identifier, files.c.category, files.c.display_name)
_HOLD: Final = (desk_holds.c.held_until, desk_holds.c.agent_id)


def _held(queue: str, row_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return desk_holds.c.item == literal(f"{queue}|") + row_id


_UNTAKEN: Final = (
    select(
        *(support_cases.c.reference.label("id"), support_cases.c.at.label("since"), support_cases.c.reference),
        *(support_cases.c.account_id, support_cases.c.file_id, *_FILE, accounts.c.email, *_HOLD),
    )
    # Where the person has said since that the file is accurate, nothing waits.
    .join(
        links,
        and_(links.c.id == support_cases.c.link_id, links.c.verification_reference == support_cases.c.reference),
    )
    .join(files, files.c.id == support_cases.c.file_id)
    .join(accounts, accounts.c.id == support_cases.c.account_id)
    .outerjoin(desk_holds, _held(REPORTS, support_cases.c.reference))
    .where(support_cases.c.kind == "error_reported", support_cases.c.handled.is_(None))
    .order_by(support_cases.c.at, support_cases.c.reference)
)
_OF_FILE: Final = func.coalesce(outbox.c.file_id, links.c.file_id)
_OF_ACCOUNT: Final = func.coalesce(links.c.account_id, accounts.c.id)
_GIVEN_UP: Final = (
    select(
        *(outbox.c.id, outbox.c.dead_at.label("since"), links.c.reference, _OF_ACCOUNT, _OF_FILE),
        *(*_FILE, outbox.c.recipient, *_HOLD, outbox.c.report_status),
    )
    .select_from(outbox)
    .outerjoin(links, links.c.id == outbox.c.link_id)
    .outerjoin(accounts, and_(accounts.c.email == outbox.c.recipient, accounts.c.role == PERSON))
    .outerjoin(files, files.c.id == _OF_FILE)
    .outerjoin(desk_holds, _held(MAILS, outbox.c.id))
    # A mail that a newer one replaced did not fail; one of nobody whom we know helps nobody.
    .where(
        outbox.c.dead_at.is_not(None),
        outbox.c.handled_at.is_(None),
        or_(outbox.c.last_error.is_(None), outbox.c.last_error != SUPERSEDED),
        or_(_OF_FILE.is_not(None), _OF_ACCOUNT.is_not(None)),
    )
    .order_by(outbox.c.dead_at, outbox.c.id)
)
_SUSPENDED: Final = (
    select(
        *(links.c.id, links.c.frozen_at.label("since"), links.c.reference, links.c.account_id, links.c.file_id),
        *(*_FILE, accounts.c.email, *_HOLD),
    )
    .join(files, files.c.id == links.c.file_id)
    .join(accounts, accounts.c.id == links.c.account_id)
    .outerjoin(desk_holds, _held(FROZEN, links.c.id))
    .where(links.c.frozen_at.is_not(None), links.c.ended_at.is_(None))
    .order_by(links.c.frozen_at, links.c.id)
)
_QUEUES: Final[dict[str, tuple[Select[Any], ColumnElement[Any]]]] = {
    REPORTS: (_UNTAKEN, support_cases.c.reference),
    MAILS: (_GIVEN_UP, outbox.c.id),
    FROZEN: (_SUSPENDED, links.c.id),
}


def waiting(
    tx: Connection, queue: str, most: int, *, row_id: str | None = None, free_at: datetime | None = None
) -> list[WaitingRow]:
    """Return what waits in a queue, the oldest first.

    Args:
        tx: a transaction.
        queue: which one.
        most: how many at most.
        row_id: only this one.
        free_at: only what nobody has taken at this moment.
    """
    statement, own_id = _QUEUES[queue]
    if row_id is not None:
        statement = statement.where(own_id == row_id)
    if free_at is not None:
        statement = statement.where(or_(desk_holds.c.held_until.is_(None), desk_holds.c.held_until <= free_at))
    found: Any = tx.execute(statement.limit(most))
    # The columns stand in the order of the fields.
    return [WaitingRow(*row) for row in found]


def handle_report(tx: Connection, reference: str, state: str, agent_id: str, now: datetime) -> bool:
    """Note what becomes of a report. False: it was answered or passed on before."""
    open_still = or_(support_cases.c.handled.is_(None), support_cases.c.handled == "taken")
    changed = (
        update(support_cases)
        .where(support_cases.c.reference == reference, support_cases.c.kind == "error_reported", open_still)
        .values(handled=state, handled_at=now, handled_by=agent_id)
    )
    return tx.execute(changed.returning(support_cases.c.reference)).first() is not None


def set_aside(tx: Connection, held_item: str | None, now: datetime) -> bool:
    """Take a mail off its queue. False: the item is no mail that waits there."""
    queue, _, row_id = (held_item or "").partition("|")
    if queue != MAILS:
        return False
    waits = and_(outbox.c.id == row_id, outbox.c.dead_at.is_not(None), outbox.c.handled_at.is_(None))
    return tx.execute(update(outbox).where(waits).values(handled_at=now).returning(outbox.c.id)).first() is not None
