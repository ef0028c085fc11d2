"""Stopping at one terminal, going on at another: by the screens in French, by line in English, on one back end."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.terminal import Terminal, at_terminal


def _code(terminal: Terminal) -> str:
    found = re.search(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b", terminal.text)
    assert found, terminal.text
    return found[0]


def test_a_person_goes_on_in_the_screens_where_they_stopped(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir")
    terminal.type("3")
    terminal.wait_for("Identifiant de liaison")
    terminal.type("L-48291357")
    terminal.press("f3")
    terminal.wait_for("Service à la clientèle", "Continuer plus tard")
    terminal.press("tab", "tab", "enter")
    terminal.wait_for("Votre démarche est gardée", "Valable jusqu’au")
    code = _code(terminal)
    terminal.press("enter")
    terminal.wait_for("Mot de passe oublié")
    assert not terminal.shows(code)
    terminal.logs_in("nouvelle")
    terminal.wait_for("Reprendre où vous étiez")
    terminal.type(f"{code.lower()}⏎")
    terminal.wait_for("Vous revoilà où vous étiez", "L-48291357")
    terminal.logs_out()
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir")
    assert not terminal.shows("Reprendre où vous étiez")


@contextmanager
def _by_line(url: str, home: Path, language: str) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "sel_tui", "--server", url, "--kiosk", "--linear", "--language", language]
    with at_terminal([*command, "--voice", "off"], home) as terminal:
        yield terminal


def test_by_line_one_goes_on_at_another_machine_in_the_other_language(tmp_path: Path, demonstration: str) -> None:
    with _by_line(demonstration, tmp_path, "fr") as here:
        here.wait_for("Commencer en français")
        here.type("1⏎")
        here.wait_for("Adresse courriel")
        here.type("nouvelle@exemple.test⏎")
        here.wait_for("Mot de passe")
        here.type("Chantier-2026!⏎")
        here.wait_for("coordonnées de liaison")
        here.type("3⏎")
        here.wait_for("Identifiant de liaison")
        here.type("L-48291357⏎")
        here.wait_for("Code de liaison")
        here.type("f3⏎")
        here.wait_for("Continuer plus tard")
        here.type("Continuer plus tard⏎")
        here.wait_for("Code de reprise", "Terminer et me déconnecter")
        code = _code(here)
    with _by_line(demonstration, tmp_path, "en") as there:
        there.wait_for("Begin in English")
        there.type("2⏎")
        there.wait_for("Email address")
        there.type("nouvelle@exemple.test⏎")
        there.wait_for("Password")
        there.type("Chantier-2026!⏎")
        there.wait_for("Resume code")
        there.type(f"{code}⏎")
        there.wait_for("You are back where you were", "L-48291357")
