"""What a scope holds ends with it: every step and overlay, every ending, and nothing of it is left to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import pytest

from sel_contract import Session
from sel_tui.journey.core.effects import FetchMethods, LogIn, LogOut, StepUp
from sel_tui.journey.core.events import (
    Abandoned,
    Answered,
    Command,
    Event,
    Failed,
    Failure,
    Opened,
    SessionEnded,
    SessionEnding,
)
from sel_tui.journey.core.scopes import Account
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Focus, State, with_app
from sel_tui.journey.machine import page, update
from sel_tui.journey.registry import Overlay
from sel_tui.line.renderer import Renderer
from sel_tui.voice import Voice
from tests.each import in_each
from tests.line.stage import words as line_words
from tests.scenarios import NAMES, build, desk_records
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.answering import answer_to
from tests.unit.reach import secrets_in, texts_in
from tests.unit.rendering import everything
from tests.voice.canaries import SECRET, Canaries
from tests.voice.listening import WORDS, Alarms, Listener, show

End = Callable[[State], State]
LANGUAGE: Final = "en"  # the next person begins in French, so that a language that stays is seen
OPENED: Final = (Overlay.HELP, Overlay.CONTACT, Overlay.LEAVE, Overlay.DEMO)
PUBLIC: Final = ("create_account", "forgot_password", "disavow")


@dataclass(frozen=True)
class Planted:
    """A scenario in which all that belongs to somebody is a canary."""

    state: State
    canaries: Canaries


@cache
def planted(name: str) -> Planted:
    canaries = Canaries(WORDS[LANGUAGE])
    state = canaries.put_into(build(name, LANGUAGE))
    canaries.found.add(SECRET)
    return Planted(state, canaries)


def feed(state: State, *events: Event) -> State:
    for event in events:
        state = update(state, event)
    return state


def logs_out(state: State) -> State:
    state = replace(state, busy=None, overlay=None)
    leaving = feed(state, Command("log_out"))
    assert isinstance(leaving.busy and leaving.busy.effect, LogOut)
    assert secrets_in(leaving.tasks) == []
    return feed(leaving, Answered(leaving.requests, None, builders.NOW))


def expires(state: State) -> State:
    return feed(state, SessionEnded())


def expires_under(overlay: Overlay) -> End:
    def ends(state: State) -> State:
        opened = SessionEnding(builders.NOW, 60) if overlay is Overlay.EXPIRING else Opened(overlay)
        return feed(state, opened, SessionEnded())

    return ends


def is_abandoned(state: State) -> State:
    return feed(with_app(state, kiosk=True), Abandoned())


def expires_at_a_kiosk(state: State) -> State:
    return feed(with_app(state, kiosk=True), SessionEnded())


def another_logs_in(state: State) -> State:
    """The session ends, and somebody else stands at the log-in that waits for its owner."""
    there = feed(state, SessionEnded())
    while there.trail:
        there = feed(there, Command("back"))
    walk = Walk(there).types(email="rejean@exemple.test", password="Chantier-2026!").submits()
    return feed(walk.state, Answered(walk.state.requests, session_of("rejean", state), builders.NOW))


def session_of(who: str, state: State) -> Session:
    """Return a session of somebody else, as it is opened where `state` is."""
    return desk_records.agent_session(who=who) if state.app.desk else builders.session(who)


def account_is_switched(state: State) -> State:
    """The session is renewed, and the back end answers with one of another account."""
    asked = feed(replace(state, busy=None, overlay=None), SessionEnding(builders.NOW, 60), Command("stay"))
    if asked.busy is None:  # a public step needs no session: there is nothing to renew
        asked = feed(asked, Command("back"), SessionEnding(builders.NOW, 60), Command("stay"))
    return feed(asked, Answered(asked.requests, session_of("rejean", state), builders.NOW))


# What ends the person with everything that was theirs, and what ends their session alone.
OF_THE_PERSON: Final[dict[str, End]] = {
    "log-out": logs_out,
    "abandonment": is_abandoned,
    "expiry at a kiosk": expires_at_a_kiosk,
    "another person logs in": another_logs_in,
    "account switched": account_is_switched,
}
OF_THE_SESSION: Final[dict[str, End]] = {
    "expiry": expires,
    **{f"expiry under {overlay.value}": expires_under(overlay) for overlay in Overlay},
}
ENDINGS: Final = OF_THE_PERSON | OF_THE_SESSION
LOGGED_IN: Final = [name for name in NAMES if build(name).account.session is not None]
# The line face ends with the person at a kiosk; elsewhere it goes on, and so does the voice on both.
HEARD: Final = ("log-out", "another person logs in", "account switched", "expiry", "expiry under expiring")


@cache
def ended(name: str, ending: str) -> State:
    return ENDINGS[ending](planted(name).state)


def stays(name: str, ending: str) -> list[str]:
    """Return what outlives the ending: after a session's, what was typed and the address logged in with."""
    if ending in OF_THE_PERSON:
        return []
    before = planted(name).state
    assert before.account.session is not None
    drafts = [(kind.drafts, getattr(kind, "challenge", None)) for kind in before.tasks.values()]
    kept = texts_in([before.person.drafts, drafts]).splitlines()
    return sorted({before.account.session.account.email, *kept} - {""}, key=len, reverse=True)


