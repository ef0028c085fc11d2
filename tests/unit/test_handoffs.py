"""Going on elsewhere: what is kept and what is not, where it is offered, and how one comes back."""

from __future__ import annotations

from typing import Any

import pytest

from sel_contract import HandoffStep
from sel_tui.journey.core.effects import HandOff, OpenProfile, RedeemHandoff
from sel_tui.journey.core.events import Opened
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Fact
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import HANDED_OFF_AS, Overlay, Step
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import linking, logged_in, offered, told, typed

CODE = "4T8W-7K31"


def asked(walk: Walk) -> Any:
    assert walk.state.busy is not None
    return walk.state.busy.effect


def waiting(linked: int = 0) -> Walk:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Chantier-2026!").submits()
    return walk.gets(builders.session(linked=linked).model_copy(update={"handoff_waiting": True}))


def resumed(step: str, link_id: str | None = None, linked: int = 0, **drafts: str) -> Walk:
    walk = waiting(linked).types(handoff_code=CODE).submits()
    return walk.gets(builders.handoff(step, link_id, **drafts))


def test_what_was_typed_is_kept_but_no_secret() -> None:
    walk = logged_in().does("choose_method", "link_code").types(link_username="L-482913", link_code="7K3M9-QTDHX")
    walk = walk.does("hand_off")
    assert asked(walk) == HandOff("link_code", "", (("link_username", "L-482913"),))
    assert typed(walk.state) == {"email": "nom@exemple.com", "link_username": "L-482913"}
    walk = walk.gets(builders.handoff_opened())
    facts = {item.id: item.value for item in page(walk.state).items if isinstance(item, Fact)}
    assert facts["code"].params == (("text", CODE),)
    assert (walk.does("back").state.step, typed(walk.does("back").state)["link_username"]) == (
        Step.LINK_CODE,
        "L-482913",
    )


def test_each_time_it_is_kept_anew_as_it_is_then() -> None:
    walk = logged_in().does("choose_method", "link_code").does("hand_off").gets(builders.handoff_opened())
    walk = walk.does("back").types(link_username="L-482913").does("hand_off")
    assert walk.state.account.handoff is None
    assert asked(walk).drafts == (("link_username", "L-482913"),)


@pytest.mark.parametrize(
    ("walk", "kept"),
    [
        (linking().fails("not-recognized"), HandOff("legacy_access", "", (("identifier", "ci1234567"),))),
        (linking("questions").fails("not-recognized"), HandOff("questions_file", "", (("identifier", "ci1234567"),))),
        (linking("link_code").fails("not-recognized"), HandOff("link_code", "", (("link_username", "L-482913"),))),
    ],
)
def test_after_a_refusal_one_can_go_on_later_and_begins_at_the_methods_own_form(walk: Walk, kept: HandOff) -> None:
    walk = walk.gets(builders.methods())
    over = overlay_page(walk.after(Opened(Overlay.CONTACT)).state)
    assert over is not None
    assert "later" in {item.id for item in over.items}
    assert asked(walk.does("hand_off")) == kept


def test_it_is_not_in_the_way_where_nothing_must_be_fetched() -> None:
    assert "later" not in offered(logged_in().does("choose_method", "legacy_access").state)
    assert "later" not in offered(linking().fails("unreachable").state)
    assert "later" in offered(logged_in().does("choose_method", "link_code").state)


@pytest.mark.parametrize("name", ["login", "methods", "profiles", "report", "linked", "handoff"])
def test_customer_service_offers_it_where_one_can_come_back_to(name: str) -> None:
    state = build(name)
    over = overlay_page(Walk(state).after(Opened(Overlay.CONTACT)).state)
    assert over is not None
    offers = any(isinstance(item, Button) and item.id == "later" for item in over.items)
    assert offers == (state.account.session is not None and state.step in HANDED_OFF_AS)


def test_a_file_and_what_is_reported_of_it_are_kept_with_the_file_that_was_open() -> None:
    walk = Walk(build("report")).types(note="Mon adresse a changé.").opens(Overlay.CONTACT).does("hand_off")
    opened = walk.state.account.opened
    assert opened is not None
    assert asked(walk) == HandOff("report", opened.link.id, (("note", "Mon adresse a changé."),))


