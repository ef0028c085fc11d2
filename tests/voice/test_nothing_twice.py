"""What is said once: a list, how to stop a call, help, the mark of a simulation, a greeting, a title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_tui.journey.core.effects import FetchProfiles, Request
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.state import State, with_account
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Step
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.voice import Voice
from tests.scenarios import build
from tests.voice.listening import HUSH, WORDS, Alarms, Listener, show


@pytest.fixture
def voice(heard: Listener, alarms: Alarms) -> Voice:
    return Voice(heard, alarms, on=True)


@pytest.mark.parametrize(("language", "proposed"), [("fr", "conseillée."), ("en", "suggested.")])
def test_of_a_row_that_was_read_only_what_becomes_known_is_said(
    voice: Voice, heard: Listener, language: str, proposed: str
) -> None:
    show(voice, build("methods_loading", language))
    heard.forget()
    show(voice, build("methods", language))
    assert heard.texts == [proposed]


def test_how_to_stop_is_said_with_a_long_wait_only(voice: Voice, heard: Listener) -> None:
    busy = build("login_busy")
    show(voice, replace(busy, busy=None), "email")
    heard.forget()
    show(voice, busy, "email")
    assert busy.busy is not None
    show(voice, replace(busy, slow=busy.busy.id), "email")
    assert heard.texts == [
        "Ouverture de la session…",
        "Le serveur est lent. Vous pouvez attendre. Échap pour arrêter.",
    ]


def test_in_the_line_face_how_to_stop_is_not_said_twice_running(voice: Voice, heard: Listener) -> None:
    words, login = LineWords("fr", WORDS["fr"].zone), page(build("login"))
    for going_on in ("logging_in", "loading", "sending"):
        waits = msg("status.cancellable", status=msg(f"status.{going_on}"))
        voice.read((waits, *((msg("line.stayed"),) if going_on == "loading" else ())), login, "", words)
    assert heard.texts == [
        "Ouverture de la session… Ctrl+C pour arrêter.",
        "Un instant… Votre session reste ouverte.",
        "Envoi en cours… Ctrl+C pour arrêter.",
    ]


def test_no_help_once_something_is_typed_but_how_it_was_understood(
    voice: Voice, heard: Listener, alarms: Alarms
) -> None:
    show(voice, build("login_typed"), "email")
    alarms.ring()
    show(voice, build("login_typed"), "password")
    show(voice, build("login_typed"), "email")
    heard.forget()
    alarms.ring()
    assert heard.texts == []
    show(voice, build("legacy_access_typed"), "identifier")
    heard.forget()
    alarms.ring()
    assert heard.texts == ["Nous lirons : cé i, 123, 45, 67."]


def by_line(voice: Voice, renderer: Renderer, state: State) -> None:
    prompt = renderer.render(replace(state, busy=None))
    assert prompt is not None
    voice.read((*renderer.transcript.take(), *prompt.asked), prompt.page, "", renderer.words.aloud, opened=True)


def test_in_the_line_face_the_simulation_is_said_once_and_again_at_the_login(voice: Voice, heard: Listener) -> None:
    renderer = Renderer(lambda _: None, words=lambda language: LineWords(language, WORDS["fr"].zone))
    for name in ("login", "methods", "legacy_access", "linked", "profiles"):
        by_line(voice, renderer, build(name))
    assert ["SIMULATION" in text for text in heard.texts] == [True, False, False, False, False]
    assert heard.texts[1].startswith("Étape 3 sur 5. Choisir une méthode")
    by_line(voice, renderer, build("logged_out"))
    assert "SIMULATION. " in heard.last


def test_in_the_line_face_it_stays_written_on_every_page(voice: Voice) -> None:
    written: list[str] = []
    renderer = Renderer(written.append, words=lambda language: LineWords(language, WORDS["fr"].zone))
    for name in ("login", "methods", "linked"):
        by_line(voice, renderer, build(name))
    assert sum(line.startswith("SIMULATION.") for line in written) == 3


def test_whoever_starts_the_voice_later_hears_in_the_line_face_that_it_is_a_simulation(
    heard: Listener, alarms: Alarms
) -> None:
    voice = Voice(heard, alarms)
    renderer = Renderer(lambda _: None, words=lambda language: LineWords(language, WORDS["fr"].zone))
    by_line(voice, renderer, build("login"))
    by_line(voice, renderer, build("methods"))
    voice.key("f11")
    assert heard.last.startswith("SIMULATION.")
    by_line(voice, renderer, build("legacy_access"))
    assert "SIMULATION" not in heard.last


@pytest.mark.parametrize(("language", "said"), [("fr", "Bienvenue, Maïka."), ("en", "Welcome, Maïka.")])
def test_a_greeting_is_said_once(voice: Voice, heard: Listener, language: str, said: str) -> None:
    show(voice, build("login", language))
    show(voice, build("welcome", language))
    assert heard.last.startswith(said)
    renderer = Renderer(lambda _: None, words=lambda one: LineWords(one, WORDS["fr"].zone))
    by_line(voice, renderer, build("login", language))
    by_line(voice, renderer, build("welcome", language))
    assert heard.last.count(said.split(",", maxsplit=1)[0]) == 1


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("verified_all", "Tous vos dossiers sont vérifiés. C'est terminé : vous pouvez vous déconnecter."),
        ("verified_some_left", "Il reste 1 dossier à vérifier."),
    ],
)
def test_a_page_whose_rows_are_still_to_be_fetched_says_its_title_and_its_notice_whole_and_once(
    voice: Voice, heard: Listener, name: str, left: str
) -> None:
    """« C'est exact », where the list of the profiles is not known yet."""
    fetched = build(name)
    assert fetched.notice is not None
    fetching = replace(
        with_account(fetched, profiles=None),
        notice=replace(fetched.notice, lines=()),
        busy=Request(9, 9, FetchProfiles(), Step.PROFILES),
    )
    show(voice, build("client_file"))
    heard.forget()
    show(voice, fetching)
    assert heard.texts == ["Sélectionner un profil. Le dossier « Maïka Côté-L'Heureux » est vérifié. Un instant…"]
    heard.forget()
    show(voice, fetched)
    assert heard.said[0].startswith(left)
    assert HUSH not in heard.said


def test_an_error_cuts_short_no_title_of_a_page_that_was_being_fetched(voice: Voice, heard: Listener) -> None:
    show(voice, build("terms_loading"))
    heard.forget()
    show(voice, build("terms_unreachable"))
    assert heard.said[0].startswith("Erreur")
