"""What the wire's models promise."""

import json
import typing
from types import UnionType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

import sel_contract
import sel_contract.desk_acts
from sel_contract import LinkRequest, LoginRequest, Problem, SessionOpened, plain
from sel_contract.base import Request, Response
from sel_contract.rules.codes import ALPHABET, canonical_reference, check_symbol, reference_from
from sel_contract.rules.identifiers import Category, canonical_identifier, category_of

HOSTILE = "a\x00\x1b[31m\x7f\x9b\u202e\u200b\u2028\ud800\ufeffe\u0301"


def models(base: type[BaseModel]) -> list[type[BaseModel]]:
    found = []
    for child in base.__subclasses__():
        found += [child, *models(child)]
    return found


def strings_without_a_rule(annotation: Any, metadata: tuple[Any, ...] = ()) -> list[Any]:
    """Return every bare `str` inside an annotation: one that neither cleans its text nor has a pattern."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *rules = typing.get_args(annotation)
        return strings_without_a_rule(inner, (*metadata, *rules))
    if annotation is str:
        kept = any(type(rule).__name__ == "BeforeValidator" or getattr(rule, "pattern", None) for rule in metadata)
        return [] if kept else [annotation]
    if origin in (tuple, dict, list, typing.Union, UnionType):
        return [bare for part in typing.get_args(annotation) for bare in strings_without_a_rule(part)]
    return []


@pytest.mark.parametrize("model", models(Response), ids=lambda model: model.__name__)
def test_no_response_has_a_bare_string(model: type[BaseModel]) -> None:
    for name, annotation in typing.get_type_hints(model, include_extras=True).items():
        if name != "model_config":
            assert strings_without_a_rule(annotation) == [], name


@pytest.mark.parametrize("model", models(Request), ids=lambda model: model.__name__)
def test_every_request_is_frozen_and_refuses_unknown_fields(model: type[BaseModel]) -> None:
    assert model.model_config.get("frozen")
    assert model.model_config.get("extra") == "forbid"


def test_server_text_loses_everything_a_terminal_would_act_on() -> None:
    problem = Problem.model_validate({"type": "x", "title": HOSTILE, "status": 418, "detail": HOSTILE})
    assert problem.title == "a[31m \u00e9"
    assert problem.detail == "a[31m \u00e9"


@given(st.text())
def test_plain_text_is_clean_and_stable(text: str) -> None:
    once = plain(text, 50)
    assert len(once) <= 50
    assert plain(once, 50) == once
    assert not any(ord(mark) < 32 or 0x7F <= ord(mark) < 0xA0 or 0xD800 <= ord(mark) < 0xE000 for mark in once)


@given(st.text(st.characters(max_codepoint=127)), st.booleans())
def test_what_is_cleaned_the_short_way_is_what_the_long_way_makes_of_it(text: str, keep_lines: bool) -> None:
    assert "é" + plain(text, keep_lines=keep_lines) == plain("é" + text, keep_lines=keep_lines)


def test_a_mail_keeps_its_lines_and_nothing_else() -> None:
    assert plain("un\r\ndeux\x1b\ttrois", keep_lines=True) == "un\ndeux trois"


def test_a_secret_shows_itself_only_on_the_wire() -> None:
    login = LoginRequest(email="NOUVELLE@exemple.test ", password=SecretStr("canari-7!"))
    assert json.loads(login.wire()) == {"email": "nouvelle@exemple.test", "password": "canari-7!"}
    for shown in (repr(login), str(login), str(login.model_dump()), login.model_dump_json()):
        assert "canari" not in shown


def test_a_token_is_masked_in_a_repr() -> None:
    fields = SessionOpened.model_fields
    assert "Secret" in str(fields["token"].annotation)


def test_a_validation_error_never_shows_what_was_typed() -> None:
    with pytest.raises(ValidationError) as caught:
        LoginRequest.model_validate_json('{"email": "canari", "password": "canari-7!", "canari": 1}')
    assert "canari-7!" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("ci1234567", "ci1234567"),
        ("  CI 123-4567 ", "ci1234567"),
        ("ｃｉ１２３４５６７", "ci1234567"),
        ("ci\u00a0123\u20114567", "ci1234567"),
        ("ER123456", "er123456"),
        ("as FTQ-Construction", "asftqconstruction"),
        ("apL’Exemple", "aplexemple"),
        ("asÉXEMPLE", "asexemple"),
        ("Maika.Cote@Exemple.TEST", "maika.cote@exemple.test"),
    ],
)
def test_an_identifier_has_one_form_however_it_is_typed(typed: str, canonical: str) -> None:
    assert canonical_identifier(typed) == canonical
    assert canonical_identifier(canonical) == canonical


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1234567", "prefix-missing"),
        ("", "bad-format"),
        ("xx12", "bad-format"),
        ("ci12a", "bad-format"),
        ("a@b", "bad-email"),
        ("ci" + "1" * 400, "bad-format"),
    ],
)
def test_an_impossible_identifier_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        canonical_identifier(typed)


def test_the_category_follows_from_the_prefix() -> None:
    assert category_of("ci1") is Category.WORKER
    assert category_of("a@b.test") is Category.WORKER
    assert category_of("er1") is Category.EMPLOYER
    assert {category_of("asx"), category_of("apx")} == {Category.ASSOCIATION}


def test_linking_coordinates_are_accepted_as_people_type_them() -> None:
    proof: Any = TypeAdapter(LinkRequest).validate_python(
        {"method": "link_code", "username": " l 482913", "code": "7k3m9 qtdhx"}
    )
    assert proof.username == "L-482913"
    assert proof.code.get_secret_value() == "7K3M9-QTDHX"
    mistaken: Any = TypeAdapter(LinkRequest).validate_python(
        {"method": "link_code", "username": "L-482913", "code": "oil23-45678"}
    )
    assert mistaken.code.get_secret_value() == "01123-45678"


@given(st.text(alphabet=ALPHABET, min_size=9, max_size=9))
def test_a_reference_survives_being_read_aloud_and_a_slip_is_noticed(symbols: str) -> None:
    reference = reference_from(symbols)
    if reference is None:
        assert check_symbol(symbols) is None
        return
    assert canonical_reference(reference.lower().replace("-", " ")) == reference
    slipped = ("1" if symbols[0] != "1" else "2") + symbols[1:]
    with pytest.raises(ValueError, match="bad-reference"):
        canonical_reference(slipped + reference[-1])


def test_the_public_face_is_complete() -> None:
    assert sorted(sel_contract.__all__) == sel_contract.__all__ or set(sel_contract.__all__)
    for name in sel_contract.__all__:
        assert hasattr(sel_contract, name)
    for model in [*models(Request), *models(Response)]:
        desk = model.__module__.startswith("sel_contract.desk")  # a face apart, for whoever works at the desk
        if model.__module__.startswith("sel_contract.") and not desk and not model.__name__.startswith("_"):
            assert model.__name__ in sel_contract.__all__


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_outside_our_time_is_not_understood(year: str) -> None:
    with pytest.raises(ValidationError):
        Problem.model_validate({"type": "method-locked", "title": "x", "status": 429, "retry_at": year})


@pytest.mark.parametrize("model", models(Response), ids=lambda model: model.__name__)
def test_every_number_of_an_answer_has_a_largest_one(model: type[BaseModel]) -> None:
    def numbers(schema: Any) -> list[Any]:
        if isinstance(schema, list):
            return [found for part in schema for found in numbers(part)]
        if not isinstance(schema, dict) or "maximum" in schema:
            return []
        own = [schema] if schema.get("type") in ("integer", "number") else []
        return own + [found for part in schema.values() for found in numbers(part)]

    assert numbers(model.model_json_schema()) == []


def test_a_record_without_an_end_may_say_so_and_one_before_1900_is_not_understood() -> None:
    certificate = TypeAdapter(sel_contract.Certificate)
    assert certificate.validate_python({"number": "1", "expires_on": "9999-12-31"}).expires_on.year == 9999
    with pytest.raises(ValidationError):
        certificate.validate_python({"number": "1", "expires_on": "0001-01-01"})
