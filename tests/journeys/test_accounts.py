"""An account from nothing, a forgotten password, the receipt, unlinking: through a real terminal."""

from __future__ import annotations

import re

from tests.journeys.terminal import Terminal

METHODS = "Choisir une méthode pour lier votre dossier"


def code_in_the_mailbox(terminal: Terminal) -> str:
    """Read the newest single-use code in the demonstration's panel, and come back."""
    terminal.wait_for("Code à usage unique")
    terminal.press("f9")
    terminal.wait_for("Boîte courriel", "entrez ce code dans le programme")
    found = re.search(r"programme : ([0-9]{6})", terminal.text)
    assert found, terminal.text
    terminal.press("f9")
    terminal.wait_until_gone("Boîte courriel")
    return found[1]


def test_from_nothing_to_a_linked_file_without_leaving_the_program(terminal: Terminal) -> None:
    terminal.wait_for("Créer un compte", "SIMULATION")
    terminal.press("tab", "tab", "tab", "tab", "enter")
    terminal.wait_for("Nouveau mot de passe")
    terminal.type("neuve@exemple.test⇥Nouveau-2026!⏎")
    terminal.wait_for("Prénom")
    terminal.type("Anne⇥Tremblay⏎")
    terminal.wait_for("Conditions d’utilisation", "J’accepte")
    terminal.press("enter", "tab", "enter")  # Enter on what is read accepts nothing
    code = code_in_the_mailbox(terminal)
    terminal.type(f"{code[:3]} {code[3:]}⏎")
    terminal.wait_for("Bienvenue, Anne")
    terminal.press("enter")
    terminal.wait_for(METHODS)
    terminal.type("1")
    terminal.wait_for("Ancien mot de passe")
    terminal.type("ci1234567⇥Ancien-1234!⏎")
    terminal.wait_for("Dossier lié", "Maïka Côté-L’Heureux")
    assert "Nouveau-2026!" not in terminal.printed


def test_a_forgotten_password_is_replaced_by_the_code_from_the_mail(terminal: Terminal) -> None:
    terminal.wait_for("Mot de passe oublié", "SIMULATION")
    terminal.press("tab", "tab", "tab", "enter")
    terminal.wait_for("Recevoir un code")
    terminal.type("camille@exemple.test⏎")
    code = code_in_the_mailbox(terminal)
    terminal.type("000000⇥Autrement-2026!⏎")
    terminal.wait_for("ce code n’est pas le bon")
    terminal.type(f"{code}⏎⏎")
    terminal.wait_for("Sélectionner un profil", "Camille Bouchard")
    terminal.logs_out()
    terminal.logs_in("camille", "Autrement-2026!")
    terminal.wait_for("Sélectionner un profil", "Camille Bouchard")


def test_a_file_is_unlinked_with_the_password_and_the_history_tells_it(terminal: Terminal) -> None:
    terminal.logs_in("camille")
    terminal.wait_for("Électricité Bouchard inc.", "Camille Bouchard")
    terminal.press("f12")
    terminal.wait_for("Délier ce dossier")
    name = "Camille Bouchard" if "Camille Bouchard" in terminal.text else "Électricité Bouchard inc."
    terminal.press(*["tab"] * 5, "enter")
    terminal.wait_for("ne sera plus dans vos profils")
    terminal.type("faux⏎")
    terminal.wait_for("ce n’est pas le mot de passe")
    terminal.type("Chantier-2026!⏎")
    terminal.wait_for("a été délié de votre compte", name)
    terminal.press("tab", "tab", "tab", "enter")
    terminal.wait_for("Historique du compte", name)
