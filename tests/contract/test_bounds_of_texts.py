"""Each bound of a rule about texts, trades, dates, numbers and names tried at it, below and beyond."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from sel_contract.rules.text import LONG, MARKS_IN_A_ROW, bare_letters, fold, normalized, plain, visible
from sel_contract.rules.trades import trade_key
from sel_contract.rules.values import (
    NAME_LIMIT,
    NUMBER_LIMIT,
    read_any_postal_code,
    read_date,
    read_name,
    read_number,
    read_postal_code,
    read_year,
)
from tests.contract.test_bounds_of_rules import refused

# The first and the last of each kind of character that nobody sees, by Unicode's own charts.
UNSEEN = (
    "0-8 b-c e-1f 7f-84 86-9f ad-ad 61c-61c 180e-180e 200b-200f 202a-202e 2060-2064 2066-206f d800-dfff feff-feff "
    "fff9-fffb e0000-e007f"
)
SPACES = (0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029)


def test_what_a_terminal_could_act_upon_is_dropped_to_its_first_and_last_character_and_nothing_beside_it() -> None:
    ends = [[int(end, 16) for end in span.split("-")] for span in UNSEEN.split()]
    unseen = {code for first, last in ends for code in range(first, last + 1)}
    beside = {code + by for pair in ends for code in pair for by in (-1, 1) if code + by >= 0}
    for code in sorted(unseen | beside | set(SPACES)):
        sign = chr(code)
        kept = "" if code in unseen else " " if code in SPACES else unicodedata.normalize("NFC", sign)
        assert plain(f"é{sign}b") == f"é{kept}b", hex(code)
        kept_lines = "\n" if sign == "\n" else kept
        assert plain(f"é{sign}b", keep_lines=True) == f"é{kept_lines}b", hex(code)


def test_the_end_of_a_line_is_one_space_or_one_line_feed() -> None:
    assert plain("a\r\nb\n\rc") == "a  b  c"
    assert plain("a\r\nb\n\rc", keep_lines=True) == "a\nb\n c"


def test_as_many_characters_are_kept_as_asked_for_and_four_times_as_many_are_looked_at_for_them() -> None:
    assert plain("x" * 9, 8) == plain("é" + "x" * 9, 9)[1:] == "x" * 8
    assert plain("é" + "\x00" * 30 + "xyz", 8) == "éx"
    assert plain("é" + "\x00" * 31 + "xyz", 8) == "é"
    assert plain("e\u0301xyz", 3) == "éx"
    assert plain("é" * LONG) == "é" * LONG
    assert plain("é" * (LONG + 1)) == "é" * LONG
    assert plain("\u0344" * 3, 2) == "\u0308\u0301"  # a mark that is two in NFC


@pytest.mark.parametrize("count", [29, 30, 31, 32, 60])
def test_thirty_marks_in_a_row_are_kept(count: int) -> None:
    assert MARKS_IN_A_ROW == 30
    assert plain("x" + "\u0323" * count + "y") == "x" + "\u0323" * min(count, 30) + "y"
    assert plain("q" + "\u0344" * 20 + "y") == "q" + "\u0308\u0301" * 15 + "y"


def test_marks_in_a_row_are_counted_anew_behind_every_sign() -> None:
    text = "x" + "\u0323" * 30 + "·" + "\u0323" * 30 + "y"
    assert plain(text) == text
    text = "x" + "\u0323" * 31 + "·" + "\u0323" * 31 + "y"
    assert plain(text) == "x" + "\u0323" * 30 + "·" + "\u0323" * 30 + "y"
    assert plain("«" * 40) == "«" * 40


def test_a_normal_form_is_made_of_so_many_characters_and_no_more() -> None:
    assert LONG == 4_000
    assert normalized("NFD", "é" * 4_000) == "e\u0301" * 4_000
    assert refused(lambda text: normalized("NFC", text), "é" * 4_001) == "too-long"
    assert normalized("NFC", "é" * 4_001, 4_001) == "é" * 4_001
    assert bare_letters("É" * 4_000) == "e" * 4_000
    assert refused(bare_letters, "É" * 4_001) == "too-long"
    assert bare_letters("E" * 4_001) == "e" * 4_001
    assert fold("É" * 4_001) == "e" * 4_000
    assert fold("\ufdfa" * 4_000).count(" ") == 4_000 * 3


def test_words_are_compared_without_case_accents_apostrophes_and_what_nobody_sees() -> None:
    assert fold(" L\u2019E\u0301quipe\u200b ") == fold("l\u02bcÉQUIPE") == fold("l‘équipe") == "l'equipe"
    assert fold("ﬁ ＡＢ ß") == "fi ab ss"
    assert visible("a\u00adb\u200b\u200fc\u2060\ufeffd\u2010") == "abcd\u2010"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        # An s or x is the plural's, and an ending is taken for the feminine's, from five letters on.
        *(("gars", "gars"), ("plats", "plat"), ("cieux", "cieu"), ("ours", "ours"), ("choux", "chou")),
        *(("ere", "ere"), ("ive", "ive"), ("avère", "aver"), ("aere", "aere"), ("bonne", "bon"), ("onne", "onne")),
        *(("tante", "tant"), ("ante", "ante"), ("fusée", "fuse"), ("usee", "usee"), ("trice", "teur")),
        *(("native", "natif"), ("cadente", "cadent"), ("actrice", "acteur"), ("belles", "bel"), ("sirene", "sirene")),
        *(("coiffeuse", "coiffeur"), ("gardienne", "gardien"), ("ouvriere", "ouvrier"), ("", ""), ("·", "")),
    ],
)
def test_the_masculine_singular_of_a_trade_by_its_ending_and_its_length(written: str, key: str) -> None:
    assert trade_key(written) == key


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("1988-04-17", True), ("198-04-17", False), ("19880-04-17", False), ("17-04-19880", False)),
        *(("17-04-198", False), ("04-1988-17", False), ("19880417", True), ("1988041", False), ("198804170", False)),
        *(("17 avril 1988", True), ("avril 17 1988", True), ("1988 avril 17", True), ("17 avril 88", False)),
        *(("17 avril 1988 1", False), ("avril avril 1988", False), ("17 1988", False), ("aaaaaaaa", False)),
        *(("le 17 of april de the 1988", True), ("17th avril 1988", True), ("117th avril 1988", False)),
        *(("117er 04 1988", False), ("17e 4 1988", True), ("17a 4 1988", False), ("17 avril 19880", False)),
    ],
)
def test_a_date_has_a_day_a_month_and_a_year_of_four_digits(text: str, read: bool) -> None:
    assert read_date(text) == (date(1988, 4, 17) if read else None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/11/1988", date(1988, 11, 12)),
        ("13/12/1988", date(1988, 12, 13)),
        ("12/13/1988", date(1988, 12, 13)),
        ("13/13/1988", None),
        ("29/02/2000", date(2000, 2, 29)),
        ("29/02/1900", None),
        ("1/1/0001", date(1, 1, 1)),
        ("31/12/9999", date(9999, 12, 31)),
    ],
)
def test_the_month_is_the_one_that_can_be_one_and_the_day_comes_first(text: str, day: date | None) -> None:
    assert read_date(text) == day


def test_a_year_is_one_of_1850_to_2199_and_a_number_has_twenty_digits() -> None:
    assert [read_year(text) for text in ("1849", "1850", "2199", "2200")] == ["", "1850", "2199", ""]
    assert [read_year(text) for text in ("", "0", "001988", "année", "1988a")] == ["", "", "1988", "", ""]
    assert NUMBER_LIMIT == 20
    assert [read_number("1" * length) for length in (0, 1, 20, 21)] == ["", "1", "1" * 20, ""]
    assert read_number("1a") == read_number("٣") == ""


@pytest.mark.parametrize(
    ("typed", "canadian", "anywhere"),
    [
        ("h2x1y4", "H2X 1Y4", "H2X 1Y4"),
        ("h-2 x 1 y 4", "H2X 1Y4", "H2X 1Y4"),
        ("hoxiyl", "", "H0X 1Y1"),
        ("h2x1y45", "", ""),
        ("H2", "", ""),
        ("H2X", "", ""),
        ("H2X1", "", ""),
        ("H2X1Y", "", ""),
        ("12", "", ""),
        ("123", "", "123"),
        ("1234567890", "", "1234567890"),
        ("12345678901", "", ""),
        ("ABC", "", ""),
        ("", "", ""),
    ],
)
def test_a_postal_code_is_canadian_or_anybodys(typed: str, canadian: str, anywhere: str) -> None:
    assert (read_postal_code(typed), read_any_postal_code(typed)) == (canadian, anywhere)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(("a", "a"), ("a:", "a:"), (":a", ""), ("a·b", "a·b"), ("·a", ""), ("a::", ""), ("a -b", "a -b"), ("-", "")),
        *(("a -:", ""), ("a  b\tc", "a b c"), (": ", ""), ("b :a", ""), ("1", ""), ("a\ua789b", "a\ua789b")),
    ],
)
def test_a_colon_stands_behind_a_letter_of_a_name(typed: str, name: str) -> None:
    assert read_name(typed) == name


def test_a_name_is_read_from_its_first_four_thousand_characters() -> None:
    assert NAME_LIMIT == 100
    assert read_name("a" * LONG + "1") == "a" * LONG
    assert read_name("a" * (LONG - 1) + "1") == ""
