"""Figures for supervision: what fails most, how long until linked, how many calls a reference saves. No names."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.caller import Caller
from sel_backend.services.desk.entry import Entry
from sel_backend.services.desk.reading import refusal_reason
from sel_backend.storage import desk_figures
from sel_backend.storage.desk_figures import CountRow
from sel_contract import LinkMethod
from sel_contract.desk import FoundBy
from sel_contract.desk_acts import DeskFigures, FigureKind, FigureRow
from sel_contract.desk_case import DeskActKind
from sel_contract.text import VERY_MANY

_ANOTHER_MATTER: Final = timedelta(days=7)
"""Whoever links so long after a refusal did not wait for it."""
_KINDS: Final = {"error_reported": FigureKind.REPORTED, "disavowed": FigureKind.DISAVOWED}


def _of_support_case(row: CountRow) -> dict[str, Any]:
    kind, reason, method = row.names
    figure = _KINDS.get(kind or "", FigureKind.REFUSED)
    refused = figure is FigureKind.REFUSED
    return {
        "kind": figure,
        "reason": refusal_reason(reason or "") if refused else None,
        "method": LinkMethod(method) if method and refused else None,
    }


def _by_day(rows: Iterable[tuple[CountRow, dict[str, Any]]], zone: ZoneInfo) -> list[FigureRow]:
    counted: Counter[tuple[date, tuple[tuple[str, Any], ...]]] = Counter()
    for row, named in rows:
        counted[row.at.astimezone(zone).date(), tuple(named.items())] += row.number
    return [FigureRow(day=day, number=number, **dict(named)) for (day, named), number in counted.items()]


class Figures:
    """Counts for supervisors."""

    def __init__(self, core: Core, entry: Entry) -> None:
        self._core = core
        self._entry = entry

    async def show(self, caller: Caller, days: int) -> DeskFigures:
        """Return the figures of the last days, today's included.

        Raises:
            ProblemError: no live session, `desk-session-incomplete` or `supervisor-only`.
        """

        def work(tx: Connection) -> DeskFigures:
            now = self._core.clock()
            self._entry.supervisor(tx, caller, now)
            return self._count(tx, days, now)

        return await self._core.database.run(work)

    def _count(self, tx: Connection, days: int, now: datetime) -> DeskFigures:
        zone = self._core.settings.service.zone
        last = now.astimezone(zone).date()
        first = last - timedelta(days=days - 1)
        since = datetime.combine(first, time.min, zone)
        until = datetime.combine(last + timedelta(days=1), time.min, zone)
        looks = list(desk_figures.looks_by(tx, since, until))
        counted = [
            *((row, _of_support_case(row)) for row in desk_figures.support_cases_by(tx, since, until)),
            *(
                (row, {"kind": FigureKind.LINKED, "method": LinkMethod(row.names[0])})
                for row in desk_figures.links_by(tx, since, until)
            ),
            *((row, {"kind": FigureKind.LOOKED_UP, "found_by": FoundBy(row.names[0])}) for row in looks),
            *(
                (row, {"kind": FigureKind.ACTED, "act": DeskActKind(row.names[0])})
                for row in desk_figures.acts_by(tx, since, until)
            ),
        ]
        rows = sorted(_by_day(counted, zone), key=lambda row: (row.day, row.kind, -row.number, row.wire()))
        waits = desk_figures.waits_until_linked(tx, since, until, within=_ANOTHER_MATTER)
        return DeskFigures(
            first=first,
            last=last,
            rows=tuple(rows[-VERY_MANY:]),
            minutes_until_linked=round(median(wait.total_seconds() for wait in waits) / 60) if waits else None,
            calls_by_reference=sum(row.number for row in looks if row.names[0] == FoundBy.REFERENCE),
            calls=sum(row.number for row in looks if row.names[0] != FoundBy.QUEUE),
        )
