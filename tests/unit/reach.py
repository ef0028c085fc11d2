"""What can be reached from a state or a page, whatever lies in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from pydantic import BaseModel

from sel_tui.journey.core.secret import Secret


def reached(value: object) -> Iterator[object]:
    """Yield `value` and all that it is made of."""
    yield value
    parts: list[object] = []
    if isinstance(value, BaseModel):
        parts = [getattr(value, name) for name in type(value).model_fields]
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = list(value)
    for part in parts:
        yield from reached(part)


def secrets_in(value: object) -> list[Secret]:
    """Return the secrets in `value` that hold something."""
    return [one for one in reached(value) if isinstance(one, Secret) and len(one)]


def texts_in(value: object) -> str:
    """Return every text in `value`, the clear text of secrets included."""
    found = (one.reveal() if isinstance(one, Secret) else one for one in reached(value))
    return "\n".join(one for one in found if isinstance(one, str))
