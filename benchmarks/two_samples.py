"""Whether two samples can be told apart: the Mann–Whitney U test, and by how much one tends to be larger."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt
from typing import NamedTuple


class Comparison(NamedTuple):
    """How two samples compare.

    Attributes:
        share: How often a value of the second is larger than one of the first (ties count half): 0.5 is no difference.
        p_value: How likely a share at least as far from 0.5 is if both come from one distribution; two-sided.
    """

    share: float
    p_value: float


def compare(first: Sequence[float], second: Sequence[float]) -> Comparison:
    """Compare two samples by their ranks, with the normal approximation and ties corrected for.

    Source: Mann and Whitney, "On a test of whether one of two random variables is stochastically larger than the
    other", 1947; the tie correction as in Hollander and Wolfe, "Nonparametric Statistical Methods", 4.1.

    Args:
        first: At least twenty values, or the approximation is poor.
        second: Likewise.
    """
    one, two = len(first), len(second)
    ordered = sorted([*((value, 0) for value in first), *((value, 1) for value in second)])
    ranks, ties, start = 0.0, 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        same = end - start
        ties += same**3 - same
        ranks += (start + end + 1) / 2 * sum(which for _, which in ordered[start:end])
        start = end
    share = (ranks - two * (two + 1) / 2) / (one * two)
    total = one + two
    spread = sqrt((total + 1 - ties / (total * (total - 1))) / (12 * one * two))
    return Comparison(share, erfc(abs(share - 0.5) / (spread * sqrt(2))) if spread else 1.0)