def test_whoever_logs_in_where_something_waits_is_asked_for_the_code() -> None:
    walk = waiting()
    assert walk.state.step is Step.RESUME
    assert asked(walk.types(handoff_code=" 4t8w 7k3i").submits()) == RedeemHandoff(Secret(CODE))
    assert walk.does("skip_handoff").state.step is Step.METHODS
    assert waiting(linked=1).does("skip_handoff").state.step is Step.PROFILES


@pytest.mark.parametrize(
    ("step", "linked", "trail"),
    [
        ("methods", 0, ()),
        ("methods", 1, (Step.PROFILES,)),
        ("legacy_access", 0, (Step.METHODS,)),
        ("questions_file", 0, (Step.METHODS,)),
        ("link_code", 1, (Step.PROFILES, Step.METHODS)),
    ],
)
def test_the_right_code_brings_the_step_back_with_its_way_and_what_was_typed(
    step: str, linked: int, trail: tuple[Step, ...]
) -> None:
    drafts = {"identifier": "1234567", "category": "worker", "link_username": "L-482913", "unknown": "x"}
    walk = resumed(step, linked=linked, **drafts)
    assert (walk.state.step.value, walk.state.trail) == (step, trail)
    assert told(walk.state)[1] == "notice.resumed"
    held = typed(walk.state)
    assert held["identifier"] == "1234567"
    assert held["category"] == "worker"
    assert ("link_username" in held) == (step == "link_code")
    assert walk.state.person.return_to is None


def test_a_category_that_is_none_is_left_out() -> None:
    assert "category" not in typed(resumed("legacy_access", identifier="1234567", category="king").state)


@pytest.mark.parametrize("step", ["client_file", "report"])
def test_the_file_that_was_open_is_opened_again(step: str) -> None:
    walk = resumed(step, "l1", linked=1, note="Mon adresse a changé.")
    assert asked(walk) == OpenProfile("l1")
    walk = walk.gets(builders.detail("l1"))
    assert walk.state.step.value == step
    assert typed(walk.state).get("note", "") == "Mon adresse a changé."
    gone = resumed(step, "l1", linked=1).fails("not-found")
    assert gone.state.step is Step.PROFILES


def test_every_step_of_the_contract_is_one_that_can_be_gone_on_with() -> None:
    assert {step.value for step in HandoffStep} == {step.value for step in HANDED_OFF_AS.values()}


def test_a_wrong_code_is_erased_and_another_can_be_typed() -> None:
    walk = waiting().types(handoff_code=CODE).submits().fails("invalid-code")
    assert walk.state.errors == {"handoff_code": msg("field.handoff_code.wrong")}
    assert "handoff_code" not in typed(walk.state)
    assert walk.types(handoff_code=CODE).submits().gets(builders.handoff()).state.step is Step.LINK_CODE


def test_a_code_that_is_copied_wrong_is_not_sent() -> None:
    for text, key in (("4T8W-7K3M", "copied_wrong"), ("4T8W-7K3", "length"), ("x" * 65, "bad")):
        walk = waiting().types(handoff_code=text).submits()
        assert walk.state.busy is None
        assert walk.state.errors["handoff_code"].key == f"field.handoff_code.{key}"


def test_a_hand_off_whose_answer_is_lost_is_asked_for_again_as_the_same_request() -> None:
    walk = logged_in().does("choose_method", "link_code").does("hand_off")
    assert walk.state.busy is not None
    intent = walk.state.busy.intent
    again = walk.fails("unknown-outcome").does("check_again")
    assert again.state.busy is not None
    assert again.state.busy.intent == intent
    assert again.gets(builders.handoff_opened()).state.account.handoff is not None


def test_after_the_session_has_ended_on_that_page_the_same_person_gets_another_code() -> None:
    walk = logged_in().does("choose_method", "link_code").types(link_username="L-482913").does("hand_off")
    walk = walk.gets(builders.handoff_opened()).runs_out_of_time(wholly=True)
    assert walk.state.account.handoff is None
    walk = walk.types(password="Chantier-2026!").submits().gets(builders.session())
    assert walk.state.step is Step.HANDOFF
    assert asked(walk) == HandOff("link_code", "", (("link_username", "L-482913"),))


def test_the_next_person_finds_nothing_of_it() -> None:
    walk = logged_in().does("choose_method", "link_code").does("hand_off").gets(builders.handoff_opened())
    walk = walk.does("log_out").gets()
    assert walk.state.account.handoff is None
    assert CODE not in repr(walk.state)
