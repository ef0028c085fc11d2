"""Textual's private parts: which the program uses, and that they stand in one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import sel_tui
from sel_tui.widgets import textual_compat

PACKAGE = Path(sel_tui.__file__).parent
COMPAT = Path(textual_compat.__file__)

MODULES = {
    "textual._ansi_sequences.ANSI_SEQUENCES_KEYS",
    "textual._compositor.ChopsUpdate",
    "textual._compositor.CompositorUpdate",
    "textual._xterm_parser.XTermParser",
}
# The app that a driver drives, and how the app takes an exception; the file that the driver writes to.
ATTRIBUTES = {"_app", "_file", "_handle_exception"}


def _private_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "textual":
            for name in node.names:
                full = f"{node.module}.{name.name}"
                if any(part.startswith("_") for part in full.split(".")):
                    yield full
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("textual._"))


def _private_attributes(path: Path) -> set[str]:
    """Return the private attributes that `path` uses and does not make itself."""
    tree = ast.parse(path.read_text("utf-8"))
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} | {"_letters", "_parser"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in used - own if name.startswith("_") and not name.startswith("__")}


def test_the_private_names_of_textual_are_these() -> None:
    assert set(_private_imports(COMPAT)) == MODULES
    assert _private_attributes(COMPAT) == ATTRIBUTES


def test_no_other_file_imports_a_private_module_of_textual() -> None:
    others = {path: list(_private_imports(path)) for path in PACKAGE.rglob("*.py") if path != COMPAT}
    assert {path.name: names for path, names in others.items() if names} == {}
