"""Whoever mistypes is told the true reason; what no record can hold is refused before it is sent."""

from __future__ import annotations

from datetime import date

import pytest

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.readings import Context, check

TODAY = date(2026, 3, 2)


def problem(kind: Kind, typed: str, *, past: bool = False) -> str:
    """Return the key of what is said about `typed`, or "" when it can be sent."""
    found = check(Field("x", kind, "field.x", past=past), typed, Context(today=TODAY if past else None)).problem
    return "" if found is None else found.key


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        (Kind.IDENTIFIER, "ci12345O7", "identifier.digits_only"),
        (Kind.IDENTIFIER, "er12A456", "identifier.digits_only"),
        (Kind.IDENTIFIER, "CI 12345l7", "identifier.digits_only"),
        (Kind.IDENTIFIER, "charpentier", "identifier.unreadable"),
        (Kind.POSTAL_CODE, "HOH 0H0", ""),
        (Kind.POSTAL_CODE, "H2D 1Y4", "field.postal_code.letters"),
        (Kind.POSTAL_CODE, "H2X1Y", "field.postal_code.length"),
        (Kind.POSTAL_CODE, "H2X 1Y44", "field.postal_code.length"),
        (Kind.POSTAL_CODE, "33101", ""),
        (Kind.POSTAL_CODE, "H2X 1Y*", "field.postal_code.order"),
        (Kind.LINK_CODE, "7K3M9-QTDHU", "field.code.strange"),
        (Kind.LINK_CODE, "7K3M9-QTDH", "field.link_code.length"),
        (Kind.LINK_CODE, "7K3M9-QTDHXX", "field.link_code.length"),
        (Kind.LINK_CODE, "x" * 200, "field.link_code.bad"),
        (Kind.TOKEN, "ABCDE-FGHJK", "field.token.length"),
        (Kind.SINGLE_USE_CODE, "12345", "field.single_use_code.length"),
        (Kind.SINGLE_USE_CODE, "12345a", "field.single_use_code.bad"),
        (Kind.DATE, "17 avril 88", "field.date.short_year"),
        (Kind.DATE, "17/04/88", "field.date.short_year"),
        (Kind.DATE, "88-04-17", "field.date.bad"),
        (Kind.DATE, "31 avril 1988", "field.date.no_such_day"),
        (Kind.DATE, "29/02/1989", "field.date.no_such_day"),
        (Kind.DATE, "1988-13-01", "field.date.bad"),
        (Kind.DATE, "printemps 1988", "field.date.bad"),
        (Kind.YEAR, "88", "field.year.bad"),
        (Kind.YEAR, "1234", "field.year.impossible"),
        (Kind.LINK_USERNAME, "CI-1234567", "field.link_username.file_number"),
        (Kind.LINK_USERNAME, "er 123456", "field.link_username.file_number"),
        (Kind.LINK_USERNAME, "123456", "field.link_username.bad"),
        (Kind.LINK_USERNAME, "L-482913", ""),
    ],
)
def test_the_reason_is_the_true_one(kind: Kind, typed: str, reason: str) -> None:
    assert problem(kind, typed) == reason


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        (Kind.DATE, "2026-03-02", ""),
        (Kind.DATE, "2026-03-03", "field.date.future"),
        (Kind.DATE, "2088-04-17", "field.date.future"),
        (Kind.DATE, "1896-01-01", ""),
        (Kind.DATE, "1895-12-31", "field.date.too_old"),
        (Kind.YEAR, "2026", ""),
        (Kind.YEAR, "2027", "field.year.future"),
    ],
)
def test_a_day_or_a_year_to_come_is_no_answer_to_what_lies_in_the_past(kind: Kind, typed: str, reason: str) -> None:
    assert problem(kind, typed, past=True) == reason
    assert problem(kind, typed) == ""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("kind", "typed", "said"), [(Kind.LINK_CODE, "7K3M9-QTDHU", "U"), (Kind.POSTAL_CODE, "H2X1Y", "5")]
)
def test_the_sentence_names_what_is_wrong(language: str, kind: Kind, typed: str, said: str) -> None:
    found = check(Field("x", kind, "field.x"), typed).problem
    assert found is not None
    assert said in Words(language).say(found)


def test_a_slip_in_a_common_mail_domain_is_asked_about_and_never_refused_nor_a_right_one_or_one_under_way() -> None:
    slips = {
        **dict.fromkeys(("gmial.com", "gmai.com", "gmaill.com", "gmail.con", "gnail.com", "GMIAL.COM"), "gmail.com"),
        "hotmial.com": "hotmail.com",
        "outlok.com": "outlook.com",
        "yaho.ca": "yahoo.ca",
        "vidoetron.ca": "videotron.ca",
        "sympatico.cs": "sympatico.ca",
        "bel.net": "bell.net",
        "icoud.com": "icloud.com",
        "lvie.ca": "live.ca",
    }
    for typed, meant in slips.items():
        found = check(Field("email", Kind.EMAIL, "field.email"), f"nom@{typed}")
        assert (found.sent, found.problem) == (f"nom@{typed.lower()}", None)
        assert found.echo is not None
        assert Words("fr").say(found.echo) == f"Vouliez-vous dire {meant}?"
        assert Words("en").say(found.echo) == f"Did you mean {meant}?"
    right = [
        "gmail.com",
        "hotmail.ca",
        "mail.com",
        "ymail.com",
        "videotron.qc.ca",
        "exemple.test",
        "ccq.org",
        "bell.ca",
    ]
    for domain in [*right, *("hotmail.com"[:end] for end in range(9, 12))]:
        assert check(Field("email", Kind.EMAIL, "field.email"), f"nom@{domain}").echo is None


def test_trades_are_suggested_from_the_closed_list_where_the_example_is_one_and_nothing_is_refused() -> None:
    example = Context(example="électricienne, électricien")
    said = {
        **dict.fromkeys(("charpentier", "Charpentière", "menuisier"), "charpentier-menuisier"),
        "macon": "briqueteur-maçon",
        "vitrière": "monteur-mécanicien (vitrier)",
        "tuyau": "tuyauteur",
        "mécanicien": "mécanicien d’ascenseur, mécanicien de chantier, mécanicien de machines lourdes",
    }
    field = Field("answer", Kind.TEXT, "field.answer.text")
    for typed, meant in said.items():
        found = check(field, typed, example)
        assert (found.sent, found.problem) == (typed, None)
        assert found.echo is not None
        assert Words("fr").say(found.echo) == f"Vouliez-vous dire {meant}?"
        assert check(field, typed, Context(example="Tremblay")).echo is None
    for typed in ("charpentiers-menuisiers", "Électricienne", "plâtrier", "pei", "astronaute"):
        assert check(field, typed, example).echo is None
