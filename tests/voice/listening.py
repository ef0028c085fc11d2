"""A speaker that writes down what it is told to say, and alarms that ring when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from sel_tui.i18n import Words
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page
from sel_tui.voice import Voice

WORDS: Final = {language: Words(language, ZoneInfo("America/Toronto")) for language in ("fr", "en")}
HUSH: Final = "<silence>"


@dataclass
class Listener:
    """Writes down texts and silences, in order."""

    said: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    rates: list[int] = field(default_factory=list)
    closed: bool = False

    def say(self, text: str, language: str, rate: int = 0) -> None:
        self.said.append(text)
        self.languages.append(language)
        self.rates.append(rate)

    def cancel(self) -> None:
        self.said.append(HUSH)

    def close(self, text: str = "", language: str = "", rate: int = 0) -> None:
        if text:
            self.say(text, language, rate)
        self.closed = True

    @property
    def last(self) -> str:
        return self.said[-1]

    @property
    def texts(self) -> list[str]:
        return [text for text in self.said if text != HUSH]

    def forget(self) -> None:
        self.said.clear()


@dataclass
class Alarm:
    call: Callable[[], None]
    seconds: float
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Alarms:
    """Rings nothing by itself."""

    alarms: list[Alarm] = field(default_factory=list)

    def __call__(self, seconds: float, call: Callable[[], None]) -> Alarm:
        self.alarms.append(Alarm(call, seconds))
        return self.alarms[-1]

    def ring(self) -> None:
        """The pause is over."""
        waiting, self.alarms = [alarm for alarm in self.alarms if not alarm.cancelled], []
        for alarm in waiting:
            alarm.call()


def show(voice: Voice, state: State, focus: str | None = None, at: int = 0) -> None:
    """Let `voice` see what both faces would show of `state`, with the focus on `focus` (the page's own by default)."""
    shown = overlay_page(state) or page(state)
    operable = shown.operable()
    if focus is None:
        focus = shown.focus or (operable[0].id if operable else "")
    voice.see(shown, focus, WORDS[state.person.language], at)
