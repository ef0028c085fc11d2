"""Linking a file by each method, through a real terminal, real HTTP and a real database."""

from __future__ import annotations

import pytest

from tests.journeys.terminal import Terminal

METHODS = "Choisir une méthode pour lier votre dossier"
CLEAR = "\x15"  # Ctrl+U: what was typed before is kept in the field
REFUSED = "Nous n’avons pas pu lier de dossier avec ces renseignements."


def links_another(terminal: Terminal) -> None:
    terminal.press("tab", "tab", "enter")
    terminal.wait_for(METHODS)


def by_old_access(terminal: Terminal, username: str, password: str) -> None:
    terminal.wait_for(METHODS)
    terminal.type("1")
    terminal.wait_for("Ancien mot de passe")
    terminal.type(f"{CLEAR}{username}⇥{password}⏎")


def by_questions(terminal: Terminal, identifier: str, answers: dict[str, str]) -> None:
    """Answer whatever is asked: the server chooses the questions, `answers` are by a word that they contain."""
    terminal.wait_for(METHODS)
    terminal.type("2")
    terminal.wait_for("Numéro, sigle ou adresse courriel")
    terminal.type(f"{identifier}⏎")
    terminal.wait_for("Question 1 sur")
    count = int(terminal.text.split("Question 1 sur ")[1][0])
    left = dict(answers)
    for number in range(1, count + 1):
        # The title may be painted before the question below it: wait for one that has not been answered yet.
        terminal.wait_for(f"Question {number} sur {count}")
        terminal.wait_until(lambda: sum(word in terminal.text for word in left) == 1, "the next question")
        word = next(word for word in left if word in terminal.text)
        terminal.type(f"{left.pop(word)}⏎")
    terminal.wait_for("Envoyer mes réponses")
    terminal.press(*["tab"] * count, "enter")


def by_code(terminal: Terminal, username: str, code: str) -> None:
    terminal.wait_for(METHODS)
    terminal.type("3")
    terminal.wait_for("Identifiant de liaison")
    terminal.type(f"{CLEAR}{username}⇥{code}⏎")


def is_linked(terminal: Terminal, name: str) -> None:
    terminal.wait_for("Dossier lié", name, "Référence")


MAIKA = {"naissance": "17 avril 1988", "postal": "h2x1y4", "étier": "CHARPENTIER MENUISIER", "année": "2009"}
ROOFS = {"NEQ": "1140 000 001", "postal": "J4K 5E7", "RBQ": "8000-0001-01", "année": "1999"}
UNION = {"fondée": "1964", "postal": "h1m3n7", "famille": "levesque", "membres": "1 200"}
EMPLOYERS = {"fondée": "1971", "postal": "G2K 1N2", "famille": "D’AMOURS", "membres": "310"}
REJEAN = {"naissance": "3/12/1951", "postal": "g1r 2s5", "étier": "platrier", "année": "2013"}


