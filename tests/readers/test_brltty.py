"""What a braille display of forty cells shows: brltty with its virtual display, reading a real console."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import demo_command
from tests.readers.braille import Display, braille, missing
from tests.readers.console import Console, at_console

WHY_NOT: Final = missing()
NOWHERE: Final = "http://127.0.0.1:9"
TAB, BACK_TAB, UP, DOWN, ENTER, ESCAPE, BACKSPACE = b"\t", b"\x1b[Z", b"\x1b[A", b"\x1b[B", b"\r", b"\x1b", b"\x7f"
F1, F2, F3, F4, F10 = b"\x1b[[A", b"\x1b[[B", b"\x1b[[C", b"\x1b[[D", b"\x1b[21~"  # as the Linux console sends them
METHODS: Final = ("1. conseillée – Utiliser vos anciens", "2. Répondre à des questions", "3. Utiliser les coordonnées")

pytestmark = [
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it runs"),
    pytest.mark.xdist_group("console"),
]


class Hands:
    """Somebody who reads braille: presses keys and feels one line of forty cells."""

    def __init__(self, console: Console, display: Display) -> None:
        self.console = console
        self.shows = display.shows

    def feel(self, keys: bytes, *wanted: str) -> str:
        """Press `keys`; wait until all of `wanted` is felt on one line."""
        self.console.press(keys)
        return self.shows(*wanted)

    def follow(self, key: bytes, *lines: str) -> None:
        """Press `key` once for each of `lines`, and feel that line."""
        for line in lines:
            self.feel(key, line)


@pytest.fixture
def hands(tmp_path: Path, first_data: Path) -> Iterator[Hands]:
    """The demonstration on a real console, under somebody's hands, with the login screen before them."""
    shutil.copytree(first_data, tmp_path / "data")
    with (
        at_console(demo_command(tmp_path / "data"), tmp_path) as console,
        braille(console.number, tmp_path) as display,
    ):
        display.shows("Adresse courriel : [ ")
        display.waits_until(lambda: "SIMULATION" in console.text)  # the server is known: no page changes by itself
        yield Hands(console, display)


@pytest.mark.parametrize("columns", [80, 128])
def test_braille_shows_label_and_value_of_each_focused_item(tmp_path: Path, columns: int) -> None:
    command = [sys.executable, "-m", "sel_tui", "--face", "screen", "--server", NOWHERE]
    with at_console(command, tmp_path, columns) as console, braille(console.number, tmp_path) as display:
        hands = Hands(console, display)
        hands.shows("Essayer")  # there is no server: the focus goes to what can be done about it
        hands.feel(TAB, "Adresse courriel")
        hands.feel(b"a@b.c", "Adresse courriel", "a@b.c")
        assert "secret" not in hands.feel(TAB + b"secret", "Mot de passe", "••••••")
        hands.follow(TAB, "[ Connexion ]", "[ Mot de passe oublié ]", "[ Créer un compte ]")
        hands.feel(BACK_TAB, "[ Mot de passe oublié ]")


