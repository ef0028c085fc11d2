"""Whatever happens, in whatever order, the journey holds together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sel_tui.journey.actions import LogOut
from sel_tui.journey.events import (
    Act,
    Answered,
    Cancelled,
    Closed,
    Do,
    Edited,
    Failed,
    Failure,
    LanguageChosen,
    SessionEnded,
)
from sel_tui.journey.machine import advance
from sel_tui.journey.secret import Secret, clear
from sel_tui.journey.state import State
from sel_tui.journey.steps import PRIVATE, Overlay, Step
from tests.unit import builders
from tests.unit.person import ARGUMENTS, CANARY, comes, lives
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
        state = advance(advance(state, Act(Do.BACK)), Cancelled())  # from what is done, back means the list of files
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
    logging_out = before.busy is not None and isinstance(before.busy.action, LogOut)
    if before.session is not None and (before.shared or logging_out):
        assert (after.step.value, dict(after.drafts), after.session) == ("login", {}, None)
        return
    typed = {name: value for name, value in before.drafts.items() if not isinstance(value, Secret) and name != "email"}

    assert typed.items() <= after.drafts.items()
    assert not [name for name, value in after.drafts.items() if isinstance(value, Secret)]
    assert not after.shown
    assert after.session is None
    assert after.step is (Step.LOGIN if before.step in PRIVATE else before.step)
    if before.session is not None:
        assert (after.busy, after.overlay, after.unfinished) == (None, None, None)
        assert after.drafts["email"] == before.session.account.email


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
    if first.session is None:
        return
    over = advance(first, SessionEnded())
    if over.busy is not None:  # they were logging out
        over = advance(over, Answered(over.busy.id, None))
    if over.step is not Step.LOGIN:  # « this was not me » is open
        over = advance(over, Act(Do.BACK))
    state = logs_in(over, "other")

    assert state.session is not None
    assert state.session.account.id == "account-other"
    assert {name: clear(value) for name, value in state.drafts.items() if clear(value)}.items() <= {
        ("email", "other@exemple.test")
    }
    anybody = logs_in(State(language=over.language, service=over.service, shared=over.shared), "other")
    counted = {"requests", "busy", "focus", "person", "server", "drafts"}
    left = [one for one in State.__slots__ if getattr(state, one) != getattr(anybody, one)]
    assert set(left) <= counted


def logs_in(state: State, who: str) -> State:
    for event in (Edited("email", f"{who}@exemple.test"), Edited("password", Secret(CANARY)), Act(Do.SUBMIT)):
        state = advance(state, event)
    assert state.busy is not None
    return advance(state, Answered(state.busy.id, builders.session(who)))
