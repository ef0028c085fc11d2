"""The core of the journey treats all steps alike: it names none, and asks the registry which one plays a part."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sel_tui.journey.core
from sel_tui.journey import registry
from sel_tui.journey.registry import Step

CORE = Path(sel_tui.journey.core.__file__).parent


def _steps_named(source: str) -> Iterator[str]:
    """Yield each member of `Step` that `source` names: as an attribute, by key, by value or by comparing a name."""
    tree = ast.parse(source)
    aliases = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name == "Step"
    }

    def is_step(node: ast.expr) -> bool:
        return (isinstance(node, ast.Name) and node.id in aliases) or (
            isinstance(node, ast.Attribute) and node.attr == "Step"
        )

    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=value, attr=name) if is_step(value):
                yield name
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))) if is_step(value):
                yield name
            case ast.Call(func=func, args=[ast.Constant(value=str(name))]) if is_step(func):
                yield name
            case ast.Compare(
                left=ast.Attribute(attr="step" | "where" | "value"), comparators=[ast.Constant(value=name)]
            ):
                yield str(name)
            case _:
                pass


@pytest.mark.parametrize("path", sorted(CORE.glob("*.py")), ids=lambda path: path.stem)
def test_no_file_of_the_core_names_a_step(path: Path) -> None:
    assert list(_steps_named(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from sel_tui.journey.registry import Step\nfirst = Step.LOGIN",
        "from sel_tui.journey.registry import Step as S\ncase = S['LOGIN']",
        "from sel_tui.journey import registry\nfirst = registry.Step('login')",
        "from sel_tui.journey.registry import Step\nmatch step:\n    case Step.LOGIN:\n        pass",
        "found = state.step == 'login'",
    ],
)
def test_a_step_that_the_core_named_would_be_found(source: str) -> None:
    assert [name.lower() for name in _steps_named(source)] == ["login"]


def test_the_registry_says_which_step_plays_each_part_that_the_core_knows_of() -> None:
    begins = {
        (welcome, linked): registry.first_step(welcome=welcome, linked=linked)
        for welcome in (False, True)
        for linked in (False, True)
    }

    assert (registry.START, registry.PROOF) == (Step.LOGIN, Step.STEP_UP)
    assert begins == {
        (False, False): Step.METHODS,
        (False, True): Step.PROFILES,
        (True, False): Step.WELCOME,
        (True, True): Step.PROFILES,
    }
