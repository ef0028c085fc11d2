"""Renders messages from the gettext catalogues, with hours and dates as each language writes them. No Textual.

Typography (Québec): U+00A0 before a colon and inside « »; hours « 8 h 30 »; the apostrophe ’.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sel_tui.journey.core import messages
from sel_tui.journey.core.messages import Msg

if TYPE_CHECKING:
    from typing import Self

    from sel_contract import Service

LANGUAGES: Final = {"fr": "fr_CA", "en": "en_CA"}
_LOCALES: Final = Path(__file__).parent / "locales"
_MONTHS: Final = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_MINUTE: Final = 60
_HOUR: Final = 3600
_NOON: Final = 12


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("sel_tui", _LOCALES, [LANGUAGES[language]])


@cache
def zone_named(name: str | None) -> tzinfo | None:
    """Return the time zone with this IANA name; None, the machine's own, where it is not known here."""
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


class Words:
    """One language's words.

    Args:
        language: `fr` or `en`.
        zone: The time zone in which hours are said; the machine's own when None.
    """

    def __init__(self, language: str, zone: tzinfo | None = None) -> None:
        self.language = language
        self.zone = zone
        self._translations = _translations(language)

    def for_service(self, service: Service | None) -> Self:
        """Say hours in the organisation's time zone from now on, as its mails do; return the same words."""
        self.zone = zone_named(service.time_zone if service is not None else None) or self.zone
        return self

    def say(self, message: Msg) -> str:
        """Return `message` in this language; placeholders that are messages, hours or counts are said first."""
        params = dict(message.params)
        match message.key:
            case messages.PERSONAL | messages.PUBLIC:
                return self._text(params["text"])
            case messages.PUBLISHED:
                return self._published(params)
            case "duration":
                return self._duration(int(str(params["seconds"])))
            case key if key.startswith(messages.IN):
                return self.in_language(messages.language_of(message)).say(messages.held_in(message))
        said = {name: self._param(value) for name, value in params.items()}
        return self._pattern(message.key, params.get("count")).format_map(said)

    def key(self, key: str, /, **filled: str | int) -> str:
        """Return the words of `key`, its placeholders filled with texts that are in this language already."""
        return self._pattern(key, filled.get("count")).format_map(filled) if filled else self._pattern(key, None)

    def in_language(self, language: str) -> Words:
        """Return the same kind of words in `language`, for the same time zone."""
        return self if language == self.language else type(self)(language, self.zone)

    def headed(self, heading: str, message: Msg) -> str:
        """Return « Erreur : ce qui s’est passé »: a heading, a colon, and the sentence without its capital."""
        text = self.say(message)
        return self.key("sentence", label=self.key(heading), value=text[:1].lower() + text[1:])

    def hour(self, moment: datetime) -> str:
        """Return the local hour of `moment`: « 14 h 05 », « 10 h », « midi » or "2:05 p.m.", "10 a.m.", "noon"."""
        local = moment.astimezone(self.zone)
        if local.hour % _NOON == 0 and local.minute == 0:
            return self.key("hour.noon" if local.hour else "hour.midnight")
        return self._clock(local)

    def _clock(self, local: datetime) -> str:
        """Return an hour in digits, without the minutes where there are none (OQLF)."""
        if self.language == "fr":
            return f"{local.hour}\u00a0h" + (f"\u00a0{local.minute:02}" if local.minute else "")
        minutes = f":{local.minute:02}" if local.minute else ""
        return f"{local.hour % _NOON or _NOON}{minutes}\u00a0{'a.m.' if local.hour < _NOON else 'p.m.'}"

    def date(self, day: date) -> str:
        """Return `day` in words: « 1er mai 1990 » or "May 1, 1990"."""
        month = _MONTHS[self.language][day.month - 1]
        if self.language == "fr":
            return f"{'1er' if day.day == 1 else day.day}\u00a0{month}\u00a0{day.year}"
        return f"{month}\u00a0{day.day}, {day.year}"

    def moment(self, at: datetime) -> str:
        """Return a date and an hour in digits: « 17 avril 2026, 14 h 05 »."""
        local = at.astimezone(self.zone)
        return f"{self.date(local.date())}, {self._clock(local)}"

    def _pattern(self, key: str, count: object) -> str:
        if isinstance(count, int):
            pattern = self._translations.ngettext(key, key, count)
            if pattern != key:
                return pattern
        return self._translations.gettext(key)

    def _param(self, value: object) -> str:
        match value:
            case Msg():
                return self.say(value)
            case datetime():
                return self.hour(value)
            case _:
                return str(value)

    def _text(self, text: object) -> str:
        match text:
            case Msg():
                return self.say(text)
            case datetime():
                return self.moment(text)
            case date():
                return self.date(text)
            case _:
                return str(text)

    def _published(self, texts: Mapping[str, object]) -> str:
        own = next((text for tag, text in texts.items() if tag.startswith(self.language)), None)
        return str(own if own is not None else next(iter(texts.values()), ""))

    def _duration(self, seconds: int) -> str:
        if seconds >= _HOUR and seconds % _HOUR == 0:
            return self.key("duration.hours", count=seconds // _HOUR)
        if seconds >= _MINUTE:
            return self.key("duration.minutes", count=round(seconds / _MINUTE))
        return self.key("duration.seconds", count=seconds)
