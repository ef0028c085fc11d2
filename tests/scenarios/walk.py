"""Walks through the journey: real events through `advance`, and the register of the scenarios that they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, wraps
from typing import Any, Final

from sel_tui.journey.core.commands import LINE_FACE, VOICE
from sel_tui.journey.core.events import (
    Answered,
    Cancelled,
    Command,
    Edited,
    Event,
    Failed,
    Failure,
    Opened,
    SessionEnded,
    SessionEnding,
)
from sel_tui.journey.core.fields import CATEGORY_CHOICE
from sel_tui.journey.core.secret import Secret, Value
from sel_tui.journey.core.state import State, with_app
from sel_tui.journey.machine import fields_of, first_state, update
from sel_tui.journey.registry import Overlay
from tests.scenarios.models import ENDS_AT, MONTREAL, NOW, SERVER


@dataclass(frozen=True)
class Walk:
    """A person on the way, and the server that answers; each method returns the walk one event further on.

    Attributes:
        state: Where the person is.
        answered: Each state that waited for a call, with the server's answer or why there was none.
    """

    state: State
    answered: tuple[tuple[State, Any], ...] = ()

    @classmethod
    def begins(cls, language: str = "fr") -> Walk:
        return _first_page(language)

    def at_kiosk(self) -> Walk:
        """The same, at a machine that many people use."""
        return replace(self, state=with_app(self.state, kiosk=True, offers=(VOICE, LINE_FACE)))

    def waits_for_anybody(self) -> Walk:
        """The first page of such a machine, with all that a face may offer there."""
        return Walk(first_state(self.language, kiosk=True, server=SERVER, offers=(VOICE, LINE_FACE)))

    def at_desk(self) -> Walk:
        """The first page of the desk."""
        return Walk(first_state(self.language, server=SERVER, desk=True)).at(NOW)

    def with_staff_code(self) -> Walk:
        """The same, at such a machine whose staff has a code."""
        return replace(self, state=with_app(self.state, kiosk=True, staff=True))

    @property
    def language(self) -> str:
        return self.state.person.language

    def at(self, now: datetime) -> Walk:
        """The same, at another hour."""
        return replace(self, state=with_app(self.state, now=now.astimezone(MONTREAL)))

    def after(self, event: Event) -> Walk:
        return replace(self, state=update(self.state, event))

    def does(self, command: str, arg: str = "") -> Walk:
        there = self.opens(Overlay.CONTACT) if command == "disavow" else self  # the button stands in Customer Service
        return there.after(Command(command, arg))

    def types(self, **typed: str) -> Walk:
        """Type into the fields of this step, by name; a secret one gets a secret."""
        secret = {field.name for field in fields_of(self.state) if field.secret}
        walk = self
        for name, text in typed.items():
            walk = walk.after(Edited(name, Secret(text) if name in secret else text))
        return walk

    def answers(self, *texts: str) -> Walk:
        """Answer the questions one by one from this one on."""
        walk = self
        for text in texts:
            walk = walk.types(**{fields_of(walk.state)[0].name: text}).submits()
        return walk

    def whose(self, category: str) -> Walk:
        return self.after(Edited(CATEGORY_CHOICE, category))

    def submits(self) -> Walk:
        return self.does("submit")

    def gets(self, result: Any = None, at: datetime = NOW) -> Walk:
        """The server answers the call under way, at this hour; a callable is given the language first."""
        assert self.state.busy is not None, "no call is under way"
        given = result(self.language) if callable(result) else result
        answered = self.after(Answered(self.state.busy.id, given, at))
        return replace(answered, answered=(*self.answered, (self.state, given)))

    def fails(self, kind: str, **more: Any) -> Walk:
        """The call under way ends without a result, for the reason `kind`."""
        assert self.state.busy is not None, "no call is under way"
        failure = Failure(kind, **more)
        failed = self.after(Failed(self.state.busy.id, failure))
        return replace(failed, answered=(*self.answered, (self.state, failure)))

    def stops_waiting(self) -> Walk:
        return self.after(Cancelled())

    def opens(self, overlay: Overlay) -> Walk:
        return self.after(Opened(overlay))

    def runs_out_of_time(self, *, wholly: bool = False) -> Walk:
        return self.after(SessionEnded() if wholly else SessionEnding(ENDS_AT, 150))


@cache
def _first_page(language: str) -> Walk:
    return Walk(first_state(language, server=SERVER))


def drafts(state: State) -> dict[str, Value]:
    """Return everything typed that is held, by the field's name."""
    held: dict[str, Value] = {**state.person.drafts}
    for task in state.tasks.values():
        held |= {**task.drafts, **task.secrets}
    return held


Scenario = Callable[[Walk], Walk]
SCENARIOS: Final[dict[str, Scenario]] = {}


def scenario(walk: Scenario) -> Scenario:
    """Register a walk under its function's name. From the first page on it is walked once: no walk ever changes."""
    assert walk.__name__ not in SCENARIOS, f"two scenarios are called {walk.__name__}"
    from_the_start = cache(lambda language: walk(Walk.begins(language)))

    @wraps(walk)
    def walked(start: Walk) -> Walk:
        return from_the_start(start.language) if start is Walk.begins(start.language) else walk(start)

    SCENARIOS[walk.__name__] = walked
    return walked
