"""F3 says whether somebody answers now, by the server's clock and the organisation's, wherever the phone is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from unittest.mock import Mock

import pytest

from sel_contract import Contact, OpeningHours
from sel_tui.i18n.catalogue import Words
from sel_tui.journey.core.events import Opened
from sel_tui.journey.core.state import with_app
from sel_tui.journey.machine import overlay_page
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.options import VisitOptions
from sel_tui.runtime.visit import Visit
from tests.unit.builders import both, service
from tests.unit.rendering import messages

FRIDAY, SATURDAY = datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)


def contact(*days: int, closed_on: tuple[date, ...] = ()) -> Contact:
    return Contact(
        phone="1 888 555-0142",
        hours=both("la semaine", "weekdays"),
        opening=tuple(OpeningHours(weekday=day, opens="08:30", closes="16:30") for day in days),
        closed_on=closed_on,
        verified_on=date(2026, 1, 12),
    )


HERE = VisitOptions("http://127.0.0.1:9")


def said(now: datetime, given: Contact, zone: str | None = "America/Toronto") -> list[str]:
    """Return what F3 says at a moment, in French and in English."""
    visit = Visit(HERE, lambda _: Mock(), lambda *_: None, later=lambda *_: Mock(), now=lambda: now)
    visit.state = with_app(visit.state, service=service(contact=given, time_zone=zone))
    visit.feed(Opened(Overlay.CONTACT))
    shown = overlay_page(visit.state)
    assert shown is not None
    words = [Words(language).for_service(visit.state.app.service) for language in ("fr", "en")]
    return [each.say(one) for each in words for item in shown.items for one in messages(item) if one is not None]


@pytest.mark.parametrize(
    ("now", "french", "english"),
    [
        (
            FRIDAY.replace(hour=13, minute=29, second=59),
            "fermé, ouvre aujourd’hui à 8 h 30",
            "closed, opens today at 8:30 a.m.",
        ),
        (FRIDAY.replace(hour=13, minute=30), "ouvert, jusqu’à 16 h 30", "open, until 4:30 p.m."),
        (FRIDAY.replace(hour=21, minute=30), "fermé, ouvre lundi à 8 h 30", "closed, opens Monday at 8:30 a.m."),
        (SATURDAY.replace(hour=3), "fermé, ouvre lundi à 8 h 30", "closed, opens Monday at 8:30 a.m."),
        (SATURDAY.replace(day=29, hour=20), "fermé, ouvre demain à 8 h 30", "closed, opens tomorrow at 8:30 a.m."),
    ],
)
def test_f3_says_whether_somebody_answers_now(now: datetime, french: str, english: str) -> None:
    shown = [text.replace("\u00a0", " ") for text in said(now, contact(1, 2, 3, 4, 5))]
    assert any(french in text for text in shown), shown
    assert any(english in text for text in shown), shown


def test_a_day_in_more_than_a_week_is_a_date() -> None:
    holidays = (date(2026, 11, 30),)
    shown = [text.replace("\u00a0", " ") for text in said(FRIDAY.replace(hour=22), contact(1, closed_on=holidays))]
    assert any("fermé, ouvre le 7 décembre 2026 à 8 h 30" in text for text in shown), shown


def test_nobody_within_two_weeks_is_closed_and_no_hour_is_promised() -> None:
    monday = tuple(date(2026, month, day) for month, day in ((11, 30), (12, 7)))
    shown = said(FRIDAY.replace(hour=22), contact(1, closed_on=monday))
    assert any(text.endswith("fermé") for text in shown), shown


@pytest.mark.parametrize(
    ("given", "zone"), [(contact(), "America/Toronto"), (contact(5), None), (contact(5), "Nowhere")]
)
def test_what_cannot_be_known_is_not_said(given: Contact, zone: str | None) -> None:
    assert not any("fermé" in text or "ouvert" in text for text in said(FRIDAY.replace(hour=15), given, zone))
