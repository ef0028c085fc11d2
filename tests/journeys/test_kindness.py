"""What a try costs, numbers alone, numbers that should not be typed, help and colours: through a real terminal."""

from __future__ import annotations

from tests.journeys.terminal import Terminal


def test_the_cost_of_a_try_is_said_before_it_is_sent_and_counts_on(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir une méthode", "conseillée")
    terminal.type("1")
    terminal.wait_for("Essai 1 de 5", "les autres resteront")
    terminal.type("ci1234567⇥faux⏎")
    terminal.wait_for("Numéro de référence", "Essai 2 de 5")


def test_a_number_alone_asks_whose_it_is_and_a_social_insurance_number_is_erased(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir une méthode")
    terminal.type("1")
    terminal.wait_for("Ancien identifiant")
    terminal.type("046 454 286⇥secret⏎")
    terminal.wait_for("numéro d’assurance sociale", "effacé")
    assert "046" not in terminal.text
    terminal.type("1234567")
    terminal.wait_for("À qui est le dossier", "( ) Travailleur")
    terminal.press("tab", "enter")
    terminal.wait_for("Sera envoyé : ci1234567", "(•) Travailleur", "choisi")


def test_help_follows_the_focus_and_colours_change_in_place(terminal: Terminal) -> None:
    terminal.wait_for("Mot de passe", "SIMULATION")
    terminal.type("nom@exemple.test⇥")
    terminal.press("f1")
    terminal.wait_for("Ce n’est pas celui des anciens services", "1 888 555-0142", "vérifiées le")
    terminal.press("f1")
    terminal.wait_until_gone("Coordonnées vérifiées")
    terminal.press("f8", "f8")
    terminal.press("f2")
    terminal.wait_for("Email address", "nom@exemple.test")
