"""How the core moves on: one step, one request, one serial at a time, and what it keeps and lets go of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sel_tui.journey.core import effects, failures
from sel_tui.journey.core.drafts import (
    chosen_category,
    erase,
    erase_secrets,
    has_drafts,
    held_draft,
    is_untouched,
    keep_draft,
)
from sel_tui.journey.core.events import (
    Answered,
    Command,
    Failure,
    SessionEnded,
)
from sel_tui.journey.core.fields import CATEGORY_CHOICE
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Prose
from sel_tui.journey.core.scopes import Account, App
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import (
    Focus,
    Notice,
    State,
    Tone,
    clear_messages,
    end_task,
    focus,
    go,
    go_back,
    refuse,
    send,
    start_at,
    task,
    with_account,
    with_task,
)
from sel_tui.journey.machine import fields_of, first_state, page, update
from sel_tui.journey.registry import Overlay, Step
from sel_tui.journey.steps.link_code import LinkCode
from sel_tui.journey.steps.linking import Linking
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit import builders

TOLD = Notice(Tone.INFO, msg("notice.cancelled"))
SAID: Any = {"notice": TOLD, "errors": {"email": msg("field.required")}}


def at(step: Step, *trail: Step, linked: int = 1, **changes: object) -> State:
    """Return a state of somebody who is logged in and has come this way."""
    profiles = builders.links("to_verify", "accurate").links
    account = Account(session=builders.session(linked=linked), profiles=profiles, opened=builders.detail())
    return State(app=App(service=builders.service()), account=account, step=step, trail=trail, **changes)  # type: ignore[arg-type]


def test_a_step_is_added_to_the_way_and_one_that_is_on_it_cuts_it() -> None:
    state = at(Step.METHODS, **SAID, shown=True)
    there = go(go(state, Step.LINK_CODE), Step.LINK_CODE_REQUEST)
    assert (there.step, there.trail) == (Step.LINK_CODE_REQUEST, (Step.METHODS, Step.LINK_CODE))
    assert (there.notice, there.errors, there.shown, there.focus) == (None, {}, False, Focus(2, ""))
    back = go(there, Step.LINK_CODE)
    assert (back.step, back.trail, back.focus.serial) == (Step.LINK_CODE, (Step.METHODS,), 3)
    assert go(there, Step.METHODS).trail == ()
    assert (go_back(there).step, go_back(there).trail) == (Step.LINK_CODE, (Step.METHODS,))
    assert (go_back(there).notice, go_back(there).focus) == (None, Focus(3, ""))
    again = go(replace(there, **SAID), there.step)
    assert again == there
    begun = start_at(there, Step.PROFILES)
    assert (begun.step, begun.trail, begun.focus) == (Step.PROFILES, (), Focus(3, ""))


def test_requests_are_numbered_and_one_that_is_made_again_keeps_its_intent_and_its_owner() -> None:
    state = replace(at(Step.LINK_CODE), requests=6)
    first = send(state, effects.FetchMethods())
    assert first.busy is not None
    assert (first.busy.id, first.busy.intent, first.busy.owner, first.requests) == (7, 7, Step.LINK_CODE, 7)
    owned = send(state, effects.FetchMethods(), owner=Step.METHODS).busy
    assert owned is not None
    assert owned.owner is Step.METHODS
    elsewhere = replace(first, busy=None, step=Step.METHODS)
    again = send(elsewhere, effects.FetchMethods(), again=first.busy)
    assert again.busy is not None
    assert (again.busy.id, again.busy.intent, again.busy.owner, again.requests) == (8, 7, Step.LINK_CODE, 8)


def test_a_safe_retry_stays_on_offer_while_something_is_only_read() -> None:
    waiting = send(at(Step.PROFILES), effects.VerifyFile("l1", accurate=True)).busy
    state = replace(at(Step.PROFILES), unfinished=waiting)
    assert isinstance(effects.FetchMethods(), effects.KEEP_UNFINISHED)
    assert send(state, effects.FetchMethods()).unfinished is waiting
    assert send(state, effects.VerifyFile("l1", accurate=True)).unfinished is None


def test_the_focus_moves_once_for_each_time_it_is_sent() -> None:
    state = focus(focus(at(Step.LOGIN), "email"), "email")
    assert state.focus == Focus(2, "email")
    refused = refuse(state, {"password": msg("field.required"), "email": msg("field.required")})
    assert (refused.focus, list(refused.errors)) == (Focus(3, "password"), ["password", "email"])
    assert clear_messages(refused).errors == {}


def test_a_task_ends_alone() -> None:
    state = with_task(with_task(at(Step.LINK_CODE), Linking, drafts={"a": "1"}), LinkCode, drafts={"b": "2"})
    assert end_task(state, LinkCode).tasks == {Linking: task(state, Linking)}
    assert end_task(state, Linking).tasks == {LinkCode: task(state, LinkCode)}
    assert task(end_task(state, LinkCode), LinkCode) == LinkCode()


def test_what_was_typed_is_held_erased_and_seen_by_its_field_and_its_task() -> None:
    state = State()
    assert not has_drafts(state)
    assert is_untouched(state)
    of_person = keep_draft(state, "email", None, "a")
    kept = keep_draft(keep_draft(of_person, "one", Linking, "x"), "two", Linking, Secret("y"))
    assert [held_draft(kept, name, kind) for name, kind in (("email", None), ("one", Linking), ("two", Linking))] == [
        "a",
        "x",
        Secret("y"),
    ]
    assert held_draft(kept, "one", LinkCode) is held_draft(kept, "one", None) is held_draft(kept, "x", Linking) is None
    for one in (of_person, keep_draft(state, "n", Linking, "x"), keep_draft(state, "n", Linking, Secret("y"))):
        assert has_drafts(one)
        assert not is_untouched(one)
    assert not has_drafts(keep_draft(state, "n", Linking, ""))
    assert not has_drafts(keep_draft(keep_draft(state, "n", Linking, Secret("")), "email", None, ""))
    erased = erase(kept, Linking, "two")
    assert (held_draft(erased, "one", Linking), held_draft(erased, "two", Linking)) == ("x", None)
    assert held_draft(erase(kept, Linking, "one"), "two", Linking) == Secret("y")
    assert erase(kept, LinkCode, "one") is kept
    both = keep_draft(replace(kept, shown=True), "three", LinkCode, Secret("z"))
    bare = erase_secrets(both)
    assert (task(bare, Linking).secrets, task(bare, LinkCode).secrets, bare.shown) == ({}, {}, False)
    assert task(bare, Linking).drafts == {"one": "x"}
    assert task(erase_secrets(both, but=LinkCode), LinkCode).secrets == {"three": Secret("z")}
    chosen = keep_draft(state, CATEGORY_CHOICE, Linking, "employer")
    found = chosen_category(chosen, Linking)
    assert found is not None
    assert found.value == "employer"
    assert (
        chosen_category(chosen, LinkCode) is chosen_category(keep_draft(state, CATEGORY_CHOICE, None, ""), None) is None
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"step": Step.RESET},
        {"overlay": Overlay.HELP},
        {"trail": (Step.LOGIN,)},
        {"account": Account(builders.session())},
    ],
)
def test_a_visit_is_touched_by_one_thing_done(changes: dict[str, object]) -> None:
    assert not is_untouched(replace(State(), **changes))  # type: ignore[arg-type]


WAY = (Step.PROFILES, Step.CLIENT_FILE, Step.REPORT)


def test_whoever_was_deep_in_a_session_comes_back_there_and_every_step_of_the_way_is_behind_them() -> None:
    for depth in (1, 2, 3):
        *trail, step = WAY[:depth]
        ended = update(at(step, *trail), SessionEnded())
        assert (ended.step, ended.trail, ended.account.session) == (Step.LOGIN, (), None)
        assert ended.person.return_to is not None
        assert (ended.person.return_to.step, ended.person.return_to.trail) == (step, tuple(trail))
        walk = Walk(ended).types(password="Chantier-2026!").submits().gets(builders.session(linked=1))
        assert (walk.state.step, walk.state.trail, walk.state.person.return_to) == (step, tuple(trail), None)


def test_whoever_proved_something_comes_back_without_it_and_a_step_for_everybody_is_no_way_back() -> None:
    ended = update(at(Step.STEP_UP, *WAY[:2]), SessionEnded())
    assert ended.person.return_to is not None
    assert (ended.person.return_to.step, ended.person.return_to.trail) == (Step.CLIENT_FILE, (Step.PROFILES,))
    public = update(at(Step.DISAVOW, Step.PROFILES), SessionEnded())
    assert (public.step, public.trail) == (Step.DISAVOW, (Step.LOGIN,))
    assert public.person.return_to is not None
    assert (public.person.return_to.step, public.person.return_to.trail) == (Step.PROFILES, ())


def test_where_the_server_refused_a_field_is_found_by_the_last_part_of_its_pointer() -> None:
    own, fields = fields_of(build("login_typed")), failures.field_errors
    found = fields(
        own, Failure("validation", codes=(("/a/email", "bad-email"), ("password", "missing"), ("", "missing")))
    )
    assert found == {"email": msg("code.bad_email"), "password": msg("code.missing")}
    assert fields(own, Failure("validation", codes=(("/email", "strange"),))) == {"email": msg("code.other")}
    assert fields(own, Failure("validation", codes=(("/email/", "missing"), ("/other", "missing")))) == {}


@pytest.mark.parametrize(("misses", "counted"), [(0, None), (1, 2), (2, 3), (9, 10)])
def test_a_miss_is_counted_from_the_second_one_on(misses: int, counted: int | None) -> None:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Faux-1234!").submits()
    failed = replace(walk, state=replace(walk.state, misses=misses)).fails("invalid-credentials").state
    assert failed.notice is not None
    title = failed.notice.title
    first = msg("notice.wrong_login")
    assert title == (first if counted is None else msg("error.again", what=first, count=counted))
    assert failed.misses == misses + 1
    assert update(failed, Command("forgot_password")).misses == 0


def test_an_hour_from_which_to_try_again_and_what_was_kept_are_said() -> None:
    hour = builders.NOW + timedelta(minutes=5)
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Faux-1234!").submits()
    lines = {
        kind: [line.key for line in walk.fails(kind, retry_at=retry_at).state.notice.lines]  # type: ignore[union-attr]
        for kind, retry_at in (("too-many-requests", hour), ("login-guarded", hour), ("unavailable", hour))
    }
    assert lines == {
        "too-many-requests": ["notice.retry_at", "notice.too_many.login"],
        "login-guarded": ["notice.retry_at", "notice.login_guarded.next"],
        "unavailable": ["notice.retry_at"],
    }
    untold = walk.fails("too-many-requests").state.notice
    assert untold is not None
    assert ([line.key for line in untold.lines], untold.tone) == (["notice.too_many.next"], Tone.WARNING)
    linking = Walk(build("legacy_access_busy")).fails("unavailable", reference=builders.REFERENCE).state
    assert linking.notice is not None
    assert [line.key for line in linking.notice.lines] == ["notice.unavailable.next", "notice.kept"]
    assert (linking.notice.tone, linking.focus.item) == (Tone.ERROR, "check_again")
    assert linking.unfinished is not None
    assert linking.account.reference == linking.notice.reference == builders.REFERENCE


def test_a_visit_begins_with_a_question_to_the_server() -> None:
    state = first_state("en", kiosk=True, server="https://exemple.test", offers=("voice",))
    assert state.busy is not None
    assert (isinstance(state.busy.effect, effects.FetchService), state.requests) == (True, 1)
    assert (state.person.language, state.app) == (
        "en",
        App(server="https://exemple.test", language="en", kiosk=True, offers=("voice",)),
    )
    assert (state.step, first_state().step) == (Step.ATTRACT, Step.LOGIN)
    assert first_state().app.kiosk is False
    known = with_account(state, reference="x")
    assert update(known, Answered(1, builders.service(), None)).app.service is not None


def test_a_state_begins_with_nothing_counted() -> None:
    state = State()
    counted = (state.unexpected, state.misses, state.requests, state.slow, state.ends_in, state.focus.serial)
    assert counted == (0, 0, 0, 0, 0, 0)
    assert (state.shown, state.quit, state.person.generation) == (False, False, 0)


def test_a_new_account_is_welcomed_by_its_first_name() -> None:
    items = page(at(Step.WELCOME)).items
    assert isinstance(items[0], Prose)
    assert items[0].text == msg("welcome.done", name=personal("Maïka"))
