"""A long overlay that only offers to be closed, in parts: one is heard at a time, and the key again leads on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.page import Fact, Item
from sel_tui.line.sentences import lines_of

# As much as a screen of twenty-four lines shows with the question that follows.
LINES: Final = 18
# What heads a list is heard with the first of it.
_HEADING: Final = 2


def parts_of(items: Sequence[Item], words: Words, most: int = LINES) -> list[frozenset[str]]:
    """Return the ids of the facts of each part; a part ends before it would be longer than `most` lines.

    Args:
        items: The items of a page.
        words: The language.
        most: How many lines a part has, unless one fact and its heading have more.
    """
    parts: list[set[str]] = []
    taken = 0
    for item in items:
        if not isinstance(item, Fact):
            continue
        lines = len(lines_of(item, words).lines)
        if not parts or (taken > _HEADING and taken + lines > most):
            parts.append(set())
            taken = 0
        parts[-1].add(item.id)
        taken += lines
    return [frozenset(part) for part in parts]
