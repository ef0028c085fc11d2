"""Keys as terminals of every family send them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from sel_tui.terminal.keys import FUNCTION_KEYS, KeyReader, Stroke, teach

FAMILIES = {
    "xterm": [
        *(f"\x1bO{final}" for final in "PQRS"),
        *(f"\x1b[{code}~" for code in (15, 17, 18, 19, 20, 21, 23, 24)),
    ],
    "putty": [f"\x1b[{code}~" for code in (11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24)],
    "putty in VT100+ mode": [f"\x1bO{final}" for final in "PQRSTUVWXYZ["],
    "linux console": [
        *(f"\x1b[[{final}" for final in "ABCDE"),
        *(f"\x1b[{code}~" for code in (17, 18, 19, 20, 21, 23, 24)),
    ],
}


def strokes(data: str | bytes, encoding: str = "utf-8") -> list[Stroke]:
    return list(KeyReader(encoding).feed(data if isinstance(data, bytes) else data.encode()))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_function_key_of_every_family_is_understood(family: str) -> None:
    assert [strokes(sequence) for sequence in FAMILIES[family]] == [
        [Stroke(name=f"f{number}")] for number in range(1, 13)
    ]


@pytest.mark.parametrize("sequence", sorted(FUNCTION_KEYS))
def test_a_sequence_may_arrive_letter_by_letter(sequence: str) -> None:
    reader = KeyReader(clock=lambda: 0.0)

    assert [stroke for letter in sequence for stroke in reader.feed(letter.encode())] == strokes(sequence)


@pytest.mark.parametrize("backspace", ["\x08", "\x7f"])
def test_backspace_is_control_h_or_delete(backspace: str) -> None:
    assert strokes(backspace) == [Stroke(name="backspace")]


def test_the_keypad_types_what_stands_on_it() -> None:
    typed = "".join(stroke.text for stroke in strokes("".join(f"\x1bO{final}" for final in "pqrstuvwxyjklmno")))

    assert typed == "0123456789*+,-./"
    assert strokes("\x1bOM") == [Stroke(name="enter")]


@pytest.mark.parametrize("sequence", ["\x1b[A", "\x1b[1;5C", "\x1b[Z", "\x1b[200~", "\x1b[?1;2c", "\x1bOA", "\x1b[I"])
def test_other_sequences_type_nothing(sequence: str) -> None:
    assert strokes(f"a{sequence}b") == [Stroke("a"), Stroke("b")]


def test_a_lone_escape_or_alt_loses_no_letter() -> None:
    assert strokes("\x1béa") == [Stroke("é"), Stroke("a")]


def test_an_accent_that_is_cut_by_two_reads_is_one_letter() -> None:
    reader = KeyReader(clock=lambda: 0.0)

    assert [*reader.feed(b"\xc3"), *reader.feed(b"\xa9")] == [Stroke("é")]


def test_a_terminal_that_writes_latin_1_is_understood() -> None:
    assert strokes(b"\xe9", "latin-1") == [Stroke("é")]


def test_control_letters_type_nothing() -> None:
    assert strokes("\x00\x07\x0b\x1f\x9b\x85") == []


def test_what_textual_lacks_is_added_and_nothing_of_its_own_is_touched() -> None:
    from textual import events
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
    from textual._xterm_parser import XTermParser
    from textual.keys import Keys

    before = dict(ANSI_SEQUENCES_KEYS)
    table = cast("dict[str, object]", ANSI_SEQUENCES_KEYS)
    try:
        teach(table, cast("Callable[[str], object]", Keys))
        heard: dict[str, list[str]] = {}
        for family, sequences in FAMILIES.items():
            parser = XTermParser()
            heard[family] = [
                event.key for part in sequences for event in parser.feed(part) if isinstance(event, events.Key)
            ]
        assert all(table[sequence] == keys for sequence, keys in before.items())
    finally:
        table.clear()
        table.update(before)

    assert all(keys == [f"f{number}" for number in range(1, 13)] for keys in heard.values()), heard
