"""What a terminal sends is cut into letters, sequences and pastes, however the reads cut it; all that begins ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_tui.terminal.capabilities import LOCAL_WAIT, SLOW_WAIT
from sel_tui.terminal.keys import KeyReader, Stroke
from sel_tui.terminal.scanner import (
    PASTE_LIMIT,
    PASTE_SILENCE,
    STRING_SECONDS,
    Letters,
    Pasted,
    Scanner,
    Sequence,
    Token,
)

BEGIN, END = "\x1b[200~", "\x1b[201~"
# Colours, device attributes, names, settings, modes, sizes, the clipboard; kitty's own and those of Windows.
REPLIES = (
    *(
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        "\x1b]52;c;U2VjcmV0\x07",
        "\x1b]l title\x1b\\",
    ),
    *("\x1bP1$r0m\x1b\\", "\x1bP>|XTerm(380)\x1b\\", "\x1bP!|00000000\x1b\\", "\x1bP1+r544e=787465726d\x1b\\"),
    *("\x1b_Gi=31;OK\x1b\\", "\x1b^secret\x1b\\", "\x1bXsos\x1b\\"),
    *("\x9d11;rgb:1e1e/1e1e/1e1e\x9c", "\x90>|eight bits\x9c", "\x9b?62;1c"),
)
REPORTS = (
    *("\x1b[?61;6;7;22c", "\x1b[>41;380;0c", "\x1b[=0;0c", "\x1b[?2026;2$y", "\x1b[?1u", "\x1b[?996;1n", "\x1b[0n"),
    *(
        "\x1b[4;600;800t",
        "\x1b[8;24;80t",
        "\x1b[48;24;80;600;800t",
        "\x1b[<0;10;10M",
        "\x1b[M !!",
        "\x1b[65;30;97;1;0;1_",
    ),
)


def scanned(text: str, *cuts: int) -> list[Token]:
    """Return what `text` is, read in pieces; letters that follow one another are one token."""
    scanner, found = Scanner(), list[Token]()
    for start, end in pairwise([0, *cuts, len(text)]):
        for token in scanner.feed(text[start:end], 0):
            before = found[-1] if found else None
            if isinstance(token, Letters) and isinstance(before, Letters):
                found[-1] = Letters(before.text + token.text)
            else:
                found.append(token)
    return found


@pytest.mark.parametrize("reply", REPLIES + REPORTS)
def test_a_reply_of_the_terminal_types_nothing_wherever_it_is_cut(reply: str) -> None:
    for cut in range(len(reply) + 1):
        tokens = scanned(f"a{reply}b", 1 + cut)
        letters = [token for token in tokens if isinstance(token, Letters)]
        assert letters == [Letters("a"), Letters("b")] or letters == [Letters("ab")]
        reader = KeyReader("latin-1")
        strokes = [
            *reader.feed(b"a"),
            *reader.feed(reply[:cut].encode("latin-1")),
            *reader.feed(reply[cut:].encode("latin-1")),
        ]
        assert strokes == [Stroke("a")]


def test_a_key_is_the_same_in_one_read_or_in_many() -> None:
    for key in ("\x1b[A", "\x1bOP", "\x1b[[A", "\x1b[15~", "\x1b[1;5C", "\x1bO[", "\x1bx", "\x1b[I", "\x1b[97;5u"):
        assert all(
            scanned(f"é{key}b", cut) == [Letters("é"), Sequence(key), Letters("b")] for cut in range(len(key) + 2)
        )


@pytest.mark.parametrize("wait", [LOCAL_WAIT, SLOW_WAIT])
def test_a_torn_arrow_is_an_arrow_within_the_wait_and_an_escape_after_it(wait: float) -> None:
    within, late = Scanner(wait), Scanner(wait)
    for scanner in (within, late):
        assert list(scanner.feed("abc\x1b", 10)) == [Letters("abc")]
        assert scanner.deadline == 10 + wait
        assert list(scanner.expire(10 + wait - 0.001)) == []
    assert list(within.feed("[A", 10 + wait - 0.001)) == [Sequence("\x1b[A")]
    assert list(late.expire(10 + wait)) == [Sequence("\x1b")]
    assert (within.deadline, late.deadline) == (None, None)


def test_the_wait_begins_anew_with_each_part_of_a_sequence() -> None:
    scanner = Scanner(0.1)
    assert [
        *scanner.feed("\x1b", 0),
        *scanner.feed("[", 0.09),
        *scanner.feed("1;5", 0.18),
        *scanner.feed("C", 0.27),
    ] == [Sequence("\x1b[1;5C")]


def test_two_escapes_are_two_keys_and_an_escape_breaks_a_sequence() -> None:
    scanner = Scanner()
    assert list(scanner.feed("\x1b\x1b", 0)) == [Sequence("\x1b")]
    assert list(scanner.expire(1)) == [Sequence("\x1b")]
    assert scanned("\x1b[12\x1b[A") == [Sequence("\x1b[A")]
    assert scanned("\x1b[12\x18a") == [Letters("a")]


def test_a_paste_is_one_text_wherever_it_is_cut() -> None:
    text = f"a{BEGIN}Ancien-1234!\r\nx [A ~ 201~é{END}b"
    for cut in range(len(text)):
        assert scanned(text, cut) == [Letters("a"), Pasted("Ancien-1234!\r\nx [A ~ 201~é"), Letters("b")]


@pytest.mark.parametrize("cut", ["", "\x1b", "\x1b[20", "\x1b[21~", "\x1b]11;rgb:1\x07"])
def test_a_paste_without_an_end_ends_after_a_silence_and_keys_work(cut: str) -> None:
    scanner = Scanner()
    assert list(scanner.feed(f"{BEGIN}Secret-1", 0)) == []
    assert list(scanner.feed(cut, 0.1)) == []
    assert scanner.deadline == 0.1 + PASTE_SILENCE
    assert list(scanner.expire(0.1 + PASTE_SILENCE)) == [Pasted("Secret-1")]
    assert list(scanner.feed(f"abc\x1b[21~{END}", 9)) == [Letters("abc"), Sequence("\x1b[21~"), Sequence(END)]


def test_the_next_key_ends_a_paste_that_nobody_looked_after() -> None:
    scanner = Scanner()
    assert [*scanner.feed(f"{BEGIN}Secret-1", 0), *scanner.feed("abc", 5)] == [Pasted("Secret-1"), Letters("abc")]


def test_of_a_paste_without_bounds_the_first_part_is_kept_and_nothing_of_the_rest_is_typed() -> None:
    scanner = Scanner()
    list(scanner.feed(BEGIN, 0))
    for _ in range(PASTE_LIMIT // 4_096 + 3):
        assert list(scanner.feed("x" * 4_096, 0)) == []
    assert list(scanner.feed(f"\r{END}b", 0)) == [Pasted("x" * PASTE_LIMIT), Letters("b")]


@pytest.mark.parametrize("begun", ["\x1b]11;rgb:", "\x1bP1$r", "\x1b_G", "\x1b^", "\x1bX"])
def test_a_control_string_without_an_end_ends_even_while_somebody_types(begun: str) -> None:
    scanner = Scanner()
    list(scanner.feed(begun, 0))
    for tenth in range(1, 10):
        assert list(scanner.feed("a", tenth / 10 * STRING_SECONDS)) == []
    assert list(scanner.feed("b", STRING_SECONDS)) == [Letters("b")]


def test_the_end_of_a_control_string_may_be_torn_by_a_slow_line() -> None:
    torn, lost = Scanner(0.5), Scanner(0.5)
    for scanner in (torn, lost):
        assert list(scanner.feed("\x1b]11;rgb:1e1e", 0)) == []
        assert list(scanner.feed("/1e1e\x1b", 0.9)) == []
    assert list(torn.feed("\\a", 1.39)) == [Letters("a")]
    assert list(lost.feed("a", 1.41)) == [Letters("a")]


@pytest.mark.parametrize("begun", [f"{BEGIN}Secret-1", "\x1b[2", "\x1b", "\x1b]52;c;", "\x1b[M", "\x1bO"])
def test_of_what_one_person_began_nothing_comes_to_the_next(begun: str) -> None:
    rest = {"\x1b[2": "1~", "\x1b": "[A", "\x1b]52;c;": "U2Vj\x07", "\x1b[M": "!!!", "\x1bO": "P"}.get(
        begun, f"abc{END}"
    )
    ended, silent = Scanner(), Scanner()
    for scanner in (ended, silent):
        list(scanner.feed(begun, 0))
        scanner.forget()
    assert list(ended.feed(f"{rest}x", 0.01)) == [Letters("x")]
    assert [token for token in silent.expire(60) if token != Pasted("")] == []
    assert list(silent.feed("x\x1b[A", 61)) == [Letters("x"), Sequence("\x1b[A")]


@given(st.lists(st.text(alphabet="\x1b[]OPM_^\\~;012AZ$?<a é\x07\x18\x9b\x9d", max_size=12), max_size=12))
def test_whatever_comes_ends_and_the_next_letters_arrive(pieces: list[str]) -> None:
    scanner = Scanner()
    for number, piece in enumerate(pieces):
        list(scanner.feed(piece, number * 0.05))
    list(scanner.expire(1_000))
    assert scanner.deadline is None
    assert list(scanner.feed("xyz\x1b[A", 2_000)) == [Letters("xyz"), Sequence("\x1b[A")]
