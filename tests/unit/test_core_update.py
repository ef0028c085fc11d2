"""What happens to a state: what is no longer awaited, what is harmless meanwhile, what leads back, who is next."""

from __future__ import annotations

from dataclasses import replace

from sel_tui.journey.core import effects
from sel_tui.journey.core.events import (
    Abandoned,
    Answered,
    Cancelled,
    Closed,
    Command,
    Event,
    Failed,
    Failure,
    LanguageChosen,
    Opened,
    SessionEnded,
    SessionEnding,
    Slow,
)
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.scopes import Account, App, Person
from sel_tui.journey.core.state import (
    Focus,
    State,
    focus,
    send,
    with_app,
)
from sel_tui.journey.machine import can_go_back, overlay_page, page, update
from sel_tui.journey.registry import Overlay, Step
from tests.unit import builders
from tests.unit.test_core_moves import at


def test_what_is_no_longer_awaited_changes_nothing() -> None:
    state = replace(at(Step.PROFILES), requests=5)
    state = send(state, effects.FetchProfiles())
    assert state.busy is not None
    assert state.busy.id == 6
    for other in (0, 5, 7):
        for event in (Answered(other, builders.links(), None), Failed(other, Failure("unreachable")), Slow(other)):
            assert update(state, event) is state
    assert update(state, Slow(6)).slow == 6
    assert page(update(state, Slow(6))).status == msg("status.cancellable", status=msg("status.slow"))
    idle = replace(state, busy=None)
    late: tuple[Event, ...] = (Answered(6, builders.links(), None), Failed(6, Failure("late")), Slow(6), Cancelled())
    assert all(update(idle, event) is idle for event in late)
    assert update(state, Answered(6, builders.links("accurate"), None)).busy is None


def test_an_answer_that_changes_what_is_shown_is_counted_as_unexpected_once_and_the_next_persons_is_not() -> None:
    state = send(at(Step.PROFILES), effects.FetchProfiles())
    assert state.busy is not None
    failed = update(replace(state, unexpected=3), Failed(state.busy.id, Failure("unreachable")))
    assert failed.unexpected == 4
    assert update(replace(at(Step.PROFILES), unexpected=3), SessionEnded()).unexpected == 4
    assert update(with_app(replace(at(Step.PROFILES), unexpected=3), kiosk=True), SessionEnded()).unexpected == 0
    demo = send(at(Step.PROFILES, overlay=Overlay.DEMO), effects.FetchDemo())
    assert demo.busy is not None
    assert update(demo, Failed(demo.busy.id, Failure("unreachable"))).unexpected == 0


def test_while_a_call_is_under_way_only_what_is_harmless_is_done() -> None:
    state = send(at(Step.LOGIN, Step.PROFILES), effects.FetchService())
    for command in ("submit", "back", "log_out", "forgot_password"):
        assert update(state, Command(command)) is state
    assert update(state, Command("show_secrets")).shown
    assert update(state, Command("quit")).quit
    over = replace(state, overlay=Overlay.HELP)
    assert update(over, Command("back")).overlay is None
    assert update(over, Command("submit")) is over


def test_what_lies_over_the_demonstration_closes_before_it() -> None:
    opened = update(update(at(Step.PROFILES), Opened(Overlay.DEMO)), Opened(Overlay.HELP))
    again = update(opened, Opened(Overlay.DEMO))

    for close in (Closed(), Command("back")):
        below = update(opened, close)
        assert (opened.overlay, below.overlay) == (Overlay.HELP, Overlay.DEMO)
        assert update(below, close).overlay is None
        assert update(again, close).overlay is None
    warned = update(update(opened, Cancelled()), SessionEnding(builders.NOW, 60))
    assert update(warned, Command("stay")).overlay is None
    assert update(warned, Closed()).overlay is None


def test_old_mails_are_not_shown_while_the_demonstration_is_asked_for_again() -> None:
    state = with_app(at(Step.PROFILES), demo=builders.demo())
    shown = overlay_page(update(state, Opened(Overlay.DEMO)))

    assert shown is not None
    assert [item.id for item in shown.items] == ["intro", "waiting", "close"]


