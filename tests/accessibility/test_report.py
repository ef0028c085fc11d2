"""The report names only tests that exist, covers every requirement, and is up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

TOOL: Final = Path(__file__).parents[2] / "tools" / "accessibility_report.py"


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accessibility_report", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_requirement_has_its_row_and_every_test_that_is_named_exists(tool: ModuleType) -> None:
    assert [row.number for row in tool.ROWS] == list(range(1, 13))
    assert all(row.tests and row.people for row in tool.ROWS)
    assert tool.missing() == []


def test_a_test_that_does_not_exist_is_found_out(tool: ModuleType) -> None:
    row = tool.ROWS[0]._replace(tests=("voice/test_voice.py::test_of_nothing",))
    assert tool.missing((row,)) == ["voice/test_voice.py::test_of_nothing"]


def test_the_report_is_up_to_date(tool: ModuleType) -> None:
    assert tool.TARGET.read_text("utf-8") == tool.report(), "make accessibility-report"
