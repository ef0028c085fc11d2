"""Times as mails write them: the organisation's local date and hour, in each language's own form.

French: no-break spaces (U+00A0) inside the date and around « h », and no minutes where there are none (OQLF).
English: a.m. and p.m.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_FRENCH: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_ENGLISH: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NOON: Final = 12


@dataclass(frozen=True)
class When:
    """A local time in words, in each language."""

    french: str
    english: str


def local(moment: datetime, zone: ZoneInfo) -> When:
    """Return a time in words, as the clocks of a time zone show it."""
    here = moment.astimezone(zone)
    day = "1er" if here.day == 1 else str(here.day)
    half = "a.m." if here.hour < _NOON else "p.m."
    french = f"\u00a0{here.minute:02}" if here.minute else ""
    english = f":{here.minute:02}" if here.minute else ""
    return When(
        f"{day}\u00a0{_FRENCH[here.month - 1]}\u00a0{here.year}, {here.hour}\u00a0h{french}",
        f"{_ENGLISH[here.month - 1]}\u00a0{here.day}, {here.year}, {here.hour % _NOON or _NOON}{english}\u00a0{half}",
    )
