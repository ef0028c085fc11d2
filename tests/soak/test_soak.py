"""What `make soak` does at length, in small: so that it never rots; and that it sees what grows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.backend import BackEnd, seeded
from tests.soak.__main__ import soak
from tests.soak.day import soak_back_end
from tests.soak.flat import Series, growth

pytestmark = pytest.mark.xdist_group("soak")


@pytest.fixture(scope="module")
def back_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackEnd]:
    folder = tmp_path_factory.mktemp("soak")
    with seeded("sqlite", folder) as url:
        made = BackEnd(folder / "data", url)
        yield made
        made.close()


def test_growth_is_that_of_a_line_through_the_second_half() -> None:
    assert growth([900, 500, 100, 100, 100, 100]) == 0
    assert growth([0, 0, 0, 100, 101, 102]) == pytest.approx(2 / 101)
    assert growth([5, 3, 4, 4, 3, 3]) < 0
    assert not Series("", "", [1, 1, 1, 100, 102, 104]).is_flat
    assert Series("", "", [1, 50, 100, 100, 101, 100]).is_flat


def test_a_back_end_keeps_no_thread_and_no_descriptor_of_a_journey(back_end: BackEnd) -> None:
    watch, asked = soak_back_end(back_end, 6)
    _, descriptors, threads, kept = watch.series

    assert asked == 6 * 15
    assert descriptors.is_flat
    assert threads.is_flat
    assert min(kept.values) >= 0


def test_a_kiosk_goes_through_visits_by_line(
    back_end: BackEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soak(back_end, tmp_path, "line", 4)

    rows = capsys.readouterr().out.splitlines()
    assert "4 visits" in rows[0]
    assert [row.split()[-1] for row in rows if "descriptors" in row or "threads" in row] == ["flat", "flat"]
