"""A whole journey by what Debian's own speech-dispatcher was told to say, on both faces: nobody looks at a screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import Terminal, at_terminal, client_of
from tests.voice.dispatcher import dispatcher, missing

PATIENCE: Final = 60.0
SECRETS: Final = ("hantier-2026", "Ancien-1234")

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "it runs")


class Ears:
    """Somebody who types because of what was just heard; what is on the screen is read by nobody."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self._terminal = terminal
        self._log = log
        self._heard = 0

    def hears(self, *wanted: str) -> str:
        """Wait until all of `wanted` was said since the last time; return all that was."""
        end = time.monotonic() + PATIENCE
        while not all(text in (said := self._said()[self._heard :]) for text in ("", *wanted)):
            assert time.monotonic() < end, f"{wanted} was not said, but {said[-400:]!r}"
            self._terminal.reads(0.02)
        self._heard += len(said)
        return said

    def types(self, text: str, *wanted: str) -> str:
        self._terminal.type(text)
        return self.hears(*wanted)

    def presses(self, key: str, *wanted: str) -> str:
        self._terminal.press(key)
        return self.hears(*wanted)

    def leaves(self) -> None:
        assert self._terminal.ends() == 0
        assert not [secret for secret in SECRETS if secret in self._log.read_text("utf-8")]

    def _said(self) -> str:
        # One line for each sentence, behind its language.
        return " ".join(line[3:].strip() for line in self._log.read_text("utf-8").splitlines())


@pytest.fixture(params=["screen", "line"])
def ears(request: pytest.FixtureRequest, tmp_path: Path, demonstration: str) -> Iterator[tuple[str, Ears]]:
    """The demonstration with its voice on; the face, and who listens."""
    home = tmp_path / "home"
    home.mkdir()
    command = [*client_of(demonstration), "--face", request.param, "--voice", "on"]
    with (
        dispatcher(tmp_path) as (socket, log),
        at_terminal(command, home, SPEECHD_ADDRESS=f"unix_socket:{socket}") as terminal,
    ):
        yield request.param, Ears(terminal, log)


def test_login_method_confirmation_profiles_verification_and_leaving_by_ear(ears: tuple[str, Ears]) -> None:
    face, one = ears
    if face == "screen":
        _on_the_screen(one)
    else:
        _line_by_line(one)
    one.leaves()


def _on_the_screen(one: Ears) -> None:
    one.hears("Adresse courriel. champ. vide.")
    one.types("nouvelle@exemple.test⇥", "Mot de passe. champ masqué. vide.")
    one.types("Chantier-2026!⏎", "Choisir une méthode", "Utiliser vos anciens accès")
    one.presses("enter", "Ancien identifiant. champ. vide.")
    one.types("ci1234567⇥", "Ancien mot de passe. champ masqué. vide.")
    one.types("faux⏎", "Erreur", "Ancien mot de passe. champ masqué. vide.")
    one.types("Ancien-1234!⏎", "Dossier lié. Étape 4 sur 5.", "Maïka", "Référence :", "Sélectionner un profil")
    one.presses("enter", "Maïka", "ligne de la liste. à vérifier")
    one.presses("enter", "Nom : Maïka")
    one.presses("tab", "C'est exact")
    one.presses("enter", "C'est terminé", "Se déconnecter")
    one.presses("up", "Historique du compte")
    one.presses("up", "Lier un profil")
    one.presses("up", "Maïka", "ligne de la liste. vérifié")
    one.presses("f10", "Rester ici")
    one.presses("tab", "Se déconnecter")
    one.presses("enter", "Adresse courriel")
    one.presses("f10", "Rester ici")
    one.presses("tab", "Quitter le programme")
    one.presses("enter", "Le programme est fermé.")


