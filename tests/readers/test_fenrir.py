"""What fenrir says, on a pseudo-terminal, through a speech driver that writes to a file: the focused item."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import demo_command
from tests.readers.fenrir import Reader, listening, missing

PER_TAB: Final = 120
FOCUS: Final = "▶"  # said with the focused item alone

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "it runs")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Reader]:
    """The login screen without a server."""
    with listening(
        [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", "http://127.0.0.1:9"], tmp_path
    ) as reader:
        yield reader


@pytest.fixture
def reader(tmp_path: Path, first_data: Path) -> Iterator[Reader]:
    """The demonstration, with the login screen said."""
    shutil.copytree(first_data, tmp_path / "data")
    with listening(demo_command(tmp_path / "data"), tmp_path) as reader:
        reader.hears("Adresse courriel", "Créer un compte", "SIMULATION", "Service offert par")
        yield reader


def follow(reader: Reader, key: str, first: str, *others: str) -> None:
    """Press `key` for each label: it is said, and little else. With `first`, what was still unsaid of the screen."""
    reader.terminal.press(key)
    reader.hears(f"{FOCUS} {first}")
    for label in others:
        reader.terminal.press(key)
        said = reader.hears(f"{FOCUS} {label}")
        assert key != "tab" or len(said) <= PER_TAB, said


def test_fenrir_follows_the_focus(alone: Reader) -> None:
    alone.hears("Essayer de nouveau")  # there is no server: the focus goes to what can be done about it
    follow(alone, "tab", "Adresse courriel", "Mot de passe", "Connexion", "Mot de passe oublié", "Créer un compte")


def test_fenrir_says_the_error_at_once(alone: Reader) -> None:
    assert "Erreur : le serveur ne répond pas" in alone.hears("Essayer de nouveau")


def test_fenrir_says_a_whole_journey_from_the_login_to_leaving(reader: Reader) -> None:
    follow(reader, "tab", "Mot de passe", "Connexion", "Mot de passe oublié", "Créer un compte", "Adresse courriel")
    reader.terminal.type("nouvelle@exemple.test⇥")
    reader.hears("Mot de passe")
    reader.terminal.type("Chantier-2026!⏎")
    reader.hears("conseillée")
    follow(reader, "down", "2. Répondre à des questions", "3. Utiliser les coordonnées")
    follow(reader, "up", "2. Répondre à des questions", "1. Utiliser vos anciens accès")

    reader.terminal.press("enter")
    reader.hears("Ancien identifiant")
    reader.terminal.type("ci1234567⇥")
    reader.hears("Ancien mot de passe")
    reader.terminal.type("faux⏎")
    reader.hears("Erreur : nous n’avons pas pu")
    follow(
        reader, "tab", "Lier le dossier", "Répondre à des questions", "Utiliser les coordonnées", "Ancien identifiant"
    )
    follow(reader, "tab", "Ancien mot de passe")
    reader.terminal.type("Ancien-1234!⏎")

    reader.hears("Sélectionner un profil")  # fenrir leaves out the letters that the screen before had there too
    follow(reader, "up", "Référence", "Méthode", "Dossier", "C’est fait. Le dossier « Maïka")
    follow(reader, "tab", "Sélectionner un profil")
    follow(reader, "tab", "Vérifier ce dossier", "Lier un profil", "Voir le reçu", "Se déconnecter")
    follow(reader, "tab", "Sélectionner un profil")
    reader.terminal.press("enter")
    reader.hears("Vérifier le suivant")
    follow(reader, "tab", "Vérifier le suivant", "Lier un profil", "Historique du compte", "Se déconnecter")
    follow(reader, "tab", "1. Maïka")

    reader.terminal.press("enter")
    reader.hears("Il y a une erreur")
    follow(reader, "tab", "C’est exact", "Il y a une erreur", "Sélectionner un profil")
    follow(reader, "up", "Il y a une erreur", "C’est exact")
    reader.terminal.press("enter")
    reader.hears("Se déconnecter")
    follow(reader, "up", "Historique du compte", "Lier un profil", "1. Maïka")

    reader.terminal.press("f10")
    reader.hears("Rester ici")
    follow(reader, "tab", "Se déconnecter", "Quitter le programme", "Rester ici", "Se déconnecter")
    reader.terminal.press("enter")
    reader.hears("Adresse courriel")
    reader.terminal.press("f10")
    reader.hears("Rester ici")
    follow(reader, "tab", "Quitter le programme")
    reader.terminal.press("enter")
    assert reader.terminal.ends() == 0
