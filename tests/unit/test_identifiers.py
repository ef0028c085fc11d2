"""Identifiers as people type them: what is understood, what is asked, what is never guessed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sel_contract import canonical_identifier
from sel_contract.rules.identifiers import Category, luhn
from sel_tui.journey.core.identifiers import Reading, looks_like_old_access, read
from tests.unit.builders import full_width

SIN = "046454286"  # the printed example of a number that passes the check; nobody's
NEQ = "1140000001"

# What people really put into such a field, by accident too.
_LETTERS = "cierasapCIERASAPéÉôçßxyzZ@&._/"
_APART = " -‐–—'’ʼ\u00a0\u0301\t\u200b"
LOOSE = st.text(alphabet=st.sampled_from(_LETTERS + "0123456789" + full_width("0189ciER") + _APART), max_size=24)
NUMBERED = st.tuples(
    st.sampled_from(["ci", "CI", "c i", "er", "Er", "çi", full_width("er"), " ci-", ""]),
    st.text(
        alphabet=st.sampled_from("01234567890123456789" + full_width("0189") + " -–\u00a0"), min_size=1, max_size=14
    ),
)
ACRONYMS = st.tuples(
    st.sampled_from(["as", "AS ", "ap", "Ap-"]),
    st.text(alphabet=st.sampled_from("abcxyzABCéÉôç0189&" + _APART), min_size=1, max_size=12),
)
ADDRESSES = st.tuples(
    st.text(alphabet=st.sampled_from("abzAB019._+-'’éß"), min_size=1, max_size=8),
    st.sampled_from(["@exemple.test", "@Exemple.TEST", "@exemple", "@a..b", "@-a.b", " @exemple.test", "@été.test"]),
)
TYPED = st.one_of(LOOSE, st.one_of(NUMBERED, ACRONYMS, ADDRESSES).map("".join))
NUMBERS = st.text(alphabet="0123456789", min_size=1, max_size=12)
PREFIXES = st.sampled_from(["ci", "er"])


def problem(reading: Reading) -> str:
    return reading.problem.key if reading.problem else ""


@pytest.mark.parametrize(
    ("typed", "canonical", "category"),
    [
        ("ci1234567", "ci1234567", Category.WORKER),
        ("CI 123 4567", "ci1234567", Category.WORKER),
        ("  ci-123-4567 ", "ci1234567", Category.WORKER),
        ("ci\u00a0123\u20114567", "ci1234567", Category.WORKER),
        (full_width("CI1234567"), "ci1234567", Category.WORKER),
        ("çi1234567", "ci1234567", Category.WORKER),
        ("ER123456", "er123456", Category.EMPLOYER),
        ("er 123.456", "er123456", Category.EMPLOYER),
        ("as FTQ-Construction", "asftqconstruction", Category.ASSOCIATION),
        ("AP acq", "apacq", Category.ASSOCIATION),
        ("as l’Équerre & Cie", "aslequerre&cie", Category.ASSOCIATION),
        ("Maika.Cote@Exemple.test", "maika.cote@exemple.test", Category.WORKER),
        (" nom@exemple.com ", "nom@exemple.com", Category.WORKER),
    ],
)
def test_an_identifier_is_understood_however_it_is_typed(typed: str, canonical: str, category: Category) -> None:
    reading = read(typed)

    assert (reading.canonical, reading.category, reading.problem) == (canonical, category, None)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_nothing_typed_is_asked_for(typed: str) -> None:
    assert problem(read(typed)) == "field.required"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *(("xx1234567", "unreadable"), ("bonjour", "unreadable"), ("*", "unreadable")),
        *(("ci12a", "digits_only"), ("ci1234567x", "digits_only"), ("ci1234567890123", "too_many_digits")),
    ],
)
def test_what_is_no_identifier_is_not_sent(typed: str, said: str) -> None:
    reading = read(typed)

    assert reading.canonical == ""
    assert problem(reading) == f"identifier.{said}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ci", "identifier.number_missing"),
        (" E R ", "identifier.number_missing"),
        ("as", "identifier.acronym_missing"),
        ("AP-", "identifier.acronym_missing"),
        ("as" + "x" * 60, "identifier.too_long"),
    ],
)
def test_what_is_missing_or_too_much_is_named(typed: str, said: str) -> None:
    assert (read(typed).canonical, problem(read(typed))) == ("", said)


@pytest.mark.parametrize("typed", ["maïka@exemple.com", "mai\u0308ka@exemple.com", "é@a.com", "ÉLISE.roy@exemple.com"])
def test_an_accent_before_the_sign_at_is_said_to_be_what_is_wrong(typed: str) -> None:
    assert problem(read(typed)) == "identifier.email_accent"


@pytest.mark.parametrize("typed", ["nom@exemple", "@exemple.com", "nom@", "a@b@c.com", "a..b@c.com", "a@été"])
def test_an_address_that_is_not_whole_is_said_to_be_so(typed: str) -> None:
    assert problem(read(typed)) == "identifier.bad_email"


@given(NUMBERS)
def test_a_number_alone_is_never_guessed_to_be_a_workers_or_an_employers(number: str) -> None:
    reading = read(number)

    assert reading.canonical == ""
    assert reading.category is None
    assert reading.problem is not None


@given(NUMBERS, st.sampled_from([Category.WORKER, Category.EMPLOYER]))
def test_a_number_alone_takes_the_prefix_of_the_category_that_was_chosen(number: str, category: Category) -> None:
    reading = read(number, category)
    assume(not reading.forget and problem(reading) != "identifier.looks_like_neq")

    assert reading.canonical == {Category.WORKER: "ci", Category.EMPLOYER: "er"}[category] + number
    assert reading.category is category


def test_an_association_is_asked_for_its_acronym() -> None:
    assert problem(read("12345", Category.ASSOCIATION)) == "identifier.association_needs_acronym"


@pytest.mark.parametrize("chosen", [None, *Category])
@pytest.mark.parametrize("typed", [SIN, "046 454 286", "046-454-286", full_width(SIN), f"ci{SIN}", f"er {SIN}"])
def test_a_social_insurance_number_is_refused_and_forgotten(typed: str, chosen: Category | None) -> None:
    reading = read(typed, chosen)

    assert reading.forget
    assert reading.canonical == ""
    assert problem(reading) == "identifier.looks_like_sin"
    assert SIN not in repr(reading)


def test_nine_digits_that_fail_the_check_are_not_taken_for_one() -> None:
    assert not read("ci046454287").forget


@pytest.mark.parametrize(("digits", "passes"), [(SIN, True), ("046454287", False), ("000000000", True), ("79", False)])
def test_the_luhn_check_is_the_one_of_social_insurance_numbers(digits: str, passes: bool) -> None:
    assert luhn(digits) is passes


@given(st.text(alphabet="0123456789", min_size=8, max_size=8))
def test_exactly_one_last_digit_in_ten_passes_the_luhn_check(digits: str) -> None:
    assert sum(luhn(digits + last) for last in "0123456789") == 1


@pytest.mark.parametrize("chosen", [None, *Category])
def test_ten_digits_look_like_an_neq(chosen: Category | None) -> None:
    reading = read(NEQ, chosen)

    assert problem(reading) == "identifier.looks_like_neq"
    assert reading.canonical == ""
    assert not reading.forget


@pytest.mark.parametrize(("typed", "warned"), [("ci1234567", False), ("er123456", False), ("ci12345", True)])
def test_an_unusual_length_is_a_warning_and_never_a_refusal(typed: str, warned: bool) -> None:
    reading = read(typed)

    assert reading.canonical == typed
    assert (reading.warning is not None) is warned


@given(PREFIXES, NUMBERS)
def test_any_length_up_to_twelve_digits_can_be_sent(prefix: str, number: str) -> None:
    reading = read(prefix + number)
    assume(not reading.forget)

    assert reading.canonical == prefix + number


@pytest.mark.parametrize(
    ("typed", "old"),
    [("ci1234567", True), ("ER 123456", True), ("asftq", True), ("1234567", True), ("nom@exemple.com", False)],
)
def test_old_access_typed_as_an_address_at_login_is_noticed(typed: str, old: bool) -> None:
    assert looks_like_old_access(typed) is old


@given(TYPED)
def test_reading_what_was_understood_changes_nothing(typed: str) -> None:
    reading = read(typed)
    again = read(reading.canonical)

    assert again.canonical == reading.canonical
    if reading.canonical:
        assert (again.category, again.problem) == (reading.category, None)


@given(TYPED)
def test_either_it_can_be_sent_or_the_person_is_told_why_not(typed: str) -> None:
    reading = read(typed)

    assert bool(reading.canonical) is (reading.problem is None)


@given(TYPED)
def test_what_the_server_would_understand_is_understood_the_same_way(typed: str) -> None:
    try:
        expected = canonical_identifier(typed)
    except ValueError:
        expected = ""
    reading = read(typed)

    assert reading.forget or not expected or reading.canonical == expected


@given(TYPED)
def test_what_is_sent_is_in_the_form_that_the_server_keeps(typed: str) -> None:
    canonical = read(typed).canonical

    assert not canonical or canonical_identifier(canonical) == canonical


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_reading(typed: str) -> None:
    assert isinstance(read(typed), Reading)
