"""What a benchmark gives back, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured.
        value: how much.
        unit: of what.
        at_least: the target, where more is better.
        at_most: the target, where less is better.
        note: how to read it.
    """

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is met; True without one."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def line(self) -> str:
        """Return the figure as one line of a report."""
        number = f"{self.value:,.2f}" if self.value < 100 else f"{self.value:,.0f}"
        target = ""
        if self.at_least is not None:
            target = f"  target ≥ {self.at_least:g}: {'met' if self.met else 'MISSED'}"
        elif self.at_most is not None:
            target = f"  target ≤ {self.at_most:g}: {'met' if self.met else 'MISSED'}"
        note = f"  ({self.note})" if self.note else ""
        return f"  {self.name:<46} {number:>10} {self.unit}{target}{note}"


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the sorted values lies."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]
