"""A kiosk: whoever leaves, by whichever face, leaves the program at its first page, and only a signal ends it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sel_tui.terminal.endings import ERASE_ALL
from tests.journeys.terminal import Terminal, at_terminal, client_of, demo_command


@pytest.fixture
def kiosk(tmp_path: Path, demonstration: str) -> Iterator[Terminal]:
    with at_terminal([*client_of(demonstration), "--kiosk", "--voice", "off"], tmp_path) as started:
        yield started


@pytest.fixture
def demo(tmp_path: Path, first_data: Path) -> Iterator[Terminal]:
    """The same as `sel-tui demo` starts it, with its own back end."""
    shutil.copytree(first_data, tmp_path / "data")
    with at_terminal([*demo_command(tmp_path / "data"), "--kiosk", "--voice", "off"], tmp_path) as started:
        yield started


def test_leaving_begins_anew_and_the_back_end_goes_on(demo: Terminal) -> None:
    demo.wait_for("Commencer en français", "SIMULATION")
    demo.type("1")
    demo.wait_for("Adresse courriel", "SIMULATION")
    back_end = demo.children()
    demo.type("nouvelle@exemple.test")
    demo.wait_for("nouvelle@exemple.test")
    demo.press("f10")
    demo.wait_for("Avez-vous terminé")
    demo.press("tab", "enter")
    demo.wait_until(lambda: ERASE_ALL in demo.printed, "all erased")
    demo.wait_for("Commencer en français", "Begin in English", "SIMULATION")

    assert not demo.shows("nouvelle@exemple.test")
    assert demo.children() == back_end
    demo.process.send_signal(signal.SIGTERM)
    assert demo.ends() == 143


def test_from_the_line_face_the_next_person_gets_the_screens_again(kiosk: Terminal) -> None:
    kiosk.wait_for("Commencer en français", "SIMULATION")
    kiosk.type("1")
    kiosk.wait_for("Adresse courriel", "SIMULATION")
    kiosk.press("f5")
    kiosk.wait_for("Étapes 1 et 2 sur 5. Connexion")
    kiosk.type("nouvelle@exemple.test⏎")
    kiosk.wait_for("Mot de passe")
    kiosk.type("q⏎")
    kiosk.wait_for("Avez-vous terminé")
    kiosk.type("2⏎")
    kiosk.wait_until(lambda: ERASE_ALL in kiosk.printed, "all erased")
    kiosk.wait_for("Begin in English", "SIMULATION")

    assert not kiosk.shows("nouvelle@exemple.test")
    kiosk.type("1")
    kiosk.wait_for("Adresse courriel")
    kiosk.logs_in("camille")
    kiosk.wait_for("Sélectionner un profil", "ci0000021")


def test_the_line_face_is_one_key_away_asks_the_same_and_gives_the_screens_back(kiosk: Terminal) -> None:
    kiosk.wait_for("Lire ligne par ligne", "SIMULATION")
    kiosk.type("3")
    kiosk.wait_for("Bienvenue · Welcome.", "3. Plein écran · Full screen", "Choix de 1 à 3")
    kiosk.type("3⏎")
    kiosk.wait_for("Lire ligne par ligne", "F2 English")
    kiosk.type("3")
    kiosk.wait_for("Choix de 1 à 3")
    kiosk.type("2⏎")
    kiosk.wait_for("Steps 1 and 2 of 5. Log in", "Email address")
