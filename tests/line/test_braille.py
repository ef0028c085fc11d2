"""Forty cells that follow the cursor, as brltty shows them: the question is there, then what is typed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pyte
import pytest

from sel_tui.journey.core.page import EntryItem
from sel_tui.line.console import Console
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import Line
from sel_tui.line.terminal_source import TerminalSource
from sel_tui.widgets.glyphs import UNICODE
from tests.line.stage import LOGIN, Server, converse, refused, words
from tests.scenarios import NAMES, build

CELLS: Final = 40
_PROBLEMS: Final = ("Erreur", "Attention", "Error", "Warning")


class Felt:
    """A terminal of eighty columns, and the forty cells on it that hold the cursor."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(80, 200)
        self.screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.ByteStream(self.screen)
        self.console = Console(UNICODE, columns=CELLS, cells=CELLS, send=self._stream.feed)

    @property
    def cells(self) -> str:
        """What is felt."""
        cursor = self.screen.cursor
        first = cursor.x // CELLS * CELLS
        return str(self.screen.display[cursor.y])[first : first + CELLS].replace("\u00a0", " ").rstrip()


def prompts(name: str, language: str) -> Iterator[tuple[Prompt, list[str]]]:
    """Yield each question of a page with what was written before it: its fields, its choices, all of them listed."""
    written: list[str] = []
    renderer = Renderer(written.append, words=words, room=lambda: CELLS)
    state = replace(build(name, language), busy=None)
    for _ in range(CELLS):
        prompt = renderer.render(state)
        assert prompt is not None
        yield prompt, written
        written.clear()
        if prompt.field is not None:
            renderer.progress.answered(prompt.field.id)
        elif prompt.leads_on:
            renderer.progress.choose()
        else:
            return


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_each_question_stands_whole_in_the_cells(name: str, language: str) -> None:
    for prompt, written in prompts(name, language):
        felt = Felt()
        for line in written:
            felt.console.say(line)
        felt.console.ask(prompt.text)

        assert felt.cells == prompt.text.replace("\u00a0", " ").rstrip()
        wrong = prompt.follows_problem or (isinstance(prompt.field, EntryItem) and prompt.field.error is not None)
        assert felt.cells.startswith(_PROBLEMS) is wrong


async def test_after_an_error_its_word_comes_first_and_what_explains_stands_before() -> None:
    server = Server(sessions__open=[refused("invalid-credentials", 401)])
    stage = await converse("x", *LOGIN, "", server=server, room=CELLS)

    assert "Entrée seule : Créer un compte.\nAdresse courriel : \n" in stage.text
    assert "Exemple : nom@exemple.com\nEntrée seule : Créer un compte.\nErreur. Adresse courriel : \n" in stage.text
    assert stage.asked[1] == "Erreur. Adresse courriel :"
    assert stage.asked[3:5] == ["Erreur. Mot de passe :"] * 2
    assert all(len(asked) < CELLS for asked in stage.asked)


async def test_what_is_typed_is_felt_whole_and_erased_where_it_is_felt() -> None:
    reading, typing = os.pipe()
    felt = Felt()
    prompt = next(prompts("login", "fr"))[0]
    source = TerminalSource(reading, felt.console.write, window=lambda: felt.console.window)
    felt.console.ask(prompt.text)

    seen: list[str] = []
    write = felt.console.write
    typed = "une.adresse.longue@exemple.test"

    def writes(text: str) -> None:
        write(text)
        seen.append(felt.cells)

    source._write = writes
    os.write(typing, f"{typed}\x7f\x7f\x7f\x7fcom\r".encode())
    line = await source.read(prompt)
    os.close(reading)
    os.close(typing)

    assert line == Line("une.adresse.longue@exemple.com")
    shown = [text.removeprefix("Adresse courriel : ") for text in seen[:-1] if text]
    for count in range(1, len(typed) + 1):
        assert typed[:count] in shown
    assert shown[-1] == "une.adresse.longue@exemple.com"


async def test_beyond_the_cells_the_end_of_what_is_typed_is_felt_and_can_be_erased() -> None:
    reading, typing = os.pipe()
    felt = Felt()
    prompt = next(prompts("login", "fr"))[0]
    source = TerminalSource(reading, felt.console.write, window=lambda: felt.console.window)
    felt.console.ask(prompt.text)
    os.write(typing, ("a" * 20 + "b" * 30 + "\x7f" * 31 + "!\r").encode())
    line = await source.read(prompt)
    os.close(reading)
    os.close(typing)

    assert line == Line("a" * 19 + "!")
    rows = [row.rstrip() for row in felt.screen.display]
    assert rows[felt.screen.cursor.y - 1].endswith("a!")
    assert all(len(row) <= CELLS for row in rows)
