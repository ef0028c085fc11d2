"""Counts for supervision, in the database: by quarter of an hour, so that days of any time zone can be made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, and_, func, select, type_coerce

from sel_backend.storage.desk_tables import desk_acts, desk_cases
from sel_backend.storage.tables import links, support_cases, timestamp

_SLOT: Final = 15 * 60 * 1_000_000


@dataclass(frozen=True)
class CountRow:
    """How often something happened in a quarter of an hour; `names`: the values of the columns to group by."""

    at: datetime
    names: tuple[Any, ...]
    number: int


def _counts(
    tx: Connection, at: Column[Any], names: tuple[Column[Any], ...], since: datetime, until: datetime
) -> Iterator[CountRow]:
    slot: ColumnElement[int] = type_coerce(at, BigInteger) // _SLOT
    within = and_(at >= since, at < until)
    wanted = select(slot, func.count(), *names).where(within).group_by(slot, *names)
    for start, number, *values in tx.execute(wanted):
        yield CountRow(timestamp(int(start) * _SLOT), tuple(values), number)


def support_cases_by(tx: Connection, since: datetime, until: datetime) -> Iterator[CountRow]:
    """Yield refusals, reports and disavowals by kind, reason and method."""
    names = (support_cases.c.kind, support_cases.c.reason, support_cases.c.method)
    return _counts(tx, support_cases.c.at, names, since, until)


def links_by(tx: Connection, since: datetime, until: datetime) -> Iterator[CountRow]:
    """Yield the links that were made, by method."""
    return _counts(tx, links.c.linked_at, (links.c.method,), since, until)


def looks_by(tx: Connection, since: datetime, until: datetime) -> Iterator[CountRow]:
    """Yield what agents have looked up, by how they found it."""
    return _counts(tx, desk_cases.c.at, (desk_cases.c.found_by,), since, until)


def acts_by(tx: Connection, since: datetime, until: datetime) -> Iterator[CountRow]:
    """Yield what agents have done, by act."""
    return _counts(tx, desk_acts.c.at, (desk_acts.c.act,), since, until)


def waits_until_linked(tx: Connection, since: datetime, until: datetime, *, within: timedelta) -> list[timedelta]:
    """Return how long accounts took from their first refusal to their next link, for refusals of that time.

    Args:
        tx: a transaction.
        since: the first refusals are not older.
        until: nor newer.
        within: a link that was made later counts as another matter.
    """
    refused = (
        select(support_cases.c.account_id, func.min(support_cases.c.at).label("at"))
        .where(support_cases.c.kind == "not_recognized", support_cases.c.at >= since, support_cases.c.at < until)
        .group_by(support_cases.c.account_id)
        .subquery()
    )
    linked = (
        select(refused.c.at, func.min(links.c.linked_at))
        .join(links, and_(links.c.account_id == refused.c.account_id, links.c.linked_at > refused.c.at))
        .group_by(refused.c.account_id, refused.c.at)
    )
    waits = [linked_at - first for first, linked_at in tx.execute(linked)]
    return [wait for wait in waits if wait <= within]
