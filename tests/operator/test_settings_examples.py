"""The annotated settings files load as they are, name every setting, and show the defaults that are in force."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sel_backend.settings import Rule
from sel_backend.settings import Settings as BackEndSettings
from sel_backend.settings_sources import load_settings
from sel_tui.settings import Settings, read_settings

FOLDER = Path(__file__).parents[2] / "packaging/settings"
_ALL = BackEndSettings()
CLIENT, BACK_END = FOLDER / "client.toml", FOLDER / "back-end.toml"


def with_every_line_in_force(file: Path) -> str:
    return re.sub(r"(?m)^#(?=[a-z_]+ = )", "", file.read_text("utf-8"))


def without_a_default(part: BaseModel, prefix: str = "") -> set[str]:
    """Return the settings whose default is to say nothing: for these the file gives an example."""
    found = set()
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, BaseModel) and not isinstance(value, Rule):
            found |= without_a_default(value, f"{prefix}{name}.")
        elif value is None:
            found.add(prefix + name)
    return found


def flat(tree: dict[str, Any], prefix: str = "", part_of_all: Any = _ALL) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        part = getattr(part_of_all, name, None)
        deeper = isinstance(part, BaseModel) and not isinstance(part, Rule)
        found |= flat(value, f"{prefix}{name}.", part) if deeper else {prefix + name: value}
    return found


def test_the_clients_example_loads_names_every_setting_and_shows_its_default(tmp_path: Path) -> None:
    assert read_settings({}, {}, (CLIENT,)) == Settings(server="https://liaison.example.org")
    head, _, pinned = with_every_line_in_force(CLIENT).partition("[pinned]")
    assert tomllib.loads(head).keys() == {one.name for one in fields(Settings)}
    whole = tmp_path / "settings.toml"
    whole.write_text(f"{head}[pinned]{pinned}", "utf-8")
    # Without it the line decides, which no value says.
    assert read_settings({}, {}, (whole,)) == Settings(server="https://liaison.example.org", escape_delay=300)


def test_the_back_ends_example_loads_names_every_setting_and_shows_its_default(tmp_path: Path) -> None:
    assert load_settings(BACK_END, {}) == BackEndSettings()
    whole = tmp_path / "back-end.toml"
    whole.write_text(with_every_line_in_force(BACK_END), "utf-8")
    defaults, shown = flat(BackEndSettings().model_dump()), flat(load_settings(whole, {}).model_dump())
    assert flat(tomllib.loads(whole.read_text("utf-8"))).keys() == defaults.keys()
    examples = without_a_default(BackEndSettings())
    assert {name for name in defaults if shown[name] != defaults[name]} == examples
