"""What `doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `advice` empty: it is right."""

    name: str
    seen: str
    advice: str = ""

    @property
    def right(self) -> bool:
        """Whether nothing has to be done."""
        return not self.advice
