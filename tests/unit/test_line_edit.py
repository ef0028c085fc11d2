"""Editing one line: the caret stays in the text, accents join, nothing hostile enters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sel_tui.widgets.line_edit import LONGEST, LineEdit, Window, tidy, window

MOVES: dict[str, Callable[[LineEdit], LineEdit]] = {
    name: getattr(LineEdit, name)
    for name in (
        *("backspace", "delete", "delete_word", "delete_to_start", "delete_to_end"),
        *("left", "right", "word_left", "word_right", "home", "end"),
    )
}
HOSTILE = "\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\u200d\u00ad\ufeff\u2028\u061c\ud800"
LETTERS = st.text(alphabet=st.sampled_from("abcéœ ’12-中文あ\u0301\u0308\u0327" + HOSTILE + "\r\n\t"), max_size=12)
KEYS = st.lists(st.one_of(LETTERS, st.sampled_from(sorted(MOVES)).map(lambda name: f"<{name}>")), max_size=30)


def typed(keys: list[str]) -> list[LineEdit]:
    """Return the line after each key."""
    edit, edits = LineEdit(), []
    for key in keys:
        edit = MOVES[key[1:-1]](edit) if key.startswith("<") else edit.typed(key)
        edits.append(edit)
    return edits


@given(KEYS)
def test_the_caret_is_always_within_the_text(keys: list[str]) -> None:
    assert all(0 <= edit.caret <= len(edit.text) for edit in typed(keys))


@given(KEYS)
def test_nothing_that_a_terminal_could_act_upon_ever_enters(keys: list[str]) -> None:
    letters = "".join(edit.text for edit in typed(keys))

    assert not set(HOSTILE + "\r\n\t") & set(letters)
    assert not {letter for letter in letters if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


@given(st.text(max_size=50))
def test_no_text_whatever_brings_a_control_in(text: str) -> None:
    assert all(letter.isprintable() or unicodedata.category(letter) in {"Zs", "Cn", "Co"} for letter in tidy(text))


@given(KEYS, st.integers(2, 50), st.sampled_from(["", "•"]))
def test_the_window_is_exactly_as_wide_as_the_field_and_shows_the_caret(keys: list[str], width: int, mask: str) -> None:
    for edit in typed(keys):
        shown = window(edit, width, mask)

        assert cell_len(shown.text) == width
        assert 0 <= shown.caret < width


@given(KEYS, st.integers(2, 50))
def test_a_masked_window_shows_nothing_of_the_text(keys: list[str], width: int) -> None:
    for edit in typed(keys):
        assert set(window(edit, width, "•").text) <= {"•", " "}


@given(KEYS)
def test_no_line_grows_without_end(keys: list[str]) -> None:
    edit = LineEdit().typed("x" * (LONGEST - 3))
    for key in keys:
        edit = MOVES[key[1:-1]](edit) if key.startswith("<") else edit.typed(key)

        assert len(edit.text) <= LONGEST


@given(LETTERS, LETTERS, LETTERS)
def test_what_stands_behind_the_caret_stays_there(before: str, after: str, more: str) -> None:
    edit = LineEdit().typed(after).home().typed(before)
    behind = edit.text[edit.caret :]

    assert edit.typed(more).text.endswith(behind)


@pytest.mark.parametrize(
    ("keys", "text"),
    [(["e", "\u0301"], "é"), (["c", "\u0327", "a"], "ça"), (["\u0301", "e"], "\u0301e"), (["e\u0301"], "é")],
)
def test_an_accent_that_comes_after_its_letter_joins_it(keys: list[str], text: str) -> None:
    assert typed(keys)[-1].text == text


def test_a_letter_without_a_composed_form_is_one_step_for_the_caret() -> None:
    edit = LineEdit().typed("x\u0301y")

    assert edit.left().left().caret == 0
    assert edit.left().backspace().text == "y"
    assert edit.home().right().caret == 2
    assert edit.home().delete().text == "y"


def test_words_are_steps_too() -> None:
    edit = LineEdit().typed("maika cote-lheureux")

    assert edit.word_left().caret == 11
    assert edit.delete_word().text == "maika cote-"
    assert edit.home().word_right().caret == 5
    assert (edit.word_left().delete_to_start().text, edit.word_left().delete_to_end().text) == (
        "lheureux",
        "maika cote-",
    )


def test_pasted_lines_become_one() -> None:
    assert LineEdit().typed("L-482913\r\n7K3M9-QTDHX\n").text == "L-482913 7K3M9-QTDHX "


def test_no_text_is_in_a_repr() -> None:
    edit = LineEdit().typed("Canari-3f9c")

    assert "Canari" not in repr(edit) + repr(window(edit, 20))


@pytest.mark.parametrize("width", [-6, 0, 1])
def test_a_field_without_room_ends_all_the_same(width: int) -> None:
    shown = window(LineEdit("nom@exemple.com", 3), width)

    assert (len(shown.text), shown.caret) == (1, 0)


def test_a_mark_that_has_no_letter_sits_on_a_blank_of_the_field() -> None:
    assert window(LineEdit().typed("\u0301"), 5) == Window("\u00a0\u0301    ", 1)
    assert window(LineEdit().typed("\u0301").home(), 5) == Window("\u00a0\u0301    ", 0)


def test_a_field_that_scrolls_leaves_no_mark_of_a_letter_that_is_out_of_sight() -> None:
    assert window(LineEdit().typed("x\u0301abcd"), 5).text == "abcd "


@given(KEYS, st.integers(1, 9))
def test_what_a_field_shows_begins_with_a_letter_and_fills_its_width(keys: list[str], width: int) -> None:
    for edit in typed(keys):
        shown = window(edit, width)
        assert cell_len(shown.text) == width
        assert cell_len(shown.text[0])
