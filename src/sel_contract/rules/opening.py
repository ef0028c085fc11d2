"""Whether Customer Service answers now, and when it does next: weekly hours and days without any."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

_AHEAD: Final = 14  # days: longer than any run of holidays


class Opening(NamedTuple):
    """A period of one day of the week.

    Attributes:
        weekday: From 1, Monday, to 7 (ISO 8601).
        opens: When people answer from.
        closes: When they stop, later the same day.
    """

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Answering:
    """Whether somebody answers now.

    Attributes:
        now: True while they do.
        until: When that changes; None where nobody answers for two weeks.
    """

    now: bool
    until: datetime | None


def answering(openings: Iterable[Opening], closed_on: Collection[date], at: datetime) -> Answering:
    """Tell whether somebody answers at a given time, and until when.

    Args:
        openings: The periods of a week.
        closed_on: Days on which nobody answers.
        at: The time, on the clocks of those who answer.
    """
    periods = sorted(period for period in openings if period.opens < period.closes)
    for days in range(_AHEAD + 1):
        day = at.date() + timedelta(days=days)
        if day in closed_on:
            continue
        for period in periods:
            if period.weekday != day.isoweekday():
                continue
            opens, closes = (datetime.combine(day, hour, at.tzinfo) for hour in (period.opens, period.closes))
            if at < opens:
                return Answering(now=False, until=opens)
            if at < closes:
                return Answering(now=True, until=closes)
    return Answering(now=False, until=None)
