"""What every step says and offers, in both languages, for every scenario there is."""

from __future__ import annotations

import re

import pytest

from sel_tui.journey.core.page import Choice, EntryItem, Page, Prose
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay, Step
from tests.scenarios import NAMES, build, in_each_scenario
from tests.unit.rendering import WORDS, pages, texts

BOTH = pytest.mark.parametrize("language", WORDS)


def of(name: str, language: str = "fr") -> list[Page]:
    return pages(build(name, language))


def test_there_is_a_scenario_for_every_step_and_every_overlay() -> None:
    states = [build(name) for name in NAMES]

    assert {state.step for state in states} == set(Step)
    assert {state.overlay for state in states} == {None, *Overlay}


@in_each_scenario
def test_every_item_of_a_page_has_a_name_of_its_own(name: str) -> None:
    for one in of(name):
        ids = [item.id for item in one.items]

        assert len(ids) == len(set(ids))


@in_each_scenario
def test_no_page_has_two_next_things_to_do(name: str) -> None:
    for one in of(name):
        mains = [item.id for item in one.items if getattr(item, "main", False)]

        assert len(set(mains)) <= 1


@in_each_scenario
def test_no_key_does_two_things_on_one_page(name: str) -> None:
    for one in of(name):
        keys = [key for item in one.items if (key := getattr(item, "key", ""))]

        assert len(keys) == len(set(keys))


@in_each_scenario
def test_the_focus_goes_to_something_that_is_there(name: str) -> None:
    state = build(name)
    shown = page(state)
    focusable = {item.id for item in shown.items if not isinstance(item, Prose) or item.stop}

    assert not shown.focus or shown.focus in focusable


@in_each_scenario
def test_an_error_at_a_field_is_at_a_field_of_this_page(name: str) -> None:
    state = build(name)
    fields = [item for item in page(state).items if isinstance(item, (EntryItem, Choice))]
    marked = {item.id for item in fields if item.error is not None}

    assert marked == set(state.errors)


@BOTH
@in_each_scenario
def test_what_is_put_together_is_set_as_cleanly_as_its_parts(name: str, language: str) -> None:
    said = [text for one in of(name, language) for text in texts(one, language)]
    bad = {
        "two stops": r"\.\.(?!\.)|\.:|,,",
        "two spaces": "[ \u00a0]{2}",
        "a placeholder": r"\{[a-z_]*\}",
        "a key": r"^[a-z_]+(\.[a-z_]+)+$",
        "an object": r"<[A-Za-z_]+|Secret\(|Msg\(|^None$|datetime\.",
    }
    found = [(what, text) for text in said for what, pattern in bad.items() if re.search(pattern, text)]

    assert found == []


@in_each_scenario
def test_both_languages_say_something_different_about_the_same_things(name: str) -> None:
    french, english = of(name, "fr"), of(name, "en")

    assert [[item.id for item in one.items] for one in french] == [[item.id for item in one.items] for one in english]
    assert texts(french[0], "fr")[0] != texts(english[0], "en")[0] or french[0].where == "questions_review"
