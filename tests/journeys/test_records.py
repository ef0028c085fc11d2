"""The receipt saved and printed, and « this was not me »: through a real terminal."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

from tests.journeys.terminal import Terminal, at_terminal, client_of


def _shows_the_receipt(terminal: Terminal) -> str:
    """Log in as camille@, open the first file's receipt, and return its check code."""
    terminal.logs_in("camille")
    terminal.wait_for("Sélectionner un profil", "Camille Bouchard")
    terminal.press("f12")
    terminal.wait_for("Voir le reçu")
    terminal.press(*["tab"] * 4, "enter")
    terminal.wait_for("Code de contrôle", "Enregistrer le reçu")
    found = re.search(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", terminal.text)
    assert found, terminal.text
    return found[0]


def test_a_receipt_is_saved_as_text_that_only_the_person_can_read(tmp_path: Path, demonstration: str) -> None:
    with at_terminal(client_of(demonstration), tmp_path) as terminal:
        code = _shows_the_receipt(terminal)
        terminal.press("enter")
        terminal.wait_for("Reçu enregistré")

    (saved,) = tmp_path.rglob("sel-*.txt")
    text = saved.read_text(encoding="utf-8")
    assert code in text
    assert "SIMULATION" in text
    assert saved.stat().st_mode & 0o077 == 0
    assert max(map(len, text.splitlines())) <= 80


def test_a_receipt_is_printed_in_42_columns_and_says_when_there_is_no_printer(
    tmp_path: Path, demonstration: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    printed = tmp_path / "printed.txt"
    path = f"{programs}:{os.environ['PATH']}"
    with at_terminal(client_of(demonstration), tmp_path, PATH=path) as terminal:
        printer = programs / "lp"
        printer.write_text("#!/bin/sh\nexit 1\n")
        printer.chmod(0o755)
        code = _shows_the_receipt(terminal)
        terminal.press("tab", "enter")
        terminal.wait_for("l’impression n’a pas marché")
        printer.write_text(f"#!/bin/sh\ncat > {printed}\necho 'request id is roll-1 (0 file(s))'\n")
        queue = programs / "lpstat"
        queue.write_text("#!/bin/sh\n")  # nothing waits
        queue.chmod(0o755)
        terminal.press("tab", "tab", "tab", "enter")
        terminal.wait_for("Le reçu a été envoyé à l’imprimante")

    text = printed.read_text(encoding="utf-8")
    assert code in text
    assert max(map(len, text.splitlines())) <= 42


def test_whoever_says_this_was_not_me_needs_no_account(tmp_path: Path, demonstration: str) -> None:
    with at_terminal(client_of(demonstration), tmp_path) as terminal:
        terminal.logs_in("nouvelle")
        terminal.wait_for("Choisir une méthode")
        terminal.type("1")
        terminal.wait_for("Ancien mot de passe")
        terminal.type("ci1234567⇥Ancien-1234!⏎")
        terminal.wait_for("Dossier lié")
        terminal.press("f9")
        terminal.wait_for("Boîte courriel", "pas vous")

        def token() -> str:
            found = re.search(r"code\s+de\s+signalement :\s+([A-Za-z0-9_-]{16,})", terminal.text)
            return found[1] if found else ""

        def further(row: str) -> bool:
            return bool(token()) or not terminal.shows(row)

        for _ in range(22):  # one key at a time: what two scroll at once would pass by unread
            if token():
                break
            row = terminal.text
            terminal.press("down")
            terminal.wait_until(partial(further, row), "the next rows")
        code = token()
        assert code, terminal.text
        terminal.press("f9")
        terminal.wait_until_gone("Boîte courriel")
        terminal.logs_out()
        terminal.press("f3")
        terminal.wait_for("ce n’était pas moi")
        terminal.press("tab", "enter")
        terminal.wait_for("Code de signalement")
        terminal.type(f"{code}⏎")
        terminal.wait_for("C’est noté")
        terminal.logs_in("nouvelle")
        terminal.wait_for("Sélectionner un profil")
        terminal.press("enter")
        terminal.wait_for("Ce dossier est suspendu")
