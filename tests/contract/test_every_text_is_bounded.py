"""Every text of every request has its length looked at before anything else: found by walking the models."""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import typing
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

import sel_backend.admin
from sel_contract.base import Request
from sel_contract.rules.text import LONG, normalized, plain
from sel_contract.text import Typed
from tests.contract.costly import COSTLY, Work, work

__all__ = ["work"]

importlib.import_module("sel_contract.desk_acts")
for found in pkgutil.iter_modules(sel_backend.admin.__path__):
    importlib.import_module(f"sel_backend.admin.{found.name}")

BODY = 65_536
# A note of 2,000 signs as it is sent, its runs of marks cut to thirty; or an identifier of 254 marks, three times.
MOST_STEPS = 4 * 254**2
SOURCE = Path(__file__).parents[2] / "src"


def models(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [one for child in base.__subclasses__() for one in (child, *models(child))]


REQUESTS = models(Request)


def texts_without_a_bound(annotation: Any, rules: tuple[Any, ...] = ()) -> list[Any]:
    """Return each text inside an annotation whose length nothing looks at first."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return texts_without_a_bound(inner, (*rules, *more))
    if annotation in (str, SecretStr):
        # Pydantic runs the rule that stands last before all others.
        return [] if rules and any(isinstance(rule, Typed) for rule in rules[-2:]) else [annotation]
    if origin in (tuple, list, dict, typing.Union, UnionType):
        return [bare for part in typing.get_args(annotation) for bare in texts_without_a_bound(part)]
    return []


@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_every_text_of_a_request_is_bounded_by_the_one_type(model: type[BaseModel]) -> None:
    hints = typing.get_type_hints(model, include_extras=True)
    assert {name: bare for name in model.model_fields if (bare := texts_without_a_bound(hints[name]))} == {}


@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_no_costly_text_in_any_field_of_any_request_is_worth_much_work(model: type[BaseModel], work: Work) -> None:
    for field, name, length in itertools.product(model.model_fields, COSTLY, (2_000, 254, 200, 128, 64)):
        text = (COSTLY[name] * length)[:length]
        for value in (text, [text] * 3):
            work.forget()
            with suppress(ValidationError):
                model.model_validate({field: value})
            assert work.steps() <= MOST_STEPS, (field, name, length)


@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_no_text_as_long_as_a_body_reaches_a_normaliser(model: type[BaseModel], work: Work) -> None:
    for field, name, length in itertools.product(model.model_fields, COSTLY, (BODY, LONG + 1)):
        with suppress(ValidationError):
            model.model_validate({field: (COSTLY[name] * length)[:length]})
    assert work.texts == []


def test_the_normaliser_refuses_what_is_longer_than_its_bound() -> None:
    assert normalized("NFC", "e\u0301" * 2_000) == "é" * 2_000
    with pytest.raises(ValueError, match="too-long"):
        normalized("NFC", "e\u0301" * 2_001)


@pytest.mark.parametrize("name", COSTLY)
def test_what_a_server_says_is_cut_before_it_is_normalised(name: str, work: Work) -> None:
    plain(COSTLY[name] * BODY, 200)
    plain(COSTLY[name] * BODY, 200, keep_lines=True)
    assert work.longest() <= 200
    assert work.steps() <= 2 * (200 + 200 * 31)


def test_a_secret_that_is_made_in_the_program_has_the_same_bound() -> None:
    kind = TypeAdapter(typing.Annotated[SecretStr, Typed(4, str.upper, "bad-format")])
    assert kind.validate_python(SecretStr("abcd")).get_secret_value() == "ABCD"
    with pytest.raises(ValidationError, match="bad-format"):
        kind.validate_python(SecretStr("abcde"))


def test_nothing_in_the_contract_and_the_back_end_normalises_but_through_the_bounded_way() -> None:
    calls = []
    packages = ("sel_contract", "sel_conformance", "sel_backend")
    for path in [path for package in packages for path in SOURCE.glob(f"{package}/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "attr", "") or (node.name if isinstance(node, ast.alias) else "")
            if name in ("normalize", "is_normalized"):
                calls.append(path.relative_to(SOURCE).as_posix())
    assert calls == ["sel_contract/rules/text.py"]
