"""One line of text being edited. Pure: no Textual.

Textual's own Input blinks, repaints 900 bytes for a key and copies a masked selection to the clipboard in clear.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field, replace
from typing import Final

from rich.cells import cell_len

from sel_tui.late_dataclass import dataclass

LONGEST: Final = 500

# What a terminal or a reader could act upon: controls, bidirectional marks, zero-width, separators, surrogates.
_UNWANTED = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS = "[\r\n\v\f\x85\u2028\u2029]+"
_WORD = re.compile(r"\w+")


def tidy(text: str) -> str:
    """Return `text` as it may enter a field: one line, no controls, NFC."""
    # More than ever stays, but not so much that NFC, quadratic in combining marks, would hold up a keystroke.
    one_line = re.sub(r"[\r\n\t\v\f]+", " ", text[: 4 * LONGEST])
    return unicodedata.normalize("NFC", re.sub(_UNWANTED, "", one_line))


@dataclass(frozen=True)
class LineEdit:
    """A text, which may be a secret, and the place of its caret, counted in characters from 0 to the text's length."""

    text: str = field(default="", repr=False)
    caret: int = 0

    def typed(self, text: str) -> LineEdit:
        """Insert `text` at the caret; an accent that combines joins the letter before it."""
        # A lone combining accent has to meet its letter before normalisation, so both sides go through it together.
        before = unicodedata.normalize("NFC", self.text[: self.caret] + tidy(text))
        room = LONGEST - (len(self.text) - self.caret)
        before = before[: max(room, 0)]
        return LineEdit(before + self.text[self.caret :], len(before))

    def pasted(self, text: str, *, secret: bool = False) -> LineEdit:
        """Insert pasted `text` without the line ends around it; a `secret` has none inside either: no space is made."""
        bare = text[: 4 * LONGEST].strip("\r\n\v\f\x85\u2028\u2029")
        return self.typed(re.sub(_LINE_ENDS, "", bare) if secret else bare)

    def backspace(self) -> LineEdit:
        """Delete the character before the caret."""
        start = self._left()
        return LineEdit(self.text[:start] + self.text[self.caret :], start)

    def delete(self) -> LineEdit:
        """Delete the character at the caret."""
        return replace(self, text=self.text[: self.caret] + self.text[self._right() :])

    def delete_word(self) -> LineEdit:
        """Delete the word before the caret."""
        start = self._word_left()
        return LineEdit(self.text[:start] + self.text[self.caret :], start)

    def delete_to_start(self) -> LineEdit:
        """Delete everything before the caret."""
        return LineEdit(self.text[self.caret :], 0)

    def delete_to_end(self) -> LineEdit:
        """Delete everything from the caret on."""
        return replace(self, text=self.text[: self.caret])

    def left(self) -> LineEdit:
        """Move the caret one character left."""
        return replace(self, caret=self._left())

    def right(self) -> LineEdit:
        """Move the caret one character right."""
        return replace(self, caret=self._right())

    def word_left(self) -> LineEdit:
        """Move the caret to the start of the word before it."""
        return replace(self, caret=self._word_left())

    def word_right(self) -> LineEdit:
        """Move the caret behind the next word."""
        found = _WORD.search(self.text, self.caret)
        return replace(self, caret=found.end() if found else len(self.text))

    def home(self) -> LineEdit:
        """Move the caret to the start."""
        return replace(self, caret=0)

    def end(self) -> LineEdit:
        """Move the caret to the end."""
        return replace(self, caret=len(self.text))

    def _left(self) -> int:
        place = max(self.caret - 1, 0)
        while place and unicodedata.combining(self.text[place]):
            place -= 1
        return place

    def _right(self) -> int:
        place = min(self.caret + 1, len(self.text))
        while place < len(self.text) and unicodedata.combining(self.text[place]):
            place += 1
        return place

    def _word_left(self) -> int:
        starts = [found.start() for found in _WORD.finditer(self.text, 0, self.caret)]
        return starts[-1] if starts else 0


@dataclass(frozen=True)
class Window:
    """The part of a line that a field of some width shows.

    Attributes:
        text: What is shown, padded to the width.
        caret: The cell of the caret within it.
    """

    text: str = field(repr=False)
    caret: int


def window(edit: LineEdit, width: int, mask: str = "") -> Window:
    """Return the part of `edit` around its caret that fits into `width` cells.

    Args:
        edit: The line.
        width: How many cells there are; a hidden field has none, and shows one.
        mask: A one-cell character shown for each character of a masked field.
    """
    width = max(width, 1)
    before = mask * edit.caret if mask else edit.text[: edit.caret]
    after = mask * (len(edit.text) - edit.caret) if mask else edit.text[edit.caret :]
    if before:
        before = _seated(before)
    else:
        after = _seated(after)
    while cell_len(before) > width - 1:
        before = _without_first(before)
    shown = before + after
    while cell_len(shown) > width:
        shown = shown[:-1]
    return Window(shown + " " * (width - cell_len(shown)), cell_len(before))


def _seated(text: str) -> str:
    """Return `text` with a blank for the mark to sit on that combines with no letter; it would take what stands before.

    A space that does not break is what Unicode has for that (The Unicode Standard 15.0, section 2.11).
    """
    return f"\u00a0{text}" if text and not cell_len(text[0]) else text


def _without_first(text: str) -> str:
    """Return `text` without its first letter and the marks on it."""
    rest = text[1:]
    while rest and not cell_len(rest[0]):
        rest = rest[1:]
    return rest
