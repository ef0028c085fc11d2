"""What the desk's part of the contract can hold, and what no answer of it can: shown by its types."""

from __future__ import annotations

import re
import typing
from types import UnionType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from sel_contract import desk, desk_acts, desk_case
from sel_contract.base import Response
from sel_contract.desk import FileNumber, Lookup, LookupByReference, MaskedAddress
from sel_contract.desk_acts import DeskAct, SendCoordinates
from sel_contract.desk_case import DeskActKind
from sel_contract.rules.masks import masked_address, without_addresses

ANSWERS = [
    found
    for module in (desk, desk_case, desk_acts)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Response) and found.__module__ == module.__name__
]
FREE = {  # what somebody wrote, in which the server masks addresses; and an agent's own name
    "DeskAgent.first_name",
    "DeskAgent.last_name",
    "DeskFile.display_name",
    "DeskLink.display_name",
    "DeskReport.note",
    "DeskCorrection.display_name",
    "QueueItem.display_name",
}
ADDRESS = "maika.cote@exemple.test"


def texts(annotation: Any, rules: tuple[Any, ...] = ()) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return every text inside an annotation with the rules that it has."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return texts(inner, (*rules, *more))
    if annotation in (str, SecretStr):
        return [(annotation, rules)]
    if origin in (tuple, list, dict, typing.Union, UnionType):
        return [found for part in typing.get_args(annotation) for found in texts(part)]
    return []


@pytest.mark.parametrize("model", ANSWERS, ids=lambda model: model.__name__)
def test_no_answer_of_the_desk_has_a_field_for_a_secret_or_a_whole_address(model: type[BaseModel]) -> None:
    for name, annotation in typing.get_type_hints(model, include_extras=True).items():
        where = f"{model.__name__}.{name}"
        if name == "model_config" or where in FREE | {"DeskSessionOpened.token", "DeskCheck.text"}:
            continue
        for kind, rules in texts(annotation):
            assert kind is not SecretStr, where
            patterns = [found for rule in rules if (found := getattr(rule, "pattern", None))]
            assert patterns, where
            assert not any(re.search(pattern, ADDRESS) for pattern in patterns), where


def test_a_masked_address_says_little_and_a_number_is_no_address() -> None:
    assert masked_address(ADDRESS) == "m•••@e•••.test"
    assert masked_address("a@b.ca") == "a•••@b•••.ca"
    assert masked_address("nobody") == masked_address("@") == "?•••@?•••"
    for wrong in (ADDRESS, "m•••@exemple.test"):
        with pytest.raises(ValidationError):
            TypeAdapter(MaskedAddress).validate_python(wrong)
    with pytest.raises(ValidationError):
        TypeAdapter(FileNumber).validate_python(ADDRESS)


@given(st.emails())
def test_every_address_is_masked_wherever_it_stands(address: str) -> None:
    TypeAdapter(MaskedAddress).validate_python(masked_address("x@exemple.test"))
    local, _, domain = address.rpartition("@")
    masked = masked_address(address)
    assert masked.startswith(f"{local[0]}•••@{domain[0]}•••")
    assert address not in masked


def test_addresses_in_a_note_are_masked_and_the_rest_stays() -> None:
    said = "Mon courriel est « maika.cote@exemple.test », pas <moi@ancien.example.test>. Tél. 514 555-0117 @ midi"
    assert without_addresses(said) == (
        "Mon courriel est « m•••@e•••.test », pas <m•••@a•••.test>. Tél. 514 555-0117 @ midi"
    )


@pytest.mark.parametrize("heard", ["4t8w2nrq6t", "4T8W 2NRQ 6T", "4t8w-2nrq-6t"])
def test_a_reference_is_read_as_it_is_heard(heard: str) -> None:
    found = TypeAdapter(Lookup).validate_python({"by": "reference", "reference": heard})
    assert isinstance(found, LookupByReference)


@pytest.mark.parametrize("by", [{"by": "file", "identifier": "er123456"}, {"by": "account", "email": ADDRESS}])
def test_who_looks_up_without_a_reference_says_why_and_only_from_the_list(by: dict[str, str]) -> None:
    lookup: TypeAdapter[Any] = TypeAdapter(Lookup)
    assert lookup.validate_python(by | {"reason": "no_reference"}).reason == "no_reference"
    for wrong in ({}, {"reason": "Mme Côté a appelé"}, {"reason": "follow_up", "note": "Mme Côté"}):
        with pytest.raises(ValidationError):
            lookup.validate_python(by | wrong)


def test_an_act_is_one_of_the_list_with_what_was_ticked() -> None:
    act: TypeAdapter[Any] = TypeAdapter(DeskAct)
    sent = act.validate_python({"act": "send_coordinates", "checks": ["birth_date"]})
    assert isinstance(sent, SendCoordinates)
    own = {one.value for one in DeskActKind} - {"confirm_address", "refuse_address"}
    assert set(act.json_schema()["discriminator"]["mapping"]) == own
    with pytest.raises(ValidationError):
        act.validate_python({"act": "send_coordinates", "code": "7K3M9-QTDHX"})
