"""The journey's records are what they were made as: nothing changes them, and they hold nothing beside their fields."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from sel_tui import journey


def records() -> Iterator[type[Any]]:
    """Return every dataclass of the journey."""
    for module in pkgutil.walk_packages(journey.__path__, f"{journey.__name__}."):
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            if dataclasses.is_dataclass(found) and found.__module__ == module.name:
                yield found


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
def test_nothing_changes_a_record_or_adds_to_it(record: type[Any]) -> None:
    made = object.__new__(record)
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.more = 1
    assert record.__hash__ is not None  # which only what nothing changes has
