"""Dates, postal codes, years, numbers and codes as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_contract.rules.values import read_date, read_number, read_postal_code, read_year
from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.readings import check
from tests.unit.builders import full_width

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


@pytest.mark.parametrize(
    "typed",
    [
        *("1988-04-17", "17/04/1988", "17-04-1988", "17.04.1988", "1988/4/17", "19880417", "17 04 1988"),
        *("17 avril 1988", "le 17 avril 1988", "17 AVRIL 1988", "17 avr. 1988", "April 17, 1988", "April 17th 1988"),
        *(
            "17 April 1988",
            "the 17th of April 1988",
            "Apr 17 1988",
            "04/17/1988",
            full_width("19880417"),
            "  17/04/1988  ",
        ),
        *("17\u00a0avril\u00a01988", "1988 04 17", "17 de avril 1988"),
    ],
)
def test_a_date_is_understood_in_the_forms_that_people_write(typed: str) -> None:
    assert read_date(typed) == date(1988, 4, 17)


@pytest.mark.parametrize("typed", ["1er mai 1990", "1ER MAI 1990", "1 mai 1990", "May 1st, 1990", "May 1, 1990"])
def test_the_first_of_a_month_may_be_an_ordinal(typed: str) -> None:
    assert read_date(typed) == date(1990, 5, 1)


def test_two_numbers_that_could_both_be_the_month_are_read_day_first() -> None:
    assert read_date("03/12/1951") == date(1951, 12, 3)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "hier",
            "1988",
            "17/04",
            "31/02/1988",
            "17/04/88",
            "1988-13-13",
            "32 mai 1990",
            "avril 1988",
            "mai mai mai",
        ),
        *("17 avril", "0/0/0000", "17 brumaire 1988", "1988-04-17 12:00", "99999999", "1 2 3 4"),
    ],
)
def test_what_is_no_whole_date_is_not_guessed(typed: str) -> None:
    assert read_date(typed) is None


@given(DAYS)
def test_every_day_is_understood_in_numbers(day: date) -> None:
    written = {
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y/%m/%d}",
    }

    assert {read_date(text) for text in written} == {day}


@given(DAYS)
def test_every_day_is_understood_in_words_with_and_without_accents(day: date) -> None:
    french, english = MONTHS["fr"][day.month - 1], MONTHS["en"][day.month - 1]
    bare = french.replace("é", "e").replace("û", "u")
    written = [
        f"{day.day} {french} {day.year}",
        f"{day.day} {bare.upper()} {day.year}",
        f"{english} {day.day}, {day.year}",
    ]

    assert {read_date(text) for text in written} == {day}


@given(DAYS, st.sampled_from(["fr", "en"]))
def test_the_words_in_which_a_date_is_shown_back_are_read_as_the_same_date(day: date, language: str) -> None:
    assert read_date(Words(language).date(day)) == day


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_readings(typed: str) -> None:
    day = read_date(typed)
    texts = [
        read_postal_code(typed),
        read_year(typed),
        read_number(typed),
        *(
            check(Field("typed", kind, "field.typed"), typed).sent
            for kind in (Kind.LINK_CODE, Kind.LINK_USERNAME, Kind.SINGLE_USE_CODE, Kind.TOKEN)
        ),
    ]

    assert day is None or isinstance(day, date)
    assert all(text.isascii() for text in texts)


@pytest.mark.parametrize("typed", ["H2X 1Y4", "h2x1y4", "H2X-1Y4", " h2x  1y4 ", full_width("H2X1Y4")])
def test_a_postal_code_is_understood_with_or_without_a_space(typed: str) -> None:
    assert read_postal_code(typed) == "H2X 1Y4"


@pytest.mark.parametrize(
    "typed", ["", "H2X", "H2X 1Y", "12345", "D2X 1Y4", "W1A 1A1", "Z1A 1A1", "H2O 1Y4", "H2X 1Y4 9"]
)
def test_what_is_no_canadian_postal_code_is_not_sent(typed: str) -> None:
    assert read_postal_code(typed) == ""


@pytest.mark.parametrize(
    ("typed", "year"), [("2009", "2009"), (" 2009 ", "2009"), (full_width("2009"), "2009"), ("20 09", "2009")]
)
def test_a_year_has_four_digits(typed: str, year: str) -> None:
    assert read_year(typed) == year


@pytest.mark.parametrize("typed", ["09", "3009", "1700", "200", "20099", "deux mille"])
def test_what_is_no_year_is_not_sent(typed: str) -> None:
    assert read_year(typed) == ""


@pytest.mark.parametrize(
    "typed", ["1200", "1 200", "1\u00a0200", "1,200", "1.200", full_width("1200"), "1'200", "1’200"]
)
def test_a_number_is_understood_with_the_separators_of_both_languages(typed: str) -> None:
    assert read_number(typed) == "1200"


@pytest.mark.parametrize("typed", ["", "mille", "12a", "٣٤"])
def test_what_is_no_number_is_not_sent(typed: str) -> None:
    assert read_number(typed) == ""


@pytest.mark.parametrize(
    "typed", ["2000 1 99999999999999999999", "99999999999999999999 mai 2000", f"2000 {'9' * 190} 1"]
)
def test_a_day_beyond_all_numbers_is_no_date(typed: str) -> None:
    assert read_date(typed) is None
