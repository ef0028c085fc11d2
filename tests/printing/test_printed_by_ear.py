"""From a kiosk's first page to a receipt on paper by what is heard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.terminal import at_terminal, client_of
from tests.printing.cups import cups, missing
from tests.voice import dispatcher
from tests.voice.test_whole_journey_spoken import Ears

_WHY = missing() or dispatcher.missing()
pytestmark = [pytest.mark.skipif(bool(_WHY), reason=_WHY or "it runs"), pytest.mark.xdist_group("cups")]


def test_from_the_first_page_of_a_kiosk_to_a_printed_receipt_by_ear(tmp_path: Path, demonstration: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with cups() as server, dispatcher.dispatcher(tmp_path) as (socket, log):
        server.adds("paper")
        settings = {"SEL_TUI_PRINTER": "paper", "SEL_TUI_PAPER": "roll", "SPEECHD_ADDRESS": f"unix_socket:{socket}"}
        command = [*client_of(demonstration), "--face", "screen", "--kiosk"]
        with at_terminal(command, home, **settings, **server.environment) as terminal:
            one = Ears(terminal, log)
            one.hears("appuyez sur la touche 3", "press the 3 key")
            one.types("3", "Commencer en français")
            one.types("1", "Adresse courriel. champ. vide.")
            one.types("nouvelle@exemple.test⇥", "Mot de passe. champ masqué. vide.")
            one.types("Chantier-2026!⏎", "Choisir une méthode", "Utiliser vos anciens accès")
            one.presses("enter", "Ancien identifiant. champ. vide.")
            one.types("ci1234567⇥", "Ancien mot de passe. champ masqué. vide.")
            one.types("Ancien-1234!⏎", "Dossier lié", "Tab mène à :", "Voir le reçu.")
            one.types("⇥⇥⇥", "Voir le reçu. bouton.")
            one.presses("enter", "Reçu.", "Imprimer le reçu. bouton.")
            one.presses("enter", "Le reçu a été envoyé à l'imprimante.")
            one.presses("f10", "Avez-vous terminé?")
            one.presses("tab", "J'ai terminé. bouton.")
            assert "fermé" not in one.presses("enter", "appuyez sur la touche 3")
        printed = server.printed

    assert "Maïka" in printed
    assert "Code de contrôle" in printed
