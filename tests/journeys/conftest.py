"""The demonstration on a pseudo-terminal, for each journey its own, from data that were made once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.terminal import PATIENCE, Terminal, at_terminal, demo_command, settings


@pytest.fixture(scope="session")
def first_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's data as they are at first: hashing its passwords takes longer than most journeys."""
    home = tmp_path_factory.mktemp("first")
    command = [sys.executable, "-m", "sel_backend", "serve", "--demo", "--data", str(home / "data"), "--port", "0"]
    with subprocess.Popen(
        [*command, "--stop-on-eof"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=settings(home)
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline()
        server.communicate(timeout=PATIENCE)
    return home / "data"


@pytest.fixture
def terminal(tmp_path: Path, first_data: Path) -> Iterator[Terminal]:
    shutil.copytree(first_data, tmp_path / "data")
    with at_terminal(demo_command(tmp_path / "data"), tmp_path) as started:
        yield started
