"""The voice as a person hears it: at once what is new, help after a pause, silence at any key, its own key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_tui.journey.core.events import Command, Edited, LanguageChosen, Opened
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.core.page import Fact, Prose
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import page, update
from sel_tui.journey.registry import Overlay
from sel_tui.voice import Voice
from sel_tui.voice.voice import INVITE_EVERY, RATE_LIMIT
from tests.scenarios import build
from tests.voice.listening import HUSH, WORDS, Alarms, Listener, show


@pytest.fixture
def voice(heard: Listener, alarms: Alarms) -> Voice:
    return Voice(heard, alarms, on=True)


def typed(state: State, name: str, value: str, *, secret: bool = False) -> State:
    return update(state, Edited(name, Secret(value) if secret else value))


def test_a_page_says_its_title_its_stage_and_the_focused_item(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    introduction = "Première visite? Il faut un compte utilisateur : « Créer un compte »."
    operator = "Service offert par : Démonstration sel-tui, données fictives."
    field = "Adresse courriel. champ. vide. obligatoire. 1 sur 5."
    told = f"SIMULATION. Connexion. Étapes 1 et 2 sur 5. {introduction} {operator} {field}"
    assert heard.last.replace("\u00a0", " ") == told


def test_help_comes_after_a_pause_and_not_when_a_key_came_first(voice: Voice, heard: Listener, alarms: Alarms) -> None:
    show(voice, build("login"))
    assert len(heard.texts) == 1
    alarms.ring()
    assert "exemple" in heard.texts[1].lower()
    heard.forget()
    show(voice, build("login"), "password")
    voice.key("a")
    alarms.ring()
    assert len(heard.texts) == 1


def test_a_move_of_the_focus_says_that_item_and_nothing_else(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    heard.forget()
    voice.key("tab")
    show(voice, build("login"), "submit")
    assert heard.texts == ["Connexion. bouton. 3 sur 5."]


def test_nothing_new_says_nothing(voice: Voice, heard: Listener) -> None:
    show(voice, build("profiles"))
    heard.forget()
    show(voice, build("profiles"))
    assert heard.said == []


@pytest.mark.parametrize("key", ["a", "tab", "f1", "up", "enter", "escape", "f11"])
def test_any_key_silences_before_anything_else_is_said(voice: Voice, heard: Listener, key: str) -> None:
    show(voice, build("login"))
    heard.forget()
    voice.key(key)
    assert heard.said[0] == HUSH


def test_errors_are_said_at_once_counted_with_the_field_and_how_to_mend_it(voice: Voice, heard: Listener) -> None:
    before = build("login")
    show(voice, before)
    heard.forget()
    show(voice, update(before, Command("submit")))
    assert "2 champs à corriger" in heard.last
    assert "Erreur :" in heard.last
    assert "Adresse courriel" in heard.last


def test_a_notice_and_a_status_are_said_without_a_move_of_the_focus(voice: Voice, heard: Listener) -> None:
    busy = build("login_busy")
    show(voice, replace(busy, busy=None), "email")
    heard.forget()
    show(voice, busy, "email")
    assert heard.texts == ["Ouverture de la session…"]
    show(voice, replace(busy, busy=None, notice=build("login_unreachable").notice), "email")
    assert "Erreur" in heard.last or "Avertissement" in heard.last or "Attention" in heard.last


def test_a_typed_letter_is_echoed_and_a_masked_one_is_a_neutral_word(voice: Voice, heard: Listener) -> None:
    state = build("login")
    show(voice, state, "email")
    state = typed(state, "email", "é")
    show(voice, state, "email")
    assert heard.last == "e accent aigu."
    show(voice, typed(state, "email", ""), "email")
    assert heard.last == "effacé : e accent aigu."
    show(voice, state, "password")
    for length in range(1, 4):
        state = typed(state, "password", "Zq7"[:length], secret=True)
        show(voice, state, "password")
        assert heard.last == "caractère masqué."
    show(voice, typed(state, "email", "collé@exemple.test"), "email")
    assert "zède" not in " ".join(heard.said)


def test_a_shown_password_is_not_spoken_either(voice: Voice, heard: Listener) -> None:
    state = typed(build("login"), "password", "Chantier-2026!", secret=True)
    shown = update(state, Command("show_secrets"))
    show(voice, shown, "password")
    show(voice, typed(shown, "password", "Chantier-2026!x", secret=True), "password")
    assert heard.last == "caractère visible."
    show(voice, shown, "password")
    voice.key("f11")
    voice.key("2")
    assert "Chantier" not in " ".join(heard.said)
    assert "ache" not in heard.last


def test_the_language_follows_the_screen(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    show(voice, update(build("login"), LanguageChosen("en")))
    assert heard.languages == ["fr", "en"]
    assert "Email address" in heard.last


def test_repeat_says_the_last_thing_again(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    first = heard.last
    voice.key("f11")
    assert voice.key("1")
    assert heard.last == first
    voice.key("f11")
    voice.key("f11")
    assert heard.last == first


def test_spell_spells_what_has_the_focus(voice: Voice, heard: Listener) -> None:
    show(voice, typed(build("login"), "email", "a.B@x"), "email")
    voice.key("f11")
    voice.key("2")
    assert heard.last == "a, point, bé majuscule, arobase, ixe."


def test_slower_and_faster_change_the_rate_within_limits(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    for _ in range(20):
        voice.key("f11")
        voice.key("4")
    assert heard.rates[-1] == RATE_LIMIT
    voice.key("f11")
    voice.key("3")
    assert heard.rates[-1] == RATE_LIMIT - 15


def test_mute_is_quiet_until_the_key_again(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    voice.key("f11")
    voice.key("5")
    heard.forget()
    show(voice, build("login"), "password")
    assert heard.texts == []
    voice.key("f11")
    show(voice, build("login"), "email")
    assert "Adresse courriel" in heard.last


def test_a_letter_behind_the_voice_s_key_is_the_field_s_own(voice: Voice) -> None:
    show(voice, build("login"))
    voice.key("f11")
    assert not voice.key("x")
    assert not voice.key("1")


def test_the_voice_s_key_starts_it_where_it_was_off(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms)
    show(voice, build("methods"))
    assert not voice.key("tab")
    assert heard.texts == []
    assert voice.key("f11")
    assert "Toute touche" in heard.texts[0]
    assert "Choisir une méthode" in heard.texts[1]


def test_where_nothing_can_speak_the_key_says_so_in_text(alarms: Alarms) -> None:
    told: list[Msg] = []
    voice = Voice(None, alarms, on=True, show_text=told.append)
    show(voice, build("login"))
    assert voice.key("f11")
    assert [message.key for message in told] == ["voice.none"]


def test_on_a_kiosk_personal_data_waits_for_headphones(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, on=True, kiosk=True)
    linked = build("linked")
    show(voice, linked, "file")
    assert "Maïka" not in " ".join(heard.said)
    assert "renseignement personnel" in heard.last
    assert "F11 et 6" in heard.last
    voice.key("f11")
    voice.key("6")
    assert "Maïka" in heard.last


def test_on_a_kiosk_what_is_typed_is_a_neutral_word_and_customer_service_is_read_out(
    heard: Listener, alarms: Alarms
) -> None:
    voice = Voice(heard, alarms, on=True, kiosk=True)
    show(voice, build("login"), "email")
    show(voice, typed(build("login"), "email", "m"), "email")
    assert heard.last == "renseignement personnel, non lu."
    show(voice, update(build("login"), Opened(Overlay.CONTACT)), "phone")
    assert "Téléphone : 1, 888, 555, 01 42." in heard.last


def test_the_next_person_finds_everything_as_it_was(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, kiosk=True)
    show(voice, build("login"))
    voice.key("f11")
    for digit in ("4", "6"):
        voice.key("f11")
        voice.key(digit)
    voice.reset()
    assert (voice.on, voice.muted, voice.headphones, voice.rate) == (False, False, False, 0)
    heard.forget()
    voice.key("f11")
    assert "Maïka" not in " ".join(heard.said)


def test_a_kiosk_invites_in_a_loop_until_somebody_comes(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, kiosk=True)
    show(voice, build("login"))
    voice.invite()
    assert alarms.alarms[-1].seconds == INVITE_EVERY
    alarms.ring()
    assert heard.texts == [*heard.texts[:2], *heard.texts[:2]]
    assert heard.languages == ["fr", "en"] * 2
    assert all("F11" in text for text in heard.texts)
    voice.key("a")
    alarms.ring()
    assert len(heard.texts) == 4


def test_a_kiosks_first_page_names_the_digit_that_starts_the_voice(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, kiosk=True)
    show(voice, build("attract", "en"))
    voice.invite()
    assert heard.texts == [
        "To hear this service, press the 3 key.",
        "Pour entendre ce service, appuyez sur la touche 3.",
    ]


def test_closing_silences_and_lets_go(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    voice.close()
    assert heard.last == HUSH
    assert heard.closed


@pytest.mark.parametrize(("language", "said"), [("fr", "Au revoir. Le programme"), ("en", "Goodbye. The program")])
def test_whoever_leaves_hears_that_the_program_is_closed(
    voice: Voice, heard: Listener, language: str, said: str
) -> None:
    show(voice, build("login", language))
    voice.close(bye=True)
    assert heard.last.startswith(said)
    assert heard.closed


def test_whoever_has_the_voice_off_hears_no_goodbye(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms)
    show(voice, build("login"))
    voice.close(bye=True)
    assert heard.texts == []


def test_the_line_face_says_its_new_lines_then_what_it_asks(voice: Voice, heard: Listener) -> None:
    words = WORDS["fr"]
    linked = page(build("linked"))
    facts = [item for item in linked.items if isinstance(item, Fact)]
    voice.read((msg("linked.title"), *facts, msg("line.choose", last=4)), linked, "", words, opened=True)
    assert heard.last.startswith("Dossier lié. Dossier : Maïka")
    assert heard.last.endswith("Choix de 1 à 4.")
    voice.read((msg("line.stayed"),), linked, "", words)
    assert heard.texts[-2:] == [heard.texts[-2], "Votre session reste ouverte."]
    assert HUSH not in heard.said[-2:]


def test_what_becomes_known_of_the_focused_row_waits_until_the_title_of_its_page_was_said(
    heard: Listener, alarms: Alarms
) -> None:
    voice = Voice(heard, alarms, on=True)
    show(voice, build("methods_loading"))
    heard.forget()
    show(voice, build("methods_one_waits"), "method.legacy_access")
    assert HUSH not in heard.said
    assert "rouvre à" in heard.last


def test_a_refusal_is_said_then_the_field_that_it_has_emptied(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, on=True)
    show(voice, build("legacy_access_typed"), "old_password")
    heard.forget()
    show(voice, build("not_recognized"), "old_password")
    assert heard.last.index("Erreur") < heard.last.index("Ancien mot de passe. champ masqué. vide.")


def test_that_it_is_a_simulation_is_said_once_as_soon_as_the_server_has_said_so(voice: Voice, heard: Listener) -> None:
    show(voice, build("login_connecting"))
    assert "SIMULATION" not in heard.last
    show(voice, build("login"))
    show(voice, build("login"), "password")
    assert " ".join(heard.texts).count("SIMULATION") == 1


def test_whoever_starts_the_voice_and_the_next_person_hear_that_it_is_a_simulation(
    heard: Listener, alarms: Alarms
) -> None:
    voice = Voice(heard, alarms, kiosk=True)
    show(voice, build("login"))
    voice.key("f11")
    assert heard.last.startswith("SIMULATION. Connexion.")
    show(voice, build("reset"))
    assert "SIMULATION" not in heard.last
    voice.reset()
    show(voice, build("login"))
    voice.key("f11")
    assert heard.last.startswith("SIMULATION. Connexion.")
    speaks_by_itself = Voice(heard, alarms, on=True, kiosk=True)
    speaks_by_itself.reset()
    show(speaks_by_itself, build("login"))
    assert heard.last.startswith("SIMULATION. Connexion.")


def test_whoever_starts_the_voice_later_hears_the_whole_page_of_the_line_face(heard: Listener, alarms: Alarms) -> None:
    voice, login = Voice(heard, alarms), page(build("login"))
    voice.read((msg("login.title"), msg("line.answer")), login, "email", WORDS["fr"], opened=True)
    voice.read((msg("line.not_here"),), login, "email", WORDS["fr"])
    assert heard.texts == []
    voice.key("f11")
    assert heard.last == "Connexion. Réponse. Cette commande ne sert pas ici. Aide : ?"


def test_on_a_kiosk_only_the_persons_part_of_a_sentence_is_kept_back(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, on=True, kiosk=True)
    show(voice, build("verified_some_left"))
    assert "Le dossier « renseignement personnel, non lu » est vérifié" in heard.last
    show(voice, build("questions_review"), "answer.0")
    assert "Quelle est votre date de naissance?" in heard.last
    assert "1988" not in " ".join(heard.texts)


def test_on_a_kiosk_a_public_word_can_be_spelled_and_a_personal_one_not(heard: Listener, alarms: Alarms) -> None:
    voice = Voice(heard, alarms, on=True, kiosk=True)
    for name, focus, said in (
        ("login", "submit", "cé majuscule, o, enne"),
        ("contact", "phone", "un, espace, huit"),
        ("login_typed", "email", "renseignement personnel, non lu."),
    ):
        show(voice, build(name), focus)
        voice.key("f11")
        voice.key("2")
        assert heard.last.startswith(said)


def test_a_text_that_nobody_declared_counts_as_personal(heard: Listener, alarms: Alarms) -> None:
    undeclared = Prose("done", Msg("linked.done", (("name", "Maïka"),)))
    on_page = replace(page(build("login")), items=(undeclared,))
    voice = Voice(heard, alarms, on=True, kiosk=True)
    voice.see(on_page, "done", WORDS["fr"])
    assert "Maïka" not in heard.last
    assert "est lié à votre compte" in heard.last


def test_a_status_that_comes_by_itself_is_said_behind_what_is_being_said(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"))
    heard.forget()
    voice.announce(msg("bytes_dropped", charset=public("UTF-8")))

    assert [text.startswith("Caractère non reçu") for text in heard.said] == [True]
