"""Whatever happens to the line: after one retry nobody is in doubt, and the database holds what everybody was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.backend.world import make_template
from tests.faults.__main__ import run_part
from tests.faults.place import Place, a_place

# `make faults` runs ten thousand faults on both databases; a few hundred of them keep it from rotting.
SEED: Final = 2026
RUNS, STEPS = 6, 25


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    make_template(f"sqlite:///{tmp_path / 'template.sqlite3'}")
    with a_place(tmp_path / "data", f"sqlite:///{tmp_path / 'template.sqlite3'}") as made:
        yield made


def test_everybody_was_told_what_the_database_holds_whatever_happened_to_the_line(place: Place) -> None:
    run_part(place, SEED, RUNS, STEPS)

    assert place.line.hits.total() > 200
    assert len(place.line.hits) > 20
