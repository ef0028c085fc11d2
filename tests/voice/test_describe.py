"""What is said of each item, over every scenario in both languages: label, role, value or « vide », state, position."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.page import Button, Choice, EntryItem, Page
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page
from sel_tui.voice.describe import describe_item, is_hidden
from sel_tui.voice.diff import Snapshot, describe_focus, describe_page
from sel_tui.voice.spelling import spoken
from sel_tui.voice.utterance import Part, Utterance, sentence
from tests.scenarios import build, in_each_scenario
from tests.voice.listening import WORDS

both = pytest.mark.parametrize("language", ["fr", "en"])


def shown(state: State) -> Page:
    return overlay_page(state) or page(state)


def parts(said: tuple[Utterance, ...], part: Part) -> list[str]:
    return [piece.text for piece in said if piece.part is part]


@both
@in_each_scenario
def test_every_item_says_its_label_role_value_state_and_position(name: str, language: str) -> None:
    words = WORDS[language]
    on_page = shown(build(name, language))
    for item in on_page.operable():
        said = describe_focus(Snapshot(on_page, item.id, language), words)
        assert parts(said, Part.LABEL)
        assert parts(said, Part.ROLE)
        assert len(on_page.operable()) == 1 or parts(said, Part.POSITION) or isinstance(item, (Button, Choice))
        if isinstance(item, EntryItem):
            assert parts(said, Part.LABEL) == [spoken(item.label, words)]
            assert parts(said, Part.VALUE)[0].strip()
            assert parts(said, Part.STATE) == [words.key("voice.required" if item.required else "voice.optional")]
            assert bool(parts(said, Part.ERROR)) == (item.error is not None)
        if isinstance(item, Button) and item.state is not None:
            assert spoken(item.state, words) in parts(said, Part.STATE)
        if isinstance(item, Choice):
            chosen = [*parts(said, Part.STATE)]
            assert set(chosen) <= {words.key("choice.chosen"), words.key("voice.not_chosen")}


@both
@in_each_scenario
def test_the_screen_says_every_notice_text_and_fact_and_no_key_of_the_catalogue(name: str, language: str) -> None:
    words = WORDS[language]
    on_page = shown(build(name, language))
    told = sentence(describe_page(Snapshot(on_page, "", language), words))
    for title in words.say(on_page.title).split(" · "):  # the same in both languages
        assert title.split("\u00a0")[0] in told
    for item in on_page.items:
        said = sentence(describe_item(item, words))
        assert said
        assert not re.search(r"\bvoice\.\w", said)


@in_each_scenario
def test_no_secret_is_ever_said_not_even_while_it_is_shown(name: str) -> None:
    state = build(name)
    on_page = shown(state)
    said = sentence(tuple(piece for item in on_page.items for piece in describe_item(item, WORDS["fr"])))
    hidden = [clear(item.value) for item in on_page.items if isinstance(item, EntryItem) and is_hidden(item)]
    assert not [secret for secret in hidden if len(secret) > 3 and secret in said]


def test_a_field_with_an_error_says_the_error_first_and_not_its_help() -> None:
    state = build("login_empty")
    said = describe_focus(Snapshot(page(state), "email", "fr"), WORDS["fr"])
    assert said[0].part is Part.ERROR
    assert said[0].text.startswith("Erreur")
    assert not parts(said, Part.HELP)


def test_an_empty_field_says_so_and_a_number_is_said_in_groups() -> None:
    empty = EntryItem("x", EMAIL.kind, page(build("login")).title, "", page(build("login")).title)
    assert "vide" in sentence(describe_item(empty, WORDS["fr"]))
    typed = sentence(describe_focus(Snapshot(page(build("legacy_access_typed")), "identifier", "fr"), WORDS["fr"]))
    assert "cé i, 123, 45, 67" in typed


def test_a_masked_field_says_that_it_is_filled_and_not_how_long_it_is() -> None:
    entries = [item for item in page(build("login_typed")).items if isinstance(item, EntryItem) and item.masked]
    assert entries
    longer = [
        sentence(describe_item(replace(one, value=Secret(text)), WORDS["fr"]))
        for one in entries[:1]
        for text in ("a", "abcdefgh")
    ]
    assert longer[0] == longer[1]
    assert "rempli" in longer[0]


def test_the_reference_and_the_client_number_are_said_in_groups_wherever_they_stand() -> None:
    words = WORDS["fr"]
    linked = page(build("linked"))
    reference = next(item for item in linked.items if item.id == "reference")
    assert (
        " ".join(sentence(describe_item(reference, words)).split())
        == "Référence : quatre té huit double vé, deux enne erre ku, six té."
    )
    row = next(item for item in page(build("profiles")).items if isinstance(item, Button) and item.row)
    assert "cé i, 123, 45, 67" in sentence(describe_item(row, words))
