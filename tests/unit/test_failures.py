"""What people are told and offered when something goes wrong: the table of the journey, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from sel_contract import ProblemType
from sel_tui.i18n import Words
from sel_tui.journey.core.effects import FetchMethods, FetchProfiles, RequestCode, VerifyFile
from sel_tui.journey.core.events import Command
from sel_tui.journey.core.state import Tone, task
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.questions import Questions
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import PASSWORD, linking, logged_in, offered, told, typed


def test_a_wrong_login_has_one_text_keeps_the_address_and_asks_for_the_password() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Faux-1234!").submits()
    state = walk.fails("invalid-credentials").state

    assert told(state)[:2] == (Tone.ERROR, "notice.wrong_login")
    assert typed(state) == {"email": "nom@exemple.com"}
    assert (state.step, state.focus.item, state.busy) == (Step.LOGIN, "password", None)


def test_the_same_miss_twice_says_how_often_until_the_step_is_left() -> None:
    walk = Walk.begins().gets(builders.service())
    for count in (1, 2, 3):
        walk = walk.types(email="nom@exemple.com", password="Faux-1234!").submits().fails("invalid-credentials")
        assert walk.state.notice is not None
        said = Words("fr").say(walk.state.notice.title)
        assert said.startswith("L’adresse courriel ou le mot de passe n’est pas le bon.")
        assert said.endswith(f" Cela fait {count}\u00a0fois.") == (count > 1)
    back = walk.does("forgot_password").does("back")
    wrong = back.types(email="nom@exemple.com", password="Faux-1234!").submits().fails("invalid-credentials")
    assert told(wrong.state)[1] == "notice.wrong_login"

    walk = Walk(build("account_code"))
    for key in ("field.single_use_code.wrong", "error.again"):
        walk = walk.types(single_use_code="739152").submits().fails("invalid-code")
        assert walk.state.errors["single_use_code"].key == key


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
    sure = "notice.sure" if method == "link_code" else "notice.sure_by_mail"
    assert lines == [f"notice.not_recognized.{method}", "notice.others_open", sure]
    assert state.notice is not None
    assert (state.notice.reference, state.account.reference) == (builders.REFERENCE, builders.REFERENCE)
    assert state.focus.item == focus
    assert kept.items() <= typed(state).items()
    assert PASSWORD not in typed(state).values()
    assert "7K3M9-QTDHX" not in typed(state).values()
    assert state.busy is not None
    assert isinstance(state.busy.effect, FetchMethods)  # how many tries are left
    others = {f"other.{other}" for other in ("legacy_access", "questions", "link_code") if other != method}
    assert others <= offered(state)


def test_after_a_miss_the_answers_stay_so_that_one_letter_can_be_changed() -> None:
    before = linking("questions")
    after = before.fails("not-recognized").state

    assert {name: text for name, text in typed(after).items() if name.startswith("answer.")} == {
        f"answer.c1-{kind}": text for kind, text in builders.ANSWERS.items()
    }
    assert task(after, Questions).challenge is not None


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
    walk = logged_in().does("other_method")
    state = Walk(walk.state).does("reload").gets(builders.methods("questions")).does("choose_method", "questions").state

    assert state.step is Step.METHODS
    assert told(state)[1] == "notice.method_waits_until"


def test_questions_that_are_over_are_asked_for_again_and_cost_nothing() -> None:
    state = linking("questions").fails("challenge-expired").state

    assert told(state)[:2] == (Tone.WARNING, "notice.challenge_over")
    assert (state.step, task(state, Questions).challenge) == (Step.QUESTIONS_FILE, None)
    assert typed(state)["identifier"] == "ci1234567"
    assert not [name for name in typed(state) if name.startswith("answer.")]


def test_a_file_that_is_linked_already_is_offered_as_a_profile() -> None:
    state = linking().fails("already-linked").state

    assert told(state)[:2] == (Tone.INFO, "notice.already_linked")
    assert state.step is Step.PROFILES
    assert state.busy is not None
    assert isinstance(state.busy.effect, FetchProfiles)


def test_a_file_held_by_another_account_leads_to_customer_service_with_a_reference() -> None:
    state = linking().fails("held-elsewhere", reference=builders.REFERENCE).state

    tone, title, lines = told(state)
    assert (tone, title, lines[-1]) == (Tone.ERROR, "notice.held_elsewhere", "notice.held_elsewhere.next")
    assert state.account.reference == builders.REFERENCE
    assert PASSWORD not in typed(state).values()


@pytest.mark.parametrize("method", ["legacy_access", "questions", "link_code"])
def test_a_file_that_was_disowned_leads_from_each_method_to_customer_service_with_a_reference(method: str) -> None:
    state = linking(method).fails("link-frozen", reference=builders.REFERENCE).state

    assert told(state) == (Tone.WARNING, "notice.link_frozen", ["notice.link_frozen.next"])
    assert state.notice is not None
    assert (state.notice.reference, state.account.reference) == (builders.REFERENCE, builders.REFERENCE)
    assert (state.step, task(state, Questions).challenge) == (Step.METHODS, None)
    assert not {PASSWORD, "7K3M9-QTDHX"} & set(typed(state).values())
    assert isinstance(state.busy and state.busy.effect, FetchMethods)


def test_too_many_requests_says_from_when_and_clears_secrets_only() -> None:
    state = linking().fails("too-many-requests", retry_at=builders.NOW).state

    tone, title, lines = told(state)
    assert (tone, title, lines[0]) == (Tone.WARNING, "notice.too_many", "notice.retry_at")
    assert typed(state)["identifier"] == "ci1234567"
    assert PASSWORD not in typed(state).values()


def test_an_account_that_strangers_try_to_open_says_the_way_in_that_stays() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).submits()
    state = walk.fails("login-guarded", retry_at=builders.NOW).state

    tone, title, lines = told(state)
    assert (tone, title) == (Tone.WARNING, "notice.login_guarded")
    assert lines == ["notice.retry_at", "notice.login_guarded.next"]
    assert typed(state) == {"email": "nom@exemple.com"}


def test_a_login_is_told_the_hour_at_which_the_service_is_back_and_nothing_about_tries() -> None:
    sent = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).submits()
    state = sent.fails("unavailable", retry_at=builders.NOW).state

    assert told(state) == (Tone.ERROR, "notice.unavailable", ["notice.retry_at"])


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


def test_wrong_data_in_a_file_gives_a_reference_for_customer_service() -> None:
    walk = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail()).does("error")
    sent = walk.types(note="Mon code postal est H2X 1Y4").submits()
    assert sent.state.busy is not None
    assert sent.state.busy.effect == VerifyFile("l1", accurate=False, note="Mon code postal est H2X 1Y4")

    state = sent.gets(builders.verification("error")).state
    assert (state.step, state.account.reference) == (Step.REPORTED, builders.REFERENCE)


def test_a_code_request_answers_the_same_whatever_the_file() -> None:
    walk = logged_in().does("choose_method", "link_code").does("request_code").types(identifier="ci0000099").submits()
    assert walk.state.busy is not None
    assert isinstance(walk.state.busy.effect, RequestCode)
    state = walk.gets(builders.accepted()).state

    assert told(state)[:2] == (Tone.SUCCESS, "notice.code_requested")
    assert state.step is Step.LINK_CODE


@pytest.mark.parametrize(
    "kind",
    [*ProblemType, "unreachable", "untrusted", "proxy-refused", "unknown-outcome", "not-understood", "too-old", "new"],
)
@pytest.mark.parametrize("method", ["legacy_access", "questions", "link_code"])
def test_no_failure_is_a_dead_end(kind: str, method: str) -> None:
    state = linking(method).fails(str(kind)).state
    said: Any = state.notice or state.errors

    assert said or state.step in {Step.STEP_UP, Step.PROFILES}
    calmed = Walk(state).stops_waiting()
    assert page(calmed.state).operable()
    assert calmed.after(Command("back")).state != calmed.state
