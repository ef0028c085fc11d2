"""The lock files name what `pyproject.toml` asks for: an environment made of them lacks nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ASKED = {  # as `make lock` resolves them: the project with these extras, or without it; these groups
    "client": ((), ()),
    "service": (("backend", "legacy"), ()),
    "run": (("backend",), ("build",)),
    "dev": (("backend", "legacy"), ("dev",)),
    "mutate": (("backend",), ("mutate",)),
    "docs": (None, ("docs",)),
    "dist": (None, ("dist",)),
}


def group(name: str) -> list[str]:
    asked = []
    for one in PROJECT["dependency-groups"][name]:
        asked += [one] if isinstance(one, str) else group(one["include-group"])
    return asked


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_file_names_each_package_that_is_asked_for_and_no_host(lock: str) -> None:
    extras, groups = ASKED[lock]
    asked = [one for name in groups for one in group(name)]
    if extras is not None:
        asked += PROJECT["project"]["dependencies"]
        asked += [one for name in extras for one in PROJECT["project"]["optional-dependencies"][name]]
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    locked = set(re.findall(r"(?m)^([\w.-]+)==", text))
    assert {re.split(r"[^\w.-]", one)[0].lower() for one in asked} <= locked
    assert "://" not in text
