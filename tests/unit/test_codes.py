"""Codes as people type them from a mail, and what the server makes of the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_contract import canonical_linking_code, canonical_linking_username, canonical_single_use_code
from sel_contract.rules.codes import ALPHABET, canonical_reference, check_symbol, reference_from
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.readings import check
from tests.unit.builders import full_width

LOOSE = st.text(alphabet=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcilouxz -‐–\u00a0ABC019é"), max_size=16)


def sent(kind: Kind, typed: str) -> str:
    """Return what a field of this kind sends, or "" when it refuses what was typed."""
    return check(Field("typed", kind, "field.typed"), typed).sent


def link_code(typed: str) -> str:
    return sent(Kind.LINK_CODE, typed)


def link_username(typed: str) -> str:
    return sent(Kind.LINK_USERNAME, typed)


def single_use_code(typed: str) -> str:
    return sent(Kind.SINGLE_USE_CODE, typed)


def test_the_letters_that_look_like_digits_are_read_as_digits_in_a_linking_code() -> None:
    assert link_code("oO iI lL-7k3m") == "00111-17K3M"


def test_a_linking_code_is_understood_however_it_is_typed() -> None:
    typed = [
        "7K3M9-QTDHX",
        "7k3m9qtdhx",
        " 7k3m9 qtdhx ",
        "7K3M9–QTDHX",
        full_width("7K3M9QTDHX"),
        "7K3M9-QTDHX",
        "7 K 3 M 9 Q T D H X",
    ]

    assert {link_code(text) for text in typed} == {"7K3M9-QTDHX"}


@pytest.mark.parametrize("typed", ["", "7K3M9", "7K3M9-QTDHXX", "7K3M9-QTDHU", "7K3M9-QTDH*", "7K3M9-QTDHé"])
def test_what_is_no_linking_code_is_not_sent(typed: str) -> None:
    assert link_code(typed) == ""


@given(LOOSE)
def test_client_and_server_agree_on_every_linking_code(typed: str) -> None:
    try:
        expected = canonical_linking_code(typed)
    except ValueError:
        expected = ""

    if expected:
        assert link_code(typed) == expected
    if link_code(typed):
        assert canonical_linking_code(link_code(typed)) == link_code(typed)


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10))
def test_every_code_that_a_server_can_issue_can_be_typed(symbols: str) -> None:
    typed = f" {symbols[:5].lower()} {symbols[5:]}"

    assert link_code(typed) == canonical_linking_code(typed) == f"{symbols[:5]}-{symbols[5:]}"


@pytest.mark.parametrize("typed", ["L-482913", "l482913", "L 482 913", "L–482913", full_width("L482913")])
def test_a_linking_username_is_understood_however_it_is_typed(typed: str) -> None:
    assert link_username(typed) == canonical_linking_username(typed) == "L-482913"


@pytest.mark.parametrize("typed", ["", "482913", "L-12", "LLLL-482913", "L-482913-X", "nom@exemple.com"])
def test_what_is_no_linking_username_is_not_sent(typed: str) -> None:
    assert link_username(typed) == ""


@given(LOOSE)
def test_client_and_server_agree_on_every_linking_username(typed: str) -> None:
    try:
        expected = canonical_linking_username(typed)
    except ValueError:
        expected = ""

    if expected:
        assert link_username(typed) == expected
    if link_username(typed):
        assert canonical_linking_username(link_username(typed)) == link_username(typed)


@pytest.mark.parametrize("typed", ["123456", "123 456", "123-456", full_width("123456")])
def test_a_single_use_code_may_be_typed_with_spaces(typed: str) -> None:
    assert single_use_code(typed) == canonical_single_use_code(typed) == "123456"


# What another program makes of some numbers: base32-crockford 0.3.0 (github.com/jbittel/base32-crockford), whose README
# has 42 as 1A5; the tests of Factor's library have 1234 as 16JD.
@pytest.mark.parametrize(
    "whole",
    [
        *("00", "1A5", "16JD", "ZZ", "150", "FVCKH", "ZZZZZZZZZY", "G00000C1SN", "10ASP44E71", "4A5GBF91QT"),
        *("10*", "11~", "12$", "13=", "14U", "MSSNHCZSH$"),
    ],
)
def test_check_symbols_are_those_that_another_program_makes(whole: str) -> None:
    symbols, check = whole[:-1], whole[-1]
    sayable = check not in "*~$=U"
    assert check_symbol(symbols) == (check if sayable else None)
    if len(whole) == 10 and sayable:
        written = f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"
        assert reference_from(symbols) == canonical_reference(whole.lower()) == written
        for other in ALPHABET.replace(check, ""):
            with pytest.raises(ValueError, match="bad-reference"):
                canonical_reference(symbols + other)
    elif len(whole) == 10:
        assert reference_from(symbols) is None
