"""The settings as rows of a table: `python -m tests.operator.settings_table` prints what docs/settings.md shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, SecretStr

from sel_backend.settings import Rule, Settings


def _shown(value: Any) -> str:
    if isinstance(value, Rule):
        wait = "" if value.wait_seconds is None else f", then {value.wait_seconds} s"
        return f"{value.tries} in {value.window_seconds} s{wait}{', growing' if value.growing else ''}"
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return "secret" if isinstance(value, SecretStr) else str(value)


def rows(part: BaseModel | None = None, prefix: str = "") -> Iterator[str]:
    """Yield one row for each setting."""
    part = part or Settings()
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, BaseModel) and not isinstance(value, Rule):
            yield from rows(value, f"{prefix}{name}.")
        else:
            yield f"| `{prefix}{name}` | {_shown(value)} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(rows()) + "\n")
