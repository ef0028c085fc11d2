"""What the list of profiles and what leads from it say at each bound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_tui.journey.core import effects
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, EntryItem, Prose
from sel_tui.journey.core.scopes import Account, ReturnTo
from sel_tui.journey.core.state import with_account, with_person
from sel_tui.journey.machine import SPECS, page
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import files
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.test_steps_closely import at


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
