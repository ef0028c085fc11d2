"""What once went wrong on the way through several steps."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.effects import FetchProfiles, FetchQuestions, FinishReset, LinkFile, LogIn
from sel_tui.journey.core.events import LanguageChosen
from sel_tui.journey.core.state import Tone
from sel_tui.journey.registry import Step
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import linking, logged_in, offered, told

PASSWORD = "Chantier-2026!"


def resetting() -> Walk:
    reset = Walk.begins().gets(builders.service()).does("forgot_password").types(email="nom@exemple.com").submits()
    return reset.gets(builders.reset_started())


def changing() -> Walk:
    return resetting().types(single_use_code="739152", new_password=PASSWORD).submits()


def is_unknown(walk: Walk) -> bool:
    notice = walk.state.notice
    return notice is not None and notice.title.key == "notice.unknown" and "check_again" in offered(walk.state)


def test_a_wrong_log_in_after_a_reset_that_was_left_says_so_at_the_log_in() -> None:
    back = resetting().does("back").does("back")
    assert back.state.step is Step.LOGIN
    wrong = back.types(email="nom@exemple.com", password=PASSWORD).submits().fails("invalid-credentials")

    assert wrong.state.step is Step.LOGIN
    assert told(wrong.state)[:2] == (Tone.ERROR, "notice.wrong_login")
    assert wrong.state.focus.item == "password"


@pytest.mark.parametrize("kind", ["unreachable", "unavailable", "unknown-outcome", "not-understood", "internal"])
def test_a_lost_answer_to_the_new_password_and_then_no_server_is_an_unknown_outcome(kind: str) -> None:
    unsure = changing().fails("not-understood" if kind == "not-understood" else "unknown-outcome").fails(kind)

    assert is_unknown(unsure)
    again = unsure.does("check_again")
    assert again.state.busy is not None
    assert isinstance(again.state.busy.effect, FinishReset)
    again = again.gets() if kind == "internal" else again.fails("invalid-code")
    assert isinstance(again.state.busy and again.state.busy.effect, LogIn)
    if kind != "internal":
        assert is_unknown(again.fails(kind))
    for linked in (0, 1):
        changed = again.gets(builders.session(linked=linked))
        assert told(changed.state)[:2] == (Tone.SUCCESS, "notice.password_changed")


@pytest.mark.parametrize("kind", ["unreachable", "unavailable", "unknown-outcome", "invalid-credentials"])
def test_a_reset_that_succeeded_says_that_the_password_changed_though_nobody_is_logged_in(kind: str) -> None:
    changed = changing().gets().fails(kind)

    assert changed.state.step is Step.LOGIN
    assert told(changed.state)[:2] == (Tone.SUCCESS, "notice.password_changed")


def test_a_reset_that_is_not_waited_for_is_checked_by_logging_in_when_its_code_is_used_up() -> None:
    again = changing().stops_waiting().does("check_again")
    assert isinstance(again.state.busy and again.state.busy.effect, FinishReset)
    used = again.fails("invalid-code")

    assert isinstance(used.state.busy and used.state.busy.effect, LogIn)
    assert used.fails("invalid-credentials").state.errors["single_use_code"].key == "field.single_use_code.wrong"


def test_the_other_language_keeps_the_safe_check_of_the_answers_and_their_intent() -> None:
    sent = linking("questions")
    assert sent.state.busy is not None
    unsure = sent.stops_waiting()
    other = unsure.after(LanguageChosen("en"))
    assert isinstance(other.state.busy and other.state.busy.effect, FetchQuestions)

    for walk in (other.gets(builders.challenge()), other.stops_waiting(), other.fails("unreachable")):
        assert walk.state.step is Step.QUESTIONS_REVIEW
        assert "check_again" in offered(walk.state)
        again = walk.does("check_again").state.busy
        assert again is not None
        assert (again.intent, again.effect) == (sent.state.busy.intent, sent.state.busy.effect)
        assert isinstance(again.effect, LinkFile)
    assert is_unknown(other.gets(builders.challenge()))


def fetches_the_list(walk: Walk) -> bool:
    return walk.state.step is Step.PROFILES and isinstance(walk.state.busy and walk.state.busy.effect, FetchProfiles)


@pytest.mark.parametrize("kind", ["link-frozen", "not-found"])
@pytest.mark.parametrize("does", [("open_profile", "l1"), ("accurate", "")])
def test_a_file_that_was_suspended_or_ended_shows_so_in_the_list_at_once(kind: str, does: tuple[str, str]) -> None:
    there = logged_in(linked=2)
    if does[0] == "accurate":
        there = there.does("open_profile", "l1").gets(builders.detail("l1"))

    assert fetches_the_list(there.does(*does).fails(kind))


def test_after_the_first_link_one_step_back_from_the_next_method_fetches_the_list() -> None:
    first = linking().gets(builders.link()).does("link_profile")
    back = (first.gets(builders.methods()) if first.state.busy else first).does("back")

    assert fetches_the_list(back)


def test_after_another_link_the_list_that_was_seen_before_it_is_fetched_again() -> None:
    there = logged_in(linked=2).does("link_profile")
    there = there.gets(builders.methods()) if there.state.busy else there
    there = there.does("choose_method", "legacy_access").types(identifier="ci1234567", old_password=PASSWORD).submits()
    first = there.gets(builders.link()).does("link_profile")
    back = (first.gets(builders.methods()) if first.state.busy else first).does("back")

    assert fetches_the_list(back)


def test_a_file_that_turns_out_suspended_while_it_is_linked_shows_so_in_the_list() -> None:
    there = logged_in(linked=2).does("link_profile")
    there = there.gets(builders.methods()) if there.state.busy else there
    there = there.does("choose_method", "legacy_access").types(identifier="ci1234567", old_password=PASSWORD).submits()
    back = there.fails("link-frozen").gets(builders.methods()).does("back")

    assert fetches_the_list(back)
