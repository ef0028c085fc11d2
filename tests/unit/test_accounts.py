"""An account from nothing, a forgotten password, the end of a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sel_tui.journey.core.effects import (
    ConfirmAccount,
    CreateAccount,
    FetchProfiles,
    FinishReset,
    LogIn,
    ResendCode,
    StartReset,
    StepUp,
    Unlink,
)
from sel_tui.journey.core.messages import from_hour, msg
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.account import Registration
from tests.scenarios.walk import Walk, drafts
from tests.unit import builders
from tests.unit.ways import logged_in, told, typed

PASSWORD = "Chantier-2026!"


def asked(walk: Walk) -> object:
    assert walk.state.busy is not None
    return walk.state.busy.effect


def test_an_account_from_nothing_leads_straight_to_linking() -> None:
    walk = Walk.begins().gets(builders.service()).does("create_account")
    walk = walk.types(email="nom@exemple.com", new_password=PASSWORD).submits()
    walk = walk.types(first_name="Ève", last_name="D’Amours").submits().gets(builders.terms()).submits()
    assert asked(walk) == CreateAccount("nom@exemple.com", Secret(PASSWORD), "Ève", "D’Amours", "2026-01")

    walk = walk.gets(builders.registration_started()).types(single_use_code="123 456").submits()
    assert asked(walk) == ConfirmAccount("g1", Secret("123456"))
    walk = walk.gets()
    assert asked(walk) == LogIn("nom@exemple.com", Secret(PASSWORD))
    walk = walk.gets(builders.session())
    assert walk.state.step is Step.WELCOME
    assert not [name for name, value in drafts(walk.state).items() if isinstance(value, Secret)]
    assert walk.does("link_profile").state.step is Step.METHODS


def waiting_for_the_code() -> Walk:
    walk = Walk.begins().gets(builders.service()).does("create_account")
    walk = walk.types(email="nom@exemple.com", new_password=PASSWORD).submits()
    walk = walk.types(first_name="Ève", last_name="D’Amours").submits().gets(builders.terms()).submits()
    return walk.gets(builders.registration_started())


def test_the_code_is_sent_again_for_the_request_that_this_program_made() -> None:
    walk = waiting_for_the_code().does("resend_code")
    assert asked(walk) == ResendCode("g1")
    walk = walk.gets(builders.accepted())
    assert (walk.state.step, task(walk.state, Registration).started) == (
        Step.ACCOUNT_CODE,
        builders.registration_started(),
    )


def resetting() -> Walk:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com").does("forgot_password").submits()
    return walk.gets(builders.reset_started())


@pytest.mark.parametrize(
    ("begun", "answer"),
    [(waiting_for_the_code, builders.accepted()), (resetting, builders.reset_started())],
    ids=["account", "reset"],
)
def test_asking_again_too_soon_says_that_nothing_is_sent_and_keeps_what_was_typed(
    begun: Callable[[], Walk], answer: object
) -> None:
    walk = begun().types(single_use_code="12").does("resend_code")
    soon = walk.gets(answer, at=builders.NOW + timedelta(seconds=59)).state
    later = walk.gets(answer, at=builders.NOW + timedelta(seconds=60)).state

    assert soon.notice is not None
    assert (soon.notice.title.key, soon.notice.lines[-1]) == (
        "notice.code_already_requested",
        msg("notice.ask_again_from", at=from_hour(builders.NOW + timedelta(seconds=60))),
    )
    assert (soon.focus.item, typed(soon)["single_use_code"]) == ("single_use_code", "12")
    assert later.notice is not None
    assert later.notice.lines[-1] == msg("notice.ask_again_from", at=from_hour(builders.NOW + timedelta(seconds=120)))
    assert (later.focus.item, typed(later).get("single_use_code", "")) == ("single_use_code", "")


def test_another_address_has_a_wait_of_its_own() -> None:
    walk = resetting().does("back").types(email="autre@exemple.com").submits()
    notice = walk.gets(builders.reset_started(), at=builders.NOW + timedelta(seconds=1)).state.notice
    assert notice is not None
    assert notice.title.key == "reset_code.intro"


def test_a_person_hears_before_closing_the_program_that_the_account_must_then_be_created_again() -> None:
    notice = waiting_for_the_code().state.notice
    assert notice is not None
    assert "account_code.keep_open" in [line.key for line in notice.lines]


def test_a_code_without_a_request_leads_back_to_where_one_is_made() -> None:
    walk = waiting_for_the_code()
    lost = Walk(with_task(walk.state, Registration, started=None))
    assert lost.does("resend_code").state.step is Step.ACCOUNT
    assert lost.types(single_use_code="123456").submits().state.step is Step.ACCOUNT


def test_a_reset_asked_for_again_names_the_earlier_one_for_the_same_address_alone() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com").does("forgot_password").submits()
    assert asked(walk) == StartReset("nom@exemple.com")
    walk = walk.gets(builders.reset_started())
    assert asked(walk.does("resend_code")) == StartReset("nom@exemple.com", "r1")
    back = walk.does("back")
    assert asked(back.submits()) == StartReset("nom@exemple.com", "r1")
    assert asked(back.types(email="autre@exemple.com").submits()) == StartReset("autre@exemple.com")


def test_a_forgotten_password_is_replaced_and_logs_in() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com").does("forgot_password").submits()
    walk = walk.gets(builders.reset_started()).types(single_use_code="123456", new_password=PASSWORD).submits()
    assert asked(walk) == FinishReset("r1", "nom@exemple.com", Secret("123456"), Secret(PASSWORD))

    walk = walk.gets().gets(builders.session(linked=1))
    assert (walk.state.step, asked(walk)) == (Step.PROFILES, FetchProfiles())


@pytest.mark.parametrize("kind", ["too-many-requests", "login-guarded"])
def test_after_a_lost_answer_a_log_in_that_has_to_wait_says_until_when(kind: str) -> None:
    walk = resetting().types(single_use_code="123456", new_password=PASSWORD).submits().fails("unknown-outcome")
    state = walk.fails(kind, retry_at=builders.NOW).state

    assert state.notice is not None
    assert msg("notice.retry_at", at=from_hour(builders.NOW)) in state.notice.lines
    assert (state.step, state.focus.item) == (Step.RESET_CODE, "check_again")


def test_a_new_password_that_never_arrived_is_sent_again_instead_of_calling_its_code_wrong() -> None:
    sent = resetting().types(single_use_code="123456", new_password=PASSWORD).submits()
    lost = sent.fails("unknown-outcome").fails("invalid-credentials")
    assert told(lost.state)[1] == "notice.unknown"
    again = lost.does("check_again")
    assert asked(again) == asked(sent)

    assert again.gets().gets(builders.session()).state.account.session == builders.session()
    used = again.fails("invalid-code")
    assert isinstance(asked(used), LogIn)
    assert "single_use_code" in used.fails("invalid-credentials").state.errors


def test_unlinking_asks_for_the_password_first() -> None:
    walk = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail()).does("unlink")
    walk = walk.types(password=PASSWORD).submits()
    assert asked(walk) == StepUp(Secret(PASSWORD))

    walk = walk.gets(builders.session())
    assert asked(walk) == Unlink("l1")
    assert walk.gets().state.step is Step.PROFILES


def test_a_link_that_is_gone_when_its_end_is_asked_for_again_was_ended() -> None:
    walk = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail()).does("unlink")
    walk = walk.types(password=PASSWORD).submits().gets(builders.session())

    done = walk.fails("not-found")
    assert told(done.state)[1] == "notice.unlinked"
    assert asked(done) == FetchProfiles()
    again = walk.fails("unknown-outcome").does("check_again").fails("not-found")
    assert told(again.state)[1] == "notice.unlinked"
