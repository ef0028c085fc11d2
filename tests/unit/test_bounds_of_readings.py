"""What is said of a text at each bound of its reading, below and beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import identifiers
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.mail_domains import meant_domain
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.mistakes import impossible_date, impossible_year, is_file_number, why_not
from sel_tui.journey.core.readings import Checked, Context, check
from sel_tui.journey.core.trades import TRADES, is_trade, suggested_trades
from tests.unit import builders

RULE = builders.service().password_rule


def checked(kind: Kind, typed: str, context: Context | None = None) -> Checked:
    return check(Field("x", kind, "field.x"), typed, context or Context())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *((slip, "gmail.com") for slip in ("mgail.com", "gmail.cmo", "gmail.con", "xmail.com", "xgmail.com")),
        *((slip, "gmail.com") for slip in ("gmail.comm", "gmail.xom", "gmil.com", "gmaail.com", "gmail.cxom")),
        *((slip, "") for slip in ("gmail.comxx", "gmail.com.ca", "mgail.cmo", "gmxxl.com", "xxgmail.com", "gil.com")),
        *((right, "") for right in ("gmail.com", "mail.com", "ymail.com", "gmail.co", "gm", "g", "live.fr", "gmx.com")),
        *(
            ("live.c", ""),
            ("live.cm", "live.ca"),
            ("live.a", "live.ca"),
            ("ive.ca", "live.ca"),
            ("bell.ner", "bell.net"),
        ),
        *(("amgil.com", ""), ("gamil.com", "gmail.com"), ("gmaim.col", ""), ("outlook.cim", "outlook.com")),
    ],
)
def test_a_domain_one_slip_from_a_common_one_is_asked_about_and_none_two_slips_away(typed: str, meant: str) -> None:
    assert meant_domain(typed) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("as" + "x" * 40, ""),
        ("as" + "x" * 41, "too_long"),
        ("ap" + "x" * 41, "too_long"),
        ("as" + "x" * 39 + "*", "unreadable"),
        ("as" + "x" * 40 + "*", "too_long"),
        ("asx*", "unreadable"),
        ("xx" + "x" * 41, "unreadable"),
        ("ci" + "1" * 12, "looks_like"),
        ("ci" + "2" * 13, "too_many_digits"),
        ("ci2x", "digits_only"),
        ("cix", "unreadable"),
        ("ci", "number_missing"),
        ("er", "number_missing"),
        ("as", "acronym_missing"),
        ("ap", "acronym_missing"),
        ("jean@ex emple.ca", "email_space"),
        ("Jean <jean@exemple.ca>", "bad_email"),
        ("Jean<jean@exemple.ca>", "bad_email"),
        ("jéan@exemple.ca", "email_accent"),
        ("jean@exémple@ca", "bad_email"),
        ("@", "bad_email"),
        ("123456782", "looks_like_sin"),
        ("123456783", "choose_category"),
        ("12345678", "choose_category"),
        ("1140000001", "looks_like_neq"),
        ("11400000010", "choose_category"),
        ("ci123456782", "looks_like_sin"),
    ],
)
def test_an_identifier_that_cannot_be_sent_is_told_its_own_reason(typed: str, said: str) -> None:
    problem = identifiers.read(typed).problem
    if said == "looks_like":
        assert problem is None
    else:
        assert (problem.key if problem else "") == (f"identifier.{said}" if said else "")


@pytest.mark.parametrize("category", [Category.WORKER, Category.EMPLOYER])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_number_of_another_length_than_the_guides_is_unusual_and_is_sent(category: Category, more: int) -> None:
    prefix, usual = {Category.WORKER: ("ci", 7), Category.EMPLOYER: ("er", 6)}[category]
    digits = "1234567890"[: usual + more]
    warning = msg("identifier.unusual_length", prefix=public(prefix), usual=usual, count=len(digits)) if more else None
    for typed in (prefix + digits, digits):
        reading = identifiers.read(typed, category)
        assert (reading.canonical, reading.category, reading.warning) == (prefix + digits, category, warning)
        assert reading.bare is (typed == digits)
    assert identifiers.read(digits).bare
    refused = identifiers.read(digits, Category.ASSOCIATION)
    assert (refused.bare, refused.problem) == (True, msg("identifier.association_needs_acronym"))


@pytest.mark.parametrize(
    ("identifier", "known"),
    [
        ("as", ("asftq", "ascsn", "ascsd")),
        ("ap", ("apacq", "apacrgtq", "apapchq")),
        ("asc", ("ascsn", "ascsd", "ascpqmc")),
        ("apae", ("apaecq",)),
        ("apac", ("apacq", "apacrgtq")),
        ("apacq", ("apacq",)),
        ("asftqconstruction", ("asftq",)),
        ("apftqconstruction", ()),
        ("asacq", ()),
        ("ciacq", ()),
        ("ac", ()),
    ],
)
def test_at_most_three_known_associations_are_suggested(identifier: str, known: tuple[str, ...]) -> None:
    suggested = identifiers.suggestions(identifier)
    assert tuple(one.partition(" ")[0] for one in suggested) == known
    assert all(one.endswith(f"({identifiers.KNOWN[name]})") for one, name in zip(suggested, known, strict=True))


def test_what_a_known_association_is_called_is_said_and_never_that_it_is_itself() -> None:
    assert checked(Kind.IDENTIFIER, "AS FTQ").echo == msg("identifier.will_send", identifier=personal("asftq"))
    assert checked(Kind.IDENTIFIER, "asftq ").echo is None
    known = personal("asftq (FTQ-Construction)")
    told = msg("identifier.suggested", identifier=personal("asftqc"), known=known)
    assert checked(Kind.IDENTIFIER, "as FTQ-C").echo == told


@pytest.mark.parametrize(
    ("text", "old"),
    [("1234567", True), ("ci1234567", True), ("a@e.test", False), ("", False), ("bonjour", False), ("asx", True)],
)
def test_an_old_username_is_known_from_an_address(text: str, old: bool) -> None:
    assert identifiers.looks_like_old_access(text) is old


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        *((Kind.SINGLE_USE_CODE, "1" * length, "single_use_code.length") for length in (1, 5, 7, 20)),
        *((Kind.SINGLE_USE_CODE, typed, "single_use_code.bad") for typed in ("1" * 21, "x", "12345x")),
        *((Kind.YEAR, typed, "year.bad") for typed in ("123", "12345", "x")),
        *((Kind.YEAR, typed, "year.impossible") for typed in ("1234", "9999", "1 849")),
        *((Kind.POSTAL_CODE, typed, "postal_code.length") for typed in ("", "H2X1Y", "H2X-1Y 45")),
        *((Kind.POSTAL_CODE, typed, "postal_code.letters") for typed in ("H2D1Y4", "U2X 1Y4", "h2o-1y4")),
        *((Kind.POSTAL_CODE, typed, "postal_code.order") for typed in ("1H2Y3X", "W2X1Y4")),
        *((Kind.LINK_CODE, "7" * length, "link_code.length") for length in (0, 9, 11, 64)),
        (Kind.LINK_CODE, "7" * 65, "link_code.bad"),
        (Kind.LINK_CODE, "7U*", "code.strange"),
        *((Kind.TOKEN, "7" * length, "token.length") for length in (24, 26)),
        *((Kind.DATE, typed, "date.short_year") for typed in ("1/2/88", "01 02 88", "17 avril 88", "12 juin 05 ")),
        *((Kind.DATE, typed, "date.bad") for typed in ("88", "1/2/888", "188/2/88", "", "31 avril 88", "avril")),
        *((Kind.DATE, typed, "date.no_such_day") for typed in ("30/02/1988", "31 juin 1988", "29/02/2023")),
        *((Kind.DATE, typed, "date.bad") for typed in ("32/01/1988", "131/02/1988", "17 brumaire 1988", "30 1988")),
        (Kind.TEXT, "x", "answer.text.bad"),
    ],
)
def test_why_a_text_cannot_be_read_is_said_by_its_length_its_signs_or_its_day(kind: Kind, typed: str, key: str) -> None:
    found = why_not(kind, typed).key
    assert found == (f"field.{key}" if kind is not Kind.TEXT else f"field.{kind.value}.bad")


@pytest.mark.parametrize(("typed", "count"), [("H2X1Y", 5), ("H2X1Y45", 7), ("", 0)])
def test_how_much_was_typed_is_said(typed: str, count: int) -> None:
    assert why_not(Kind.POSTAL_CODE, typed) == msg("field.postal_code.length", typed=count)
    assert why_not(Kind.LINK_CODE, "7" * count) == msg("field.link_code.length", typed=count)
    assert why_not(Kind.LINK_CODE, f"77{'U*'[count % 2]}") == msg("field.code.strange", sign=personal("U*"[count % 2]))


def test_a_day_and_a_year_are_possible_from_130_years_ago_to_today() -> None:
    today = date(2026, 3, 2)
    assert impossible_date(today, today) is impossible_date(date(1896, 1, 1), today) is None
    assert impossible_date(today + timedelta(days=1), today) == msg("field.date.future")
    assert impossible_date(date(1895, 12, 31), today) == msg("field.date.too_old")
    assert impossible_date(date(1, 1, 1), None) is impossible_year("9999", None) is None
    assert impossible_year("2026", today) is impossible_year("2025", today) is None
    assert impossible_year("2027", today) == msg("field.year.future")
    for username, number in (
        ("ci1234", True),
        ("er-1234", True),
        ("L-1234", False),
        ("ci12", False),
        ("as1234", False),
    ):
        assert is_file_number(username) is number


def test_a_note_is_shown_whole_once_it_is_longer_than_its_field() -> None:
    assert checked(Kind.NOTE, " x" * 20).echo is None
    assert checked(Kind.NOTE, "x" * 40) == Checked("x" * 40)
    assert checked(Kind.NOTE, "x" * 41) == Checked("x" * 41, echo=msg("field.note.whole", text=personal("x" * 41)))
    assert checked(Kind.NOTE, "mon NAS 046 454 286").problem == msg("field.note.sin")


def test_what_a_new_password_lacks_is_listed_whole() -> None:
    context = Context(rule=RULE)
    lacking = checked(Kind.NEW_PASSWORD, "é", context)
    assert lacking.problem is not None
    assert lacking.echo is not None
    said = (str(lacking.problem), str(lacking.echo))
    for name in ("upper", "digit", "special"):
        assert all(f"password.{name}" in one for one in said)
    assert "('typed', 1)" in said[0]
    assert "password.lower" not in said[0]
    long = checked(Kind.NEW_PASSWORD, "x" * (RULE.max_length + 1), context)
    assert (long.sent, long.problem) == ("", msg("field.new_password.too_long", count=RULE.max_length))
    assert checked(Kind.NEW_PASSWORD, "x").sent == "x"


def test_a_trade_is_suggested_from_four_letters_on_and_at_most_three_are() -> None:
    assert suggested_trades("tuy") == ()
    assert suggested_trades("tuya") == ("tuyauteur",)
    assert len([one for one in TRADES if "mécanicien" in one]) > 3
    assert len(suggested_trades("mecanicien")) == 3
    assert suggested_trades("peintre") == suggested_trades("astronaute") == ()
    assert is_trade("Peintres")
    assert not is_trade("peint")


@pytest.mark.parametrize(
    ("typed", "new", "said"),
    [
        ("1234567", False, "login.old_access"),
        ("1234567", True, "account.old_access"),
        ("bonjour", False, "identifier.bad_email"),
        ("a@e.test", False, ""),
        ("a@é.test", False, ""),
        ("a b@e.test", False, "identifier.email_space"),
    ],
)
def test_an_address_is_read_where_one_logs_in(typed: str, new: bool, said: str) -> None:
    found = checked(Kind.EMAIL, typed, Context(new=new))
    assert (found.problem.key if found.problem else "") == said
    shown = typed == "a@é.test"
    assert found.echo == (msg("identifier.will_send", identifier=personal("a@xn--9ca.test")) if shown else None)
