"""Bytes on a real pseudo-terminal: none ends the program, and a Latin-1 terminal has its letters."""

from __future__ import annotations

import os
import random
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.portal import program
from tests.journeys.terminal import Terminal, at_terminal
from tests.journeys.test_endings import the_terminal_is_as_it_was

ROOT = str(Path(__file__).parents[2])
LATIN = {"LC_ALL": "fr_CA.ISO-8859-1"}


def leaves(terminal: Terminal) -> None:
    terminal.press("f10")
    terminal.wait_for("Voulez-vous quitter")
    terminal.press("tab", "enter")
    assert terminal.ends() == 0
    assert "Traceback" not in terminal.printed
    pen = terminal.screen.cursor.attrs
    assert (pen.fg, pen.bg, pen.bold, pen.underscore, pen.reverse) == ("default", "default", False, False, False)


def test_every_byte_that_is_no_utf_8_cut_anywhere_leaves_the_program_running(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311  # the same each time
    with at_terminal(program(), tmp_path) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau")
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Adresse courriel")
        data = b"".join(b"%c%c" % (byte, 97 + byte % 26) for byte in range(0x80, 0x100))
        while data:
            cut = chance.randrange(1, 40)
            os.write(terminal.master, data[:cut])
            data = data[cut:]
            terminal.reads(0.01)
        terminal.wait_for("Caractère non reçu : il n’est pas codé en UTF-8.")
        os.write(terminal.master, b"\x15ren\xe9e@exemple.test")
        terminal.wait_for("rene@exemple.test")
        leaves(terminal)


def test_in_a_latin_1_terminal_letters_with_accents_are_read_and_written_as_such(tmp_path: Path) -> None:
    with at_terminal(program(), tmp_path, **LATIN) as terminal:
        terminal.latin_1()
        terminal.wait_for("Adresse courriel", "Essayer de nouveau", "Étapes 1 et 2 sur 5")
        terminal.press("tab")
        terminal.wait_for_cursor_on("> Adresse courriel")
        os.write(terminal.master, "Éric-hébété".encode("iso8859-1"))
        terminal.wait_for("Éric-hébété")
        assert not terminal.shows("Caractère non reçu")
        terminal.press("f10")
        terminal.wait_for("Voulez-vous quitter")
        terminal.press("tab", "enter")
        assert terminal.ends() == 0
        assert "Ã" not in terminal.output.decode("iso8859-1")


def test_the_line_face_reads_and_writes_a_latin_1_terminal(tmp_path: Path) -> None:
    with at_terminal(program("--linear"), tmp_path, **LATIN) as terminal:
        terminal.latin_1()
        terminal.wait_for("Étapes 1 et 2 sur 5. Connexion", "Adresse courriel")
        os.write(terminal.master, b"\xe9ric@exemple.test")
        terminal.wait_for("éric@exemple.test")
        assert "Ã" not in terminal.output.decode("iso8859-1")


def test_the_line_face_says_once_that_a_byte_was_no_letter_and_keeps_what_was_typed(tmp_path: Path) -> None:
    with at_terminal(program("--linear"), tmp_path) as terminal:
        terminal.wait_for("Étapes 1 et 2 sur 5. Connexion", "Adresse courriel")
        os.write(terminal.master, b"ren\xe9e@exemple.test")
        terminal.wait_for("Caractère non reçu : il n’est pas codé en UTF-8.", "rene@exemple.test")
        os.write(terminal.master, b"\x15a\xe9b\xffc")
        terminal.wait_for("abc")
        assert terminal.text.count("Caractère non reçu") == 1


def test_on_a_kiosk_a_paste_whose_end_never_comes_swallows_no_key(tmp_path: Path) -> None:
    with at_terminal(program("--kiosk"), tmp_path) as terminal:
        terminal.wait_for("Commencer en français")
        terminal.type("1")
        terminal.wait_for("Adresse courriel", "Essayer de nouveau")
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Adresse courriel")
        os.write(terminal.master, b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?61;6;7;22c\x1b[200~Pas-fini-1")
        terminal.wait_for("[Pas-fini-1")
        os.write(terminal.master, b"abc")
        terminal.wait_for("[Pas-fini-1abc")
        terminal.press("f10")
        terminal.wait_for("Avez-vous terminé")


def crashing(where: str, *more: str) -> list[str]:
    return ["env", f"CRASH_AT={where}", sys.executable, "-m", "tests.journeys.crashing", *program()[3:], *more]


@pytest.mark.parametrize("where", ["parser", "decoder", "events", "reading"])
def test_a_fault_on_the_way_in_ends_with_a_sentence_and_the_terminal_as_it_was(tmp_path: Path, where: str) -> None:
    with at_terminal(crashing(where, "--language", "en"), tmp_path, PYTHONPATH=ROOT) as terminal:
        terminal.wait_for("Email address", "Try again")
        terminal.type("x")
        assert terminal.ends() == 70
        reference = next(tmp_path.rglob("crash-*.txt")).stem.removeprefix("crash-")
        assert reference in terminal.printed.rsplit("\x1b", 1)[-1]
        assert "The program" in terminal.printed.rsplit("\x1b", 1)[-1]
        the_terminal_is_as_it_was(terminal)
        assert "Ancien-1234!" not in terminal.printed


def test_after_a_fault_on_the_way_in_a_kiosk_begins_again_every_time(tmp_path: Path) -> None:
    with at_terminal(crashing("parser", "--kiosk"), tmp_path, PYTHONPATH=ROOT) as terminal:
        for time in range(1, 3):
            terminal.wait_until(partial(_has_begun, terminal, "\x1b[?1049h", time), "the full screen")
            terminal.wait_for("Commencer en français", "Dernier essai")
            terminal.type("x")
        terminal.wait_until(partial(_has_begun, terminal, "\x1b[?1049h", 3), "the full screen again")
        terminal.wait_until(lambda: last_reference(tmp_path) in rest(terminal, "\x1b[?1049h"), "its reference")
        assert "Ancien-1234!" not in terminal.printed


def test_after_a_fault_on_the_way_into_the_line_face_a_kiosk_begins_again(tmp_path: Path) -> None:
    with at_terminal(crashing("decoder", "--kiosk", "--linear"), tmp_path, PYTHONPATH=ROOT) as terminal:
        terminal.wait_for("Bienvenue · Welcome.", "Choix de 1 à")
        terminal.type("x")
        terminal.wait_until(partial(_has_begun, terminal, "Bienvenue · Welcome.", 2), "the first question again")
        assert "Traceback" not in terminal.printed


def last_reference(home: Path) -> str:
    records = sorted(home.rglob("crash-*.txt"), key=lambda record: record.stat().st_mtime_ns)
    return records[-1].stem.removeprefix("crash-")


def rest(terminal: Terminal, mark: str) -> str:
    """Return what was written after the last `mark`."""
    return terminal.printed.rpartition(mark)[2]


def _has_begun(terminal: Terminal, mark: str, time: int) -> bool:
    return terminal.printed.count(mark) >= time


@pytest.mark.parametrize("term", ["vt100", "linux", "screen", "rxvt", "xterm-nobody-knows"])
def test_every_terminal_is_drawn_as_it_can_be_told(term: str, tmp_path: Path) -> None:
    with at_terminal(program("--face", "screen"), tmp_path, TERM=term) as terminal:
        terminal.wait_for("Adresse courriel", "Essayer de nouveau", "F1 Aide")
        terminal.press("tab")
        terminal.wait_for_cursor_on("▶ Adresse courriel")
        terminal.type("nom@exemple.test")
        terminal.wait_for("[nom@exemple.test")
        leaves(terminal)
        if term in {"vt100", "linux"}:  # they have one screen only
            assert not terminal.shows("Voulez-vous quitter")


def test_textual_draws_where_it_is_asked_for(tmp_path: Path) -> None:
    sizes = {}
    for renderer in ("auto", "stock"):
        with at_terminal(program(), tmp_path, SEL_TUI_RENDERER=renderer) as terminal:
            terminal.wait_for("Adresse courriel", "Essayer de nouveau")
            terminal.press("tab")
            terminal.wait_for_cursor_on("▶ Adresse courriel")
            sizes[renderer] = len(terminal.output)
            leaves(terminal)
    assert sizes["auto"] < sizes["stock"] / 4
