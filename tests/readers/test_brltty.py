"""What a braille display of forty cells shows: brltty with its virtual display, reading a real console."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import client_of
from tests.readers.braille import Display, braille, missing
from tests.readers.console import Console, at_console

WHY_NOT: Final = missing()
NOWHERE: Final = "http://127.0.0.1:9"
TAB, BACK_TAB, UP, DOWN, ENTER, ESCAPE, BACKSPACE = b"\t", b"\x1b[Z", b"\x1b[A", b"\x1b[B", b"\r", b"\x1b", b"\x7f"
F1, F2, F3, F4, F9, F10 = (
    b"\x1b[[A",
    b"\x1b[[B",
    b"\x1b[[C",
    b"\x1b[[D",
    b"\x1b[20~",
    b"\x1b[21~",
)  # as the Linux console sends them
PAGE_UP: Final = b"\x1b[5~"
LONGEST: Final = 60
METHODS: Final = ("1. conseillée – Utiliser vos anciens", "2. Répondre à des questions", "3. Utiliser les coordonnées")

pytestmark = [
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it runs"),
    pytest.mark.xdist_group("console"),
]


class Hands:
    """Somebody who reads braille: presses keys and feels one line of forty cells."""

    def __init__(self, console: Console, display: Display) -> None:
        self.console = console
        self.display = display
        self.shows = display.shows

    def feel(self, keys: bytes, *wanted: str) -> str:
        """Press `keys`; wait until all of `wanted` is felt on one line."""
        self.console.press(keys)
        return self.shows(*wanted)

    def read_to(self, wanted: str) -> str:
        """Go on with the arrow, a line each time, until `wanted` is felt."""
        for _ in range(LONGEST):
            before = len(self.display.shown)
            self.console.press(DOWN)
            self.display.waits_until(lambda: len(self.display.shown) > before)  # noqa: B023  # it is called at once
            if wanted in self.display.line:
                return self.display.line
        raise AssertionError(f"{wanted!r} is never felt, but {self.display.shown[-LONGEST:]}")

    def follow(self, key: bytes, *lines: str) -> None:
        """Press `key` once for each of `lines`, and feel that line."""
        for line in lines:
            self.feel(key, line)


@pytest.fixture
def hands(tmp_path: Path, demonstration: str) -> Iterator[Hands]:
    """The demonstration on a real console, under somebody's hands, with the login screen before them."""
    with (
        at_console(client_of(demonstration), tmp_path) as console,
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
        hands.shows("Erreur : le serveur ne répond pas.")
        hands.feel(TAB, "Essayer")  # what can be done about it
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
    hands.read_to(METHODS[1])
    hands.read_to(METHODS[2])

    hands.feel(b"1", "Ancien identifiant : ")
    hands.feel(b"ci1234567", "Ancien identifiant : ", "[ci1234567")
    hands.feel(TAB, "Ancien mot de passe : [ ")
    hands.feel(b"faux", "Ancien mot de passe : [••••")
    hands.feel(ENTER, "Erreur : nous n’avons pas pu lier")  # what was refused is felt before the field that it emptied
    hands.read_to("Numéro de référence : ")
    hands.feel(TAB, "Ancien mot de passe : [ ")
    hands.feel(PAGE_UP, "Erreur : nous n’avons pas pu lier")
    hands.feel(b"Ancien-1234!", "Ancien mot de passe : [••••••••••••")

    hands.feel(ENTER, "C’est fait. Le dossier « Maïka")
    hands.follow(DOWN, "Côté-L’Heureux » est lié à votre", "compte.", "Dossier : Maïka Côté-L’Heureux,")
    hands.read_to("Référence : ")
    hands.follow(TAB, "[ Sélectionner un profil ]", "[ Vérifier ce dossier ]", "[ Lier un profil")
    hands.follow(BACK_TAB, "[ Vérifier ce dossier ]", "[ Sélectionner un profil ]")

    hands.feel(ENTER, "à vérifier", "Maïka Côté-L’Heureux")
    hands.follow(TAB, "[ Vérifier le suivant ]", "[ Lier un profil ]")
    hands.feel(UP, "[ Vérifier le suivant ]")

    hands.feel(ENTER, "Est-ce que tout est exact?")  # the file is read before anybody says that it is exact
    hands.feel(DOWN, "Nom : Maïka Côté")
    hands.feel(ENTER, "Les flèches lisent la suite. Tab mène")
    hands.read_to("Vérification : à vérifier")
    hands.follow(TAB, "[ C’est exact ]", "[ Il y a une erreur ]")
    hands.feel(BACK_TAB, "[ C’est exact ]")
    hands.feel(ENTER, "Le dossier « Maïka Côté")  # all is verified: that is the end
    hands.read_to("C’est terminé")
    hands.feel(TAB, "[ Se déconnecter ]")
    hands.follow(UP, "[ Historique du compte ]", "[ Lier un profil ]")

    hands.feel(F10, "Voulez-vous vous déconnecter")
    hands.follow(TAB, "[ Rester ici ]", "[ Se déconnecter ]")
    hands.feel(ENTER, "Votre session est fermée.")
    hands.feel(F10, "Voulez-vous quitter le programme?")
    hands.follow(TAB, "[ Rester ici ]", "[ Quitter le programme ]")
    hands.console.press(ENTER)
    assert hands.console.ends() == 0


def test_line_by_line_each_question_is_felt_whole_then_what_is_typed_and_an_error_first(
    tmp_path: Path, demonstration: str
) -> None:
    command = [*client_of(demonstration), "--linear", "--braille", "yes"]
    with at_console(command, tmp_path) as console, braille(console.number, tmp_path) as display:
        hands = Hands(console, display)
        hands.shows("Adresse courriel : ")
        hands.feel(b"nouvelle", "Adresse courriel : nouvelle")
        hands.feel(ENTER, "Erreur. Adresse courriel : ")
        hands.feel(b"nouvelle@exemple.test", "nouvelle@exemple.test")
        hands.feel(ENTER, "Mot de passe : ")
        hands.feel(b"faux" + ENTER, "Erreur. Mot de passe : ")
        hands.feel(b"Chantier-2026!" + ENTER, "Méthode, 1 à 4 (Entrée : 1) : ")
        hands.feel(b"1" + ENTER, "Ancien identifiant : ")
        hands.feel(b"ci1234567" + ENTER, "Ancien mot de passe : ")
        hands.feel(b"Ancien-1234!" + ENTER, "Entrée : Profils, ou > : ")
        hands.feel(b"q" + ENTER, "Quitter, 1 à 3 (Entrée : 1) : ")
        hands.console.press(b"3" + ENTER)
        assert console.ends() == 0


def test_an_account_from_nothing_to_a_verified_file_by_forty_cells(hands: Hands) -> None:
    _make_an_account(hands)
    _answer_questions(hands)
    hands.read_to("Référence : ")
    hands.read_to("[ Vérifier ce dossier ]")
    hands.feel(ENTER, "Est-ce que tout est exact?")
    hands.read_to("Vérification : à vérifier")
    hands.feel(TAB, "[ C’est exact ]")
    hands.feel(ENTER, "Le dossier « Maïka Côté")
    hands.read_to("C’est terminé")


def _make_an_account(hands: Hands) -> None:
    hands.follow(TAB, "Mot de passe : [", "[ Connexion ]", "[ Mot de passe oublié ]", "[ Créer un compte ]")
    hands.feel(ENTER, "Adresse courriel : [ ")
    hands.feel(b"neuve@exemple.test", "@exemple.test ]")
    hands.feel(TAB, "Nouveau mot de passe : [ ")
    hands.feel(b"court", "[•••••")
    hands.feel(ENTER, "Erreur : il faut 8 caractères")
    hands.feel(ENTER, "Nouveau mot de passe : [•••••")
    hands.feel(b"-Chantier-2026!", "[••••••••••••")
    hands.feel(ENTER, "Prénom : [ ")
    hands.feel(b"Jean", "Prénom : [Jean")
    hands.feel(TAB, "Nom de famille : [ ")
    hands.feel(b"Roy", "Nom de famille : [Roy")
    hands.feel(ENTER, "Ce service est une démonstration.")
    hands.read_to("Version 2026-01")
    hands.feel(TAB, "[ J’accepte. Envoyez-moi le code. ]")

    hands.feel(ENTER, "Nous avons envoyé un code de six")
    hands.feel(F9, "Boîte courriel : ")
    hands.read_to("entrez ce code dans le programme")
    before = len(hands.display.shown)
    hands.console.press(DOWN)
    hands.display.waits_until(lambda: len(hands.display.shown) > before)
    code = hands.display.line.strip()
    assert len(code) == 6
    assert code.isdigit()
    hands.feel(ESCAPE, "Nous avons envoyé un code de six")
    hands.feel(code.encode(), f"Code à usage unique : [{code}")
    hands.feel(ENTER, "Bienvenue, Jean.")
    hands.feel(TAB, "[ Lier mon dossier ]")
    hands.feel(ENTER, METHODS[0])


def _answer_questions(hands: Hands) -> None:
    hands.feel(b"2", "Numéro, sigle ou adresse")  # the question is felt whole, then answered beside its end
    hands.feel(DOWN, "courriel : [ ")
    hands.feel(b"ci1234567", "courriel : [ci1234567 ")
    hands.feel(ENTER, "Quelle est votre date de")
    hands.feel(DOWN, "naissance? [ ")
    hands.feel(b"17 avril 1988", "naissance? [17 avril 1988 ")
    hands.feel(ENTER, "Quel est le code postal de votre")
    hands.feel(b"h2x1y5", "adresse au dossier? [h2x1y5 ")
    hands.feel(ENTER, "Quel est votre métier? [ ")
    hands.feel(b"charpentier-menuisier", "[", "menuisier ]")
    hands.feel(ENTER, "En quelle année avez-vous")
    hands.feel(b"2009", "? [2009 ")
    hands.feel(ENTER, "1. 17 avril 1988 – Quelle est votre")
    hands.read_to("[ Envoyer mes réponses ]")
    hands.feel(ENTER, "Erreur : nous n’avons pas pu lier")
    hands.read_to("Numéro de référence : ")
    hands.read_to("2. H2X 1Y5 – ")
    hands.feel(ENTER, "Quel est le code postal de votre")
    hands.feel(b"\x15h2x1y4", "? [h2x1y4 ")
    hands.feel(ENTER, "[ Envoyer mes réponses ]")
    hands.feel(ENTER, "C’est fait. Le dossier « Maïka")


def test_accents_backspace_and_function_keys_of_the_console_are_felt(hands: Hands) -> None:
    hands.feel("é@".encode(), "Adresse courriel : [é@ ")
    hands.feel(BACKSPACE, "Adresse courriel : [é ")
    hands.feel(BACKSPACE, "Adresse courriel : [ ")
    hands.feel(F1, "Adresse courriel : ", "adresse choisie")
    hands.feel(ESCAPE, "Adresse courriel : [ ")
    hands.feel(F2, "Email address: ")
    hands.feel(F2, "Adresse courriel : [ ")
    hands.feel(F3, "Une personne peut vous aider.")
    hands.feel(DOWN, "Téléphone : 1 888 555-0142")
    hands.feel(F3, "Adresse courriel : [ ")
    hands.feel(TAB + b"visible", "Mot de passe : ", "•••••••")
    hands.feel(F4, "Mot de passe : ", "visible")
    hands.feel(F4, "Mot de passe : ", "•••••••")