@pytest.mark.parametrize("ears", ["screen"], indirect=True)
def test_an_account_from_nothing_to_a_verified_file_by_ear(ears: tuple[str, Ears]) -> None:
    _, one = ears
    one.hears("SIMULATION.", "Service offert par : Démonstration", "Adresse courriel. champ. vide.")
    one.types("⇥⇥⇥⇥", "Créer un compte. bouton.")
    one.presses("enter", "Créer un compte.", "Responsable :", "Adresse courriel. champ. vide.")
    one.types("neuve@exemple.test⇥", "Nouveau mot de passe. champ masqué. vide.")
    one.types("Chantier-2026!⏎", "votre nom", "Prénom. champ. vide.")
    one.types("Jean⇥", "Nom de famille. champ. vide.")
    terms = one.types("Roy⏎", "Tab mène à : J'accepte. Envoyez-moi le code.")
    assert terms.index("Conditions d'utilisation") < terms.index("Ce service est une démonstration.")
    assert terms.index("Votre compte est personnel.") < terms.index("Les flèches relisent la page.")
    one.presses("tab", "J'accepte. Envoyez-moi le code. bouton.")
    one.presses("enter", "Valider le code. Nous avons envoyé un code", "Code à usage unique. champ. vide.")
    one.presses("f9", "Boîte courriel :", "La flèche vers le bas lit la suite.")
    mail = one.presses("down", "entrez ce code dans le programme :", "To create your user account")
    code = mail.partition("dans le programme : ")[2][: len("123, 456")].replace(", ", "")
    assert len(code) == len("123456")
    assert code.isdigit()
    one.presses("esc", "Code à usage unique. champ. vide.")
    one.types(f"{code}⏎", "Bienvenue, Jean. Votre compte est prêt.", "Lier mon dossier. bouton.")
    one.presses("enter", "Choisir une méthode", "Utiliser vos anciens accès", "conseillée")
    one.presses("enter", "Ancien identifiant. champ. vide.")
    one.types("ci1234567⇥", "Ancien mot de passe. champ masqué. vide.")
    refused = one.types("faux⏎", "Erreur", "Numéro de référence :", "Ancien mot de passe. champ masqué. vide.")
    assert "Entrez l'identifiant" not in refused
    linked = one.types("Ancien-1234!⏎", "Dossier lié. Étape 4 sur 5.", "Tab mène à :")
    assert "Entrez l'identifiant" not in linked  # the page of before
    assert linked.index("Référence :") < linked.index("Sélectionner un profil. bouton.")
    one.types("=", "Référence : ", ", ")
    file = one.presses("f12", "Vérifier le dossier lié. Étape 5 sur 5.", "Tab mène à : C'est exact.")
    facts = ["Nom :", "Numéro de client : cé i, 123, 45, 67.", "Adresse :", "Vérification : à vérifier."]
    assert [file.index(fact) for fact in facts] == sorted(file.index(fact) for fact in facts)
    one.presses("tab", "C'est exact. bouton.")
    one.presses("enter", "est vérifié.", "C'est terminé : vous pouvez vous déconnecter.", "Se déconnecter. bouton.")
    one.presses("f3", "Téléphone : 1, 888, 555, 01 42.", "Fermer. bouton.")
    one.presses("f3", "Se déconnecter. bouton.")
    one.presses("f8", "Couleurs : claires.")
    one.presses("enter", "Votre session est fermée.", "Service offert par :")
    one.presses("f10", "Rester ici")
    one.presses("tab", "Quitter le programme")
    one.presses("enter", "Le programme est fermé.")
    one.leaves()


def _line_by_line(one: Ears) -> None:
    one.hears("Adresse courriel")
    one.types("nouvelle@exemple.test⏎", "Mot de passe")
    one.types("Chantier-2026!⏎", "Choisir une méthode", "Utiliser vos anciens accès", "Choix de 1 à 4")
    one.types("?⏎", "1. Ancien identifiant", "2. Votre numéro", "Toute l'aide", "Choix de 1 à 4")
    one.types("=⏎", "Cette commande ne sert pas ici", "Choix de 1 à 4")
    one.types("1⏎", "Utiliser vos anciens accès", "Exemples", "Ancien identifiant")
    one.types("CI 123-4567⏎", "Nous lirons", "Ancien mot de passe")
    one.types("faux⏎", "Erreur", "Il vous reste 4 essais.", "Erreur. Ancien mot de passe")
    one.types("Ancien-1234!⏎", "Dossier lié", "Maïka", "Référence", "Sélectionner un profil")
    one.types("1⏎", "Maïka", "à vérifier")
    one.types("1⏎", "C'est exact")
    one.types("1⏎", "vérifié")
    one.types("q⏎", "Rester ici")
    one.types("3⏎", "Le programme est fermé.")
