"""Whatever happens, in whatever order, the journey holds together."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from sel_contract import ProblemType
from sel_tui.journey.events import (
    Act,
    Answered,
    Cancelled,
    Closed,
    Do,
    Edited,
    Event,
    Failed,
    Failure,
    LanguageChosen,
    Opened,
    SessionEnded,
    SessionEnding,
)
from sel_tui.journey.machine import advance, first_state
from sel_tui.journey.page import Button, Choice, Entry
from sel_tui.journey.pages import overlay_page, page
from sel_tui.journey.secret import Secret, clear
from sel_tui.journey.state import State
from sel_tui.journey.steps import METHOD_STEPS, PRIVATE, Overlay
from tests.scenarios import NAMES, build
from tests.unit import builders
from tests.unit.rendering import everything

CANARY = "Canari-3f9c!A"
TYPED = [
    "ci1234567",
    "1234567",
    "046454286",
    "nom@exemple.com",
    "{count}",
    "",
    "L-482913",
    "2009",
    "17 avril 1988",
    "x",
]
KINDS = [
    *ProblemType,
    "unreachable",
    "unknown-outcome",
    "not-understood",
    "too-old",
    "no-printer",
    "cannot-save",
    "new",
]
CODES = ("missing", "too-short", "bad-format", "bad-email", "prefix-missing", "never-heard-of")
POINTERS = ("/username", "/password", "/email", "/code", "/answers/0/answer", "/new_password", "/first_name", "")
RIGHT = builders.ANSWERS | {
    "email": "nom@exemple.com",
    "password": CANARY,
    "new_password": CANARY,
    "identifier": "ci1234567",
    "name": "Ève",
    "link_username": "L-482913",
    "link_code": "7K3M9-QTDHX",
    "single_use_code": "123 456",
    "token": CANARY,
}
ARGUMENTS = {
    Do.CHOOSE_METHOD: st.sampled_from(sorted(METHOD_STEPS)),
    Do.EDIT_ANSWER: st.sampled_from("01234"),
    Do.OPEN_PROFILE: st.just("l1"),
    Do.SHOW_RECEIPT: st.just("l1"),
    Do.PRINT_RECEIPT: st.sampled_from(["42", "80"]),
}
FAILURES = st.builds(
    Failure,
    kind=st.sampled_from(KINDS),
    codes=st.lists(st.tuples(st.sampled_from(POINTERS), st.sampled_from(CODES)), max_size=2).map(tuple),
    reference=st.sampled_from(["", builders.REFERENCE]),
    retry_at=st.sampled_from([None, builders.NOW]),
    methods=st.sampled_from([None, (), ("questions",), ("legacy_access", "link_code")]),
)


@dataclass(repr=False)
class Person:
    """Somebody in front of the screen, and a server that answers as `data` says."""

    data: st.DataObject
    state: State
    coming: list[Event] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        self.state = advance(self.state, event)

    def draw_event(self) -> Event:
        """Draw what happens next: mostly what the screen offers."""
        if self.coming:
            return self.coming.pop(0)
        choices = ["offered", "offered", "diligent", "diligent", "typed", "anything"]
        if self.state.busy is not None:
            choices = [*["answer"] * 6, *choices, "failure", "failure", "stale"]
        event: Event = getattr(self, f"_{self.data.draw(st.sampled_from(choices))}")()
        return event

    def _diligent(self) -> Event:
        """Fill in the whole form as it should be, send it and wait for the answer."""
        for item in page(self.state).items:
            if isinstance(item, Entry):
                right = RIGHT.get(item.kind.value, "x")
                self.coming.append(Edited(item.id, Secret(right) if isinstance(item.value, Secret) else right))
        self.coming.append(Act(Do.SUBMIT))
        return Closed()

    def _offered(self) -> Event:
        shown = overlay_page(self.state) or page(self.state)
        buttons = [item for item in shown.items if isinstance(item, Button)]
        if not buttons:
            return Act(Do.BACK)
        button = self.data.draw(st.sampled_from(buttons))
        return Act(button.do, button.arg)

    def _typed(self) -> Event:
        entries = [item for item in page(self.state).items if isinstance(item, (Entry, Choice))]
        if not entries:
            return Act(Do.SUBMIT)
        entry = self.data.draw(st.sampled_from(entries))
        if isinstance(entry, Choice):
            return Edited(entry.id, self.data.draw(st.sampled_from([*(one.value for one in entry.options), ""])))
        if isinstance(entry.value, Secret) and not entry.id.startswith("answer."):
            return Edited(entry.id, Secret(self.data.draw(st.sampled_from([RIGHT[entry.kind.value], CANARY]))))
        text = self.data.draw(st.sampled_from(TYPED))
        return Edited(entry.id, Secret(text) if isinstance(entry.value, Secret) else text)

    def _anything(self) -> Event:
        do = self.data.draw(st.sampled_from(Do))
        events: list[st.SearchStrategy[Event]] = [
            ARGUMENTS.get(do, st.just("")).map(lambda arg: Act(do, arg)),
            st.builds(LanguageChosen, st.sampled_from(["fr", "en", "xx"])),
            st.builds(Opened, st.sampled_from([one for one in Overlay if one is not Overlay.EXPIRING])),
            st.sampled_from([Closed(), Cancelled(), SessionEnded(), SessionEnding(builders.NOW)]),
        ]
        event: Event = self.data.draw(st.one_of(events))
        return event

    def _answer(self) -> Event:
        assert self.state.busy is not None
        who = self.data.draw(st.sampled_from(["maika", "maika", "rejean"]))
        return Answered(self.state.busy.id, builders.answer_to(self.state.busy.action, who), builders.NOW)

    def _failure(self) -> Event:
        assert self.state.busy is not None
        return Failed(self.state.busy.id, self.data.draw(FAILURES))

    def _stale(self) -> Event:
        stale = self.state.requests - 1
        answered = self.data.draw(st.booleans())
        return Answered(stale, "nobody reads this") if answered else Failed(stale, Failure("unavailable"))


def comes(data: st.DataObject) -> Person:
    """Return somebody who begins, or who is already in the middle of it."""
    begun = build(data.draw(st.sampled_from(NAMES)))
    return Person(data, data.draw(st.sampled_from([begun, first_state()])))


def lives(data: st.DataObject) -> Person:
    """Return somebody after some time."""
    person = comes(data)
    for _ in range(data.draw(st.integers(0, 40))):
        person.feed(person.draw_event())
    return person


@given(st.data())
def test_whatever_happens_there_is_a_page_with_all_its_words_and_no_secret(data: st.DataObject) -> None:
    person = comes(data)
    for _ in range(data.draw(st.integers(1, 40))):
        person.feed(person.draw_event())
        said = everything(person.state)

        assert said
        assert CANARY not in said
        assert CANARY not in repr(person.state)


@given(st.data())
def test_two_submissions_are_never_in_flight(data: st.DataObject) -> None:
    person = comes(data)
    for _ in range(data.draw(st.integers(1, 40))):
        before = person.state
        event = person.draw_event()
        person.feed(event)
        if before.busy is not None and isinstance(event, Act):
            assert person.state.busy is before.busy
            assert person.state.requests == before.requests
        if person.state.busy is not None:
            assert advance(person.state, Act(Do.SUBMIT)) is person.state


@given(st.data())
def test_a_stale_answer_changes_nothing(data: st.DataObject) -> None:
    person = lives(data)
    current = person.state.busy.id if person.state.busy is not None else 0
    for stale in {current - 1, current + 1, -1}:
        assert advance(person.state, Answered(stale, None)) is person.state
        assert advance(person.state, Failed(stale, Failure("unavailable"))) is person.state


@given(st.data())
def test_going_back_always_ends_at_the_question_whether_to_leave(data: st.DataObject) -> None:
    person = lives(data)
    state = advance(advance(person.state, Cancelled()), Closed())
    if state.busy is not None:  # logging out cannot be stopped; it ends by itself
        state = advance(state, Answered(state.busy.id, None))
    for _ in range(40):
        if state.overlay is Overlay.LEAVE:
            break
        before = state
        state = advance(state, Act(Do.BACK))
        assert state != before
    assert state.overlay is Overlay.LEAVE


@given(st.data())
def test_changing_the_language_loses_nothing_that_was_typed(data: st.DataObject) -> None:
    person = lives(data)
    other = "en" if person.state.language == "fr" else "fr"
    after = advance(person.state, LanguageChosen(other))
    back = advance(after, LanguageChosen(person.state.language))

    assert after.language == other
    for state in (after, back):
        kept = (state.drafts, state.step, state.trail, state.category, state.notice, state.errors, state.overlay)
        before = person.state
        assert kept == (
            *(before.drafts, before.step, before.trail, before.category, before.notice, before.errors, before.overlay),
        )


@given(st.data())
def test_when_the_session_ends_everything_typed_but_secrets_is_kept(data: st.DataObject) -> None:
    before = lives(data).state
    after = advance(before, SessionEnded())
    if before.step not in PRIVATE:
        assert after is before
        return
    typed = {name: value for name, value in before.drafts.items() if not isinstance(value, Secret) and name != "email"}

    assert after.step.value == "login"
    assert typed.items() <= after.drafts.items()
    assert not [
        name for name, value in after.drafts.items() if isinstance(value, Secret) and not name.startswith("answer.")
    ]
    assert (after.busy, after.overlay, after.shown) == (None, None, False)


@given(st.data())
def test_nothing_private_is_one_key_away_once_the_session_is_over(data: st.DataObject) -> None:
    state = advance(lives(data).state, SessionEnded())
    for _ in range(data.draw(st.integers(0, 10))):
        do = data.draw(st.sampled_from(Do))
        event = Act(do, data.draw(ARGUMENTS.get(do, st.just(""))))
        state = advance(advance(state, data.draw(st.sampled_from([event, Act(Do.BACK)]))), Cancelled())

        assert state.step not in PRIVATE


@settings(max_examples=40)
@given(st.data())
def test_another_person_finds_nothing_of_the_one_before(data: st.DataObject) -> None:
    first = lives(data).state
    over = advance(first, SessionEnded())
    if first.session is None or over is first:
        return
    state = advance(advance(over, Edited("email", "rejean@exemple.test")), Edited("password", Secret(CANARY)))
    state = advance(state, Act(Do.SUBMIT))
    assert state.busy is not None
    state = advance(state, Answered(state.busy.id, builders.session("other")))

    fresh = {"profiles", "challenge", "opened", "linked", "verification", "receipt", "history", "methods", "resume"}
    assert state.session is not None
    assert state.session.account.id == "account-other"
    assert not [clear(value) for value in state.drafts.values()]
    assert {name for name in fresh if getattr(state, name) is not None} == set()
    assert (state.reference, state.category, state.unfinished, state.trail) == ("", None, None, ())
