"""Combining marks without end: normalising takes time quadratic in their number, so few are ever looked at."""

from __future__ import annotations

import json
import re
import typing
import unicodedata
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from sel_contract import Terms, plain
from sel_contract.base import Response
from sel_contract.codes import LinkingCode, LinkingUsername, SingleUseCode, TypedCheckCode
from sel_contract.identifiers import EmailAddress, FileIdentifier
from sel_contract.rules.codes import canonical_reference
from sel_tui.widgets.glyphs import to_ascii
from sel_tui.widgets.line_edit import LineEdit

MARKS = "\u0301\u0323"
Seen = list[str]


@pytest.fixture
def normalised(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Return what `unicodedata.normalize` is given: its work is counted, and too much of it is not done."""
    seen: Seen = []
    real = unicodedata.normalize

    def counting(form: Any, text: str) -> str:
        seen.append(text)
        return real(form, text) if len(text) <= 5_000 else text

    monkeypatch.setattr(unicodedata, "normalize", counting)
    return seen


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (EmailAddress, 254),
        (FileIdentifier, 254),
        (LinkingUsername, 64),
        (LinkingCode, 64),
        (SingleUseCode, 64),
        (TypedCheckCode, 64),
    ],
)
def test_an_endless_identifier_or_code_is_refused_before_it_is_normalised(
    kind: Any, limit: int, normalised: Seen
) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python("a" + MARKS * 15_900 + "@x.yz")
    assert max(map(len, normalised), default=0) <= limit


def test_an_endless_reference_is_refused_before_it_is_normalised(normalised: Seen) -> None:
    with pytest.raises(ValueError, match="bad-reference"):
        canonical_reference(MARKS * 15_900)
    assert max(map(len, normalised), default=0) <= 65


@pytest.mark.parametrize("run", [MARKS, "\u0344\u0323", "\u0f73\u0f71", "\u0301" * 40 + "\u0323" * 40])
def test_at_most_thirty_marks_in_a_row_are_normalised_in_a_servers_text(run: str, normalised: Seen) -> None:
    kept = plain("a" + run * 1_000)
    longest = max(len(found) for found in re.findall("[\u0300-\u036f\u0f71-\u0f84]+", " ".join([*normalised, kept])))
    assert longest <= 30
    assert plain(kept) == kept


@pytest.mark.parametrize("text", ["Zoé Nǧuyễn", "क्षत्रिय", "نَصٌّ", "ｶﾞｷﾞ" * 30, "👩🏽‍🦽" * 40])
def test_what_people_write_keeps_its_marks(text: str) -> None:
    expected = unicodedata.normalize("NFC", text.replace("\u200d", ""))
    assert plain(text) == expected


def test_an_answer_with_more_paragraphs_than_anybody_reads_is_not_understood() -> None:
    texts = {"fr-CA": {"title": "x", "paragraphs": ["p"] * 1_001}}
    with pytest.raises(ValidationError):
        Terms.model_validate_json(json.dumps({"version": "1", "effective_on": "2026-01-01", "texts": texts}))


def models(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [one for child in base.__subclasses__() for one in (child, *models(child))]


def has_a_bound(annotation: Any, rules: tuple[Any, ...]) -> bool:
    if get_origin(annotation) is typing.Annotated:
        inner, *more = get_args(annotation)
        return has_a_bound(inner, (*rules, *more))
    if get_origin(annotation) in (tuple, list, dict):
        return any(getattr(rule, "max_length", None) for field in rules for rule in (field, *_of(field)))
    return all(has_a_bound(part, rules) for part in get_args(annotation))


def _of(rule: Any) -> list[Any]:
    return list(getattr(rule, "metadata", ()))


@pytest.mark.parametrize("model", models(Response), ids=lambda model: model.__name__)
def test_every_list_of_an_answer_has_a_bound(model: type[BaseModel]) -> None:
    hints = get_type_hints(model, include_extras=True)
    unbounded = [
        name for name, field in model.model_fields.items() if not has_a_bound(hints[name], (*field.metadata, field))
    ]
    assert unbounded == []


def test_a_huge_paste_into_a_field_is_cut_before_it_is_normalised(normalised: Seen) -> None:
    assert len(LineEdit("x", 1).typed(MARKS * 500_000).text) <= 500
    assert max(map(len, normalised)) <= 2_500


def test_accents_are_dropped_for_a_terminal_of_ascii_letter_by_letter(normalised: Seen) -> None:
    assert to_ascii("e" + "\uff9e\u0301" * 2_000 + "é") == "ee"
    assert max(map(len, normalised)) == 1
