"""Answers from the keys of a terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

from sel_tui.journey.core.messages import msg, public
from sel_tui.journey.core.page import Button, Page
from sel_tui.line.console import Console, fold
from sel_tui.line.prompts import Prompt
from sel_tui.line.questions import Question, Size, on_the_last_line
from sel_tui.line.questions import line as one_line
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import EndOfInput, Interrupted, KeyPressed, Line
from sel_tui.line.terminal_source import LONGEST, TerminalSource
from sel_tui.widgets.glyphs import ASCII, UNICODE
from tests.line.stage import words
from tests.scenarios import build


def question(name: str) -> Prompt:
    """Return the question for the field `name` of the login step."""
    renderer = Renderer(lambda _: None, words=words)
    state = build("login")
    while True:
        prompt = renderer.render(state)
        assert prompt is not None
        assert prompt.field is not None
        if prompt.field.id == name:
            return prompt
        renderer.progress.answered(prompt.field.id)


OPEN = question("email")
SECRET = question("password")
CHOOSING = Prompt("? ", cast("Page", None))
BUTTONS = tuple(Button(name, public(name), "submit") for name in ("Connexion", "Mot de passe oublié"))
NUMBERED = CHOOSING._replace(buttons=BUTTONS, names=("connexion", "mot de passe oublie"))


@dataclass
class Keyboard:
    """The other end of a terminal, and what was written to it."""

    source: TerminalSource
    typing: int
    written: list[str] = field(default_factory=list)

    def types(self, data: str | bytes) -> None:
        os.write(self.typing, data.encode() if isinstance(data, str) else data)

    @property
    def screen(self) -> str:
        return "".join(self.written)


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    reading, typing = os.pipe()
    written: list[str] = []
    yield Keyboard(TerminalSource(reading, written.append), typing, written)
    os.close(reading)
    os.close(typing)


async def test_what_is_typed_shows_and_enter_ends_it(keyboard: Keyboard) -> None:
    keyboard.types("Réjean\r")

    assert await keyboard.source.read(OPEN) == Line("Réjean")
    assert keyboard.screen == "Réjean\n"


async def test_a_line_takes_so_many_letters_and_no_more(keyboard: Keyboard) -> None:
    typed = asyncio.create_task(keyboard.source.read(OPEN))
    for _ in range(10):
        keyboard.types("a" * 1_000)
        await asyncio.sleep(0)
    keyboard.types("\x7fb\r")

    assert await typed == Line("a" * (LONGEST - 1) + "b")
    assert len(keyboard.screen) < 10_000


async def test_a_letter_costs_one_letter(keyboard: Keyboard) -> None:
    keyboard.types("a\n")
    await keyboard.source.read(OPEN)

    assert keyboard.written == ["a", "\n"]


async def test_a_secret_shows_nothing_but_one_mark_whatever_its_length(keyboard: Keyboard) -> None:
    screens = []
    for secret in ("x", "Chantier-2026!"):
        keyboard.types(f"{secret}\n")
        assert await keyboard.source.read(SECRET) == Line(secret)
        screens.append(keyboard.screen)
        keyboard.written.clear()

    assert screens == ["••••\n", "••••\n"]


async def test_a_secret_typed_ahead_is_not_shown_before_it_is_asked_for(keyboard: Keyboard) -> None:
    keyboard.types("a@b.test\rsecret\r")

    assert await keyboard.source.read(OPEN) == Line("a@b.test")
    assert await keyboard.source.read(SECRET) == Line("secret")
    assert keyboard.screen == "a@b.test\n••••\n"


async def test_enter_typed_ahead_does_not_take_a_default_that_nobody_has_heard(keyboard: Keyboard) -> None:
    keyboard.types("x\r\r\r2\r")

    assert await keyboard.source.read(OPEN) == Line("x")
    keyboard.source.prepare(CHOOSING)
    assert await keyboard.source.read(CHOOSING) == Line("2", ahead=True)


async def test_what_is_typed_after_the_question_is_told_from_what_was_typed_ahead(keyboard: Keyboard) -> None:
    keyboard.types("x\r1")
    await keyboard.source.read(OPEN)
    keyboard.source.prepare(CHOOSING)
    keyboard.types("\r2\r")

    assert await keyboard.source.read(CHOOSING) == Line("1", ahead=True)
    assert await keyboard.source.read(CHOOSING) == Line("2")


async def test_enter_takes_the_default_once_the_question_is_there(keyboard: Keyboard) -> None:
    keyboard.source.prepare(CHOOSING)
    keyboard.types("\r")

    assert await keyboard.source.read(CHOOSING) == Line("")


async def test_nothing_typed_ahead_counts_behind_an_error(keyboard: Keyboard) -> None:
    keyboard.types("x\rmeant for something else\r")
    await keyboard.source.read(OPEN)
    keyboard.source.prepare(OPEN._replace(follows_problem=True))
    keyboard.types("y\r")

    assert await keyboard.source.read(OPEN) == Line("y")


async def test_nothing_typed_ahead_counts_behind_an_answer_that_was_refused(keyboard: Keyboard) -> None:
    keyboard.types("pas une adresse\rChantier-2026!\r")
    await keyboard.source.read(OPEN)
    keyboard.source.prepare(OPEN._replace(refused=True))
    keyboard.types("y\r")

    assert await keyboard.source.read(OPEN) == Line("y")
    assert "Chantier" not in keyboard.screen


@pytest.mark.parametrize("backspace", ["\x08", "\x7f"])
async def test_both_kinds_of_backspace_erase_one_letter(keyboard: Keyboard, backspace: str) -> None:
    keyboard.types(f"abé{backspace}c\n")

    assert await keyboard.source.read(OPEN) == Line("abc")
    assert keyboard.screen == "abé\b \bc\n"


async def test_a_wide_letter_and_an_accent_of_its_own_are_erased_by_their_cells(keyboard: Keyboard) -> None:
    keyboard.types("漢\x7fe\u0301\x7f\n")

    assert await keyboard.source.read(OPEN) == Line("e")
    assert keyboard.screen == "漢\b \b\b \be\u0301\n"


async def test_a_word_and_a_line_can_be_erased(keyboard: Keyboard) -> None:
    keyboard.types("un deux \x17x\n")
    assert await keyboard.source.read(OPEN) == Line("un x")
    keyboard.types("un deux\x15x\n")
    assert await keyboard.source.read(OPEN) == Line("x")
    keyboard.types("\x7f\x17\x15\n")
    assert await keyboard.source.read(OPEN) == Line("")


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("2\n", "2\n"),
        ("q\n", "q\n"),
        ("Connexion\n", "Connexion\n"),
        ("f3\x7f1\n", "f3\b \b1\n"),
        ("Chantier-2026!\n", "••••\n"),
        ("f0uet\n", "f••••\n"),
        ("22ab\x7f\x7f\x7f\n", "2\n"),
    ],
)
async def test_a_secret_typed_where_a_choice_is_asked_is_not_shown(keyboard: Keyboard, typed: str, screen: str) -> None:
    keyboard.types(typed)
    await keyboard.source.read(NUMBERED)

    assert keyboard.screen == screen


@pytest.mark.parametrize("sign", ["<", ">", "?"])
async def test_a_sign_that_is_a_command_shows_even_where_a_secret_is_asked_for(keyboard: Keyboard, sign: str) -> None:
    keyboard.types(f"{sign}\n")

    assert await keyboard.source.read(SECRET) == Line(sign)
    assert keyboard.screen == f"{sign}\n"


async def test_erasing_a_secret_shows_nothing(keyboard: Keyboard) -> None:
    keyboard.types("ab\x7fc\n")

    assert await keyboard.source.read(SECRET) == Line("ac")
    assert keyboard.screen == "••••\n"


async def test_a_function_key_acts_at_once_and_keeps_what_stands(keyboard: Keyboard) -> None:
    keyboard.types("ab\x1bOP")

    assert await keyboard.source.read(OPEN) == KeyPressed("f1", "ab")
    keyboard.types("c\n")
    assert await keyboard.source.read(OPEN, "ab") == Line("abc")
    assert keyboard.screen == "ab\nabc\n"


async def test_arrows_and_other_sequences_type_nothing(keyboard: Keyboard) -> None:
    keyboard.types("a\x1b[A\x1b[1;5C\x1b[200~b\x1b[201~\x1b[3~\tc\x07\n")

    assert await keyboard.source.read(OPEN) == Line("abc")


async def test_ctrl_d_asks_to_leave_on_an_empty_line_only(keyboard: Keyboard) -> None:
    keyboard.types("a\x04\n\x04")

    assert await keyboard.source.read(OPEN) == Line("a")
    assert await keyboard.source.read(OPEN) == KeyPressed("f10")


async def test_what_was_typed_comes_back_when_something_else_comes_first(keyboard: Keyboard) -> None:
    hearing = asyncio.ensure_future(keyboard.source.read(OPEN))
    keyboard.types("ab")
    while "b" not in keyboard.written:  # noqa: ASYNC110  # the loop has to turn until the letters have come
        await asyncio.sleep(0)
    keyboard.source.stop()

    assert await hearing == Interrupted("ab")


async def test_a_terminal_that_is_gone_ends_the_input(keyboard: Keyboard) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), keyboard.source._descriptor)

    assert await keyboard.source.read(OPEN) == EndOfInput()


def test_long_lines_are_folded_at_ordinary_spaces_only() -> None:
    line = "Appelez le 1\u00a0888\u00a0842-8282 du lundi au vendredi : "

    assert fold(line, 20) == ["Appelez le", "1\u00a0888\u00a0842-8282 du", "lundi au vendredi : "]
    assert fold(line, 0) == [line]
    assert fold("x" * 50, 20) == ["x" * 50]


def test_a_question_that_begins_with_an_error_is_whole_on_its_last_row() -> None:
    label = msg("field.old_password")
    french = words("fr")
    for room, lines, prompt in (
        (40, ["Erreur : ce champ est vide. Remplissez-le."], "Erreur. Ancien mot de passe : "),
        (80, [], "Erreur : ce champ est vide. Remplissez-le. Ancien mot de passe : "),
    ):
        before, asked = on_the_last_line(Question((Size(label),)), french, room, msg("field.required"), None)

        assert [french.say(line).replace("\u00a0", " ") for line in before] == lines
        assert one_line(asked, french).replace("\u00a0", " ") == prompt


def test_a_terminal_without_accents_is_written_to_in_ascii() -> None:
    sent: list[bytes] = []
    Console(ASCII, send=sent.append).say("Étape 1 : « oui »…")
    Console(UNICODE, send=sent.append).say("É")

    assert sent == [b'Etape 1 : " oui "...\n', "É\n".encode()]


def test_a_reader_that_is_gone_is_told_to_whoever_wants_to_know() -> None:
    lost: list[bool] = []

    def broken(data: bytes) -> None:
        raise BrokenPipeError(data)

    Console(UNICODE, send=broken, on_lost=lambda: lost.append(True)).say("x")

    assert lost == [True]


@pytest.mark.parametrize("byte", range(0x80, 0x100))
async def test_a_byte_that_is_no_letter_is_left_out_said_and_what_was_typed_stands_again(
    keyboard: Keyboard, byte: int
) -> None:
    keyboard.source.on_undecodable = lambda: keyboard.written.append("<said>\n")
    keyboard.types(b"ren")
    keyboard.types(bytes([byte]) + b"e")
    keyboard.types(bytes([byte]) + b"!\r")

    assert await keyboard.source.read(OPEN) == Line("rene!")
    assert keyboard.screen.count("<said>") == 1
    assert keyboard.screen.rpartition("<said>\n")[2] == f"{OPEN.text}rene!\n"


async def test_a_secret_in_which_a_byte_was_left_out_is_not_shown_when_it_is_said(keyboard: Keyboard) -> None:
    keyboard.source.on_undecodable = lambda: keyboard.written.append("<said>\n")
    keyboard.types(b"Chantier\xe9-2026!\r")

    assert await keyboard.source.read(SECRET) == Line("Chantier-2026!")
    assert "Chantier" not in keyboard.screen
    assert "<said>" in keyboard.screen


async def test_a_key_that_is_held_down_is_one_sign_of_a_person() -> None:
    reading, typing = os.pipe()
    now, active = [0.0], list[float]()
    source = TerminalSource(reading, lambda _: None, clock=lambda: now[0])
    source.on_activity = lambda: active.append(now[0])
    for data, pause in (("\r", 0.5), *[("\r", 0.033)] * 30, ("\r\r\r", 0.033), ("\r", 2), ("\r", 0.1), ("a\r", 0.1)):
        os.write(typing, data.encode())
        for _ in range(data.count("\r")):
            assert isinstance(await source.read(OPEN), Line)
        now[0] += pause

    assert len(active) == 3
    os.close(reading)
    os.close(typing)


async def test_of_a_flood_so_many_keys_wait_and_none_behind_an_answer_that_was_refused() -> None:
    reading, typing = os.openpty()
    source = TerminalSource(reading, lambda _: None)
    try:
        os.set_blocking(typing, False)
        for _ in range(3):
            source._take(b"x" * LONGEST + b"\x1b[")
        assert len(source._strokes) == LONGEST
        os.write(typing, b"y" * 1_000 + b"\x1b]")
        source.prepare(OPEN._replace(refused=True))
        assert not source._strokes
    finally:
        os.close(reading)
        os.close(typing)
