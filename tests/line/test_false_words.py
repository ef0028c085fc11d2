"""What is said is so: of a slip, of a count, and of a social insurance number that was typed by mistake."""

from __future__ import annotations

import os
import re

import pyte
import pytest

from sel_tui.line.console import Console
from sel_tui.line.sources import Line
from sel_tui.line.terminal_source import TerminalSource
from sel_tui.widgets.glyphs import UNICODE
from tests.line.stage import LOGIN, TO_LEGACY, converse
from tests.line.test_braille import prompts
from tests.scenarios import in_each_scenario

SIN = "046 454 286"


@pytest.mark.parametrize("slip", ["3", "12", "1234"])
async def test_a_digit_where_an_address_is_asked_for_is_no_old_access(slip: str) -> None:
    stage = await converse(slip)

    assert "anciens accès" not in stage.text
    assert "Erreur : cette adresse courriel est incomplète." in stage.text


async def test_an_old_access_where_an_address_is_asked_for_is_one() -> None:
    stage = await converse("ci1234567", "1234567")

    assert stage.text.count("ce sont vos anciens accès") == 2


@in_each_scenario
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_said_to_stand_below_where_lines_follow_one_another(name: str, language: str) -> None:
    written = "\n".join(line for _, lines in prompts(name, language) for line in lines)

    assert not re.search(r"\bplus bas\b|\bbelow\b|ci-dessous", written)


async def test_counts_agree_with_what_they_count() -> None:
    stage = await converse(*TO_LEGACY, "ci1", "<", "ci12")

    assert "Vérifiez : 1 chiffre après ci; d’habitude, il y en a 7." in stage.text
    assert "Vérifiez : 2 chiffres après ci; d’habitude, il y en a 7." in stage.text

    stage = await converse(*LOGIN, "1", "ci1", language="en")
    assert "Please check: 1 digit after ci; usually there are 7." in stage.text


async def test_a_number_that_stays_readable_is_not_said_to_be_erased() -> None:
    stage = await converse(*TO_LEGACY, SIN, "ci1234567")

    assert "Nous ne l’avons pas gardé, mais il reste lisible plus haut dans ce terminal." in stage.text
    assert "effacé" not in stage.text
    assert "Entrée garde" not in stage.asked[4]


async def test_a_number_that_was_erased_is_said_to_be() -> None:
    stage = await converse(*TO_LEGACY, SIN, erases=True)

    assert "Nous l’avons effacé." in stage.text
    assert "lisible" not in stage.text


@pytest.mark.parametrize(("columns", "cells"), [(80, 0), (80, 40), (24, 0), (15, 0)])
async def test_the_line_with_the_number_is_erased_from_the_screen_whatever_rows_it_takes(
    columns: int, cells: int
) -> None:
    screen = pyte.Screen(columns, 40)
    screen.set_mode(pyte.modes.LNM)
    stream = pyte.ByteStream(screen)
    console = Console(UNICODE, columns=cells or columns, cells=cells, send=stream.feed)
    reading, typing = os.pipe()
    source = TerminalSource(
        reading, console.write, window=lambda: console.window if cells else 0, erasable=lambda: columns
    )
    prompt = next(prompts("legacy_access", "fr"))[0]
    console.say("avant")
    console.ask(prompt.text)
    os.write(typing, f"  {SIN}   {SIN}\r".encode())
    line = await source.read(prompt)
    before = "".join(screen.display)
    erased = source.erase()
    console.say("après")
    os.close(reading)
    os.close(typing)

    assert line == Line(f"  {SIN}   {SIN}")
    assert "046" in before
    assert erased
    assert not any(sign.isdigit() for sign in "".join(screen.display))
    rows = [row.rstrip() for row in screen.display if row.strip()]
    assert (rows[0], rows[-1]) == ("avant", "après")