def found(text: str, name: str, ending: str) -> set[str]:
    """Return the canaries of what ended that stand in `text`."""
    for one in stays(name, ending):
        text = text.replace(one, "")
    return {canary for canary in planted(name).canaries.found if canary in text}


def ways(state: State) -> Iterator[State]:
    """Yield the states that whoever comes to the page after the ending can open, with what is masked shown."""
    yield state
    for command in PUBLIC if state.account.session is None else PUBLIC[-1:]:
        yield Walk(state).does(command).state


def seen(state: State) -> str:
    """Return all that can be read from the page after the ending on, in both languages; once for states alike."""
    alike = replace(state, requests=0, focus=Focus(0, state.focus.item), unexpected=0)
    alike = replace(alike, person=replace(alike.person, generation=0))
    key = f"{alike!r}{texts_in(alike)}"
    if key not in _SEEN:
        over = [replace(way, overlay=overlay) for way in ways(state) for overlay in (None, *OPENED)]
        masked = [replace(way, shown=True) for way in ways(state)]
        _SEEN[key] = "\n".join([*map(everything, over), *(texts_in(page(way)) for way in masked)])
    return _SEEN[key]


_SEEN: Final[dict[str, str]] = {}


def before_it_ends(ending: str) -> Sequence[str]:
    """Return where it may come: a public step has no session that could end, but can be abandoned."""
    return NAMES if ending == "abandonment" else LOGGED_IN


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_of_what_ended_is_in_the_state_or_on_any_page(ending: str) -> None:
    in_each("name", before_it_ends(ending))(nothing_of_it_is_left)(ending=ending)


def nothing_of_it_is_left(name: str, ending: str) -> None:
    after = ended(name, ending)

    assert secrets_in(after) == []
    assert after.unfinished is None
    assert found(texts_in(after), name, ending) == set()
    assert found(seen(after), name, ending) == set()
    if after.account.session is None:
        assert after.account == Account()
    else:
        assert after.account.session.account.id == session_of("rejean", after).account.id


@in_each("name", LOGGED_IN)
def test_a_canary_stands_in_every_scope_before_it_ends(name: str) -> None:
    state = planted(name).state

    assert found(texts_in(state.account), name, "log-out")
    assert all(found(texts_in(held.secrets), name, "log-out") for held in state.tasks.values() if held.secrets)


@in_each("name", LOGGED_IN)
def test_an_answer_to_what_was_asked_before_changes_nothing_after(name: str) -> None:
    before = planted(name).state
    asked = before.busy.effect if before.busy is not None else LogIn("nom@exemple.com", Secret(SECRET))
    for ending in ENDINGS:
        after = ended(name, ending)
        for number in range(1, before.requests + 1):
            for late in (
                Answered(number, answer_to(asked, desk=before.app.desk), builders.NOW),
                Failed(number, Failure("unavailable")),
            ):
                assert update(after, late) is after


@in_each("name", LOGGED_IN)
def test_the_line_face_says_nothing_of_what_ended(name: str) -> None:
    for ending in HEARD:
        said: list[str] = []
        renderer = Renderer(said.append, words=line_words)
        tells(renderer, planted(name).state)
        said.clear()
        prompts = tells(renderer, ended(name, ending))
        renderer.spell(ended(name, ending))

        assert found("\n".join([*said, *prompts]), name, ending) == set(), ending


def tells(renderer: Renderer, state: State) -> list[str]:
    """Answer every question of the page with Enter; return what was asked."""
    asked: list[str] = []
    while (prompt := renderer.render(state)) is not None:
        asked.append(prompt.text)
        if prompt.field is None:
            break
        renderer.answered(prompt.field.id, state)
    return asked


@in_each("name", LOGGED_IN)
def test_the_voice_says_and_repeats_nothing_of_what_ended(name: str) -> None:
    before, canaries = planted(name).state, planted(name).canaries
    for ending in HEARD:
        after = ended(name, ending)
        heard, alarms = Listener(), Alarms()
        voice = Voice(heard, alarms, on=True)
        show(voice, before)
        heard.forget()
        if before.person.generation != after.person.generation:
            voice.reset()
        for item in (None, *(item.id for item in page(after).operable())):
            show(voice, after, item)
            alarms.ring()
            for digit in ("1", "2"):  # again, spelled
                voice.key("f11")
                voice.key(digit)
        kept = {canary for canary in canaries.found for one in stays(name, ending) if canary in one}

        assert canaries.told(" ".join(heard.texts)) <= kept, ending


@pytest.mark.parametrize("name", ["step_up", "unlink"])
def test_nothing_that_waited_for_the_password_of_one_is_done_for_another(name: str) -> None:
    asked = Walk(build(name)).types(password="Chantier-2026!").submits()
    assert isinstance(asked.state.busy and asked.state.busy.effect, StepUp)
    other = asked.gets(builders.session("rejean")).state

    assert other.unfinished is None
    assert isinstance(other.busy and other.busy.effect, FetchMethods)
    assert other.person.generation == asked.state.person.generation + 1
