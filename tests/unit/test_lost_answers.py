"""Answers that do not come, sessions that end, proofs asked for again: nothing is lost, nothing is done twice."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.effects import LinkFile, LogIn, StepUp
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Tone
from sel_tui.journey.registry import Step
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import PASSWORD, linking, logged_in, offered, told, typed


@pytest.mark.parametrize(
    "kind", ["unreachable", "untrusted", "proxy-refused", "unavailable", "too-old", "internal", "never-seen"]
)
def test_when_the_service_fails_a_try_can_be_made_again_as_the_same_intent(kind: str) -> None:
    sent = linking()
    assert sent.state.busy is not None
    state = sent.fails(kind).state

    assert told(state)[0] is Tone.ERROR
    assert typed(state) == typed(sent.state)
    assert state.focus.item == "check_again"
    assert "check_again" in offered(state)
    again = Walk(state).does("check_again").state.busy
    assert again is not None
    assert (again.intent, again.effect) == (sent.state.busy.intent, sent.state.busy.effect)
    assert again.id != sent.state.busy.id


@pytest.mark.parametrize("lost", ["unknown-outcome", "not-understood", "idempotency-in-progress", ""])
def test_an_answer_that_is_lost_or_not_waited_for_is_checked_again_as_the_same_intent(lost: str) -> None:
    sent = linking()
    assert sent.state.busy is not None
    state = (sent.fails(lost) if lost else sent.stops_waiting()).state

    assert told(state) == (Tone.WARNING, "notice.unknown", ["notice.unknown.safe", "notice.unknown.next"])
    assert (state.busy, state.focus.item) == (None, "check_again")
    once = Walk(state).does("check_again")
    twice = once.fails("unknown-outcome").does("check_again")
    assert once.state.busy is not None
    assert twice.state.busy is not None
    assert {once.state.busy.intent, twice.state.busy.intent} == {sent.state.busy.intent}
    assert twice.gets(builders.link()).state.step is Step.LINKED


def test_a_new_submission_is_a_new_intent() -> None:
    first = linking().fails("not-recognized").gets(builders.methods()).types(old_password="Autre-1234!").submits()

    assert first.state.busy is not None
    assert first.state.busy.intent == first.state.busy.id


def test_a_login_whose_answer_is_lost_asks_for_the_password_again() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).submits()
    assert walk.state.busy is not None
    assert walk.state.busy.effect == LogIn("nom@exemple.com", Secret(PASSWORD))
    state = walk.fails("unknown-outcome").state

    assert told(state)[:2] == (Tone.ERROR, "notice.slow")
    assert typed(state) == {"email": "nom@exemple.com"}
    assert not isinstance(state.unfinished and state.unfinished.effect, LinkFile)


def test_the_session_that_ended_brings_the_person_back_to_the_same_step() -> None:
    ended = linking().fails("session-ended")

    assert (ended.state.step, ended.state.focus.item) == (Step.LOGIN, "password")
    assert told(ended.state)[:2] == (Tone.WARNING, "notice.session_over")
    assert typed(ended.state) == {"identifier": "ci1234567", "email": "maika@exemple.test"}
    back = ended.types(password="Chantier-2026!").submits().gets(builders.session()).state
    assert back.step is Step.LEGACY_ACCESS
    assert typed(back)["identifier"] == "ci1234567"
    assert "password" not in typed(back)


def test_a_proof_asked_for_again_goes_on_by_itself_as_the_same_intent() -> None:
    sent = linking()
    asked = sent.fails("step-up-required")

    assert asked.state.step is Step.STEP_UP
    wrong = asked.types(password="Faux-1234!").submits().fails("invalid-credentials")
    assert wrong.state.errors["password"].key == "step_up.wrong"
    proved = wrong.types(password="Chantier-2026!").submits()
    assert proved.state.busy is not None
    assert isinstance(proved.state.busy.effect, StepUp)
    state = proved.gets(builders.session()).state
    assert state.busy is not None
    assert sent.state.busy is not None
    assert (state.busy.effect, state.busy.intent) == (sent.state.busy.effect, sent.state.busy.intent)
    assert state.step is Step.LEGACY_ACCESS


def test_what_was_done_is_said_even_where_the_list_of_files_cannot_be_fetched() -> None:
    unlinking = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail()).does("unlink")
    unlinked = unlinking.types(password="Chantier-2026!").submits().gets(builders.session()).gets()
    for walk, key in ((unlinked, "notice.unlinked"), (linking().fails("already-linked"), "notice.already_linked")):
        state = walk.fails("unreachable").state

        assert told(state)[1] == key
        assert told(state)[2][-1] == "notice.unreachable"
        assert "reload" in offered(state)
        assert told(Walk(state).does("reload").fails("unreachable").state)[1] == "notice.unreachable"


def test_what_was_reported_in_passing_is_said_even_where_the_answers_below_are_gone() -> None:
    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge()).answers(*builders.ANSWERS.values())
    assert walk.state.step is Step.QUESTIONS_REVIEW
    state = walk.does("disavow").types(token="7K3M9-QTDHX-7K3M9-QTDHX-7K3M9").submits().gets().state

    assert state.step is Step.QUESTION
    assert told(state)[1] == "notice.disavowed"
