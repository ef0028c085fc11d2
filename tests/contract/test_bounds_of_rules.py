"""Each bound of a rule tried at it, below and beyond; codes against what other programs made of the same numbers."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from sel_contract import PasswordRule
from sel_contract.rules.codes import (
    ALPHABET,
    TYPED_LIMIT,
    canonical_check_code,
    canonical_linking_code,
    canonical_linking_username,
    canonical_reference,
    canonical_report_code,
    canonical_single_use_code,
    check_symbol,
    crockford,
    find_coordinates,
    reference_from,
    without_name,
)
from sel_contract.rules.identifiers import (
    ACRONYM_LIMIT,
    EMAIL_LIMIT,
    IDENTIFIER_LIMIT,
    NEQ_DIGITS,
    USUAL_DIGITS,
    Category,
    canonical_email,
    canonical_identifier,
    category_of,
    holds_sin,
    is_sin,
    luhn,
)
from sel_contract.rules.passwords import password_faults
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


def refused(read: object, typed: str) -> str:
    """Return what a reading says of a text that it refuses, or "" where it takes it."""
    assert callable(read)
    try:
        read(typed)
    except ValueError as error:
        return str(error)
    return ""


# Nine symbols and their check symbol, as the package base32-crockford 0.3.0 writes their number.
@pytest.mark.parametrize(
    "whole",
    [
        *("ZAH9EDD1RC", "DM8K9W39QF", "2HEKA792GM", "V8W98PBSKD", "40E4JZ41B9", "KMSESVJFRD", "Y3G7DJ13NS"),
        *("7VT0YEKQNE", "ZZZZZZZZZY", "100000005N", "0000000000", "0000000011", "00000000ZZ"),
    ],
)
def test_a_check_symbol_is_the_one_that_another_program_writes(whole: str) -> None:
    said = f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"
    assert check_symbol(whole[:9]) == whole[9]
    assert reference_from(whole[:9]) == said
    assert canonical_reference(whole) == canonical_reference(said.lower()) == said
    for wrong in set(ALPHABET) - {whole[9]}:
        assert refused(canonical_reference, whole[:9] + wrong) == "bad-reference"


@pytest.mark.parametrize("symbols", ["10", "10000", "FZZZZZZZZ", "11", "12", "13", "14"])
def test_a_number_whose_check_symbol_is_a_sign_has_no_reference(symbols: str) -> None:
    # The same program writes *, ~, ~, ~, $, = and U behind these.
    assert check_symbol(symbols) is None
    assert reference_from(symbols) is None


@pytest.mark.parametrize("typed", ["", "0", "ZAH9-EDD1-R", "ZAH9-EDD1-RC0", "UAH9-EDD1-RC", "ZAH9-EDD1-R*", "0" * 65])
def test_what_is_no_reference_is_refused(typed: str) -> None:
    assert refused(canonical_reference, typed) == "bad-reference"


def test_as_much_is_looked_at_as_a_code_as_the_longest_code_with_its_spaces_and_no_more() -> None:
    assert TYPED_LIMIT == 64
    assert crockford("0" * 64) == "0" * 64
    assert refused(crockford, "0" * 65) == "bad-format"
    codes = (
        (canonical_reference, "ZAH9EDD1RC", "ZAH9-EDD1-RC"),
        (canonical_linking_username, "L482913", "L-482913"),
        (canonical_linking_code, "7K3M9QTDHX", "7K3M9-QTDHX"),
        (canonical_single_use_code, "123456", "123456"),
        (canonical_check_code, "7K3M9QTDHX" * 2, "7K3M9-QTDHX-7K3M9-QTDHX"),
        (canonical_report_code, "7K3M9QTDHX" * 2 + "01234", "7K3M9-QTDHX-7K3M9-QTDHX-01234"),
    )
    for canonical, typed, code in codes:
        assert canonical(typed.center(64)) == canonical(code) == canonical(code.lower()) == code
        assert refused(canonical, typed.center(65)).startswith("bad-")
        assert refused(canonical, typed + typed[-1]).startswith("bad-") or canonical is canonical_linking_username
        assert refused(canonical, typed[1:]).startswith("bad-")


@pytest.mark.parametrize("letters", ["L", "LL", "LLL"])
@pytest.mark.parametrize("digits", ["1234", "123456789012"])
def test_a_linking_username_has_one_to_three_letters_and_four_to_twelve_digits(letters: str, digits: str) -> None:
    assert canonical_linking_username(letters + digits) == f"{letters}-{digits}"
    for wrong in (digits, "LLLL" + digits, letters + "123", letters + "1234567890123", f"{letters}{digits}L"):
        assert refused(canonical_linking_username, wrong) == "bad-format"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "", "１２３４５"])
def test_a_single_use_code_has_six_digits(typed: str) -> None:
    assert refused(canonical_single_use_code, typed) == "bad-format"


def test_a_line_of_a_mail_that_names_either_coordinate_is_read_without_its_name() -> None:
    assert without_name(" Linking username: L-482913 ") == "L-482913"
    assert without_name(" Code de liaison : 7KQ2M-9XTRD\n") == "7KQ2M-9XTRD"
    assert without_name(" L-482913 ") == " L-482913 "


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L-482913 7KQ2M-9XTRD", ("L-482913", "7KQ2M-9XTRD")),
        ("L-482913 L-482913 7KQ2M-9XTRD 7KQ2M-9XTRD", ("L-482913", "7KQ2M-9XTRD")),
        ("L-482913 L-482914 7KQ2M-9XTRD", None),
        ("L-482913 L-482914 7KQ2M-9XTRD 7KQ2M-9XTRE", None),
        ("7KQ2M-9XTRD L-482913", None),
        ("7KQ2M-9XTRD L-482913 7KQ2M-9XTRE", ("L-482913", "7KQ2M-9XTRE")),
        ("mai 2026 L-482913 7KQ2M-9XTRD", None),
        ("le 20260504 L-482913 7KQ2M-9XTRD", None),
        ("L-482913", None),
        ("", None),
        ("Identifiant de liaison : L-482913", None),
        ("Identifiant de liaison : L-482913 7KQ2M-9XTRD", None),
        ("Code de liaison : 7KQ2M-9XTRD L-482913", None),
    ],
)
def test_unnamed_coordinates_are_taken_where_they_are_the_one_pair(text: str, found: tuple[str, str] | None) -> None:
    assert find_coordinates(text) == found


# The check digits are those of python-stdnum; the last numbers are one digit off.
@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        *((number, True) for number in ("0", "18", "26", "34", "42", "59", "67", "75", "83", "91", "046454286")),
        *((number, True) for number in ("7992739875", "4539578763621486", "123456782")),
        *((number, False) for number in ("1", "9", "19", "90", "046454287", "046454285", "406454286", "123456783")),
    ],
)
def test_a_number_passes_luhns_check_where_another_program_says_so(digits: str, valid: bool) -> None:
    assert luhn(digits) is valid
    assert is_sin(digits) is (valid and len(digits) == 9)
    assert holds_sin(f"no {digits}.") is (valid and len(digits) == 9)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("046-454-286", True),
        ("046454286 et 046454287", True),
        ("046454287 et 046454286", True),
        ("0046454286", False),
        ("0464542860", False),
        ("46454286", False),
    ],
)
def test_a_social_insurance_number_has_nine_digits_that_stand_alone(text: str, holds: bool) -> None:
    assert holds_sin(text) is holds


def test_identifiers_and_addresses_have_the_lengths_of_the_contract() -> None:
    assert (EMAIL_LIMIT, IDENTIFIER_LIMIT, ACRONYM_LIMIT, NEQ_DIGITS) == (254, 254, 42, 10)
    assert USUAL_DIGITS == {Category.WORKER: 7, Category.EMPLOYER: 6}
    address = f"{'l' * 64}@{'d' * 63}.{'e' * 63}.{'f' * 56}.test"
    assert len(address) == 254
    assert canonical_email(address) == canonical_identifier(address) == address
    # One letter more; spaces around what is short enough, and too many; a sign that is eighteen in NFKC.
    for wrong in (address.replace("f" * 56, "f" * 57), f"{address} ", " " * 250 + "a@b.c", "\ufdfa" * 20 + "@e.test"):
        assert refused(canonical_email, wrong) == "bad-email"
    assert canonical_email("a@e.test".center(254)) == "a@e.test"
    assert canonical_identifier("ci1".ljust(254)) == "ci1"
    assert refused(canonical_identifier, "ci1".ljust(255)) == "bad-format"
    assert refused(canonical_identifier, "\ufdfa" * 15) == "bad-format"


@pytest.mark.parametrize(
    "address", ["a@é..test", "a@.é", f"a@{'é' * 60}.test", "a@\u200d.test", "a@ß.test", "a@xn--é.test"]
)
def test_a_domain_that_mail_servers_know_by_no_name_is_refused_as_an_address(address: str) -> None:
    assert refused(canonical_email, address) == "bad-email"


def test_a_file_number_has_up_to_twelve_digits_and_an_acronym_up_to_forty_signs() -> None:
    for prefix, category in (("ci", Category.WORKER), ("er", Category.EMPLOYER)):
        assert canonical_identifier(prefix + "1") == prefix + "1"
        assert canonical_identifier(prefix + "1" * 12) == prefix + "1" * 12
        assert refused(canonical_identifier, prefix + "1" * 13) == "bad-format"
        assert category_of(prefix + "1") is category
    for prefix in ("as", "ap"):
        assert canonical_identifier(prefix + "x" * 40) == prefix + "x" * 40
        assert refused(canonical_identifier, prefix + "x" * 41) == "bad-format"
        assert category_of(prefix + "x") is Category.ASSOCIATION
    assert category_of("er@exemple.test") is Category.WORKER
    assert refused(canonical_identifier, "1234567") == "prefix-missing"
    assert refused(canonical_identifier, "é") == refused(canonical_identifier, "") == "bad-format"


NONE_ASKED = {"upper": False, "lower": False, "digit": False, "special": False}


def faults(password: str, **changes: bool | int | None) -> list[str]:
    rule = {"min_length": 4, "max_length": 8, "passphrase_length": None} | NONE_ASKED | changes
    return [fault.value for fault in password_faults(PasswordRule.model_validate(rule), password)]


def test_a_password_is_good_from_the_fewest_characters_to_the_most_counted_in_nfc() -> None:
    assert faults("é" * 3) == faults("e\u0301" * 3) == ["too-short"]
    assert faults("é" * 4) == faults("e\u0301" * 4) == faults("é" * 8) == faults("e\u0301" * 8) == []
    assert faults("é" * 9) == faults("e\u0301" * 9) == ["too-long"]
    assert faults("a" * LONG, max_length=LONG) == []
    assert faults("a" * (LONG + 1), max_length=LONG + 1, upper=True) == ["too-long"]


def test_a_long_phrase_needs_no_kinds_of_characters_from_its_length_on() -> None:
    assert faults("abcde", passphrase_length=6, upper=True) == ["needs-upper"]
    assert faults("abcdef", passphrase_length=6, upper=True) == []
    assert faults("abcdefg", passphrase_length=6, upper=True) == []
    assert faults("abcdefghi", passphrase_length=6, upper=True) == ["too-long"]
    assert faults("abcdefgh", upper=True) == ["needs-upper"]


@pytest.mark.parametrize(
    ("kind", "without", "having"),
    [("upper", "ab1!", "abC!"), ("lower", "AB1!", "ABc!"), ("digit", "abC!", "abC1"), ("special", "ab 1", "ab_1")],
)
def test_each_kind_of_character_is_asked_for_where_the_rule_asks_for_it(kind: str, without: str, having: str) -> None:
    assert faults(without) == []
    assert faults(without, **{kind: True}) == [f"needs-{kind}"]
    assert faults(having, **{kind: True}) == []


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
