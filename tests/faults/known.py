"""What one person was told, which the database must hold: no more and no less."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.backend.world import PASSWORD


@dataclass
class Known:
    """One account, and what its owner was told.

    Attributes:
        password: The one that holds.
        links: The links that hold, by the file's identifier.
        frozen: The files that were disowned.
        said: What was said last of each link: its outcome and its note.
        told: How often each thing happened; events by their kind, misses as `miss:` and a method, mails as `mail:`.
        maybe: How often more it may have happened without a word: whoever was to be told is gone.
        revoked: Tokens that were said to be over, or must be by what was said.
    """

    id: str
    email: str
    password: str = PASSWORD
    links: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    frozen: dict[str, str] = field(default_factory=dict)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    maybe: Counter[str] = field(default_factory=Counter)
    tokens: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)

    def leaves_everywhere(self) -> None:
        """Every session of this account is over."""
        self.revoked |= self.tokens

    def verifies(self, link_id: str, outcome: str, note: str) -> None:
        """Note what was said of a file; saying the same again changes nothing."""
        if self.said.get(link_id) != (outcome, note):
            self.said[link_id] = (outcome, note)
            self.told["error_reported" if outcome == "error" else "verified"] += 1
