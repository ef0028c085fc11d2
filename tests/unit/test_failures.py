"""What people are told and offered when something goes wrong: the table of the journey, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from sel_contract import ProblemType
from sel_tui.journey.actions import FetchMethods, FetchProfiles, LinkFile, LogIn, RequestCode, StepUp, VerifyFile
from sel_tui.journey.events import Act, Do
from sel_tui.journey.page import Button
from sel_tui.journey.pages import page
from sel_tui.journey.secret import Secret, clear
from sel_tui.journey.state import State, Tone
from sel_tui.journey.steps import Step
from tests.scenarios.walk import Walk
from tests.unit import builders

PASSWORD = "Ancien-1234!"


def logged_in(linked: int = 0) -> Walk:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Chantier-2026!").submits()
    walk = walk.gets(builders.session(linked=linked))
    return walk.gets(builders.links("to_verify", "accurate") if linked else builders.methods())


def linking(method: str = "legacy_access") -> Walk:
    walk = logged_in().does(Do.CHOOSE_METHOD, method)
    match method:
        case "legacy_access":
            return walk.types(identifier="ci1234567", old_password=PASSWORD).submits()
        case "link_code":
            return walk.types(link_username="L-482913", link_code="7K3M9-QTDHX").submits()
        case _:
            walk = walk.types(identifier="ci1234567").submits().gets(builders.challenge())
            return walk.answers(*builders.ANSWERS.values()).submits()


def told(state: State) -> tuple[Tone, str, list[str]]:
    assert state.notice is not None
    return state.notice.tone, state.notice.title.key, [line.key for line in state.notice.lines]


def offered(state: State) -> set[str]:
    return {item.id for item in page(state).items if isinstance(item, Button)}


def typed(state: State) -> dict[str, str]:
    return {name: clear(value) for name, value in state.drafts.items() if clear(value)}


def test_a_wrong_login_has_one_text_keeps_the_address_and_asks_for_the_password() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Faux-1234!").submits()
    state = walk.fails("invalid-credentials").state

    assert told(state)[:2] == (Tone.ERROR, "notice.wrong_login")
    assert typed(state) == {"email": "nom@exemple.com"}
    assert (state.step, state.focus.item, state.busy) == (Step.LOGIN, "password", None)


@pytest.mark.parametrize("typed_there", ["ci1234567", "ER 123456", "asftq", "1234567"])
def test_old_access_at_the_login_is_explained_before_anything_is_sent(typed_there: str) -> None:
    walk = Walk.begins().gets(builders.service()).types(email=typed_there, password=PASSWORD).submits()

    assert walk.state.busy is None
    assert walk.state.errors["email"].key == "login.old_access"
    assert walk.state.focus.item == "email"


@pytest.mark.parametrize(
    ("method", "focus", "kept"),
    [
        ("legacy_access", "old_password", {"identifier": "ci1234567"}),
        ("link_code", "link_code", {"link_username": "L-482913"}),
        ("questions", "answer.0", {"identifier": "ci1234567"}),
    ],
)
def test_not_recognized_is_one_text_with_what_to_check_and_the_other_methods_one_key_away(
    method: str, focus: str, kept: dict[str, str]
) -> None:
    state = linking(method).fails("not-recognized", reference=builders.REFERENCE).state

    tone, title, lines = told(state)
    assert (tone, title) == (Tone.ERROR, "notice.not_recognized")
    assert lines == [f"notice.not_recognized.{method}", "notice.others_open"]
    assert state.notice is not None
    assert (state.notice.reference, state.reference) == (builders.REFERENCE, builders.REFERENCE)
    assert state.focus.item == focus
    assert kept.items() <= typed(state).items()
    assert PASSWORD not in typed(state).values()
    assert "7K3M9-QTDHX" not in typed(state).values()
    assert state.busy is not None
    assert isinstance(state.busy.action, FetchMethods)  # how many tries are left
    others = {f"other.{other}" for other in ("legacy_access", "questions", "link_code") if other != method}
    assert others <= offered(state)


def test_after_a_miss_the_answers_stay_so_that_one_letter_can_be_changed() -> None:
    before = linking("questions")
    after = before.fails("not-recognized").state

    assert {name: text for name, text in typed(after).items() if name.startswith("answer.")} == {
        f"answer.c1-{kind}": text for kind, text in builders.ANSWERS.items()
    }
    assert after.challenge is not None


def test_when_no_other_method_is_left_customer_service_is_named() -> None:
    state = linking().fails("not-recognized", methods=("legacy_access",)).state

    assert told(state)[2] == ["notice.not_recognized.legacy_access", "notice.contact_us"]


def test_a_method_with_too_many_tries_says_until_when_and_the_others_stay_open() -> None:
    state = linking().fails("method-locked", retry_at=builders.NOW, methods=("questions", "link_code")).state

    assert told(state) == (Tone.WARNING, "notice.method_waits_until", ["notice.others_stay"])
    assert state.step is Step.METHODS
    state = Walk(state).gets(builders.methods("legacy_access")).state
    assert told(state)[1] == "notice.method_waits_until"
    assert {"method.questions", "method.link_code"} <= offered(state)


def test_a_method_that_waits_cannot_be_entered_and_says_until_when() -> None:
    walk = logged_in().does(Do.OTHER_METHOD)
    state = (
        Walk(walk.state).does(Do.RELOAD).gets(builders.methods("questions")).does(Do.CHOOSE_METHOD, "questions").state
    )

    assert state.step is Step.METHODS
    assert told(state)[1] == "notice.method_waits_until"


def test_questions_that_are_over_are_asked_for_again_and_cost_nothing() -> None:
    state = linking("questions").fails("challenge-expired").state

    assert told(state)[:2] == (Tone.WARNING, "notice.challenge_over")
    assert (state.step, state.challenge) == (Step.QUESTIONS_FILE, None)
    assert typed(state)["identifier"] == "ci1234567"
    assert not [name for name in typed(state) if name.startswith("answer.")]


def test_a_file_that_is_linked_already_is_offered_as_a_profile() -> None:
    state = linking().fails("already-linked").state

    assert told(state)[:2] == (Tone.INFO, "notice.already_linked")
    assert state.step is Step.PROFILES
    assert state.busy is not None
    assert isinstance(state.busy.action, FetchProfiles)


def test_a_file_held_by_another_account_leads_to_customer_service_with_a_reference() -> None:
    state = linking().fails("held-elsewhere", reference=builders.REFERENCE).state

    tone, title, lines = told(state)
    assert (tone, title, lines[-1]) == (Tone.ERROR, "notice.held_elsewhere", "notice.held_elsewhere.next")
    assert state.reference == builders.REFERENCE
    assert PASSWORD not in typed(state).values()


@pytest.mark.parametrize("kind", ["unreachable", "unavailable", "not-understood", "too-old", "internal", "never-seen"])
def test_when_the_service_fails_a_try_can_be_made_again_as_the_same_intent(kind: str) -> None:
    sent = linking()
    assert sent.state.busy is not None
    state = sent.fails(kind).state

    assert told(state)[0] is Tone.ERROR
    assert typed(state) == typed(sent.state)
    assert state.focus.item == "check_again"
    assert "check_again" in offered(state)
    again = Walk(state).does(Do.CHECK_AGAIN).state.busy
    assert again is not None
    assert (again.intent, again.action) == (sent.state.busy.intent, sent.state.busy.action)
    assert again.id != sent.state.busy.id


@pytest.mark.parametrize("lost", ["unknown-outcome", "idempotency-in-progress", ""])
def test_an_answer_that_is_lost_or_not_waited_for_is_checked_again_as_the_same_intent(lost: str) -> None:
    sent = linking()
    assert sent.state.busy is not None
    state = (sent.fails(lost) if lost else sent.stops_waiting()).state

    assert told(state) == (Tone.WARNING, "notice.unknown", ["notice.unknown.safe", "notice.unknown.next"])
    assert (state.busy, state.focus.item) == (None, "check_again")
    once = Walk(state).does(Do.CHECK_AGAIN)
    twice = once.fails("unknown-outcome").does(Do.CHECK_AGAIN)
    assert once.state.busy is not None
    assert twice.state.busy is not None
    assert {once.state.busy.intent, twice.state.busy.intent} == {sent.state.busy.intent}
    assert twice.gets(builders.link()).state.step is Step.LINKED


def test_a_new_submission_is_a_new_intent() -> None:
    first = linking().fails("not-recognized").gets(builders.methods()).types(old_password="Autre-1234!").submits()

    assert first.state.busy is not None
    assert first.state.busy.intent == first.state.busy.id


def test_too_many_requests_says_from_when_and_clears_secrets_only() -> None:
    state = linking().fails("too-many-requests", retry_at=builders.NOW).state

    tone, title, lines = told(state)
    assert (tone, title, lines[0]) == (Tone.WARNING, "notice.too_many", "notice.retry_at")
    assert typed(state)["identifier"] == "ci1234567"
    assert PASSWORD not in typed(state).values()


@pytest.mark.parametrize(
    ("pointer", "field"),
    [("/username", "identifier"), ("/password", "old_password"), ("/legacy/username", "identifier")],
)
def test_a_field_that_the_server_refuses_is_marked_and_gets_the_focus(pointer: str, field: str) -> None:
    state = linking().fails("validation", codes=((pointer, "bad-format"),)).state

    assert state.errors[field].key == "code.bad_format"
    assert state.focus.item == field
    assert typed(state)["identifier"] == "ci1234567"


def test_answers_of_a_wrong_shape_cost_no_try_and_say_so() -> None:
    state = linking("questions").fails("validation", codes=(("/answers/1/answer", "bad-date"),)).state

    assert told(state)[1] == "notice.answer_format"


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
    assert isinstance(proved.state.busy.action, StepUp)
    state = proved.gets(builders.session()).state
    assert state.busy is not None
    assert sent.state.busy is not None
    assert (state.busy.action, state.busy.intent) == (sent.state.busy.action, sent.state.busy.intent)
    assert state.step is Step.LEGACY_ACCESS


def test_wrong_data_in_a_file_gives_a_reference_for_customer_service() -> None:
    walk = logged_in(linked=2).does(Do.OPEN_PROFILE, "l1").gets(builders.detail()).does(Do.ERROR)
    sent = walk.types(note="Mon code postal est H2X 1Y4").submits()
    assert sent.state.busy is not None
    assert sent.state.busy.action == VerifyFile("l1", accurate=False, note="Mon code postal est H2X 1Y4")

    state = sent.gets(builders.verification("error")).state
    assert (state.step, state.reference) == (Step.REPORTED, builders.REFERENCE)


def test_a_code_request_answers_the_same_whatever_the_file() -> None:
    walk = logged_in().does(Do.CHOOSE_METHOD, "link_code").does(Do.REQUEST_CODE).types(identifier="ci0000099").submits()
    assert walk.state.busy is not None
    assert isinstance(walk.state.busy.action, RequestCode)
    state = walk.gets(builders.accepted()).state

    assert told(state)[:2] == (Tone.SUCCESS, "notice.code_requested")
    assert state.step is Step.LINK_CODE


@pytest.mark.parametrize("kind", [*ProblemType, "unreachable", "unknown-outcome", "not-understood", "too-old", "new"])
@pytest.mark.parametrize("method", ["legacy_access", "questions", "link_code"])
def test_no_failure_is_a_dead_end(kind: str, method: str) -> None:
    state = linking(method).fails(str(kind)).state
    said: Any = state.notice or state.errors

    assert said or state.step in {Step.STEP_UP, Step.PROFILES}
    calmed = Walk(state).stops_waiting()
    assert page(calmed.state).operable()
    assert calmed.after(Act(Do.BACK)).state != calmed.state


def test_a_login_whose_answer_is_lost_asks_for_the_password_again() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).submits()
    assert walk.state.busy is not None
    assert walk.state.busy.action == LogIn("nom@exemple.com", Secret(PASSWORD))
    state = walk.fails("unknown-outcome").state

    assert told(state)[:2] == (Tone.ERROR, "notice.slow")
    assert typed(state) == {"email": "nom@exemple.com"}
    assert not isinstance(state.unfinished and state.unfinished.action, LinkFile)
