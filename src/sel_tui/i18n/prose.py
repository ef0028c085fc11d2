r"""Breaks text into lines. Rich and Textual break at U+00A0, because Python's `\s` matches it; this does not."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

_SPACES = re.compile(r"[ \t]+")


def wrap(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` cells, broken at ordinary spaces only.

    A word wider than the line is cut, except that a group held by U+00A0 is first broken at those.

    Args:
        text: The text; each of its paragraphs begins a line.
        width: How many cells there are. Less than one counts as one, so that there is always a line.
    """
    width = max(width, 1)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _SPACES.split(paragraph.strip()):
            for piece in _pieces(word, width):
                longer = f"{line} {piece}" if line else piece
                if line and cell_len(longer) > width:
                    lines.append(line)
                    line = piece
                else:
                    line = longer
        lines.append(line)
    return lines


def _pieces(word: str, width: int) -> list[str]:
    if cell_len(word) <= width:
        return [word]
    if "\u00a0" in word:
        return [piece for part in word.split("\u00a0") for piece in _pieces(part, width)]
    return chop_cells(word, width)
