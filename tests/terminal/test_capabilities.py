"""What is decided for each terminal, and the reason that is given."""

from __future__ import annotations

from typing import Any

import pytest

from sel_tui.i18n import Words
from sel_tui.terminal.capabilities import CELLS, EVERY, Found, colours_of, decide, line_of
from sel_tui.terminal.doctor import keys_report, report

UTF8 = "fr_CA.UTF-8"


def usual(term: str = "xterm-256color", **more: Any) -> Found:
    return Found(term=term, columns=80, rows=24, locale=UTF8)._replace(**more)


def nobody_knows(term: str) -> bool:
    del term
    return False


@pytest.mark.parametrize(
    ("term", "face", "colour"),
    [
        ("linux", "screen", "sel-terminal"),
        ("vt100", "screen", "sel-mono"),
        ("vt220", "screen", "sel-mono"),
        ("xterm", "screen", "sel-terminal"),
        ("xterm-256color", "screen", "sel-dark"),
        ("xterm-kitty", "screen", "sel-dark"),
        ("xterm-mono", "screen", "sel-mono"),
        ("screen", "screen", "sel-terminal"),
        ("screen-256color", "screen", "sel-dark"),
        ("tmux", "screen", "sel-terminal"),
        ("tmux-256color", "screen", "sel-dark"),
        ("tmux-direct", "screen", "sel-dark"),
        ("rxvt", "screen", "sel-terminal"),
        ("rxvt-unicode-256color", "screen", "sel-dark"),
        ("putty", "screen", "sel-terminal"),
        ("dumb", "line", "sel-terminal"),
        ("unknown", "line", "sel-terminal"),
        ("frobnicator", "line", "sel-terminal"),
        ("", "line", "sel-terminal"),
    ],
)
def test_each_terminal_gets_the_face_and_the_colours_that_it_can_show(term: str, face: str, colour: str) -> None:
    decision = decide(usual(term), described=nobody_knows)

    assert (decision.face, decision.colour) == (face, colour)


def test_a_terminal_that_the_system_describes_is_believed() -> None:
    assert decide(usual("frobnicator"), described=lambda _: True).face == "screen"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"has_input": False}, "why.no_input"),
        ({"has_output": False}, "why.no_output"),
        ({"accessible": True}, "why.accessible"),
        ({"term": "dumb"}, "why.dumb"),
        ({"term": ""}, "why.no_term"),
        ({"columns": 39}, "why.small"),
        ({"rows": 11}, "why.small"),
    ],
)
def test_the_line_face_is_taken_by_itself_and_says_why(more: dict[str, Any], why: str) -> None:
    decision = decide(usual(**more), described=nobody_knows)

    assert (decision.face, decision.why_face.key) == ("line", why)


def test_a_size_that_is_not_known_is_no_reason() -> None:
    assert decide(usual(columns=0, rows=0)).face == "screen"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"colorterm": "truecolor"}, EVERY),
        ({"colorterm": "24bit", "term": "screen"}, EVERY),
        ({"colorterm": "truecolor", "term": "vt220"}, 0),
        ({"term": "rxvt-16color"}, 16),
        ({"term": "linux"}, 8),
    ],
)
def test_colours_are_counted_by_names_and_variables(more: dict[str, Any], count: int) -> None:
    assert colours_of(usual(**more)) == count


def test_no_color_wins_over_every_colour() -> None:
    decision = decide(usual(colorterm="truecolor", no_color=True))

    assert (decision.colour, decision.why_colour.key) == ("sel-mono", "why.no_color")


@pytest.mark.parametrize(
    ("locale", "glyphs"),
    [
        ("fr_CA.UTF-8", "unicode"),
        ("fr_CA.utf8@euro", "unicode"),
        ("C.UTF-8", "unicode"),
        ("", "unicode"),
        ("C", "ascii"),
        ("POSIX", "ascii"),
        ("ja_JP.SJIS", "ascii"),
        ("fr_CA", "latin"),
        ("fr_CA.ISO-8859-1", "latin"),
        ("fr_FR.ISO-8859-15@euro", "latin"),
        ("fr_CA.CP1252", "latin"),
    ],
)
def test_the_locale_tells_which_glyphs_can_be_written(locale: str, glyphs: str) -> None:
    assert decide(usual(locale=locale)).glyphs == glyphs


