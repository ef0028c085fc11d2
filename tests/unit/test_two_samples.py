"""The test by which `make timing` tells two samples apart, beside numbers that were worked out elsewhere."""

from __future__ import annotations

import random

import pytest
from benchmarks.two_samples import compare


def test_a_known_example_has_its_known_numbers() -> None:
    # Worked out by hand: 39 of the 42 pairs have the larger value in the second; no ties.
    share, p_value = compare([1, 2, 3, 4, 5, 9], [6, 7, 8, 10, 11, 12, 13])

    assert share == pytest.approx(39 / 42)
    assert p_value == pytest.approx(0.0101, abs=0.0002)


def test_what_is_the_same_is_alike_and_ties_count_half() -> None:
    assert compare([1, 1, 1], [1, 1, 1]) == (0.5, 1.0)
    assert compare([1, 2, 2], [2, 2, 3]).share == pytest.approx(7 / 9)


def test_a_shift_of_a_tenth_shows_in_a_thousand_values_and_none_does_not() -> None:
    chance = random.Random(1)  # noqa: S311
    one, two = ([chance.gauss(0, 1) for _ in range(1_000)] for _ in range(2))

    assert compare(one, two).p_value > 0.001
    assert compare(one, [value + 0.3 for value in two]).p_value < 1e-8
