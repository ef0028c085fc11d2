"""Whether Customer Service answers: at, before and after each bound, over lunch, weekends and holidays."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sel_contract.rules.opening import Answering, Opening, answering

ZONE = ZoneInfo("America/Toronto")
WEEK = [Opening(day, time(8, 30), time(16, 30)) for day in range(1, 6)]
LUNCH = [Opening(1, time(13), time(16, 30)), Opening(1, time(8, 30), time(12))]
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("openings", "now", "expected"),
    [
        (WEEK, at(11, 30, 8, 29), Answering(now=False, until=at(11, 30, 8, 30))),
        (WEEK, at(11, 30, 8, 30), Answering(now=True, until=at(11, 30, 16, 30))),
        (WEEK, at(11, 30, 16, 29), Answering(now=True, until=at(11, 30, 16, 30))),
        (WEEK, at(11, 30, 16, 30), Answering(now=False, until=at(12, 1, 8, 30))),
        (WEEK, at(11, 27, 17), Answering(now=False, until=at(11, 30, 8, 30))),
        (WEEK, at(11, 29, 12), Answering(now=False, until=at(11, 30, 8, 30))),
        (WEEK, at(12, 24, 17), Answering(now=False, until=at(12, 29, 8, 30))),
        (WEEK, at(12, 25, 10), Answering(now=False, until=at(12, 29, 8, 30))),
        (LUNCH, at(11, 30, 11, 59), Answering(now=True, until=at(11, 30, 12))),
        (LUNCH, at(11, 30, 12), Answering(now=False, until=at(11, 30, 13))),
        (LUNCH, at(12, 28, 9), Answering(now=False, until=datetime(2027, 1, 4, 8, 30, tzinfo=ZONE))),
        (LUNCH, at(12, 21, 17), Answering(now=False, until=datetime(2027, 1, 4, 8, 30, tzinfo=ZONE))),
        ([Opening(1, time(9), time(9))], at(11, 30, 9), Answering(now=False, until=None)),
        ([], at(11, 30, 9), Answering(now=False, until=None)),
    ],
)
def test_answering(openings: list[Opening], now: datetime, expected: Answering) -> None:
    assert answering(openings, CHRISTMAS, now) == expected


def test_an_hour_is_that_of_the_wall_on_the_day_the_clocks_change() -> None:
    sunday = [Opening(7, time(1), time(5))]
    found = answering(sunday, (), datetime(2026, 11, 1, 0, 30, tzinfo=ZONE))
    assert found.until == datetime(2026, 11, 1, 1, tzinfo=ZONE)
    assert answering(sunday, (), datetime(2026, 11, 1, 4, 59, tzinfo=ZONE)).now
