"""What a person needs in order to finish, said where it is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import sel_tui
from sel_contract import FrozenLink, Links, LinkState
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.key_bindings import key_bar
from tests.scenarios import NAMES, build, in_each_scenario, linking, models, records
from tests.scenarios.logging_in import login_busy
from tests.scenarios.walk import Walk
from tests.unit.rendering import WORDS, texts


def said(state: State) -> str:
    """Return what the step says in French, with plain spaces."""
    return "\n".join(texts(page(state), "fr")).replace("\u00a0", " ")


def items(state: State) -> tuple[Item, ...]:
    over = overlay_page(state)
    return over.items if over is not None else page(state).items


def test_an_account_is_said_to_be_needed_at_login_and_wherever_an_old_access_was_typed() -> None:
    for name in ("login", "login_wrong", "login_old_access"):
        assert "« Créer un compte »" in said(build(name)), name


def test_who_collects_a_name_and_an_address_is_said_before_they_are_typed() -> None:
    ids = [item.id for item in page(build("account")).items]

    assert ids.index("privacy") < ids.index("email")
    assert "Responsable : Démonstration sel-tui" in said(build("account"))


def test_how_long_a_code_lives_and_what_to_do_without_one_stand_where_it_is_awaited() -> None:
    assert "pendant 10 minutes" in said(build("account_code"))
    assert "pendant 10 minutes" in said(build("reset_code"))
    assert "Vous avez déjà un compte? Le courriel vous le dira." in said(build("account_code"))
    awaited = said(build("link_code_requested"))
    assert "pendant 48 heures" in awaited
    assert "Prenez une autre méthode (F5, F6), ou appelez le Service à la clientèle : F3." in awaited
    alone = said(build("link_code_requested_with_no_other_way"))
    assert "Rien après 10 minutes? Appelez le Service à la clientèle : F3." in alone


def test_a_suspended_profile_and_a_reported_error_say_whom_to_call() -> None:
    for name in ("profiles_suspended", "reported", "reported_before"):
        assert "Appelez le Service à la clientèle" in said(build(name)), name
    assert "Suspendu" not in said(build("profiles"))


def test_a_long_list_says_how_many_are_still_to_be_verified() -> None:
    assert "40 profils sur 40, 26 à vérifier" in said(build("profiles_many"))
    frozen = (
        FrozenLink(id=link.id, state=LinkState.FROZEN, reference=link.reference) for link in records.many_links().links
    )
    done = tuple(frozen)
    walk = login_busy(Walk.begins()).gets(models.session(linked=40)).gets(Links(links=done))
    assert "40 profils sur 40\n" in said(walk.state)


def test_answers_that_the_server_cannot_read_are_named_and_the_first_has_the_focus() -> None:
    sent = linking.questions_review(Walk.begins()).submits()
    wrong = (("/answers/1/answer", "bad-format"), ("/answers/3/answer", "bad-format"))
    state = sent.fails("validation", codes=wrong).state

    assert "Corrigez la réponse 2.\nCorrigez la réponse 4." in said(state)
    assert state.focus.item == "answer.1"
    beyond = sent.fails("validation", codes=(("/answers/9/answer", "bad-format"),)).state
    assert "Relisez vos réponses" in said(beyond)


def test_a_password_that_is_too_short_is_told_by_how_much_once_it_is_refused() -> None:
    assert "il faut 8 caractères (vous en avez 3), une majuscule" in said(build("account_weak_password_refused"))
    assert "vous en avez" not in said(build("account_weak_password"))  # at each key it would be noise


def test_whose_a_number_is_comes_after_the_last_field() -> None:
    for name in NAMES:
        shown = page(build(name)).operable()
        kinds = [type(item) for item in shown if not isinstance(item, Button)]
        assert Choice not in kinds or kinds[-1] is Choice, name
        assert kinds.count(Choice) <= 1
    assert [type(item) for item in page(build("legacy_access_whose")).operable()][:3] == [EntryItem, EntryItem, Choice]


def test_everything_of_the_demonstration_stands_behind_its_label() -> None:
    facts = [item for item in items(build("demo")) if isinstance(item, Fact)]
    told = {(WORDS["fr"].say(fact.label), WORDS["fr"].say(fact.value)) for fact in facts}

    assert {("Mot de passe", "Chantier-2026!"), ("Ancien mot de passe", "Retraite-77!")} <= told
    assert ("Réponses", "1951-12-03 · G1R 2S5 · plâtrier · 2013") in told


def test_the_key_bar_takes_one_line_unless_a_key_would_be_hidden_that_nothing_else_names() -> None:
    words = WORDS["fr"]
    for name in NAMES:
        state = build(name)
        keys = key_bar(state, page(state), words, 80)
        rows = sum(len(key) + len(label) + 3 for key, label in keys) / 80
        named = {key for key, _ in keys}
        if state.overlay is None:
            numbers = [int(key[1:].split()[0]) for key in (one for one, _ in keys) if key[0] == "F"]
            assert numbers == sorted(numbers), name
            assert rows <= 1 or "F12" in named or state.app.kiosk, name


@pytest.mark.parametrize("language", ["fr", "en"])
@in_each_scenario
def test_no_help_says_a_sentence_twice(name: str, language: str) -> None:
    state = replace(build(name, language), overlay=Overlay.HELP)
    for field in (item.id for item in page(state).items if isinstance(item, EntryItem)):
        over = overlay_page(state, field)
        assert over is not None
        about = "\n".join(texts(replace(over, items=over.items[:2]), language))
        sentences = [part for part in re.split(r"(?<=[.?!])\s+", about) if part.endswith(".")]
        assert sentences
        assert len(sentences) == len(set(sentences))


def test_the_junk_mail_and_the_coordinates_have_one_wording() -> None:
    said = (Path(sel_tui.__file__).parent / "i18n/locales/fr_CA/LC_MESSAGES/sel_tui.po").read_text("utf-8")

    assert set(re.findall(r"Regardez aussi.*?indésirable", said)) == {"Regardez aussi dans le courrier indésirable"}
    assert set(re.findall(r"Recevoir \w+ coordonnées", said)) == {"Recevoir des coordonnées"}
