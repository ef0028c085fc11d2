"""Every form as data: what each kind of field accepts, echoes and refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core.drafts import empty
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import personal
from sel_tui.journey.core.readings import Checked, Context, check
from sel_tui.journey.core.secret import MARK, Secret, clear
from sel_tui.journey.steps.account import LAST_NAME, NEW_PASSWORD
from sel_tui.journey.steps.legacy_access import OLD_PASSWORD
from sel_tui.journey.steps.linking import IDENTIFIER
from sel_tui.journey.steps.login import PASSWORD
from sel_tui.journey.steps.report import NOTE
from tests.scenarios.forms import EVERY_FIELD
from tests.unit import builders

RULE = Context(rule=builders.service().password_rule)
ALL = EVERY_FIELD


def problem(checked: Checked) -> str:
    return checked.problem.key if checked.problem else ""


@pytest.mark.parametrize("field", ALL)
@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_an_empty_field_is_named_only_when_it_is_needed(field: Field, typed: str) -> None:
    said = "field.note.missing" if field.kind is Kind.NOTE else "field.required"
    assert problem(check(field, typed)) == (said if field.required else "")


@given(st.sampled_from(ALL), st.text(max_size=40))
def test_no_text_whatever_breaks_a_check_and_nothing_refused_is_sent(field: Field, typed: str) -> None:
    checked = check(field, Secret(typed) if field.secret else typed, RULE)

    assert not (checked.problem and checked.sent)
    assert checked.sent or checked.problem or not field.required


@pytest.mark.parametrize("field", ALL)
def test_every_secret_starts_as_one(field: Field) -> None:
    assert isinstance(empty(field), Secret) is field.secret
    assert field.secret or not field.masked


def test_two_forms_that_ask_for_the_same_thing_share_it() -> None:
    kinds: dict[str, set[Kind]] = {}
    for field in ALL:
        kinds.setdefault(field.name, set()).add(field.kind)

    assert all(len(found) == 1 for found in kinds.values())


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("nom@exemple.com", ""),
        (" Nom@Exemple.COM ", ""),
        ("ci1234567", "login.old_access"),
        ("1234567", "login.old_access"),
        ("nom", "identifier.bad_email"),
        ("nom@exemple", "identifier.bad_email"),
    ],
)
def test_an_address_is_whole_and_is_no_old_access(typed: str, key: str) -> None:
    checked = check(EMAIL, typed)

    assert problem(checked) == key
    assert checked.sent == ("" if key else "nom@exemple.com")


def test_a_password_is_sent_exactly_as_it_was_typed() -> None:
    typed = "  É spaces and ’ stay  "

    assert check(PASSWORD, Secret(typed)).sent == typed
    assert check(OLD_PASSWORD, Secret(typed)).sent == typed


def test_what_will_be_sent_is_shown_while_an_identifier_is_typed() -> None:
    usual, unusual = check(IDENTIFIER, "CI 123-4567"), check(IDENTIFIER, "ci123")

    assert usual.echo is not None
    assert (usual.echo.key, dict(usual.echo.params)["identifier"]) == ("identifier.will_send", personal("ci1234567"))
    assert unusual.echo is not None
    assert unusual.echo.key == "identifier.will_send_unusual"
    assert unusual.sent == "ci123"


def test_the_category_that_was_chosen_completes_a_number_alone() -> None:
    assert check(IDENTIFIER, "123456", Context(Category.EMPLOYER)).sent == "er123456"
    assert problem(check(IDENTIFIER, "123456")) == "identifier.choose_category"


def test_a_date_is_sent_in_its_one_form_and_shown_in_words() -> None:
    checked = check(Field("answer.q", Kind.DATE, "field.answer.date"), "17 avril 1988")

    assert checked.sent == "1988-04-17"
    assert checked.echo is not None
    assert checked.echo.key == "field.date.understood"


@pytest.mark.parametrize(
    ("kind", "typed", "sent", "key"),
    [
        (Kind.POSTAL_CODE, "h2x1y4", "H2X 1Y4", "field.postal_code.length"),
        (Kind.YEAR, " 2009", "2009", "field.year.bad"),
        (Kind.NUMBER, "1 200", "1200", "field.number.bad"),
        (Kind.DATE, "1988-04-17", "1988-04-17", "field.date.bad"),
        (Kind.LINK_CODE, "7k3m9qtdhx", "7K3M9-QTDHX", "field.link_code.length"),
        (Kind.LINK_USERNAME, "l482913", "L-482913", "field.link_username.bad"),
        (Kind.SINGLE_USE_CODE, "123 456", "123456", "field.single_use_code.bad"),
    ],
)
def test_each_kind_has_its_form_and_its_word_for_another(kind: Kind, typed: str, sent: str, key: str) -> None:
    field = Field("x", kind, "field.x")

    assert check(field, typed).sent == sent
    assert problem(check(field, "not at all")) == key


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("Chantier-2026!", True),
        ("Été-2026", True),
        ("chantier-2026!", False),
        ("CHANTIER-2026!", False),
        ("Chantier-!", False),
        ("Chantier2026", False),
        ("Ch-2026", False),
        ("Chantier-2026!" * 10, False),
        ("mot de passe 2026", False),
    ],
)
def test_a_new_password_follows_the_rule_that_the_server_names(typed: str, good: bool) -> None:
    checked = check(NEW_PASSWORD, Secret(typed), RULE)

    assert (checked.problem is None) is good
    assert checked.sent == (typed if good else "")


def test_without_a_rule_the_server_judges_a_new_password() -> None:
    assert check(NEW_PASSWORD, Secret("abc")).sent == "abc"


def test_names_and_notes_lose_only_superfluous_spaces() -> None:
    assert check(LAST_NAME, "  Côté-L’Heureux ").sent == "Côté-L’Heureux"
    assert check(NOTE, "mon  code\u00a0postal ").sent == "mon code postal"


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("Canari-3f9c")

    assert "Canari" not in f"{secret!r} {secret!s} {secret} {[secret]} { ({'a': secret}) }"
    assert MARK in repr(secret)
    assert (clear(secret), len(secret), secret.reveal()) == ("Canari-3f9c", 11, "Canari-3f9c")


def test_secrets_are_compared_by_what_they_hold_and_never_with_plain_text() -> None:
    first, second, other = Secret("a"), Secret("a"), Secret("b")

    assert first == second
    assert len({first, second, other}) == 2
    assert first.__eq__("a") is False
    assert not Secret()
