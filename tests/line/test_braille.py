"""Forty cells that follow the cursor, as brltty shows them: the question is there, then what is typed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Final

import pyte
import pytest

from sel_tui.journey.core.page import Choice, EntryItem
from sel_tui.line.console import Console
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import Line
from sel_tui.line.terminal_source import TerminalSource
from sel_tui.widgets.glyphs import UNICODE
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Server, converse, refused, words
from tests.scenarios import NAMES, build, in_each_scenario

CELLS: Final = 40
_PROBLEMS: Final = ("Erreur.", "Erreur :", "Attention.", "Error.", "Error:", "Warning.")
# Where nothing tells the page or what Enter does.
_NAMELESS: Final = ("Choix de", "Choice from", "Entrée, ou", "Enter, or")


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
        row = self.screen.buffer[cursor.y]
        return "".join(row[place].data for place in range(first, first + CELLS)).replace("\u00a0", " ").rstrip()


def prompts(name: str, language: str) -> Iterator[tuple[Prompt, list[str]]]:
    """Yield each question of a page with what was written before it: its fields, its choices, all of them listed."""
    written: list[str] = []
    renderer = Renderer(written.append, words=words, room=lambda: CELLS, braille=True)
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
@in_each_scenario
def test_each_question_stands_whole_in_the_cells(name: str, language: str) -> None:
    for prompt, written in prompts(name, language):
        felt = Felt()
        for line in written:
            felt.console.say(line)
        felt.console.ask(prompt.text)

        assert felt.cells == prompt.text.replace("\u00a0", " ").rstrip()
        wrong = prompt.follows_problem or (
            isinstance(prompt.field, (EntryItem, Choice)) and prompt.field.error is not None
        )
        assert felt.cells.startswith(_PROBLEMS) is wrong


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_two_pages_that_follow_each_other_are_felt_as_the_same_line(language: str) -> None:
    lines = {name: [prompt.text for prompt, _ in prompts(name, language)] for name in NAMES}
    following = 0

    assert not [line for felt in lines.values() for line in felt if line.startswith(_NAMELESS)]
    for before, after in permutations(NAMES, 2):
        if lines[after][0] in lines[before]:
            renderer = Renderer(lambda _: None, words=words, room=lambda: CELLS, braille=True)
            first = ask_until(renderer, before, language, lines[after][0])
            second = renderer.render(replace(build(after, language), busy=None))
            assert second is not None
            same = (first.page.where, first.page.title) == (second.page.where, second.page.title)
            closed = renderer.progress.closes_itself  # nothing is asked there
            assert same or closed or second.text != first.text
            following += not (same or closed)
    assert following


def ask_until(renderer: Renderer, name: str, language: str, line: str) -> Prompt:
    """Answer the questions of a page up to `line`; return its prompt."""
    state = replace(build(name, language), busy=None)
    while (prompt := renderer.render(state)) is not None and prompt.text != line:
        if prompt.field is not None:
            renderer.progress.answered(prompt.field.id)
        else:
            renderer.progress.choose()
    assert prompt is not None
    return prompt


async def test_a_choice_names_its_page_and_what_enter_does() -> None:
    stage = await converse(*TO_LEGACY, *LEGACY, "1", "1", room=CELLS, braille=True)

    assert stage.asked[2] == "Méthode, 1 à 4 (Entrée : 1) :"
    assert stage.asked[5:] == [
        "Entrée : Profils, ou > :",
        "Profils, 1 à 5 (Entrée : 1) :",
        "Vérifier le dossier lié, 1 à 5 :",
    ]


async def test_the_same_question_on_another_page_begins_with_its_title() -> None:
    stage = await converse("", "?", "<", room=CELLS, braille=True)

    assert stage.asked == [
        "Adresse courriel :",
        "Créer un compte. Adresse courriel :",
        "Adresse courriel :",
        "Connexion. Adresse courriel :",
    ]


async def test_enter_alone_never_logs_out_where_only_the_last_line_is_felt() -> None:
    script = (*TO_LEGACY, *LEGACY, "1", "1", "1", "")
    felt = await converse(*script, room=CELLS, braille=True)
    heard = await converse(*script)

    assert felt.asked[-2:] == ["Sélectionner un profil, 1 à 4 :", "Erreur. Profils, 1 à 4 :"]
    assert "Erreur : tapez un nombre de 1 à 4.\n" in felt.text
    assert felt.state.step == "profiles"
    assert heard.state.step == "login"


async def test_after_an_error_its_word_comes_first_and_what_explains_stands_before() -> None:
    server = Server(sessions__open=[refused("invalid-credentials", 401)])
    stage = await converse("x", *LOGIN, "", server=server, room=CELLS, braille=True)

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
