"""Textual's command palette is not loaded, and nothing that uses it can tell where it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sel_tui.app import SelApp
from sel_tui.widgets.palette import NAMES, PALETTE


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_neither_the_palette_nor_its_widgets_are_loaded_with_the_app() -> None:
    program = """
import sys
import sel_tui.app
print([name for name in ("textual.command", "textual.types", "textual.widgets._input") if name in sys.modules])
"""
    assert run(program) == "[]"


def test_whoever_imports_the_palette_afterwards_has_the_real_one() -> None:
    program = """
import sel_tui.app
from textual.command import CommandPalette, Provider
from textual.screen import Screen
print(issubclass(CommandPalette, Screen), bool(Provider.__abstractmethods__))
"""
    assert run(program) == "True True"


def test_a_palette_that_is_loaded_already_stays() -> None:
    program = """
import sys, textual.app
before = sys.modules["textual.command"]
import sel_tui.app
print(sys.modules["textual.command"] is before, textual.app.CommandPalette is before.CommandPalette)
"""
    assert run(program) == "True True"


def test_a_textual_that_wants_more_of_it_gets_the_real_one() -> None:
    program = """
from sel_tui.widgets import palette
with palette.left_out():
    from textual.command import Provider, Matcher
    from textual.command import CommandPalette
import textual.command
print(Matcher.__module__, CommandPalette is textual.command.CommandPalette)
"""
    assert run(program) == "textual.fuzzy True"


@pytest.mark.parametrize("module", ["textual.app", "textual.theme"])
def test_textual_takes_these_names_from_there_when_it_is_imported(module: str) -> None:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    taken = {
        one.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if node.module == PALETTE
    }

    assert taken
    assert taken <= NAMES


def test_the_app_has_no_palette() -> None:
    assert not SelApp.ENABLE_COMMAND_PALETTE
