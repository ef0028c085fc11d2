"""How the service presents itself: settings, and how hours are written in them."""

import re
from datetime import date, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from sel_backend.settings_part import Part
from sel_contract.rules.opening import Opening

_USUAL: Final = "monday-friday 8:30-16:30"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY: Final = "|".join(_DAYS)
_OPENING: Final = re.compile(
    rf"(?P<first>{_DAY})(?:-(?P<last>{_DAY}))? (?P<opens>[0-9]{{1,2}}:[0-9]{{2}})-(?P<closes>[0-9]{{1,2}}:[0-9]{{2}})"
)


def periods(text: str) -> tuple[Opening, ...]:
    """Return the periods, a day each, that one line of the settings names.

    Args:
        text: such as `monday-friday 8:30-12:00` or `saturday 9:00-12:00`.

    Raises:
        ValueError: it is written otherwise, no such hour exists, or it ends before it begins.
    """
    found = _OPENING.fullmatch(text)
    if found is None:
        raise ValueError("not days and hours such as monday-friday 8:30-12:00")
    first, last = (_DAYS.index(found[name] or found["first"]) + 1 for name in ("first", "last"))
    opens, closes = (time.fromisoformat(found[name].zfill(5)) for name in ("opens", "closes"))
    if first > last or opens >= closes:
        raise ValueError("ends before it begins")
    return tuple(Opening(day, opens, closes) for day in range(first, last + 1))


class ServiceSettings(Part):
    """How the service presents itself. Hours and phone are data with a date, never constants."""

    name: dict[str, str] = Field({"fr-CA": "Services en ligne (SEL)", "en-CA": "Online services (SEL)"})
    operator: dict[str, str] = Field({"fr-CA": "Organisation à nommer", "en-CA": "Organisation to be named"})
    phone: str = "1\u00a0888\u00a0555-0142"
    hours: dict[str, str] = Field(
        {
            "fr-CA": "du lundi au vendredi, de 8 h 30 à 16 h 30",
            "en-CA": "Monday to Friday, 8:30 a.m. to 4:30 p.m.",
        }
    )
    opening: tuple[str, ...] | None = Field(
        None, max_length=50, description="`hours` for a clock; None: nothing is said, but of the hours above"
    )
    closed_on: tuple[date, ...] = Field((), max_length=100, description="days without any of these hours")
    time_zone: str = Field("America/Toronto", description="the organisation's clocks: hours in mails, ends of days")
    verified_on: str = Field("2026-01-12", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    notices: tuple[dict[str, Any], ...] = ()
    minimum_client_version: str = "0.1.0"
    terms_file: Path | None = None
    questions_file: Path | None = None

    @field_validator("phone")
    @classmethod
    def _unbroken(cls, phone: str) -> str:
        # A number that two lines share is misread.
        return phone.replace(" ", "\u00a0")

    @field_validator("opening")
    @classmethod
    def _readable(cls, opening: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for text in opening or ():
            periods(text)
        return opening

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("not a time zone of the IANA database, such as America/Toronto") from error
        return name

    @property
    def openings(self) -> tuple[Opening, ...]:
        """When people answer, for a clock; nothing of hours that the settings say in words alone."""
        unchanged = self.hours == type(self).model_fields["hours"].default
        lines = (_USUAL,) if self.opening is None and unchanged else self.opening or ()
        return tuple(period for line in lines for period in periods(line))

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.time_zone)