def test_a_worker_links_by_number_then_an_employer_and_comes_back_to_the_profiles(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    by_old_access(terminal, "CI 1234567", "Ancien-1234!")
    is_linked(terminal, "Maïka Côté-L’Heureux")
    terminal.press("enter")
    terminal.wait_for("Sélectionner un profil", "ci1234567", "à vérifier", "Lier un profil")
    terminal.press("tab", "tab", "enter")
    by_old_access(terminal, "er123456", "Toiture-99!")
    is_linked(terminal, "Toitures Exemple inc.")
    terminal.logs_out()
    terminal.logs_in("nouvelle")
    terminal.wait_for("Sélectionner un profil", "ci1234567", "er123456")
    assert METHODS not in terminal.text


def test_a_worker_links_by_the_email_of_the_old_access(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    by_old_access(terminal, "maika.cote@exemple.test", "Ancien-1234!")
    is_linked(terminal, "Maïka Côté-L’Heureux, ci1234567")


def test_an_officer_links_both_associations_by_old_access(terminal: Terminal) -> None:
    terminal.logs_in("association")
    by_old_access(terminal, "AS Exemple", "Syndicat-1!")
    is_linked(terminal, "Syndicat Exemple")
    links_another(terminal)
    by_old_access(terminal, "apexemple", "Patronale-1!")
    is_linked(terminal, "Association patronale Exemple")


@pytest.mark.parametrize(
    ("who", "identifier", "answers", "name"),
    [
        ("nouvelle", "ci1234567", MAIKA, "Maïka Côté-L’Heureux"),
        ("nouvelle", "er123456", ROOFS, "Toitures Exemple inc."),
        ("association", "asexemple", UNION, "Syndicat Exemple"),
        ("association", "apexemple", EMPLOYERS, "Association patronale Exemple"),
        ("rejean", "ci0000077", REJEAN, "Réjean St-Onge"),
    ],
)
def test_questions_are_answered_without_accents_in_any_case(
    terminal: Terminal, who: str, identifier: str, answers: dict[str, str], name: str
) -> None:
    terminal.logs_in(who)
    by_questions(terminal, identifier, answers)
    is_linked(terminal, name)


def test_the_code_is_read_in_the_mailbox_and_its_expired_twin_refused(terminal: Terminal) -> None:
    terminal.logs_in("rejean")
    by_code(terminal, "L-482912", "2B6WZ-8RNEK")
    terminal.wait_for(REFUSED, "F5, F6")
    terminal.press("f9")
    terminal.wait_for("Boîte courriel", "L-482913")
    terminal.press("down", "down")
    terminal.wait_for("7K3M9-QTDHX")
    terminal.press("f9")
    terminal.wait_for(REFUSED)
    terminal.press("esc")
    by_code(terminal, "l482913", "7k3m9qtdhx")
    is_linked(terminal, "Réjean St-Onge")


def test_coordinates_asked_for_arrive_in_the_mailbox_and_link(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for(METHODS)
    terminal.type("3")
    terminal.wait_for("Recevoir des coordonnées")
    terminal.press("tab", "tab", "tab", "enter")
    terminal.wait_for("Elles seront envoyées")
    terminal.type("ci1234567⏎")
    terminal.wait_for("Si ce dossier a une adresse courriel")
    terminal.press("f9")
    terminal.wait_for("maika.cote@exemple.test", "Identifiant de liaison : L-", "Code de liaison :")
    username = terminal.text.split("Identifiant de liaison : ")[1].split()[0]
    code = terminal.text.split("Code de liaison : ")[1].split()[0]
    terminal.press("f9")
    terminal.wait_until_gone("Boîte courriel")
    terminal.type(f"{CLEAR}{username}⇥{code}⏎")
    is_linked(terminal, "Maïka Côté-L’Heureux")


def test_a_file_held_by_another_account_is_said_after_the_proof_with_a_reference(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    by_old_access(terminal, "ci0000021", "Chantier-21!")
    terminal.wait_for("Ce dossier est lié à un autre compte", "Numéro de référence")


def test_a_wrong_secret_an_unknown_file_and_an_expired_code_have_the_same_words(terminal: Terminal) -> None:
    terminal.logs_in("rejean")
    by_old_access(terminal, "ci0000077", "faux")
    terminal.wait_for(REFUSED)
    terminal.press("esc")
    by_old_access(terminal, "ci7654321", "faux")
    terminal.wait_for(REFUSED)
    terminal.press("esc")
    by_code(terminal, "L-482912", "2B6WZ-8RNEK")
    terminal.wait_for(REFUSED)


def test_too_many_tries_say_until_when_and_the_other_methods_work_on(terminal: Terminal) -> None:
    terminal.logs_in("rejean")
    by_old_access(terminal, "ci0000077", "faux")
    for left in ("Il vous reste 4 essais", "Il vous reste 3 essais", "Il vous reste 2 essais", "Dernier essai :"):
        terminal.wait_for(REFUSED, left)
        terminal.type("faux⏎")
        terminal.wait_until_gone(left)
    terminal.wait_for("C’était le dernier essai", "rouvrira à", "Prenez une autre méthode")
    terminal.press("esc")
    terminal.wait_for(METHODS, "rouvre à")
    by_code(terminal, "L-482913", "7K3M9-QTDHX")
    is_linked(terminal, "Réjean St-Onge")
