"""What belongs to a task, to a session or to a person ends with it, whatever the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_tui.journey.core.effects import LogOut
from sel_tui.journey.core.events import Abandoned, Command, Event, SessionEnded, SessionEnding
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import SPECS, overlay_page, page
from sel_tui.journey.registry import Overlay, Step
from tests.scenarios import NAMES, build
from tests.scenarios.walk import Walk, drafts
from tests.unit import builders
from tests.unit.person import comes
from tests.unit.reach import secrets_in, texts_in
from tests.unit.ways import linking, logged_in, offered, told, typed

CANARY = "Canari-3f9c!A"
MAIL = "canari@exemple.test"
NAME = "Canarie"


def opened() -> Walk:
    return Walk.begins().gets(builders.service())


def creating() -> Walk:
    return opened().does("create_account").types(email=MAIL, new_password=CANARY)


def naming() -> Walk:
    return creating().submits().types(first_name=NAME, last_name=NAME)


def reading_terms() -> Walk:
    return naming().submits().gets(builders.terms())


def confirming() -> Walk:
    return reading_terms().submits().gets(builders.registration_started()).types(single_use_code="739152")


def resetting() -> Walk:
    reset = opened().does("forgot_password").types(email=MAIL).submits().gets(builders.reset_started())
    return reset.types(single_use_code="739152", new_password=CANARY)


TASKS: dict[str, Callable[[], Walk]] = {
    "account": creating,
    "names": naming,
    "terms": reading_terms,
    "account code": confirming,
    "reset": resetting,
    "disavowal": lambda: opened().does("disavow").types(token=CANARY),
    "disavowal in an account creation": lambda: naming().does("disavow").types(token=CANARY),
}


def goes_back(walk: Walk) -> Walk:
    for _ in range(10):
        if walk.state.step is Step.LOGIN:
            return walk
        walk = walk.does("back")
    raise AssertionError("the login page is not on the way back")


def every_page(walk: Walk) -> str:
    """Return all that the next person can find from the login page, with what is masked shown."""
    ways = [walk, walk.does("create_account"), walk.does("forgot_password"), walk.does("disavow")]
    ways += [way.opens(overlay) for way in ways for overlay in (Overlay.HELP, Overlay.CONTACT, Overlay.LEAVE)]
    ways += [way.does("show_secrets") for way in ways]
    return "\n".join(texts_in([page(way.state), overlay_page(way.state)]) for way in ways)


@pytest.mark.parametrize("name", TASKS)
def test_the_next_person_at_the_login_page_finds_nothing_of_a_task_that_was_left(name: str) -> None:
    left = goes_back(TASKS[name]())

    assert secrets_in(left.state) == []
    assert typed(left.state) == {}
    found = texts_in(left.state) + every_page(left)
    assert not [one for one in (CANARY, MAIL, NAME, "739152") if one in found]
    assert left.state.tasks == {}


@pytest.mark.parametrize("command", ["create_account", "forgot_password"])
def test_the_address_typed_at_login_goes_along_and_is_there_again_whatever_was_typed_meanwhile(command: str) -> None:
    along = opened().types(email="moi@exemple.test", password=CANARY).does(command)

    assert typed(along.state) == {"email": "moi@exemple.test"}
    assert typed(goes_back(along.types(email=MAIL)).state) == {"email": "moi@exemple.test"}


def test_one_step_back_within_an_account_creation_keeps_what_was_typed() -> None:
    back = reading_terms().does("back")

    assert back.state.step is Step.ACCOUNT_NAME
    assert typed(back.state) == {"email": MAIL, "first_name": NAME, "last_name": NAME, "new_password": CANARY}


def test_a_look_at_the_disavowal_keeps_names_and_asks_for_the_password_again() -> None:
    back = reading_terms().does("disavow").does("back")

    assert typed(back.state) == {"email": MAIL, "first_name": NAME, "last_name": NAME}
    asked = back.submits()
    assert (asked.state.step, list(asked.state.errors)) == (Step.ACCOUNT, ["new_password"])


@pytest.mark.parametrize(
    "leaves",
    [
        lambda walk: walk.does("back"),
        lambda walk: walk.does("choose_method", "questions"),
        lambda walk: walk.does("disavow"),
        lambda walk: walk.does("log_out"),
        lambda walk: walk.does("quit"),
    ],
)
def test_whoever_leaves_a_method_leaves_no_secret_of_it_nor_the_call_that_holds_one(
    leaves: Callable[[Walk], Walk],
) -> None:
    unsure = linking().stops_waiting()
    assert secrets_in(unsure.state.unfinished)
    left = leaves(unsure)

    assert secrets_in(left.state) == []
    assert left.state.unfinished is None
    assert "check_again" not in offered(left.state)


def test_the_answers_go_with_the_questions() -> None:
    answered = logged_in().does("choose_method", "questions").types(identifier="ci1234567").submits()
    answered = answered.gets(builders.challenge()).answers(*builders.ANSWERS.values())

    assert answered.state.step is Step.QUESTIONS_REVIEW
    assert secrets_in(answered.does("back").state)
    assert secrets_in(answered.does("choose_method", "legacy_access").state) == []


def test_proving_oneself_again_is_a_part_of_what_it_interrupts() -> None:
    asked = linking("questions").fails("step-up-required").types(password=CANARY)
    kept = [name for name in drafts(asked.state) if name.startswith("answer.")]

    assert kept
    back = asked.does("back")
    assert back.state.step is Step.QUESTIONS_REVIEW
    assert set(typed(back.state)) == {"email", "identifier", *kept}


LOGGED_IN = [name for name in NAMES if build(name).account.session is not None]


@pytest.mark.parametrize("name", [name for name in LOGGED_IN if not (build(name).app.kiosk or build(name).app.desk)])
def test_a_session_that_ends_while_the_disavowal_is_open_leaves_no_secret_and_no_way_into_it(name: str) -> None:
    there = Walk(build(name))
    there = there if there.state.busy is None else there.stops_waiting()
    ended = there.does("disavow").types(token=CANARY).runs_out_of_time(wholly=True)

    assert ended.state.step is Step.DISAVOW
    assert secrets_in(ended.state) == []
    assert told(ended.state)[1] == "notice.session_over"
    assert ended.does("back").state.step is Step.LOGIN
    assert ended.does("back").does("back").state.overlay is Overlay.LEAVE


def over_the_disavowal() -> Walk:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="ci1234567", old_password=CANARY)
    return walk.does("disavow").runs_out_of_time(wholly=True).does("back")


def logs_in(walk: Walk, who: str) -> Walk:
    return walk.types(email=f"{who}@exemple.test", password=CANARY).submits().gets(builders.session(who))


def test_the_same_person_comes_back_from_the_disavowal_to_the_step_below_it() -> None:
    back = logs_in(over_the_disavowal(), "maika")

    assert (back.state.step, back.state.trail) == (Step.LEGACY_ACCESS, (Step.METHODS,))
    assert typed(back.state)["identifier"] == "ci1234567"
    assert secrets_in(back.state) == []


def test_another_person_finds_neither_the_identifier_nor_the_step() -> None:
    other = logs_in(over_the_disavowal(), "rejean")

    assert other.state.step is Step.METHODS
    assert "1234567" not in texts_in(other.state)


def test_names_given_for_a_new_account_do_not_meet_whoever_creates_the_next_one() -> None:
    made = confirming().submits().gets().gets(builders.session())
    ended = made.runs_out_of_time(wholly=True).does("create_account")

    assert NAME not in texts_in(made.state)
    assert set(typed(ended.state)) == {"email"}


def test_an_account_made_at_the_login_of_a_session_that_ended_is_welcomed_as_any_other() -> None:
    walk = logged_in().does("choose_method", "legacy_access").types(identifier="ci1234567")
    walk = walk.runs_out_of_time(wholly=True).does("create_account").types(email=MAIL, new_password=CANARY).submits()
    walk = walk.types(first_name=NAME, last_name=NAME).submits().gets(builders.terms()).submits()
    walk = walk.gets(builders.registration_started()).types(single_use_code="739152").submits().gets()
    made = walk.gets(builders.session("rejean"))

    assert made.state.step is Step.WELCOME
    assert "1234567" not in texts_in(made.state)


def test_from_the_login_of_a_session_that_ended_one_step_back_leads_back_to_it() -> None:
    ended = logged_in().does("choose_method", "legacy_access").runs_out_of_time(wholly=True)
    back = ended.does("forgot_password").types(email=MAIL).does("back")

    assert back.state.step is Step.LOGIN
    assert typed(back.state) == {"email": "maika@exemple.test"}
    assert logs_in(back, "maika").state.step is Step.LEGACY_ACCESS


def test_a_session_that_ends_while_a_link_is_sent_says_that_its_outcome_is_unknown() -> None:
    ended = linking().runs_out_of_time(wholly=True)

    assert told(ended.state)[2] == ["notice.unknown", "notice.session_over.next"]
    assert told(linking().fails("session-ended").state)[2] == ["notice.session_over.next"]


def test_a_session_that_ends_while_one_logs_out_ends_for_good() -> None:
    leaving = logged_in().does("choose_method", "legacy_access").types(identifier="ci1234567", old_password=CANARY)
    leaving = leaving.does("log_out")
    assert secrets_in(leaving.state) == []
    ended = leaving.runs_out_of_time(wholly=True)

    assert isinstance(ended.state.busy and ended.state.busy.effect, LogOut)
    assert (ended.state.step, ended.state.person.return_to, typed(ended.state)) == (Step.LOGIN, None, {})
    assert ended.gets().state.person.generation == ended.state.person.generation == leaving.state.person.generation + 1


def ends(before: State, event: Event, after: State) -> bool:
    if isinstance(event, SessionEnded):
        return before.account.session is not None
    begun = before.account.session is not None and event == Command("log_out") and after.requests > before.requests
    logged_in_now = before.account.session is None and after.account.session is not None
    return (
        isinstance(event, Abandoned)
        or begun
        or logged_in_now
        or before.person.generation != after.person.generation
        or before.quit != after.quit
    )


def test_a_new_session_ends_the_warning_of_the_one_before() -> None:
    warned = logged_in().after(SessionEnding(builders.NOW, 60))
    assert warned.state.overlay is Overlay.EXPIRING
    stays = warned.does("stay").after(SessionEnding(builders.NOW, 60)).gets(builders.session("camille"))
    assert (stays.state.overlay, stays.state.ends_at) == (None, None)
    assert overlay_page(stays.state) is None


@given(st.data())
def test_after_any_ending_no_secret_of_before_is_reachable(data: st.DataObject) -> None:
    person = comes(data)
    for _ in range(data.draw(st.integers(1, 40))):
        before, event = person.state, person.draw_event()
        person.feed(event)
        if ends(before, event, person.state):
            assert secrets_in(person.state) == []
            person.coming.clear()


@given(st.data())
def test_a_secret_is_never_kept_outside_the_task_that_asks_for_it(data: st.DataObject) -> None:
    person = comes(data)
    for _ in range(data.draw(st.integers(1, 40))):
        person.feed(person.draw_event())
        state = person.state
        open_steps = [state.step, *(state.trail[-1:] if state.step is Step.STEP_UP else ())]
        kinds = {kind for step in open_steps for kind in SPECS.step(step).tasks}

        assert {kind for kind, held in state.tasks.items() if held.secrets} <= kinds
        if state.step is Step.LOGIN and not state.trail and state.person.return_to is None:
            assert set(state.tasks) <= set(SPECS.step(Step.LOGIN).tasks)
