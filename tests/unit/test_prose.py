"""Breaking text into lines: never where it is held together, never too wide, never a word lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sel_tui.i18n.prose import wrap

NBSP = "\u00a0"
TEXTS = st.text(alphabet=st.sampled_from("abcdéèœ’:«»0123  " + NBSP + "\n中文—"), max_size=120)
WIDTHS = st.integers(2, 80)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("width", range(12, 40))
def test_a_colon_a_quotation_and_an_hour_are_never_torn_apart(width: int) -> None:
    text = f"Étape{NBSP}1{NBSP}: dites «{NBSP}oui{NBSP}» avant 8{NBSP}h{NBSP}30 ou 1{NBSP}888{NBSP}a."
    lines = wrap(text, width)

    for group in (f"Étape{NBSP}1{NBSP}:", f"«{NBSP}oui{NBSP}»", f"8{NBSP}h{NBSP}30", f"1{NBSP}888{NBSP}a."):
        assert any(group in line for line in lines)


@given(TEXTS, WIDTHS)
def test_no_line_is_wider_than_the_screen(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(TEXTS, WIDTHS)
def test_no_letter_is_lost_and_none_is_added(text: str, width: int) -> None:
    assert squeezed("".join(wrap(text, width))) == squeezed(text)


@given(TEXTS, WIDTHS)
def test_a_group_that_fits_stays_whole(text: str, width: int) -> None:
    lines = wrap(text, width)
    groups = [word for word in text.replace("\n", " ").split(" ") if word.strip(" " + NBSP)]

    for group in groups:
        if cell_len(group) <= width:
            assert any(group.strip() in line for line in lines)


@given(TEXTS, WIDTHS)
def test_the_lines_of_wrapped_text_stay_as_they_are(text: str, width: int) -> None:
    once = wrap(text, width)

    assert [line for row in once for line in wrap(row, width)] == once


@given(TEXTS)
def test_text_that_fits_is_one_line_for_each_paragraph(text: str) -> None:
    assert len(wrap(text, 1000)) == len(text.split("\n"))


def test_an_empty_line_between_paragraphs_stays() -> None:
    assert wrap("un\n\ndeux", 20) == ["un", "", "deux"]


def test_a_word_wider_than_the_line_is_cut_rather_than_hidden() -> None:
    assert wrap("anticonstitutionnellement", 10) == ["anticonsti", "tutionnell", "ement"]


@pytest.mark.parametrize("width", [0, -1])
def test_without_any_room_there_is_still_a_line_for_what_stands_in_it(width: int) -> None:
    assert wrap("un mot", width) == wrap("un mot", 1)
    assert wrap("", width) == [""]
