"""The client on a pseudo-terminal, with a demonstration's server of each journey's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.terminal import Terminal, at_terminal, client_of


@pytest.fixture
def terminal(tmp_path: Path, demonstration: str) -> Iterator[Terminal]:
    with at_terminal(client_of(demonstration), tmp_path) as started:
        yield started
