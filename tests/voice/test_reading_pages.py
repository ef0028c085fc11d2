"""What is said of a page whose point is to be read, in its order; and what is never said too late."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_tui.journey.core.effects import CodeProof, ConfirmAccount, FetchMethods, LinkFile, LogIn, Request
from sel_tui.journey.core.events import Command, Edited, Opened
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import page, update
from sel_tui.journey.registry import Overlay, Step
from sel_tui.voice import Voice
from tests.scenarios import build
from tests.voice.listening import HUSH, WORDS, Alarms, Listener, show

REFERENCE = "Référence : quatre té huit double vé, deux enne erre ku, six té."
PHONE = "Téléphone : 1, 888, 555, 01 42."


@pytest.fixture
def voice(heard: Listener, alarms: Alarms) -> Voice:
    return Voice(heard, alarms, on=True)


def in_order(said: str, *wanted: str) -> bool:
    """Tell whether all of `wanted` stands in `said`, one after the other."""
    place = 0
    for text in wanted:
        place = said.find(text, place)
        if place < 0:
            return False
        place += len(text)
    return True


@pytest.mark.parametrize(
    ("name", "focus", "wanted"),
    [
        (
            "client_file",
            "name",
            (
                *("Vérifier le dossier lié. Étape 5 sur 5. Est-ce que tout est exact?", "Nom : Maïka Côté-L'Heureux."),
                *("Numéro de client : cé i, 123, 45, 67.", "Adresse : ", "Métier : ", "Vérification : à vérifier."),
                *("Les flèches relisent la page.", "Tab mène à : C'est exact.", "Il y a une erreur.", "Délier"),
            ),
        ),
        (
            "linked",
            "select_profile",
            (
                *("Dossier lié. Étape 4 sur 5. C'est fait.", "Dossier : Maïka", "Méthode : ", REFERENCE),
                *("Sélectionner un profil. bouton. 1 sur 5.", "Tab mène à : Vérifier ce dossier. touche F12."),
            ),
        ),
        ("receipt", "save", ("Reçu.", REFERENCE, "Dossier : ", "Lié le : ", "Code de contrôle : ", "Tab mène à : ")),
        ("reported", "select_profile", ("Erreur signalée.", REFERENCE[:12], PHONE, "Heures : ", "bouton. 1 sur 2.")),
        ("contact_with_reference", "close", (PHONE, "Heures : ", "Référence : ", "Fermer. bouton.")),
        (
            "questions_review",
            "answer.0",
            ("Relisez.", "Dossier : cé i, 123, 45, 67.", "Quelle", "17 avril 1988.", "Quelle", "Les flèches"),
        ),
        ("history", "back", ("Historique", "Retour. bouton")),
    ],
)
def test_a_page_to_read_is_read_in_order_then_what_can_be_done(
    voice: Voice, heard: Listener, name: str, focus: str, wanted: tuple[str, ...]
) -> None:
    show(voice, build("login"))
    heard.forget()
    show(voice, build(name), focus)
    assert in_order(heard.last, *wanted), heard.last
    assert len(heard.texts) == 1


def test_any_key_silences_what_is_read(voice: Voice, heard: Listener) -> None:
    show(voice, build("client_file"), "name")
    voice.key("down")
    assert heard.said[-1] == HUSH


def test_a_line_read_with_the_page_is_read_again_by_an_arrow(voice: Voice, heard: Listener) -> None:
    show(voice, build("linked"), "select_profile")
    show(voice, build("linked"), "reference")
    assert heard.last == REFERENCE


def test_the_mailbox_begins_at_its_first_line_and_says_that_the_arrow_reads_on(voice: Voice, heard: Listener) -> None:
    show(voice, build("demo"), "accounts")
    assert heard.last.endswith("La flèche vers le bas lit la suite.")
    assert "Chantier" not in heard.last


@pytest.mark.parametrize(
    ("name", "focus", "said"),
    [
        ("linked", "select_profile", "Référence : quatre, té, huit, double vé, trait d'union, deux, enne, erre, ku"),
        ("contact", "close", "Téléphone : un, espace, huit, huit, huit, espace, cinq, cinq, cinq, trait d'union, zéro"),
        ("contact_with_reference", "reference", "Référence : "),
        ("profiles", "log_out", "esse majuscule, e, espace, dé"),
    ],
)
def test_the_equals_sign_spells_the_number_on_the_page(
    voice: Voice, heard: Listener, name: str, focus: str, said: str
) -> None:
    show(voice, build(name), focus)
    assert voice.key("equals_sign")
    assert heard.last.startswith(said)


MAIL = (
    "Elle, trait d'union, quatre, huit, deux, neuf, un, trois. Sept, ka, trois, aime, neuf, trait d'union, ku, té, dé"
)


@pytest.mark.parametrize("keys", [("equals_sign",), ("f11", "2")])
def test_of_a_mail_only_the_codes_are_spelled_each_once(voice: Voice, heard: Listener, keys: tuple[str, ...]) -> None:
    show(voice, build("demo"), "mail.mail-0")
    for key in keys:
        voice.key(key)
    assert heard.last.casefold().startswith(MAIL.casefold())
    assert heard.last.count("ka, trois") == 1
    assert len(heard.last) < 200


def test_the_codes_in_a_mail_are_read_in_groups(voice: Voice, heard: Listener) -> None:
    show(voice, build("demo"), "mail.mail-0")
    assert "Identifiant de liaison : elle, 482, 913 Code de liaison : sept ka trois aime neuf, ku té dé" in heard.last


@pytest.mark.parametrize(("name", "focus"), [("terms", "terms.0"), ("demo", "close")])
def test_where_there_is_no_number_a_short_text_is_spelled_and_of_a_long_one_that_there_is_none(
    voice: Voice, heard: Listener, name: str, focus: str
) -> None:
    show(voice, build(name), focus)
    voice.key("equals_sign")
    assert heard.last == ("Rien à épeler ici." if focus == "terms.0" else "effe majuscule, e, erre, aime, e, erre.")


def test_an_empty_field_has_nothing_to_spell(voice: Voice, heard: Listener) -> None:
    show(voice, build("login"), "email")
    voice.key("f11")
    voice.key("2")
    assert heard.last == "Rien à épeler ici."


def test_in_a_field_the_equals_sign_is_typed(voice: Voice) -> None:
    show(voice, build("login"), "password")
    assert not voice.key("equals_sign")


def test_while_the_voice_is_off_the_equals_sign_is_not_its_own(heard: Listener, alarms: Alarms) -> None:
    off = Voice(heard, alarms)
    show(off, build("linked"), "reference")
    assert not off.key("equals_sign")
    assert heard.texts == []


def test_on_a_kiosk_the_equals_sign_spells_nothing_personal(heard: Listener, alarms: Alarms) -> None:
    kiosk = Voice(heard, alarms, on=True, kiosk=True)
    show(kiosk, build("linked"), "select_profile")
    kiosk.key("equals_sign")
    assert "renseignement personnel" in heard.last
    assert "quatre" not in " ".join(heard.texts)


# ------------------------------------------------------------------------------------------- never too late


def sent(state: State) -> State:
    """The same form after a second « Lier »: the notice is gone, the call runs."""
    effect = LinkFile(CodeProof("L-123456", Secret("7K3M9QTDHX")))
    return replace(state, notice=None, errors={}, busy=Request(9, 9, effect, Step.LINK_CODE))


def test_what_a_form_says_of_itself_is_not_said_while_it_is_sent_again(
    voice: Voice, heard: Listener, alarms: Alarms
) -> None:
    refused = build("not_recognized_code")
    show(voice, refused, "link_code")
    heard.forget()
    voice.key("enter")
    show(voice, sent(refused), "link_code")
    alarms.ring()
    show(voice, build("linked"), "select_profile")
    assert [text.split(".")[0] for text in heard.texts] == ["Envoi en cours…", "Dossier lié"]
    assert heard.said[heard.said.index(heard.texts[1]) - 1] == HUSH  # the waiting is cut short


def test_the_first_answer_cuts_nothing_short_and_brings_simulation_and_operator(voice: Voice, heard: Listener) -> None:
    show(voice, build("login_connecting"), "")
    heard.forget()
    show(voice, build("login"), "email")
    assert HUSH not in heard.said
    assert in_order(heard.last, "SIMULATION.", "Service offert par : Démonstration", "Adresse courriel. champ. vide.")


def test_simulation_and_operator_are_said_at_each_return_to_the_login(voice: Voice, heard: Listener) -> None:
    show(voice, build("methods"))
    heard.forget()
    show(voice, build("logged_out"), "email")
    assert in_order(heard.last, "SIMULATION. Connexion.", "Service offert par : Démonstration", "Adresse courriel.")


def test_what_is_good_to_know_is_said_once_after_a_pause(voice: Voice, heard: Listener, alarms: Alarms) -> None:
    show(voice, build("contact"), "close")
    assert "Ne dites jamais votre mot de passe" not in heard.last
    alarms.ring()
    assert heard.last == "Ne dites jamais votre mot de passe ni vos codes, même au téléphone."
    heard.forget()
    show(voice, build("contact"), "phone")
    alarms.ring()
    assert heard.texts == [PHONE]


def test_terms_that_were_being_fetched_are_read_from_their_first_paragraph(voice: Voice, heard: Listener) -> None:
    show(voice, build("terms_loading"), "")
    heard.forget()
    show(voice, build("terms"), "terms.0")
    paragraphs = [item for item in page(build("terms")).items if item.id.startswith("terms.")]
    words = [WORDS["fr"].say(item.text)[:20].replace("’", "'") for item in paragraphs]  # type: ignore[union-attr]
    assert in_order(heard.last, *words, "Tab mène à : J'accepte. Envoyez-moi le code.")
    assert HUSH not in heard.said


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("fr", 1, "Vérifiez : 1 chiffre après ci; d’habitude, il y en a 7."),
        ("fr", 3, "Vérifiez : 3 chiffres après ci; d’habitude, il y en a 7."),
        ("en", 1, "Please check: 1 digit after ci; usually there are 7."),
    ],
)
def test_one_digit_is_one_digit(language: str, count: int, said: str) -> None:
    message = msg("identifier.unusual_length", prefix=personal("ci"), usual=7, count=count)
    assert WORDS[language].say(message).replace("\u00a0", " ") == said


def test_after_a_forgotten_password_the_change_is_confirmed(voice: Voice, heard: Listener) -> None:
    show(voice, build("reset_code"))
    show(voice, build("password_changed"))
    assert in_order(heard.last, "Sélectionner un profil.", "Votre mot de passe a été changé.", "ligne de la liste.")


def test_an_error_is_said_before_what_is_fetched_because_of_it(voice: Voice, heard: Listener) -> None:
    typed = build("legacy_access_typed")
    show(voice, typed, "old_password")
    heard.forget()
    refused = build("not_recognized")
    show(voice, replace(refused, busy=Request(9, 9, FetchMethods(), Step.METHODS)), "old_password")
    assert heard.last.startswith("Erreur : nous n'avons pas pu lier de dossier")
    assert "Un instant" not in heard.last


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_names_every_key_the_voice_s_too(voice: Voice, heard: Listener, language: str) -> None:
    show(voice, build("help_at_login", language), "close")
    keys = heard.last
    wanted = [f"F{number}" for number in range(1, 13)]
    wanted += ["Tab", "Pg", "/", "="] + [f" {digit} " for digit in range(1, 8)]
    wanted += {"fr": ["Entrée", "Échap", "Début", "épelle"], "en": ["Enter", "Esc", "Home", "spells"]}[language]
    assert [key for key in wanted if key not in keys] == []


def test_a_code_that_was_of_use_is_not_said_to_be_erased(voice: Voice, heard: Listener) -> None:
    code = update(build("account_code"), Edited("single_use_code", Secret("123456")))
    sending = replace(code, busy=Request(9, 9, ConfirmAccount("r", Secret("123456")), Step.ACCOUNT_CODE))
    show(voice, sending, "single_use_code")
    heard.forget()
    logging_in = update(build("account_code"), Edited("single_use_code", Secret("")))
    log_in = Request(10, 10, LogIn("a@b.test", Secret("x")), Step.ACCOUNT_CODE)
    show(voice, replace(logging_in, busy=log_in), "single_use_code")
    assert heard.texts == ["Ouverture de la session…"]


def test_what_a_form_says_of_itself_is_not_said_again_with_an_error(voice: Voice, heard: Listener) -> None:
    refused = build("not_recognized")
    show(voice, refused, "old_password")
    heard.forget()
    show(voice, update(refused, Command("submit")), "old_password")
    assert heard.last.startswith("Erreur : ce champ est vide.")


def test_a_page_is_not_read_again_when_what_lay_over_it_is_closed(voice: Voice, heard: Listener) -> None:
    linked = build("linked")
    show(voice, linked, "verify")
    show(voice, update(linked, Opened(Overlay.CONTACT)), "close")
    heard.forget()
    show(voice, linked, "verify")
    assert heard.last == "Dossier lié. Étape 4 sur 5. Vérifier ce dossier. bouton. touche F12. 2 sur 5."


def test_logging_out_from_a_dialog_says_that_and_nothing_of_the_page_below(voice: Voice, heard: Listener) -> None:
    linked = build("linked")
    show(voice, linked, "verify")
    show(voice, update(linked, Opened(Overlay.LEAVE)), "log_out")
    heard.forget()
    leaving = update(update(linked, Opened(Overlay.LEAVE)), Command("log_out"))
    show(voice, leaving, "verify")
    assert heard.texts == ["Dossier lié. Étape 4 sur 5. Fermeture de la session…"]


def test_the_spelling_key_spells_the_reference_from_an_emptied_field(voice: Voice, heard: Listener) -> None:
    show(voice, build("not_recognized"), "old_password")
    voice.key("f11")
    voice.key("2")
    assert heard.last.startswith("Référence : ")
