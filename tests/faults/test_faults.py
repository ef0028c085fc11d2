"""Whatever happens to the line: after one retry nobody is in doubt, and the database holds what everybody was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.faults.__main__ import run_part
from tests.faults.backend import seeded
from tests.faults.place import Place, a_place

# `make faults` runs ten thousand faults on both databases; a few hundred of them keep it from rotting.
SEED: Final = 2026


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("faults")
    with seeded("sqlite", folder) as url, a_place(folder / "data", url) as made:
        yield made


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize(
    ("only", "steps", "wanted"), [("home", 25, 100), ("kiosk", 25, 40), ("line", 12, 10), ("screen", 6, 4)]
)
def test_everybody_was_told_what_the_database_holds_whatever_happened_to_the_line(
    place: Place, only: str, steps: int, wanted: int
) -> None:
    place.only = only
    before, seed = place.line.hits.total(), SEED
    while place.line.hits.total() - before < wanted:
        run_part(place, seed, 3, steps)
        seed += 1
        assert seed - SEED < wanted, "hardly any fault happens"
