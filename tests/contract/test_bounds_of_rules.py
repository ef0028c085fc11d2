"""Each bound of a rule about codes, identifiers and passwords; codes against those of other programs."""

from __future__ import annotations

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
from sel_contract.rules.text import LONG


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
