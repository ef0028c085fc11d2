"""What a process takes while it works for long, and whether that grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

MOST_GROWTH: Final = 0.02


class Taken(NamedTuple):
    """What a process takes.

    Attributes:
        memory: What it has written to and shares with nobody, in KiB (`Private_Dirty`, Linux's proc(5)).
        descriptors: Open files and sockets.
        threads: Its threads.
    """

    memory: int
    descriptors: int
    threads: int


def taken(process: int) -> Taken:
    """Return what a process takes now."""
    place = Path(f"/proc/{process}")
    lines = (place / "smaps_rollup").read_text("ascii").splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))
    return Taken(memory, len(list((place / "fd").iterdir())), len(list((place / "task").iterdir())))


def growth(values: Sequence[float]) -> float:
    """Return by how much values grow over their second half, as a share of their mean: of a straight line through it.

    Args:
        values: Taken at equal distances; the first half is the warm-up.
    """
    half = values[len(values) // 2 :]
    count, mean = len(half), sum(half) / len(half)
    middle = (count - 1) / 2
    spread = sum((place - middle) ** 2 for place in range(count))
    if not spread or not mean:
        return 0.0
    slope = sum((place - middle) * (value - mean) for place, value in enumerate(half)) / spread
    return slope * (count - 1) / mean


@dataclass
class Series:
    """One thing that was looked at again and again.

    Attributes:
        name: What it is.
        unit: Of what.
        values: In their order.
    """

    name: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def is_flat(self) -> bool:
        """Whether it grows by no more than it may."""
        return growth(self.values) <= MOST_GROWTH

    def line(self) -> str:
        """Return it as a row of a table."""
        first, middle, last = self.values[0], self.values[len(self.values) // 2], self.values[-1]
        numbers = f"{first:12,.1f} {middle:12,.1f} {last:12,.1f} {growth(self.values):+8.2%}"
        return f"  {self.name:<36} {numbers}  {self.unit:<8} {'flat' if self.is_flat else 'GROWS'}"


HEADER: Final = f"  {'':<36} {'first':>12} {'half':>12} {'last':>12} {'growth':>8}"


class Watch:
    """Looks at a process and keeps what it takes.

    Args:
        name: What the process is called in the table.
        process: Its id.
    """

    def __init__(self, name: str, process: int) -> None:
        self._process = process
        self.series = [
            Series(f"{name}: memory", "KiB"),
            Series(f"{name}: descriptors", ""),
            Series(f"{name}: threads", ""),
        ]

    def look(self) -> None:
        """Look once."""
        for series, value in zip(self.series, taken(self._process), strict=True):
            series.values.append(value)
