"""What steps and overlays say at each bound: how many tries are left, which method is open, how long codes live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sel_contract import LinkMethod, LinkMethods, LinkMethodState
from sel_tui.journey.core import effects
from sel_tui.journey.core.drafts import chosen_category
from sel_tui.journey.core.messages import from_hour, msg, personal, public
from sel_tui.journey.core.page import Button, Fact, Prose
from sel_tui.journey.core.scopes import Account, App
from sel_tui.journey.core.state import State, Tone, focus, task, with_app, with_task
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.journey.steps import linking, methods, single_use_code
from sel_tui.journey.steps.linking import Linking
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit import builders, ways

HOUR = builders.NOW + timedelta(hours=2)


def at(step: Step, **changes: Any) -> State:
    """Return a state of somebody who is logged in and has linked nothing."""
    account = Account(session=builders.session(), opened=builders.detail())
    return replace(State(app=App(service=builders.service()), account=account, step=step), **changes)


def listed(*left: int, closed: tuple[int, ...] = (), until: Any = None, allowed: int = 5) -> LinkMethods:
    """Return the three methods with so many tries left; those at these places are closed."""
    return LinkMethods(
        methods=tuple(
            LinkMethodState(
                method=method,
                available=place not in closed,
                tries_left=tries,
                tries_allowed=allowed,
                waits_seconds=7_200,
                open_again_at=until if place in closed else None,
            )
            for place, (method, tries) in enumerate(zip(LinkMethod, left, strict=True))
        )
    )


def knowing(known: LinkMethods, **changes: Any) -> State:
    return with_task(at(Step.METHODS), Linking, methods=known, **changes)


@pytest.mark.parametrize(
    ("left", "said"),
    [(5, None), (4, "method.tries_left"), (2, "method.tries_left"), (1, "method.last_try"), (0, "method.tries_left")],
)
def test_how_many_tries_are_left_is_said_once_one_has_failed_and_what_the_last_one_costs(
    left: int, said: str | None
) -> None:
    for place, method in enumerate(linking.METHOD_STEPS):
        tries = [3, 3, 3]
        tries[place] = left
        found = linking.cost(knowing(listed(*tries)), method)
        assert [one.text.key for one in found] == ([said] if said else [])
        assert [one.quiet for one in found] == ([said == "method.tries_left"] if said else [])
        closed = linking.cost(knowing(listed(*tries, closed=(place,))), method)
        assert closed == ()
    assert linking.cost(at(Step.METHODS), "questions") == ()


def test_the_last_try_of_the_last_open_method_is_another_word() -> None:
    others = [place for place in range(3) if place != 1]
    state = knowing(listed(1, 1, 1, closed=tuple(others)))
    wait = msg("duration", seconds=7_200)
    assert linking.cost(state, "questions")[0].text == msg("method.last_try.alone", wait=wait)
    for one in others:
        open_one = knowing(listed(1, 1, 1, closed=tuple(other for other in others if other != one)))
        assert linking.cost(open_one, "questions")[0].text == msg("method.last_try", wait=wait)


def test_a_method_is_open_unless_it_is_known_to_be_closed_and_stands_beside_the_others_one_key_away() -> None:
    assert [linking.method_open(at(Step.METHODS), one) for one in linking.METHOD_STEPS] == [True] * 3
    state = knowing(listed(3, 3, 3, closed=(1,)))
    assert [linking.method_open(state, one) for one in linking.METHOD_STEPS] == [True, False, True]
    others = linking.other_methods(state, "legacy_access")
    assert [(one.id, one.key) for one in others] == [("other.link_code", "f7")]
    assert [one.arg for one in linking.other_methods(at(Step.METHODS), "questions")] == ["legacy_access", "link_code"]


@pytest.mark.parametrize("until", [HOUR, None])
def test_a_method_that_waits_is_not_opened_and_says_until_when(until: Any) -> None:
    state = knowing(listed(3, 3, 3, closed=(1,), until=until), by_phone=True)
    stayed = linking.choose_method(state, "questions")
    assert stayed.notice is not None
    name = msg("method.questions")
    title = (
        msg("notice.method_waits_until", method=name, at=from_hour(HOUR))
        if until
        else msg("notice.method_waits", method=name)
    )
    assert (stayed.step, stayed.notice.title, stayed.notice.tone) == (Step.METHODS, title, Tone.WARNING)
    assert task(stayed, Linking).by_phone is False
    for method in ("legacy_access", "link_code"):
        opened = linking.choose_method(state, method)
        assert (opened.step, opened.trail, opened.notice) == (linking.METHOD_STEPS[method], (Step.METHODS,), None)


def test_from_one_method_to_another_the_way_back_leads_to_the_list_once() -> None:
    there = replace(knowing(listed(3, 3, 3)), step=Step.LINK_CODE, trail=(Step.PROFILES, Step.METHODS))
    other = linking.choose_method(there, "questions")
    assert (other.step, other.trail) == (Step.QUESTIONS_FILE, (Step.PROFILES, Step.METHODS))
    same = linking.choose_method(there, "link_code")
    assert (same.step, same.trail) == (there.step, there.trail)
    elsewhere = linking.choose_method(replace(there, step=Step.LINK_CODE_REQUEST), "questions")
    assert elsewhere.trail == (Step.PROFILES, Step.METHODS, Step.LINK_CODE_REQUEST)


@pytest.mark.parametrize("own", linking.METHOD_STEPS)
@pytest.mark.parametrize("other", linking.METHOD_STEPS)
def test_from_any_method_the_list_stays_behind_any_other(own: str, other: str) -> None:
    steps = linking.METHOD_STEPS
    for trail in ((Step.METHODS,), (Step.LINKED, Step.METHODS), (Step.PROFILES, Step.METHODS)):
        there = replace(knowing(listed(3, 3, 3)), step=steps[own], trail=trail)
        after = linking.choose_method(there, other)
        assert (after.step, after.trail) == (steps[other], trail)


@pytest.mark.parametrize("method", linking.METHOD_STEPS)
@pytest.mark.parametrize("open_ones", [None, (), ("legacy_access",), ("questions", "link_code"), ("link_code",)])
def test_what_was_not_recognized_names_the_keys_of_the_other_open_methods(
    method: str, open_ones: tuple[str, ...] | None
) -> None:
    walk = ways.linking(method)
    told = walk.fails("not-recognized", methods=open_ones, retry_at=HOUR).state.notice
    assert told is not None
    known = tuple(linking.METHOD_KEYS) if open_ones is None else open_ones
    others = ", ".join(linking.METHOD_KEYS[one] for one in known if one != method)
    again = method in known
    first = msg(f"notice.not_recognized.{method}") if again else msg("notice.last_try_until", at=from_hour(HOUR))
    lines = [first]
    if others:
        lines.append(msg("notice.others_open" if again else "notice.others_only", keys=public(others)))
        by_mail = method != "link_code" and "link_code" in known
        lines += [msg("notice.sure_by_mail" if by_mail else "notice.sure")] if again else []
    else:
        lines.append(msg("notice.contact_us"))
    assert list(told.lines) == lines
    until = walk.fails("not-recognized", methods=open_ones).state.notice
    assert until is not None
    assert until.lines[0] == (first if again else msg("notice.last_try"))


@pytest.mark.parametrize("category", ["worker", "employer", "association"])
@pytest.mark.parametrize("email", ["a@e.test", None])
def test_a_file_says_its_address_or_that_it_has_none_and_is_silent_about_the_rest(
    category: str, email: str | None
) -> None:
    detail = builders.detail("l1", category)
    bare = detail.model_copy(update={"file": detail.file.model_copy(update={"email": email, "phone": None})})
    items = page(at(Step.CLIENT_FILE, account=Account(session=builders.session(), opened=bare))).items
    facts = {one.id: one.value for one in items if isinstance(one, Fact)}
    assert facts["email"] == personal(email or msg("fact.none"))
    assert "phone" not in facts
    for empty in ("certificate", "certificate_expiry", "pension"):
        assert (empty in facts) is (category == "worker")
    if category == "worker":
        without = bare.file.model_copy(update={"certificate": None, "pension_status": None})
        state = at(Step.CLIENT_FILE, account=Account(opened=bare.model_copy(update={"file": without})))
        ids = [one.id for one in page(state).items]
        assert not {"certificate", "certificate_expiry", "pension"} & set(ids)


@pytest.mark.parametrize(
    ("known", "changes", "proposed"),
    [
        (listed(5, 5, 5), {}, "legacy_access"),
        (listed(4, 5, 5), {}, "questions"),
        (listed(4, 4, 4), {}, "legacy_access"),
        (listed(5, 5, 5, closed=(0,)), {}, "questions"),
        (listed(5, 5, 5), {"refused": frozenset({"legacy_access", "questions"})}, "link_code"),
        (listed(5, 5, 5), {"by_phone": True}, ""),
        (listed(5, 5, 5, closed=(0, 1)), {"refused": frozenset({"link_code"})}, ""),
    ],
)
def test_the_method_to_try_first_is_open_and_has_every_try_left(
    known: LinkMethods, changes: dict[str, Any], proposed: str
) -> None:
    items = [one for one in page(knowing(known, **changes)).items if isinstance(one, Button)]
    marked = [one.arg for one in items if one.state == msg("method.proposed")]
    assert marked == ([proposed] if proposed else [])
    rows = [one for one in items if one.row]
    assert [(one.id, one.key) for one in rows] == [
        ("method.legacy_access", "1"),
        ("method.questions", "2"),
        ("method.link_code", "3"),
    ]
    refused = changes.get("refused", ())
    for row, state in zip(rows, known.methods, strict=True):
        if not state.available:
            assert row.state == msg("method.off")
        elif row.arg in refused:
            assert row.state == msg("method.closed")


def test_where_every_method_is_closed_it_is_said_until_when_and_who_can_help() -> None:
    together = page(knowing(listed(0, 0, 0, closed=(0, 1, 2), until=HOUR))).items
    assert isinstance(together[0], Prose)
    assert together[0].text == msg("methods.all_closed_until", at=from_hour(HOUR))
    assert [one.id for one in together] == ["intro", "help", "reload"]
    mixed = listed(0, 0, 0, closed=(0, 1, 2), until=HOUR).methods
    apart = (*mixed[:2], mixed[2].model_copy(update={"open_again_at": None}))
    items = page(knowing(LinkMethods(methods=apart))).items
    facts = [(one.id, one.value) for one in items if isinstance(one, Fact)]
    until = msg("method.waits_until", at=from_hour(HOUR))
    assert facts == [
        ("closed.legacy_access", until),
        ("closed.questions", until),
        ("closed.link_code", msg("method.off")),
    ]
    off = page(knowing(listed(0, 0, 0, closed=(0, 1, 2)))).items
    assert len([one for one in off if isinstance(one, Fact)]) == 3
    explained = replace(
        knowing(listed(0, 0, 0, closed=(0, 1, 2), until=HOUR)), notice=build("all_methods_locked").notice
    )
    assert "help" not in [one.id for one in page(explained).items]
    assert "category" in [one.id for one in page(knowing(LinkMethods(methods=()))).items]


@pytest.mark.parametrize(
    ("account", "before"),
    [
        (Account(session=builders.session()), False),
        (Account(session=builders.session(linked=1)), True),
        (Account(session=builders.session(), profiles=()), False),
        (Account(session=builders.session(), profiles=builders.links().links), True),
        (Account(session=builders.session(), linked=builders.link()), True),
        (Account(), False),
    ],
)
def test_whoever_has_linked_a_file_is_asked_for_the_next(account: Account, before: bool) -> None:
    intro = page(at(Step.METHODS, account=account)).items[0]
    assert isinstance(intro, Prose)
    assert intro.text == msg("methods.intro_next" if before else "methods.intro")


def test_the_list_of_methods_is_asked_for_again_where_it_did_not_come_and_categories_turn_round() -> None:
    state = at(Step.METHODS)
    assert "reload" in [one.id for one in page(state).items]
    assert "reload" not in [one.id for one in page(linking.fetch_methods(state)).items]
    walk, seen = Walk(state), list[Any]()
    for _ in range(5):
        walk = walk.does(methods._NEXT_CATEGORY)
        chosen = chosen_category(walk.state, Linking)
        seen.append(chosen.value if chosen else None)
    assert seen == ["worker", "employer", "association", None, "worker"]
    known = listed(3, 3, 3, closed=(1,))
    refused = with_task(
        linking.fetch_methods(focus(state, "category")), Linking, refused=frozenset({"questions", "link_code"})
    )
    got = Walk(refused).gets(known).state
    assert task(got, Linking).refused == {"link_code"}
    assert got.focus.item == "category"


@pytest.mark.parametrize(("seconds", "said"), [(0, 0), (59, 59), (60, 60), (61, 60), (119, 60), (120, 120), (150, 120)])
def test_how_long_a_session_lasts_is_said_in_whole_minutes_and_below_one_in_seconds(seconds: int, said: int) -> None:
    state = at(Step.PROFILES, overlay=Overlay.EXPIRING, ends_at=HOUR, ends_in=seconds)
    shown = overlay_page(state)
    assert shown is not None
    assert isinstance(shown.items[0], Prose)
    assert shown.items[0].text == msg("expiring.when", left=msg("duration", seconds=said), at=HOUR)
    assert [one.id for one in shown.items] == ["when", "how", "stay"]
    out = overlay_page(with_app(replace(state, account=Account()), kiosk=True))
    assert out is not None
    assert [one.id for one in out.items] == ["when", "erased", "how", "stay"]
    assert isinstance(out.items[-1], Button)
    assert (out.title, out.items[-1].label) == (msg("expiring.out.title"), msg("button.go_on"))
    assert isinstance(shown.items[-1], Button)
    assert (shown.title, shown.items[-1].label) == (msg("expiring.title"), msg("button.stay"))


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_code_asked_for_again_before_its_hour_is_not_sent_again(late: int) -> None:
    again = single_use_code.again_at(60, builders.NOW)
    assert again == builders.NOW + timedelta(seconds=60)
    assert again is not None
    state = single_use_code.asked_too_soon(at(Step.RESET_CODE), again, again + timedelta(microseconds=late))
    assert (state is not None) is (late < 0)
    if state is not None:
        assert state.notice is not None
        assert state.notice.lines[-1] == msg("notice.ask_again_from", at=from_hour(again))
    assert single_use_code.again_at(60, None) is None
    for missing in ((None, builders.NOW), (again, None)):
        assert single_use_code.asked_too_soon(at(Step.RESET_CODE), *missing) is None
    assert single_use_code.ask_again(60, None) == msg("notice.ask_again_after", wait=msg("duration", seconds=60))
    assert single_use_code.ask_again(60, builders.NOW) == msg("notice.ask_again_from", at=from_hour(again))


def test_how_long_codes_live_is_said_as_the_service_says_it() -> None:
    walk = Walk.begins().gets(builders.service()).does("forgot_password").types(email="nom@exemple.com").submits()
    sent = walk.gets(builders.reset_started(), at=builders.NOW).state
    assert sent.notice is not None
    assert sent.notice.lines[0] == msg("notice.code_lives", life=msg("duration", seconds=600))
    code = (
        Walk(build("link_code_request"))
        .types(identifier="ci1234567")
        .submits()
        .gets(builders.accepted(), at=builders.NOW)
    )
    assert code.state.notice is not None
    assert code.state.notice.lines[0] == msg("notice.code_lives", life=msg("duration", seconds=172_800))
    assert code.state.account.code_request == ("ci1234567", builders.NOW + timedelta(seconds=60))
    for late, key in ((59, "notice.code_already_requested"), (60, "notice.code_requested")):
        again = code.does("request_code").types(identifier="ci1234567").submits()
        told = again.gets(builders.accepted(), at=builders.NOW + timedelta(seconds=late)).state.notice
        assert told is not None
        assert told.title.key == key


def test_a_reset_whose_log_in_waits_is_made_again_and_one_whose_code_was_used_up_is_tried_with_the_new_password() -> (
    None
):
    walk = Walk(build("reset_code")).types(single_use_code="739152", new_password="Chantier-2026!").submits()
    wrong = walk.fails("invalid-code").state
    assert wrong.busy is None
    assert wrong.errors["single_use_code"] == msg("field.single_use_code.wrong")
    lost = walk.fails("unknown-outcome")
    assert lost.state.busy is not None
    assert isinstance(lost.state.busy.effect, effects.LogIn)
    unknown = lost.fails("unreachable").state
    assert unknown.unfinished is not None
    for kind in ("too-many-requests", "login-guarded"):
        later = lost.fails(kind, retry_at=HOUR).state
        assert later.notice is not None
        assert (later.focus.item, later.notice.lines[0]) == ("check_again", msg("notice.retry_at", at=from_hour(HOUR)))
        without = lost.fails(kind).state.notice
        assert without is not None
        assert without.title == msg("notice.unknown")
    refused = lost.fails("invalid-credentials").does("check_again").fails("invalid-code").fails("invalid-credentials")
    assert list(refused.state.errors) == ["single_use_code"]
    done = walk.gets(None).fails("unreachable").state
    assert (done.step, done.focus.item) == (Step.LOGIN, "password")
