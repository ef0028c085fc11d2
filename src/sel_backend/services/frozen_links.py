"""After « this was not me »: a frozen link is freed or ended, by an operator or at the desk."""

from datetime import datetime

from sqlalchemy import Connection

from sel_backend.storage import desk_views, links
from sel_backend.storage.links import LinkRow
from sel_contract import EventKind


def named(tx: Connection, reference: str) -> LinkRow | None:
    """Return the frozen link that a reference names, its own or its disavowal's; the active one first."""
    link = links.by_reference(tx, reference)
    if link is None:
        case = desk_views.support_case(tx, reference)
        link = links.by_id(tx, case.link_id) if case and case.link_id else None
    return of_same_file(tx, link) if link else None


def of_same_file(tx: Connection, link: LinkRow) -> LinkRow | None:
    """Return the frozen link of the same account and file, the active one first; None: nothing is frozen."""
    frozen = links.frozen(tx, link.account_id, link.file_id)
    return next((one for one in frozen if one.ended_at is None), next(iter(frozen), None))


def free(tx: Connection, link: LinkRow) -> int:
    """Lift the freeze of an account's links of a file; return of how many."""
    return links.thaw(tx, link.account_id, link.file_id)


def end(tx: Connection, link: LinkRow, now: datetime) -> bool:
    """End a frozen link: its account cannot link that file again. False: it has ended already."""
    if not links.end_frozen(tx, link.id, now):
        return False
    links.add_event(
        tx,
        link.account_id,
        EventKind.UNLINKED,
        now,
        link_id=link.id,
        method=link.method,
        category=link.category,
        identifier=link.identifier,
        display_name=link.display_name,
        reference=link.reference,
    )
    return True
