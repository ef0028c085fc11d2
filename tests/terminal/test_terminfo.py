"""What terminfo says of a terminal, and who draws for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sel_tui import cli
from sel_tui.terminal.capabilities import Found
from sel_tui.terminal.drawing.abilities import EVERY, USUAL, read
from sel_tui.terminal.drawing.cells import BOLD
from sel_tui.terminal.terminfo import choose
from sel_tui.widgets import textual_compat
from tests.terminal.test_drawing import abilities


def test_what_each_terminal_can_be_told_comes_from_terminfo() -> None:
    assert abilities("xterm-256color").erases_in_colour
    assert abilities("xterm-256color").repeats
    assert not abilities("screen").erases_in_colour
    assert not abilities("linux").repeats
    assert not abilities("vt100").columns
    assert not abilities("vt100").ends_marks
    assert [abilities(term).colours for term in ("vt100", "linux", "xterm-256color")] == [0, 8, 256]


def test_a_terminal_whose_cursor_is_placed_in_another_way_is_none_of_ours() -> None:
    assert read({"cup": b"\x1bY%p1%{32}%+%c%p2%{32}%+%c"}.get, lambda _: 0, lambda _: 80) is None


def test_delays_of_old_terminals_are_left_out() -> None:
    said = {"cup": b"\x1b[%i%p1%d;%p2%dH$<5>", "bold": b"\x1b[1m$<2/>"}
    found = read(said.get, lambda _: 0, lambda _: -1)
    assert found is not None
    assert (found.marks, found.colours) == (BOLD, 0)


def test_the_program_that_is_asked_for_the_stock_renderer_or_does_not_know_textual_leaves_it_to_textual() -> None:
    found = Found(term="xterm-256color")
    assert choose(found, "stock", seam_known=True)[0] is None
    abilities, why = choose(found, "auto", seam_known=False)
    assert (abilities, why.key) == (None, "why.seam")


ASK = """
from sel_tui import cli
from sel_tui.terminal.capabilities import Found
from sel_tui.terminal.terminfo import choose
print(choose(Found(term={!r}, colorterm={!r}), "auto", seam_known=True)[0])
"""


def asked(term: str, colorterm: str = "") -> str:
    program = ASK.format(term, colorterm)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("term", ["foot-of-tomorrow", "xterm-nobody-knows"])
def test_a_terminal_that_terminfo_does_not_know_has_what_is_usual(term: str) -> None:
    assert asked(term) == str(USUAL._replace(colours=256 if term.startswith("foot") else 8))


def test_colorterm_says_that_there_are_all_colours() -> None:
    assert f"colours={EVERY}" in asked("xterm-256color", "truecolor")
    assert "colours=256" in asked("xterm-256color")
    assert "colours=0" in asked("vt100", "truecolor")


def test_doctor_says_who_draws_and_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    cli.main(["doctor", "--language", "en"])
    assert "the program’s own, which writes only what changes. Terminfo describes" in capsys.readouterr().out
    monkeypatch.setattr(textual_compat, "is_seam_known", lambda: False)
    cli.main(["doctor", "--language", "en"])
    assert "Textual’s, which writes more. This version of Textual does not paint" in capsys.readouterr().out
