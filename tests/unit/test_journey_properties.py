"""Whatever happens, in whatever order, the journey holds together."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sel_tui.journey.core.drafts import chosen_category
from sel_tui.journey.core.effects import LogOut
from sel_tui.journey.core.events import (
    Answered,
    Cancelled,
    Closed,
    Command,
    Edited,
    Failed,
    Failure,
    LanguageChosen,
    SessionEnded,
)
from sel_tui.journey.core.scopes import Person
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import is_public, update
from sel_tui.journey.registry import Overlay, Step, start
from sel_tui.journey.steps.linking import Linking
from tests.scenarios.walk import drafts
from tests.unit.answering import answer_to
from tests.unit.person import ARGUMENTS, CANARY, COMMANDS, comes, lives
from tests.unit.rendering import everything


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
        if before.busy is not None and isinstance(event, Command) and event.name != "quit":
            assert person.state.busy is before.busy
            assert person.state.requests == before.requests
        if person.state.busy is not None:
            assert update(person.state, Command("submit")) is person.state


@given(st.data())
def test_a_stale_answer_changes_nothing(data: st.DataObject) -> None:
    person = lives(data)
    current = person.state.busy.id if person.state.busy is not None else 0
    for stale in {current - 1, current + 1, -1}:
        assert update(person.state, Answered(stale, None)) is person.state
        assert update(person.state, Failed(stale, Failure("unavailable"))) is person.state


@given(st.data())
def test_going_back_always_ends_at_the_question_whether_to_leave(data: st.DataObject) -> None:
    person = lives(data)
    state = update(update(person.state, Cancelled()), Closed())
    if state.busy is not None:  # logging out cannot be stopped; it ends by itself
        state = update(state, Answered(state.busy.id, None))
    for _ in range(40):
        if state.overlay is Overlay.LEAVE:
            break
        before = state
        state = update(update(state, Command("back")), Cancelled())  # from what is done, back means the list of files
        assert state != before
    assert state.overlay is Overlay.LEAVE


@given(st.data())
def test_changing_the_language_loses_nothing_that_was_typed(data: st.DataObject) -> None:
    person = lives(data)
    other = "en" if person.state.person.language == "fr" else "fr"
    after = update(person.state, LanguageChosen(other))
    back = update(after, LanguageChosen(person.state.person.language))

    assert after.person.language == other
    for state in (after, back):
        kept = (
            drafts(state),
            state.step,
            state.trail,
            chosen_category(state, Linking),
            state.notice,
            state.errors,
            state.overlay,
        )
        before = person.state
        assert kept == (
            *(
                drafts(before),
                before.step,
                before.trail,
                chosen_category(before, Linking),
                before.notice,
                before.errors,
                before.overlay,
            ),
        )


@given(st.data())
def test_when_the_session_ends_everything_typed_but_secrets_is_kept(data: st.DataObject) -> None:
    before = lives(data).state
    after = update(before, SessionEnded())
    logging_out = before.busy is not None and isinstance(before.busy.effect, LogOut)
    if before.account.session is not None and (before.app.kiosk or logging_out):
        assert (after.step.value, dict(drafts(after)), after.account.session) == (
            "attract" if before.app.kiosk else "login",
            {},
            None,
        )
        return
    typed = {name: value for name, value in drafts(before).items() if not isinstance(value, Secret) and name != "email"}

    assert typed.items() <= drafts(after).items()
    assert not [name for name, value in drafts(after).items() if isinstance(value, Secret)]
    assert not after.shown
    assert after.account.session is None
    assert after.step is (before.step if is_public(before.step) else Step.LOGIN)
    if before.account.session is not None:
        assert (after.busy, after.overlay, after.unfinished) == (None, None, None)
        assert drafts(after)["email"] == before.account.session.account.email


@given(st.data())
def test_nothing_private_is_one_key_away_once_the_session_is_over(data: st.DataObject) -> None:
    state = update(lives(data).state, SessionEnded())
    for _ in range(data.draw(st.integers(0, 10))):
        do = data.draw(st.sampled_from(COMMANDS))
        event = Command(do, data.draw(ARGUMENTS.get(do, st.just(""))))
        state = update(update(state, data.draw(st.sampled_from([event, Command("back")]))), Cancelled())

        assert is_public(state.step)


@settings(max_examples=40)
@given(st.data())
def test_another_person_finds_nothing_of_the_one_before(data: st.DataObject) -> None:
    first = lives(data).state
    if first.account.session is None:
        return
    over = update(first, SessionEnded())
    if over.busy is not None:  # they were logging out
        over = update(over, Answered(over.busy.id, None))
    if over.step is not start(desk=over.app.desk):  # « this was not me » is open
        over = update(over, Command("begin" if over.step is Step.ATTRACT else "back"))
    state = logs_in(over, "other")

    assert state.account.session is not None
    assert state.account.session.account.id == "account-other"
    assert {name: clear(value) for name, value in drafts(state).items() if clear(value)}.items() <= {
        ("email", "other@exemple.test")
    }
    assert state.app.demo is None or over.app.demo is not None
    # The demonstration's mailbox may have been open before: with another person it is asked for anew.
    anybody = logs_in(
        State(
            app=replace(over.app, demo=state.app.demo),
            person=Person(language=over.person.language),
            step=start(desk=over.app.desk),
        ),
        "other",
    )
    counted = {"requests", "busy", "focus", "person"}
    assert replace(state.person, generation=0, drafts={}) == replace(anybody.person, generation=0, drafts={})
    left = [one.name for one in fields(State) if getattr(state, one.name) != getattr(anybody, one.name)]
    assert set(left) <= counted


def logs_in(state: State, who: str) -> State:
    for event in (Edited("email", f"{who}@exemple.test"), Edited("password", Secret(CANARY)), Command("submit")):
        state = update(state, event)
    assert state.busy is not None
    return update(state, Answered(state.busy.id, answer_to(state.busy.effect, who, desk=state.app.desk)))
