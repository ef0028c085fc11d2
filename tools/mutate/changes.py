"""The changes that cosmic-ray knows to make."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

# The bar of a union of types is no arithmetic, `is` for `==` says the same of short texts and small numbers, and what a
# cache or an abstract method does without its decorator is the same.
_MEANINGLESS: Final = re.compile(
    r"core/(ReplaceBinaryOperator_BitOr_\w+|ReplaceComparisonOperator_(Eq_Is|NotEq_IsNot|Is_Eq|IsNot_NotEq)"
    r"|RemoveDecorator)"
)
# A star in a signature, and two in front of a dictionary, are no arithmetic: of eleven changes one says the same,
# and ten are no Python.
_NO_ARITHMETIC: Final = frozenset({"parameters", "dictorsetmaker"})


@dataclass(frozen=True, order=True)
class Change:
    """One operator at one place; `occurrence` counts the operator's places in the file."""

    path: str
    line: int
    column: int
    operator: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.operator}[{self.occurrence}]"

    def text(self, original: str) -> str:
        """Return the file's text with the change."""
        changed = mutate_code(original, plugins.get_operator(self.operator)(), self.occurrence)
        assert isinstance(changed, str)
        return changed


def changes(root: Path, package: str, at: str = "") -> list[Change]:
    """Return all changes of a package that mean something, or those at the end of a path, or `file:line`."""
    wanted, _, line = at.partition(":")
    files = [file.relative_to(root).as_posix() for file in sorted((root / package).rglob("*.py"))]
    found = [one for path in files if path.endswith(wanted) for one in _of_file(root, path)]
    return sorted(one for one in found if not line or one.line == int(line))


def sample(found: Sequence[Change], most: int, seed: int) -> list[Change]:
    """Return so many of them at most, the same ones for the same seed, in the order of the files."""
    return sorted(random.Random(seed).sample(found, min(most, len(found))))  # noqa: S311


def _of_file(root: Path, path: str) -> Iterator[Change]:
    nodes = list(ast_nodes(get_ast((root / path).read_text("utf-8"))))
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or _MEANINGLESS.fullmatch(name):
            continue
        places = ((node, place) for node in nodes for place, _ in operator().mutation_positions(node))
        for occurrence, (node, (line, column)) in enumerate(places):
            if "BinaryOperator" not in name or node.parent.type not in _NO_ARITHMETIC:
                yield Change(path, line, column, name, occurrence)