def test_braille_follows_a_whole_journey_from_the_login_to_leaving(hands: Hands) -> None:
    hands.feel(b"nouvelle@exemple.test", "Adresse courriel", "@exemple.test")
    hands.feel(TAB, "Mot de passe : ")
    hands.feel(b"Chantier-2026!", "Mot de passe : ", "••••••••••••••")
    hands.feel(ENTER, METHODS[0])
    hands.follow(DOWN, METHODS[1], METHODS[2])
    hands.follow(UP, METHODS[1], METHODS[0])

    hands.feel(ENTER, "Ancien identifiant : ")
    hands.feel(b"ci1234567", "Ancien identifiant : ", "[ci1234567")
    hands.feel(TAB, "Ancien mot de passe : [ ")
    hands.feel(b"faux", "Ancien mot de passe : [••••")
    hands.feel(ENTER, "Ancien mot de passe : [ ")  # what was refused is erased, and the focus stays
    hands.follow(UP, "Ancien identifiant : ", "Erreur : nous n’avons pas pu")
    hands.follow(TAB, "Ancien identifiant : ", "Ancien mot de passe : [ ")
    hands.feel(b"Ancien-1234!", "Ancien mot de passe : [••••••••••••")

    hands.feel(ENTER, "[ Sélectionner un profil ]")
    hands.follow(UP, "Référence : ", "Méthode : ", "Dossier : ", "C’est fait. Le dossier")
    hands.follow(TAB, "[ Sélectionner un profil ]", "[ Vérifier ce dossier ]", "[ Lier un profil")
    hands.follow(BACK_TAB, "[ Vérifier ce dossier ]", "[ Sélectionner un profil ]")

    hands.feel(ENTER, "à vérifier", "Maïka Côté-L’Heureux")
    hands.follow(TAB, "[ Vérifier le suivant ]", "[ Lier un profil ]")
    hands.follow(UP, "[ Vérifier le suivant ]", "Maïka Côté-L’Heureux")

    hands.feel(ENTER, "Nom : ", "Maïka Côté")  # the file is read before anybody says that it is exact
    hands.feel(TAB, "[ C’est exact ]")
    hands.feel(UP, "Vérification : ", "à vérifier")
    hands.follow(TAB, "[ C’est exact ]", "[ Il y a une erreur ]")
    hands.feel(BACK_TAB, "[ C’est exact ]")
    hands.feel(ENTER, "[ Se déconnecter ]")  # all is verified: that is the end
    hands.follow(UP, "[ Historique du compte ]", "[ Lier un profil ]")
    hands.feel(UP, " vérifié", "Maïka Côté-L’Heureux")

    hands.feel(F10, "[ Rester ici ]")
    hands.feel(TAB, "[ Se déconnecter ]")
    hands.feel(ENTER, "Adresse courriel : [ ")
    hands.feel(F10, "[ Rester ici ]")
    hands.feel(TAB, "[ Quitter le programme ]")
    hands.console.press(ENTER)
    assert hands.console.ends() == 0


def test_line_by_line_each_question_is_felt_whole_then_what_is_typed_and_an_error_first(
    tmp_path: Path, first_data: Path
) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    command = [*demo_command(tmp_path / "data"), "--linear", "--braille", "yes"]
    with at_console(command, tmp_path) as console, braille(console.number, tmp_path) as display:
        hands = Hands(console, display)
        hands.shows("Adresse courriel : ")
        hands.feel(b"nouvelle", "Adresse courriel : nouvelle")
        hands.feel(ENTER, "Erreur. Adresse courriel : ")
        hands.feel(b"nouvelle@exemple.test", "nouvelle@exemple.test")
        hands.feel(ENTER, "Mot de passe : ")
        hands.feel(b"faux" + ENTER, "Erreur. Mot de passe : ")
        hands.feel(b"Chantier-2026!" + ENTER, "Choix de 1 à 4, ou Entrée pour le 1 : ")
        hands.feel(b"1" + ENTER, "Ancien identifiant : ")
        hands.feel(b"ci1234567" + ENTER, "Ancien mot de passe : ")
        hands.feel(b"Ancien-1234!" + ENTER, "Entrée, ou > : ")
        hands.feel(b"q" + ENTER, "Choix de 1 à 3 : ")
        hands.console.press(b"3" + ENTER)
        assert console.ends() == 0


def test_accents_backspace_and_function_keys_of_the_console_are_felt(hands: Hands) -> None:
    hands.feel("é@".encode(), "Adresse courriel : [é@ ")
    hands.feel(BACKSPACE, "Adresse courriel : [é ")
    hands.feel(BACKSPACE, "Adresse courriel : [ ")
    hands.feel(F1, "Adresse courriel : ", "adresse choisie")
    hands.feel(ESCAPE, "Adresse courriel : [ ")
    hands.feel(F2, "Email address: ")
    hands.feel(F2, "Adresse courriel : [ ")
    hands.feel(F3, "[ Fermer ]")
    hands.feel(F3, "Adresse courriel : [ ")
    hands.feel(TAB + b"visible", "Mot de passe : ", "•••••••")
    hands.feel(F4, "Mot de passe : ", "visible")
    hands.feel(F4, "Mot de passe : ", "•••••••")
