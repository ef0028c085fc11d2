"""When Customer Service answers, for every page that says its phone."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final

from sel_contract.rules.opening import Opening, answering
from sel_tui.journey.core.messages import Msg, msg, public, published
from sel_tui.journey.core.page import Fact

if TYPE_CHECKING:
    from datetime import datetime

    from sel_tui.journey.core.state import State

_WEEK: Final = 7  # days: from then on the name of a day says too little
_TOMORROW: Final = 1


def opening_hours(state: State) -> tuple[Fact, ...]:
    """Return the hours in words, and whether somebody answers now where that is known."""
    service, now = state.app.service, state.app.now
    if service is None:
        return ()
    contact = service.contact
    said = Fact("hours", msg("fact.hours"), published(contact.hours))
    if not contact.opening or now is None:
        return (said,)
    periods = (
        Opening(one.weekday, time.fromisoformat(one.opens), time.fromisoformat(one.closes)) for one in contact.opening
    )
    found = answering(periods, contact.closed_on, now)
    if found.until is None:
        return (said, Fact("now", msg("fact.now"), msg("contact.closed")))
    if found.now:
        return (said, Fact("now", msg("fact.now"), msg("contact.open", hour=found.until)))
    return (said, Fact("now", msg("fact.now"), _closed(found.until, now)))


def _closed(until: datetime, now: datetime) -> Msg:
    days = (until.date() - now.date()).days
    if days == 0:
        return msg("contact.closed_today", hour=until)
    if days == _TOMORROW:
        return msg("contact.closed_tomorrow", hour=until)
    if days < _WEEK:
        return msg("contact.closed_weekday", day=msg(f"weekday.{until.isoweekday()}"), hour=until)
    return msg("contact.closed_long", day=public(until.date()), hour=until)