def test_what_is_asked_for_wins_and_says_so() -> None:
    decision = decide(usual("dumb"), face="screen", colour="sel-contrast", glyphs="ascii")

    assert (decision.face, decision.colour, decision.glyphs) == ("screen", "sel-contrast", "ascii")
    assert decision.why_face.key == "why.face_asked"
    assert decision.why_colour.key == decision.why_glyphs.key == "why.asked"


@pytest.mark.parametrize(
    ("locale", "glyphs", "encoding"),
    [
        ("fr_CA.ISO-8859-15", "auto", "iso8859-15"),
        ("fr_CA.ISO-8859-15", "latin", "iso8859-15"),
        ("fr_CA.ISO-8859-15", "ascii", "iso8859-15"),
        ("fr_CA.ISO-8859-15", "unicode", "utf-8"),
        ("fr_CA.UTF-8", "auto", "utf-8"),
        ("fr_CA.UTF-8", "latin", "iso8859-1"),
        ("fr_CA.UTF-8", "ascii", "utf-8"),
        ("C", "auto", "utf-8"),
        ("", "latin", "iso8859-1"),
    ],
)
def test_the_locale_and_the_setting_tell_how_the_terminal_writes_letters(
    locale: str, glyphs: str, encoding: str
) -> None:
    assert decide(usual(locale=locale), glyphs=glyphs).encoding == encoding


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("term", ["xterm-256color", "vt220", "dumb", "linux", "", "frobnicator"])
@pytest.mark.parametrize("locale", [UTF8, "fr_CA.ISO-8859-1", "C", ""])
def test_doctor_says_every_decision_and_every_reason_in_words(term: str, locale: str, language: str) -> None:
    found = usual(term, locale=locale)
    lines = report(found, decide(found, described=nobody_knows), Words(language))

    assert len(lines) == 9
    assert not any(key in "\n".join(lines) for key in ("why.", "doctor.", "face.", "{"))


def test_doctor_in_french() -> None:
    found = usual("vt220", locale="C")
    lines = [line.replace("\u00a0", " ") for line in report(found, decide(found), Words("fr"))]

    assert lines == [
        "Ce que sel-tui a décidé pour ce terminal",
        "Terminal : vt220",
        "Taille : 80 colonnes sur 24 lignes",
        "Présentation : plein écran. Le terminal « vt220 » permet le plein écran.",
        "Couleurs : sel-mono, aucune couleur. Le terminal « vt220 » n’a pas de couleurs.",
        "Caractères : sans accents (ascii). La langue du système (C) n’écrit pas en UTF-8.",
        "Afficheur braille : aucun",
        "Touches : F1 à F12 de xterm, vt220, PuTTY, rxvt et de la console Linux; effacement par ^H ou DEL.",
        (
            "Pour changer : --face screen|line · --colour dark|light|contrast|terminal|mono "
            "· --glyphs unicode|latin|ascii · --braille yes|no"
        ),
    ]


@pytest.mark.parametrize(
    ("term", "brltty", "asked", "cells"),
    [
        ("linux", True, "auto", CELLS),
        ("linux", False, "auto", 0),
        ("xterm", True, "auto", 0),
        ("xterm", False, "yes", CELLS),
        ("linux", True, "no", 0),
    ],
)
def test_the_field_keeps_to_a_braille_display_where_one_follows_or_was_asked_for(
    term: str, brltty: bool, asked: str, cells: int
) -> None:
    assert decide(usual(term, brltty=brltty), braille=asked).cells == cells


@pytest.mark.parametrize(
    ("environment", "terminal", "line", "milliseconds"),
    [
        ({}, "/dev/pts/3", "local", 100),
        ({}, "/dev/tty1", "local", 100),
        ({}, "", "local", 100),
        ({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}, "/dev/pts/3", "ssh", 500),
        ({"SSH_TTY": "/dev/pts/3"}, "", "ssh", 500),
        ({}, "/dev/ttyS0", "serial", 500),
        ({}, "/dev/ttyUSB1", "serial", 500),
    ],
)
def test_a_line_that_may_be_slow_has_more_time_for_the_rest_of_a_key(
    environment: dict[str, str], terminal: str, line: str, milliseconds: int
) -> None:
    found = usual(line=line_of(environment, terminal))
    own, asked = decide(found), decide(found, escape_delay=250)

    assert (found.line, own.escape_wait, asked.escape_wait) == (line, milliseconds / 1_000, 0.25)
    for language in ("fr", "en"):
        said = keys_report(own, Words(language)) + keys_report(asked, Words(language))
        assert f"{milliseconds} " in said[0]
        assert "escape_delay" in said[0]
        assert "250 " in said[1]
