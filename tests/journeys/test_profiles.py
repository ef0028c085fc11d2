"""The profiles and the client file, through a real terminal."""

from __future__ import annotations

from tests.journeys.terminal import Terminal


def test_who_has_linked_files_goes_straight_to_them_verifies_one_and_reports_the_other(terminal: Terminal) -> None:
    terminal.logs_in("camille")
    terminal.wait_for("Sélectionner un profil", "Camille Bouchard", "Électricité Bouchard inc.", "à vérifier")
    terminal.press("f12")
    terminal.wait_for("Est-ce que tout est exact", "Adresse")
    terminal.press("enter", "enter")
    terminal.wait_for("Tab mène aux boutons")  # Enter on what is read attests nothing
    terminal.press("tab", "enter")
    terminal.wait_for("Il reste 1 dossier à vérifier")
    terminal.press("enter")
    terminal.wait_for("Est-ce que tout est exact")
    terminal.press("tab", "tab", "enter")
    terminal.wait_for("Signaler une erreur")
    terminal.type("le code postal⏎")
    terminal.wait_for("Erreur signalée", "Téléphone", "Référence")
    terminal.press("enter")
    terminal.wait_for("vérifié", "erreur signalée")


def test_one_of_forty_is_found_by_typing_a_part_of_its_name(terminal: Terminal) -> None:
    terminal.logs_in("comptable")
    terminal.wait_for("40 profils sur 40")
    terminal.type("GASPE electri")
    terminal.wait_for("1 profil sur 40", "Électricité Gaspé inc.")
    terminal.wait_until_gone("Plomberie")
    terminal.press("enter", "enter")
    terminal.wait_for("Raison sociale", "Électricité Gaspé inc.")


def test_the_language_changes_in_the_middle_of_a_form_and_keeps_what_was_typed(terminal: Terminal) -> None:
    terminal.wait_for("Adresse courriel", "SIMULATION")
    terminal.type("nouvelle@exemple.test⇥Chantier")
    terminal.wait_for("••••••••")
    terminal.press("f2")
    terminal.wait_for("Email address", "nouvelle@exemple.test", "••••••••")
    terminal.wait_for_cursor_on("▶ Password")
    terminal.type("-2026!⏎")
    terminal.wait_for("Choose a method for linking your file")


def test_everything_typed_in_one_go_arrives_in_order_across_screens_and_calls(terminal: Terminal) -> None:
    terminal.wait_for("SIMULATION")
    terminal.type("nouvelle@exemple.test⇥Chantier-2026!⏎1ci1234567⇥Ancien-1234!⏎")
    terminal.wait_for("Dossier lié", "Maïka Côté-L’Heureux")
    assert "Ancien-1234!" not in terminal.printed
    assert "Chantier-2026!" not in terminal.printed
