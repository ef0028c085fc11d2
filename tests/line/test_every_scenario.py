"""Every step, overlay, notice and error, in both languages: the line face says what the model says, in its order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pytest

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.renderer import Renderer
from tests.line.stage import words
from tests.scenarios import NAMES, build, in_each_scenario

LONGEST: Final = 40
_EVERY_KEY: Final = {"fr": "Les touches F1 à F12 font de même.", "en": "The keys F1 to F12 do the same."}


def rendered(state: State, *, rows: int = 1_000) -> tuple[str, Page]:
    """Answer every question of a page with Enter; return all that was said and the page."""
    said: list[str] = []
    renderer = Renderer(said.append, words=words, rows=rows)
    for _ in range(LONGEST):
        prompt = renderer.render(state)
        assert prompt is not None
        said.append(prompt.text)
        if prompt.page.where is Overlay.DEMO:
            first = [*said]
            parts = [line for _ in range(LONGEST) for line in more(renderer, state, said)]
            return "\n".join([*first, *parts]), prompt.page
        if prompt.field is not None:
            renderer.progress.answered(prompt.field.id)
        elif not prompt.leads_on:
            renderer.help(state, None)
            return "\n".join(said), prompt.page
        else:
            renderer.progress.choose()  # the buttons beside the next thing to do are listed when asked for
    raise AssertionError("the questions of a page come to an end")


def more(renderer: Renderer, state: State, said: list[str]) -> list[str]:
    """Open the demonstration again; return the part that is then said."""
    renderer.render(replace(state, overlay=None))
    said.clear()
    renderer.render(state)
    return [*said]


def in_the_order_of_the_line(items: tuple[Item, ...]) -> list[Item]:
    """Return items as they are heard: what stands behind the field that sends the form or searches comes before it."""
    fields = [item for item in items if isinstance(item, (EntryItem, Choice))]
    sends = [item for item in items if isinstance(item, Button) and item.main and item.command == "submit"]
    searches = [item for item in fields if isinstance(item, EntryItem) and item.kind is Kind.SEARCH]
    if not fields or not ((sends and not sends[0].binding) or searches):
        return [*items]
    at = items.index(fields[-1])
    behind = [item for item in items[at:] if not isinstance(item, (EntryItem, Choice, Button))]
    return [*items[:at], *behind, *(item for item in items[at:] if item not in behind)]


def expected(item: Item, language: Words) -> list[str]:
    """Return what must be heard of an item, in this order."""
    match item:
        case Prose():
            return [language.say(item.text)]
        case Fact():
            value = re.sub(r"\n-+(?=\n)", "", language.say(item.value))  # a ruler is nothing to read
            return [language.say(item.label), value]
        case NoticeItem():
            reference = [item.notice.reference] if item.notice.reference else []
            title = language.say(item.notice.title)[1:]  # behind « Erreur : » it has no capital
            return [title, *(language.say(line) for line in item.notice.lines), *reference]
        case EntryItem() | Choice():
            error = [language.say(item.error)] if item.error is not None else []
            return (
                [*error, language.say(item.label)]
                if isinstance(item, EntryItem)
                else [language.say(item.label), *error]
            )
        case button:
            state = [language.say(button.state)] if button.state is not None else []
            return [language.say(button.label), *state]


@pytest.mark.parametrize("language", ["fr", "en"])
@in_each_scenario
def test_every_label_error_and_notice_is_said_in_the_order_of_the_model(name: str, language: str) -> None:
    state = replace(build(name, language), busy=None)
    text, shown = rendered(state)
    text = text.replace("\u00a0", " ")  # a question behind an error is not broken
    spoken = words(state.person.language)
    at = 0
    closes_itself = [item.id for item in shown.operable()] == ["close"]

    assert shown.where is (overlay_page(state) or page(state)).where
    assert spoken.say(shown.title).replace("\u00a0", " ") in text
    items = shown.items
    if shown.where in {Step.LOGIN, Step.DESK_LOGIN}:  # what server this is comes before anything is typed
        first = [item for item in items if isinstance(item, (NoticeItem, Prose))]
        items = (*first, *(item for item in items if item not in first))
    for item in in_the_order_of_the_line(items):
        if closes_itself and item.id == "close":
            continue
        if isinstance(item, Button) and not item.row:  # they are listed when asked for, behind the rest
            assert spoken.say(item.label).replace("\u00a0", " ") in text
            continue
        for part in expected(item, spoken):
            found = text.find(part.replace("\u00a0", " "), at)
            assert found >= 0, f"{part!r} is not said after {text[max(at - 80, 0) : at]!r}"
            at = found


@in_each_scenario
def test_no_key_of_the_catalogue_and_no_secret_is_ever_said(name: str) -> None:
    text, _ = rendered(replace(build(name), busy=None))

    assert "line." not in text
    assert "Ancien-1234!" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
@in_each_scenario
def test_no_key_of_the_screens_is_named(name: str, language: str) -> None:
    text, _ = rendered(replace(build(name, language), busy=None))
    named = re.findall(r"\bF[1-9][0-2]?\b|\bTab\b|Échap|\bEsc\b|flèche|\barrow", text.replace(_EVERY_KEY[language], ""))

    assert named == []


@in_each_scenario
def test_the_question_stands_at_the_end_of_one_line(name: str) -> None:
    renderer = Renderer(lambda _: None, words=words)
    prompt = renderer.render(replace(build(name), busy=None))

    assert prompt is not None
    assert "\n" not in prompt.text
    assert prompt.text.endswith((": ", "? "))


@pytest.mark.parametrize("name", [name for name in NAMES if "methods" in name])
def test_what_each_choice_needs_is_said_when_it_is_asked_for(name: str) -> None:
    state = replace(build(name), busy=None)
    text, shown = rendered(state)

    for number, item in enumerate((item for item in shown.items if isinstance(item, Button)), start=1):
        assert item.hint is None or f"{number}. {words('fr').say(item.hint)}\n" in text


def test_every_row_of_a_long_list_is_said_though_not_at_once() -> None:
    state = build("profiles_many")
    said: list[str] = []
    renderer = Renderer(said.append, words=words, rows=10)
    for _ in range(5):
        prompt = renderer.render(state)
        assert prompt is not None
        if prompt.field is not None:
            renderer.progress.answered(prompt.field.id)
            continue
        assert sum("er0003" in line for line in said) <= 40
        renderer.more()
    rows = [line for line in said if "er0003" in line]

    assert [row.split(".")[0] for row in rows] == [
        str(number) for number in range(5, 45)
    ]  # what can be done comes first
    assert any("1 à 10 sur 40" in line for line in said)
