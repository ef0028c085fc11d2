"""What steps and overlays say at each bound: how many tries are left, which question is open, how long codes live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sel_contract import LinkMethod, LinkMethods, LinkMethodState, QuestionKind
from sel_tui.journey.core import effects
from sel_tui.journey.core.drafts import chosen_category
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import from_hour, msg, personal, public
from sel_tui.journey.core.page import Button, EntryItem, Fact, Prose
from sel_tui.journey.core.scopes import Account, App, ReturnTo
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State, Tone, focus, task, with_account, with_app, with_person, with_task
from sel_tui.journey.machine import SPECS, fields_of, overlay_page, page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.journey.steps import files, linking, methods, single_use_code
from sel_tui.journey.steps.linking import Linking
from sel_tui.journey.steps.questions import Questions
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


def challenge(*kinds: QuestionKind) -> State:
    walk = Walk(build("questions_file")).types(identifier="ci1234567").submits()
    return walk.gets(builders.challenge("c1", *kinds)).state


def test_questions_are_opened_one_after_the_other_and_back_until_the_first() -> None:
    state = challenge(QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.YEAR)
    walk = Walk(state)
    for number, text in enumerate(("plâtrier", "1 200", "2009"), start=1):
        assert page(walk.state).title == msg("question.title", number=number, count=3)
        assert len(fields_of(walk.state)) == 1
        if number < 3:
            walk = walk.answers(text)
    back = walk.does("back")
    assert page(back.state).title == msg("question.title", number=2, count=3)
    first = back.does("back")
    assert page(first.state).title == msg("question.title", number=1, count=3)
    assert first.does("back").state.step is Step.QUESTIONS_FILE
    review = walk.answers("2009")
    rows = [one for one in page(review.state).items if isinstance(one, Button) and one.row]
    assert [(one.id, one.key, one.state) for one in rows] == [
        ("answer.0", "1", personal("plâtrier")),
        ("answer.1", "2", personal("1 200")),
        ("answer.2", "3", personal("2009")),
    ]
    for place in range(3):
        edited = review.does("edit_answer", str(place))
        assert (edited.state.step, task(edited.state, Questions).place) == (Step.QUESTION, place)
        again = edited.does("back").state
        assert (again.step, again.focus.item) == (Step.QUESTIONS_REVIEW, f"answer.{place}")
        done = edited.submits().state
        assert (done.step, done.focus.item, task(done, Questions).editing) == (Step.QUESTIONS_REVIEW, "submit", False)
    assert review.does("edit_answer", "3").state is review.state
    sent = review.submits().state.busy
    assert sent is not None
    assert isinstance(sent.effect, effects.LinkFile)
    proof = sent.effect.proof
    assert isinstance(proof, effects.QuestionsProof)
    assert [(name, clear(text)) for name, text in proof.answers] == [
        ("c1-text", "plâtrier"),
        ("c1-number", "1200"),
        ("c1-year", "2009"),
    ]


def test_an_answer_that_cannot_be_read_is_opened_before_anything_is_sent() -> None:
    walk = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR, QuestionKind.NUMBER)).answers(
        "plâtrier", "2009", "1200"
    )
    secrets = {**task(walk.state, Questions).secrets, "answer.c1-year": Secret("12")}
    wrong = Walk(with_task(walk.state, Questions, secrets=secrets)).submits().state
    assert (wrong.step, wrong.busy, task(wrong, Questions).place) == (Step.QUESTION, None, 1)
    assert (task(wrong, Questions).editing, list(wrong.errors)) == (True, ["answer.c1-year"])


@pytest.mark.parametrize(
    ("pointers", "places"),
    [
        (("/answers/0/text",), [0]),
        (("/answers/2", "/answers/1/text"), [1, 2]),
        (("/answers/3/text",), []),
        (("/answers/10",), []),
        (("/answer/1",), []),
        ((), []),
    ],
)
def test_answers_that_the_server_cannot_read_are_named_by_their_number(
    pointers: tuple[str, ...], places: list[int]
) -> None:
    walk = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR, QuestionKind.NUMBER)).answers(
        "plâtrier", "2009", "1200"
    )
    codes = tuple((pointer, "bad-format") for pointer in pointers)
    refused = walk.submits().fails("validation", codes=codes).state
    assert refused.notice is not None
    named = tuple(msg("notice.answer_format.which", number=place + 1) for place in places)
    assert refused.notice.lines == (named or (msg("notice.answer_format.next"),))
    assert refused.focus.item == (f"answer.{places[0]}" if places else "")


def test_the_same_challenge_keeps_its_answers_and_another_one_begins_anew() -> None:
    state = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR)).answers("plâtrier").state
    asked = Walk(SPECS.step(Step.QUESTION).in_language(state))  # type: ignore[misc]
    same = asked.gets(builders.challenge("c1", QuestionKind.TEXT, QuestionKind.YEAR)).state
    assert (task(same, Questions).place, len(task(same, Questions).secrets)) == (1, 1)
    other = asked.gets(builders.challenge("c2", QuestionKind.TEXT, QuestionKind.YEAR)).state
    assert (other.step, task(other, Questions).place, task(other, Questions).secrets) == (Step.QUESTION, 0, {})


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


@pytest.mark.parametrize(
    ("states", "left", "all_said"),
    [
        (("accurate",), 0, "all"),
        (("accurate", "accurate"), 0, "all"),
        (("accurate", "error"), 0, "none_left"),
        (("accurate", "to_verify"), 1, ""),
        (("accurate", "to_verify", "to_verify"), 2, ""),
    ],
)
def test_how_many_files_wait_for_a_word_is_said_after_each(states: tuple[str, ...], left: int, all_said: str) -> None:
    profiles = builders.links(*states).links
    account = Account(session=builders.session(linked=1), profiles=profiles, opened=builders.detail())
    walk = Walk(at(Step.CLIENT_FILE, account=account, trail=(Step.PROFILES,))).does("accurate")
    state = walk.gets(builders.verification()).state
    assert state.notice is not None
    line = msg("notice.verified.left", count=left) if left else msg(f"notice.verified.{all_said}")
    assert state.notice.lines == (line,)
    assert (state.step, state.focus.item) == (Step.PROFILES, "next_unverified" if left else "log_out")


@pytest.mark.parametrize(("count", "searched"), [(8, False), (9, True), (10, True)])
def test_from_nine_profiles_on_they_are_searched_and_have_no_digits(count: int, searched: bool) -> None:
    profiles = builders.links(*["accurate"] * count).links
    state = at(Step.PROFILES, account=Account(session=builders.session(linked=count), profiles=profiles))
    items = page(state).items
    assert [one.id for one in items if isinstance(one, EntryItem)] == (["search"] if searched else [])
    rows = [one for one in items if isinstance(one, Button) and one.row]
    assert [one.key for one in rows] == ([""] * count if searched else [str(number) for number in range(1, count + 1)])
    assert "next_unverified" not in [one.id for one in items]
    verified = Walk(with_account(replace(state, step=Step.CLIENT_FILE), opened=builders.detail("l1"))).does("accurate")
    assert (verified.gets(builders.verification()).state.focus.item == "") is searched
    counted = [one.text for one in items if isinstance(one, Prose) and one.id == "count"]
    assert counted == ([msg("profiles.count", count=count, all=count)] if searched else [])


def test_after_a_file_its_row_has_the_focus_and_from_elsewhere_the_way_back_is_the_usual() -> None:
    back = SPECS.step(Step.CLIENT_FILE).back
    assert back is not None
    state = at(Step.CLIENT_FILE, trail=(Step.PROFILES,))
    found = back(state)
    assert found is not None
    assert (found.step, found.focus.item) == (Step.PROFILES, files.row_of("l1"))
    for other in (replace(state, trail=(Step.LINKED,)), replace(state, trail=()), with_account(state, opened=None)):
        assert back(other) is None
    assert back(replace(state, trail=(Step.PROFILES, Step.LINKED))) is None


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
    refused = lost.fails("invalid-credentials").state
    assert list(refused.errors) == ["single_use_code"]
    done = walk.gets(None).fails("unreachable").state
    assert (done.step, done.focus.item) == (Step.LOGIN, "password")


def test_of_a_file_that_cannot_be_opened_the_list_says_what_is_so_now() -> None:
    state = at(Step.CLIENT_FILE, trail=(Step.PROFILES,))
    request = effects.Request(1, 1, effects.OpenProfile("l1"), Step.CLIENT_FILE)
    for kind, told in (("not-found", False), ("link-frozen", True)):
        after = files.on_failure(state, request, Failure(kind))
        assert after is not None
        assert after.busy is not None
        assert (after.step, isinstance(after.busy.effect, effects.FetchProfiles)) == (Step.PROFILES, True)
        assert (after.notice is not None, after.unfinished) == (told, None)
    assert files.on_failure(state, request, Failure("unreachable")) is None
    assert files.fetch_opened(state) is state
    gone = with_account(state, opened=None)
    assert files.fetch_opened(gone).step is Step.PROFILES
    for link_id, asked in (("", False), ("l9", True)):
        back = with_person(gone, return_to=ReturnTo("account-maika", Step.CLIENT_FILE, (), link_id))
        assert (files.fetch_opened(back).busy is not None) is asked


def test_an_unlinking_waits_for_the_password_and_is_made_under_its_own_intent() -> None:
    walk = Walk(at(Step.UNLINK, trail=(Step.PROFILES, Step.CLIENT_FILE), requests=7))
    proving = walk.types(password="Chantier-2026!").submits()
    assert proving.state.busy is not None
    assert proving.state.unfinished is not None
    assert (proving.state.busy.id, proving.state.unfinished.intent) == (8, 8)
    done = proving.gets(builders.session(linked=1)).state
    assert done.busy is not None
    assert (done.busy.id, done.busy.intent, done.busy.effect) == (9, 8, effects.Unlink("l1"))
    after = Walk(done).gets(None).state
    assert after.busy is not None
    assert (after.step, after.account.opened, after.account.profiles) == (Step.PROFILES, None, None)


@pytest.mark.parametrize(
    ("words", "found"), [("", 10), ("cote", 10), ("cote l7", 0), ("ci1234567", 10), ("personne", 0), ("maika ci12", 10)]
)
def test_what_is_searched_for_is_every_word_of_it_and_finding_nothing_is_said(words: str, found: int) -> None:
    profiles = builders.links(*["accurate"] * 9, "to_verify").links
    state = at(Step.PROFILES, account=Account(session=builders.session(linked=10), profiles=profiles))
    items = page(Walk(state).types(search=words).state).items
    assert len([one for one in items if isinstance(one, Button) and one.row]) == found
    said = {one.id: one.text for one in items if isinstance(one, Prose)}
    assert ("fewer" in said) is (found == 0)
    assert "none" not in said
    count = msg("profiles.count", count=found, all=10)
    assert said["count"] == msg("list.and_more", first=count, more=msg("profiles.left", count=1))
    assert [one.key for one in items if one.id == "next_unverified" and isinstance(one, Button)] == ["f12"]
    nothing = page(at(Step.PROFILES, account=Account(session=builders.session(), profiles=()))).items
    assert [one.id for one in nothing][:2] == ["none", "link_profile"]
    waiting = at(Step.PROFILES, account=Account(session=builders.session()))
    assert [one.id for one in page(waiting).items] == ["reload"]
    assert page(Walk(waiting).does("reload").state).items == ()
