"""How few bytes turn one frame into the next; the bytes themselves where there is one shortest way."""

from __future__ import annotations

import pytest

from sel_tui.terminal.drawing.abilities import Abilities
from sel_tui.terminal.drawing.cells import BOLD, PLAIN, UNDERLINE, Pen, Place, Row, blank, cells_of
from sel_tui.terminal.drawing.encoder import Shown, encode
from sel_tui.terminal.drawing.moves import way
from sel_tui.terminal.drawing.pens import change
from tests.terminal.test_drawing import abilities

WIDTH = 40


def frame(*lines: str | Row) -> list[Row]:
    """Return a frame of `lines`, text in the plain pen or cells, each filled with blanks."""
    rows = [cells_of(line, PLAIN) if isinstance(line, str) else line for line in lines]
    return [[*row, *[blank()] * (WIDTH - len(row))] for row in rows]


def between(
    before: list[Row], after: list[Row], caret: Place, term: str = "xterm-256color", start: Place | None = None
) -> str:
    """Return what turns one frame into another; the cursor is at `start`, or where it has to be in the end."""
    return encode(Shown(before, start or caret, PLAIN), after, caret, abilities(term))[0]


def test_nothing_to_change_is_nothing_to_write() -> None:
    assert between(frame("a", "b"), frame("a", "b"), Place(0, 1)) == ""


def test_a_letter_at_the_caret_is_that_letter() -> None:
    assert between(frame("jea"), frame("jean"), Place(4, 0), start=Place(3, 0)) == "n"


def test_a_backspace_at_the_end_is_three_bytes() -> None:
    assert between(frame("jean"), frame("jea"), Place(3, 0), start=Place(4, 0)) == "\b \b"


def test_the_rest_of_a_line_is_erased() -> None:
    assert between(frame("Nous lirons : ci1234567"), frame("Nous"), Place(4, 0)) == "\x1b[K"


def test_a_terminal_that_does_not_erase_in_colour_gets_spaces() -> None:
    blue = Pen(paper=4)
    before, after = frame(cells_of("x" * WIDTH, blue)), frame(cells_of(" " * WIDTH, blue))
    assert between(before, after, Place(0, 0), "screen").count(" ") == WIDTH
    assert between(before, after, Place(0, 0), "xterm") == "\x1b[44m\x1b[K"


def test_a_rule_is_one_letter_repeated_where_the_terminal_can() -> None:
    rule = frame("─" * WIDTH)
    assert between(frame(""), rule, Place(0, 0)) == "─\x1b[39b\r"
    assert between(frame(""), rule, Place(0, 0), "linux") == "─" * WIDTH + "\r"


def test_words_are_never_repeated_by_the_terminal() -> None:
    assert between(frame(""), frame("•" * 20), Place(20, 0), start=Place(0, 0)) == "•" * 20


def test_rows_that_move_are_moved_by_the_terminal() -> None:
    lines = [f"{number}. Profil numéro {number}, à vérifier" for number in range(9)]
    written = between(frame("Titre", *lines[:8]), frame("Titre", *lines[1:]), Place(0, 1))
    assert written == "\x1b[2;9r\x1b[9H\n\x1b[1;9r\x1b[9H" + lines[8] + "\x1b[2H"
    assert between(frame("Titre", *lines[1:]), frame("Titre", *lines[:8]), Place(0, 1)).startswith(
        "\x1b[2;9r\x1b[2H\x1bM"
    )


def test_a_change_of_page_leaves_what_is_the_same_untouched() -> None:
    before = frame("Titre", "─" * WIDTH, "Connexion", "", "F1 Aide")
    after = frame("Titre", "─" * WIDTH, "Méthodes", "", "F1 Aide")
    written = between(before, after, Place(0, 2))
    assert "Titre" not in written
    assert "Aide" not in written
    assert "─" not in written


def test_the_pen_changes_by_what_differs() -> None:
    able = abilities("xterm-256color")
    assert change(Pen(250, 233), Pen(250, 233, BOLD), able) == "\x1b[1m"
    assert change(Pen(250, 233, BOLD), Pen(250, 233), able) == "\x1b[22m"
    assert change(Pen(250, 233, BOLD), PLAIN, able) == "\x1b[m"
    assert change(Pen(1, -1, BOLD | UNDERLINE), Pen(1, -1, UNDERLINE), abilities("vt100")) == "\x1b[;4;31m"


@pytest.mark.parametrize(
    ("start", "end", "sequence"),
    [
        (Place(5, 3), Place(4, 3), "\b"),
        (Place(9, 3), Place(0, 3), "\r"),
        (Place(9, 3), Place(0, 4), "\n\r"),
        (Place(0, 3), Place(0, 5), "\n\n"),
        (Place(9, 3), Place(9, 5), "\x1b[2B"),  # LF may go to the first column too
        (Place(9, 3), Place(0, 0), "\x1b[H"),
        (Place(-1, 3), Place(0, 4), "\n\r"),
        (Place(-1, -1), Place(3, 4), "\x1b[5;4H"),
    ],
)
def test_the_cursor_takes_the_shortest_way(start: Place, end: Place, sequence: str) -> None:
    assert way(start, end, abilities("xterm-256color")) == sequence


def test_a_letter_in_the_last_corner_is_left_out_where_it_would_scroll_the_screen() -> None:
    able: Abilities = abilities("xterm-256color")._replace(wraps_late=False)
    written, shown = encode(Shown(frame("a", "b")), frame("a", "x" * WIDTH), None, able)
    assert written.count("x") == WIDTH - 1
    assert shown.rows is not None
    assert shown.rows[-1][-1] == blank()


def test_a_bar_is_drawn_from_top_to_bottom_with_one_pen() -> None:
    red = Pen(ink=9)
    lines = ("Erreur", "Vérifiez", "Réessayez", "Appelez")
    after = frame(*([*cells_of("│ ", red), *cells_of(line, PLAIN)] for line in lines))
    written = between(frame("", "", "", ""), after, Place(0, 0))
    assert written.startswith("\x1b[91m│\n\r│\n\r│\n\r│")
    assert written.count("\x1b[91m") == 1


def test_where_a_page_changes_a_word_that_changes_in_part_is_written_whole() -> None:
    before, after = frame("Connexion", "aaa", "bbb", "[no"), frame("Confirmer", "ccc", "ddd", "[nom")
    written = between(before, after, Place(4, 3), start=Place(3, 3))
    assert "Confirmer" in written
    assert "[nom" not in written  # but for what is being typed
