"""An account from nothing, a forgotten password, the end of a link."""

from __future__ import annotations

from sel_tui.journey.actions import (
    CreateAccount,
    FetchProfiles,
    FinishReset,
    LogIn,
    StepUp,
    Unlink,
)
from sel_tui.journey.events import Do
from sel_tui.journey.secret import Secret
from sel_tui.journey.steps import Step
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import logged_in

PASSWORD = "Chantier-2026!"


def asked(walk: Walk) -> object:
    assert walk.state.busy is not None
    return walk.state.busy.action


def test_an_account_from_nothing_leads_straight_to_linking() -> None:
    walk = Walk.begins().gets(builders.service()).does(Do.CREATE_ACCOUNT)
    walk = walk.types(email="nom@exemple.com", new_password=PASSWORD).submits()
    walk = walk.types(first_name="Ève", last_name="D’Amours").submits().gets(builders.terms()).submits()
    assert asked(walk) == CreateAccount("nom@exemple.com", Secret(PASSWORD), "Ève", "D’Amours", "2026-01")

    walk = walk.gets(builders.accepted()).types(single_use_code="123 456").submits().gets()
    assert asked(walk) == LogIn("nom@exemple.com", Secret(PASSWORD))
    walk = walk.gets(builders.session())
    assert walk.state.step is Step.WELCOME
    assert not [name for name, value in walk.state.drafts.items() if isinstance(value, Secret)]
    assert walk.does(Do.LINK_PROFILE).state.step is Step.METHODS


def test_a_forgotten_password_is_replaced_and_logs_in() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com").does(Do.FORGOT_PASSWORD).submits()
    walk = walk.gets(builders.reset_started()).types(single_use_code="123456", new_password=PASSWORD).submits()
    assert asked(walk) == FinishReset("r1", Secret("123456"), Secret(PASSWORD))

    walk = walk.gets().gets(builders.session(linked=1))
    assert (walk.state.step, asked(walk)) == (Step.PROFILES, FetchProfiles())


def test_unlinking_asks_for_the_password_first() -> None:
    walk = logged_in(linked=2).does(Do.OPEN_PROFILE, "l1").gets(builders.detail()).does(Do.UNLINK)
    walk = walk.types(password=PASSWORD).submits()
    assert asked(walk) == StepUp(Secret(PASSWORD))

    walk = walk.gets(builders.session())
    assert asked(walk) == Unlink("l1")
    assert walk.gets().state.step is Step.PROFILES
