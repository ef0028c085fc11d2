"""What the server refuses of an account is told where it was typed, and nothing else is typed again."""

from __future__ import annotations

from sel_tui.journey.core.effects import CreateAccount
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.secret import clear
from sel_tui.journey.registry import Step
from tests.scenarios import build
from tests.scenarios.accounts import TERMS, account_common_password, account_name_too_long, terms_changed
from tests.scenarios.walk import Walk, drafts


def created(walk: Walk) -> CreateAccount:
    assert walk.state.busy is not None
    assert isinstance(walk.state.busy.effect, CreateAccount)
    return walk.state.busy.effect


def test_a_common_password_is_told_at_its_field_and_only_the_password_is_typed_again() -> None:
    state = build("account_common_password")
    assert (state.step, state.focus.item) == (Step.ACCOUNT, "new_password")
    assert state.errors == {"new_password": msg("code.too_common")}
    assert clear(drafts(state).get("new_password", "")) == ""
    again = account_common_password(Walk.begins()).types(new_password="Camion rouge et pluie fine").submits()
    assert again.state.step is Step.ACCOUNT_NAME
    done = again.submits().submits()
    sent = created(done)
    assert (sent.first_name, sent.last_name) == ("Maïka", "Côté-L’Heureux")


def test_a_name_that_is_too_long_is_told_at_its_field_and_the_password_stays() -> None:
    state = account_name_too_long(Walk.begins()).state
    assert (state.step, state.focus.item) == (Step.ACCOUNT_NAME, "last_name")
    assert state.errors == {"last_name": msg("code.too_long")}
    corrected = account_name_too_long(Walk.begins()).types(last_name="Côté").submits()
    assert corrected.state.step is Step.TERMS
    assert corrected.submits().state.busy is not None


def test_terms_that_changed_meanwhile_are_shown_anew_and_accepted_as_they_are_now() -> None:
    walk = terms_changed(Walk.begins())
    assert walk.state.step is Step.TERMS
    assert walk.state.notice is not None
    assert walk.state.notice.title == msg("notice.new_terms")
    assert created(walk.submits()).terms_version == "2026-02" != TERMS.version
