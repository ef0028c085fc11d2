"""The demonstration on a pseudo-terminal, for each journey its own, from data that were made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.terminal import Terminal, at_terminal, demo_command


@pytest.fixture
def terminal(tmp_path: Path, first_data: Path) -> Iterator[Terminal]:
    shutil.copytree(first_data, tmp_path / "data")
    with at_terminal(demo_command(tmp_path / "data"), tmp_path) as started:
        yield started
