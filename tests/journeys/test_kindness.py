"""What a failed try leaves, numbers alone, what should not be typed, help and colours: through a real terminal."""

from __future__ import annotations

from tests.journeys.terminal import Terminal


def test_how_many_tries_are_left_is_said_once_one_has_failed_and_not_before(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir une méthode", "conseillée")
    terminal.type("1")
    terminal.wait_for("Ancien mot de passe", "Lier le dossier")
    assert "essai" not in terminal.text
    terminal.type("ci1234567⇥faux⏎")
    terminal.wait_for("Numéro de référence", "Il vous reste 4 essais")


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
    terminal.press("tab", "tab", "enter")
    terminal.wait_for("Nous lirons : ci1234567", "(•) Travailleur", "choisi")


def test_help_follows_the_focus_and_colours_change_in_place(terminal: Terminal) -> None:
    terminal.wait_for("Mot de passe", "SIMULATION")
    terminal.type("nom@exemple.test⇥")
    terminal.press("f1")
    terminal.wait_for("Ce n’est pas celui des anciens services", "1 888 555-0142", "vérifiés le")
    terminal.press("f1")
    terminal.wait_until_gone("Numéro et heures vérifiés")
    terminal.press("f8", "f8")
    terminal.press("f2")
    terminal.wait_for("Email address", "nom@exemple.test")
