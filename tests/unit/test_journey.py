"""The journey as people make it: from the login to a linked, verified file, and back again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from sel_contract import DemoMail, DemoMailbox, FrozenLink, Link, Links, LinkState, QuestionKind
from sel_tui.journey.core.drafts import chosen_category
from sel_tui.journey.core.effects import (
    CodeProof,
    FetchDemo,
    FetchMethods,
    FetchQuestions,
    FetchService,
    LegacyProof,
    LinkFile,
    OpenProfile,
    QuestionsProof,
)
from sel_tui.journey.core.events import Abandoned, LanguageChosen
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State, task
from sel_tui.journey.machine import overlay_page, page, update
from sel_tui.journey.registry import Overlay, Step
from sel_tui.journey.steps.linking import Linking
from sel_tui.journey.steps.questions import Questions
from tests.scenarios import records
from tests.scenarios.linking import linked
from tests.scenarios.walk import Walk, drafts
from tests.unit import builders
from tests.unit.ways import linking, logged_in, told

PASSWORD = "Chantier-2026!"


def asked(walk: Walk) -> object:
    assert walk.state.busy is not None
    return walk.state.busy.effect


def test_the_program_opens_at_the_login_and_asks_the_server_who_it_is() -> None:
    walk = Walk.begins()

    assert (walk.state.step, asked(walk)) == (Step.LOGIN, FetchService())
    assert walk.state.person.language == "fr"


def test_with_no_file_linked_the_methods_come_at_once() -> None:
    state = logged_in().state

    assert state.step is Step.METHODS
    assert state.trail == ()


def test_with_a_file_linked_the_profiles_come_at_once_and_linking_is_not_asked_again() -> None:
    state = logged_in(linked=2).state

    assert state.step is Step.PROFILES
    assert state.account.profiles == builders.links("to_verify", "accurate").links


@pytest.mark.parametrize(
    ("method", "proof"),
    [
        ("legacy_access", LegacyProof("ci1234567", Secret("Ancien-1234!"))),
        ("link_code", CodeProof("L-482913", Secret("7K3M9-QTDHX"))),
        (
            "questions",
            QuestionsProof("c1", tuple((f"c1-{kind}", Secret(text)) for kind, text in builders.ANSWERS.items())),
        ),
    ],
)
def test_each_of_the_three_methods_links_a_file(method: str, proof: object) -> None:
    sent = linking(method)
    assert asked(sent) == LinkFile(proof)  # type: ignore[arg-type]  # each of them is a proof

    state = sent.gets(builders.link()).state
    assert (state.step, state.account.linked) == (Step.LINKED, builders.link())
    assert set(drafts(state)) <= {"email"}
    assert (task(state, Questions).challenge, chosen_category(state, Linking)) == (None, None)


def test_after_one_file_another_can_be_linked() -> None:
    walk = linking().gets(builders.link()).does("link_profile")

    assert (walk.state.step, asked(walk)) == (Step.METHODS, FetchMethods())
    assert walk.gets(builders.methods()).does("back").state.step is Step.PROFILES


def test_what_was_typed_in_one_method_is_not_asked_again_in_another() -> None:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="er 123-456")
    state = walk.does("choose_method", "questions").state

    assert [clear(item.value) for item in page(state).items if isinstance(item, EntryItem)] == ["er 123-456"]


def test_a_number_alone_asks_whose_it_is_and_goes_on_with_the_answer() -> None:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="1234567", old_password="x").submits()

    assert walk.state.busy is None
    assert walk.state.focus.item == "category"
    assert [item.id for item in page(walk.state).items if isinstance(item, Choice)] == ["category"]
    assert asked(walk.whose("worker").submits()) == LinkFile(LegacyProof("ci1234567", Secret("x")))
    assert asked(walk.whose("employer").submits()) == LinkFile(LegacyProof("er1234567", Secret("x")))


def test_a_social_insurance_number_is_erased_from_the_field_and_kept_nowhere() -> None:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="046 454 286", old_password="x")
    state = walk.submits().state

    assert "identifier" not in drafts(state)
    assert "046" not in repr(state)
    assert state.errors["identifier"].key == "identifier.looks_like_sin"
    assert state.busy is None


def test_empty_fields_are_named_and_the_first_one_gets_the_focus() -> None:
    state = Walk.begins().gets(builders.service()).submits().state

    assert list(state.errors) == ["email", "password"]
    assert (state.focus.item, state.busy) == ("email", None)


def test_every_question_is_answered_and_reviewed_before_any_is_sent() -> None:
    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge("c1", QuestionKind.DATE, QuestionKind.POSTAL_CODE))
    walk = walk.answers("17 avril 1988").answers("h2x1y4")

    assert (walk.state.step, walk.state.busy) == (Step.QUESTIONS_REVIEW, None)
    proof = QuestionsProof("c1", (("c1-date", Secret("1988-04-17")), ("c1-postal_code", Secret("H2X 1Y4"))))
    assert asked(walk.submits()) == LinkFile(proof)


def test_an_answer_can_be_changed_from_the_review() -> None:
    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge("c1", QuestionKind.YEAR, QuestionKind.NUMBER)).answers("2009", "1200")
    walk = walk.does("edit_answer", "1")
    assert task(walk.state, Questions).place == 1

    walk = walk.answers("310")
    assert (walk.state.step, walk.state.focus.item) == (Step.QUESTIONS_REVIEW, "submit")
    assert clear(drafts(walk.state)["answer.c1-number"]) == "310"


def test_back_goes_through_the_questions_one_by_one() -> None:
    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge()).answers("17 avril 1988")

    assert task(walk.state, Questions).place == 1
    walk = walk.does("back")
    assert (walk.state.step, task(walk.state, Questions).place) == (Step.QUESTION, 0)
    assert walk.does("back").state.step is Step.QUESTIONS_FILE


def test_the_questions_are_asked_for_in_the_other_language_and_the_answers_stay() -> None:
    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge()).answers("17 avril 1988").after(LanguageChosen("en"))

    assert asked(walk) == FetchQuestions("ci1234567")
    state = walk.gets(builders.challenge()).state
    assert (state.step, task(state, Questions).place, state.person.language) == (Step.QUESTION, 1, "en")
    assert clear(drafts(state)["answer.c1-date"]) == "17 avril 1988"


def test_the_steps_lead_from_one_unverified_file_to_the_next() -> None:
    walk = logged_in(linked=2).does("next_unverified")
    assert asked(walk) == OpenProfile("l1")

    walk = walk.gets(builders.detail("l1")).does("accurate").gets(builders.verification())
    assert walk.state.step is Step.PROFILES
    assert told(walk.state)[2] == ["notice.verified.all"]
    assert walk.state.focus.item == "log_out"


def test_no_file_is_called_verified_whose_error_was_reported_or_whose_link_is_suspended() -> None:
    reported = builders.link("l2", state="error")
    frozen = FrozenLink(id="l2", state=LinkState.FROZEN, reference=builders.REFERENCE)
    for other in (reported, frozen):
        listed = builders.links().model_copy(update={"links": (builders.link("l1"), other)})
        walk = logged_in(linked=2).does("select_profile").gets(listed).does("open_profile", "l1")
        walk = walk.gets(builders.detail("l1")).does("accurate").gets(builders.verification())
        assert told(walk.state)[2] == ["notice.verified.none_left"]


def test_back_from_a_file_returns_to_its_row_and_from_an_answer_to_the_review() -> None:
    listed = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail("l1")).does("back").state
    assert (listed.step, listed.focus.item) == (Step.PROFILES, "profile.l1")

    walk = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    walk = walk.gets(builders.challenge("c1", QuestionKind.YEAR, QuestionKind.NUMBER)).answers("2009", "1200")
    reviewed = walk.does("edit_answer", "1").does("back")
    assert (reviewed.state.step, reviewed.state.focus.item) == (Step.QUESTIONS_REVIEW, "answer.1")
    back = reviewed.does("back").does("back").state
    assert (back.step, task(back, Questions).place) == (Step.QUESTION, 0)


@pytest.mark.parametrize("category", ["worker", "employer", "association"])
def test_a_file_of_each_category_says_what_it_holds(category: str) -> None:
    walk = logged_in(linked=2).does("open_profile", "l1").gets(builders.detail(category=category))
    facts = [item.id for item in page(walk.state).items if isinstance(item, Fact)]

    assert {"address", "verification"} <= set(facts)
    assert len(facts) == len(set(facts))


def test_one_of_many_profiles_is_found_by_a_part_of_its_name_without_its_accents() -> None:
    names = ["Toitures Émond", *(f"Béton {number}" for number in range(12))]
    many = tuple(builders.link(f"l{place}", name=name) for place, name in enumerate(names))
    walk = logged_in(linked=2).does("select_profile").gets(builders.links().model_copy(update={"links": many}))
    state = walk.types(search="EMOND toit").state

    assert [item.arg for item in page(state).items if isinstance(item, Button) and item.row] == ["l0"]


def test_a_suspended_link_is_found_by_its_reference_and_is_never_the_next_one_to_verify() -> None:
    frozen = FrozenLink(id="f1", state=LinkState.FROZEN, reference=builders.REFERENCE)
    many = (frozen, *(builders.link(f"l{place}") for place in range(9)))
    walk = logged_in(linked=2).does("select_profile").gets(builders.links().model_copy(update={"links": many}))

    found = walk.types(search=builders.REFERENCE[:9].lower()).state
    assert [item.arg for item in page(found).items if isinstance(item, Button) and item.row] == ["f1"]
    assert asked(walk.does("next_unverified")) == OpenProfile("l0")
    alone = logged_in(linked=2).does("select_profile").gets(builders.links().model_copy(update={"links": (frozen,)}))
    assert "next_unverified" not in [item.id for item in page(alone.state).items]


def test_logging_out_leaves_nothing_of_the_person_but_the_language_of_the_farewell() -> None:
    walk = linking().gets(builders.link()).after(LanguageChosen("en")).does("log_out")
    state = walk.gets().state

    fresh = State(app=state.app, requests=state.requests)
    assert (state.step, state.person.language, dict(drafts(state))) == (Step.LOGIN, "en", {})
    differ = {one.name for one in fields(State) if getattr(state, one.name) != getattr(fresh, one.name)}
    assert differ == {"notice", "focus", "person"}
    assert update(state, Abandoned()).person.language == "fr"


def test_help_and_customer_service_lie_over_the_step_and_lose_nothing() -> None:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="ci1234567")
    over = walk.opens(Overlay.HELP).opens(Overlay.CONTACT).does("back")

    assert over.state == walk.opens(Overlay.HELP).state
    assert over.does("back").state == walk.state


def test_the_help_is_about_the_field_that_has_the_focus() -> None:
    state = logged_in().does("choose_method", "legacy_access").opens(Overlay.HELP).state
    about = [overlay_page(state, field) for field in ("identifier", "old_password")]

    assert all(one is not None for one in about)
    assert about[0] != about[1]


def test_the_demonstration_panel_opens_in_a_simulation_only() -> None:
    real = Walk.begins().gets(builders.service(simulation=False))
    simulated = Walk.begins().gets(builders.service())

    assert real.opens(Overlay.DEMO).state.overlay is None
    assert simulated.opens(Overlay.DEMO).state.overlay is Overlay.DEMO


def test_a_password_that_is_shown_is_hidden_again_on_the_next_step() -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).does("show_secrets")
    assert [item.masked for item in page(walk.state).items if isinstance(item, EntryItem)] == [False, False]

    assert not walk.submits().gets(builders.session()).gets(builders.methods()).state.shown


def test_the_way_back_is_closed_when_the_session_ends_while_a_link_is_disavowed() -> None:
    walk = logged_in().does("choose_method", "legacy_access").does("disavow").runs_out_of_time(wholly=True)

    assert walk.does("back").state.step is Step.LOGIN


def test_the_demonstration_opened_during_a_call_is_fetched_when_the_call_is_over() -> None:
    sent = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password=PASSWORD).submits()
    refused = sent.opens(Overlay.DEMO).fails("unavailable")
    logged_in_then = sent.gets(builders.session()).opens(Overlay.DEMO).gets(builders.methods())
    for walk in (refused, logged_in_then):
        assert walk.state.busy is not None
        assert (type(walk.state.busy.effect), walk.state.overlay) == (FetchDemo, Overlay.DEMO)
        shown = walk.gets(builders.demo()).state
        assert (shown.app.demo, shown.busy, shown.overlay) == (builders.demo(), None, Overlay.DEMO)


def test_the_demonstration_begins_at_the_accounts_before_the_login_and_at_the_mailbox_after_it() -> None:
    login = Walk.begins().gets(builders.service())
    for walk, first in ((login, "accounts"), (logged_in(), "mails")):
        shown = overlay_page(walk.opens(Overlay.DEMO).gets(builders.demo()).state)
        assert shown is not None
        facts = [item.id for item in shown.items if isinstance(item, Fact)]
        assert shown.focus == facts[0] == first


def test_the_newest_mail_comes_first_then_those_of_the_account_in_hand() -> None:
    mine = builders.session().account.email
    mails = tuple(
        DemoMail(id=name, to=to, subject="", text="", sent_at=builders.NOW + timedelta(minutes=minute))
        for name, to, minute in (
            ("mine-old", mine, 0),
            ("file-old", "file@exemple.test", 1),
            ("mine-new", mine.upper(), 2),
            ("file-newest", "file@exemple.test", 3),
        )
    )
    demo = replace(builders.demo(), mailbox=DemoMailbox(mails=mails))
    shown = overlay_page(logged_in().opens(Overlay.DEMO).gets(demo).state)
    assert shown is not None

    order = [item.id.removeprefix("mail.") for item in shown.items if item.id.startswith("mail.")]
    assert order == ["file-newest", "mine-new", "mine-old", "file-old"]


@pytest.mark.parametrize(
    ("others", "line", "focus"),
    [((), "notice.verified.all", "log_out"), ((records.EMPLOYER,), "notice.verified.left", "next_unverified")],
)
def test_a_file_verified_from_its_confirmation_says_what_is_left_once_the_list_is_there(
    others: tuple[Link, ...], line: str, focus: str
) -> None:
    opened = linked(Walk.begins()).does("open_profile", records.LINK.id).gets(records.DETAIL)
    said = opened.does("accurate").gets(records.ACCURATE)
    assert said.state.notice is not None
    assert said.state.notice.lines == ()

    verified = records.LINK.model_copy(update={"verification": records.ACCURATE})
    listed = said.gets(Links(links=(verified, *others))).state
    assert listed.notice is not None
    assert [told.key for told in listed.notice.lines] == [line]
    assert listed.focus.item == focus