def test_going_back_from_the_first_step_offers_to_leave_and_from_an_overlay_closes_it() -> None:
    first = State(app=App(service=builders.service()))
    assert update(first, Command("back")).overlay is Overlay.LEAVE
    assert not can_go_back(first)
    assert update(replace(first, overlay=Overlay.HELP), Command("back")).overlay is None
    assert update(replace(first, overlay=Overlay.HELP), Closed()).overlay is None
    second = at(Step.LINK_CODE, Step.METHODS)
    assert can_go_back(second)
    assert update(second, Command("back")).step is Step.METHODS


def test_the_language_is_one_of_two_and_another_choice_of_it_changes_nothing() -> None:
    state = State(app=App(service=builders.service()))
    for same in ("fr", "de", ""):
        assert update(state, LanguageChosen(same)) is state
    assert update(state, LanguageChosen("en")).person.language == "en"


def test_a_session_that_ends_soon_is_said_to_whoever_has_one_and_at_a_kiosk_to_everybody() -> None:
    event = SessionEnding(builders.NOW, 150)
    nobody = State(app=App(service=builders.service()))
    assert update(nobody, event) is nobody
    public = at(Step.DISAVOW)
    assert update(public, event) is public
    for state in (at(Step.PROFILES), with_app(nobody, kiosk=True), with_app(public, kiosk=True)):
        said = update(state, event)
        assert (said.overlay, said.ends_at, said.ends_in) == (Overlay.EXPIRING, builders.NOW, 150)
    stayed = update(update(with_app(nobody, kiosk=True), event), Command("stay"))
    assert (stayed.overlay, stayed.busy) == (None, None)
    kept = update(update(at(Step.PROFILES), event), Command("stay"))
    assert kept.busy is not None
    assert isinstance(kept.busy.effect, effects.StayLoggedIn)
    assert kept.overlay is None


def test_a_kiosk_that_was_left_is_the_next_persons() -> None:
    state = with_app(at(Step.PROFILES, person=Person(language="en", generation=4)), kiosk=True)
    left = update(state, Abandoned())
    assert left.busy is not None
    assert isinstance(left.busy.effect, effects.LogOut)
    assert (left.step, left.person, left.account) == (Step.ATTRACT, Person(generation=5), Account())
    nobody = with_app(State(app=App(service=builders.service()), requests=9), kiosk=True)
    assert update(nobody, Abandoned()).busy is None
    assert update(nobody, Abandoned()).requests == 9
    unknown = update(with_app(nobody, service=None), Abandoned())
    assert unknown.busy is not None
    assert isinstance(unknown.busy.effect, effects.FetchService)


def test_the_demonstration_is_asked_for_where_the_service_is_one_and_nothing_else_is_under_way() -> None:
    state = at(Step.PROFILES)
    opened = update(state, Opened(Overlay.DEMO))
    assert opened.busy is not None
    assert (opened.overlay, isinstance(opened.busy.effect, effects.FetchDemo)) == (Overlay.DEMO, True)
    assert update(update(opened, Cancelled()), Command("back")).overlay is None
    for app in (App(), App(service=builders.service(simulation=False))):
        real = replace(state, app=app)
        assert update(real, Opened(Overlay.DEMO)) is real
    busy = send(state, effects.FetchProfiles())
    waiting = update(busy, Opened(Overlay.DEMO))
    assert (waiting.overlay, waiting.busy) == (Overlay.DEMO, busy.busy)
    assert busy.busy is not None
    after = update(waiting, Answered(busy.busy.id, builders.links("accurate"), None))
    assert after.busy is not None
    assert isinstance(after.busy.effect, effects.FetchDemo)
    closed = update(replace(waiting, overlay=None), Answered(busy.busy.id, builders.links("accurate"), None))
    assert closed.busy is None


def test_who_stops_waiting_for_a_write_is_told_that_it_may_be_done_and_a_log_out_goes_on() -> None:
    for effect, title, again in (
        (effects.FetchProfiles(), "notice.cancelled", False),
        (effects.VerifyFile("l1", accurate=True), "notice.unknown", True),
    ):
        state = send(focus(at(Step.PROFILES), "history"), effect)
        stopped = update(state, Cancelled())
        assert stopped.notice is not None
        assert (stopped.busy, stopped.notice.title.key, stopped.unfinished is not None) == (None, title, again)
        assert stopped.focus == Focus(2, "check_again" if again else "history")
    leaving = send(at(Step.PROFILES), effects.LogOut())
    assert update(leaving, Cancelled()) is leaving
    assert update(leaving, Command("quit")).busy is leaving.busy
    assert update(send(at(Step.PROFILES), effects.FetchProfiles()), Command("quit")).busy is None
