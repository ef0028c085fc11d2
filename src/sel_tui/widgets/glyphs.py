"""The glyphs that are not letters. Debian's console fonts lack most of Unicode's; a terminal may lack all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.i18n import Words, charset
from sel_tui.i18n.charset import spell
from sel_tui.journey.core.messages import Msg
from sel_tui.late_dataclass import dataclass


@dataclass(frozen=True)
class Glyphs:
    """One set of glyphs; each is one cell wide.

    Attributes:
        marker: Stands before the item that has the focus.
        bar: Stands at the left of a notice.
        rule: Drawn across the screen.
        mask: Shown for each character of a masked field.
        chosen: The radio button that is on.
        unchosen: The one that is off.
        encoding: How the terminal writes letters: words are spelled in those that it has.
        block: A cell that is filled; "" where there is none to draw with.
    """

    marker: str
    bar: str
    rule: str
    mask: str
    chosen: str
    unchosen: str
    encoding: str = charset.UTF_8
    block: str = ""

    @property
    def spells(self) -> bool:
        """Whether the terminal lacks letters, so that words have to be spelled."""
        return self.encoding != charset.UTF_8


UNICODE: Final = Glyphs("▶", "│", "─", "•", "(•)", "( )", block="█")
ASCII: Final = Glyphs(">", "|", "-", "*", "(*)", "( )", encoding=charset.ASCII)

# Beside letters, only these: every one of them is in Lat15, Uni1 and Uni2 of Debian's console-setup.
ALLOWED: Final = frozenset("•…’«»“”–—€─│┌┐└┘├┤═║░▒█▶▲▼■←↑→↓·\u00a0")


class Spelled(Words):
    """Words for a terminal that lacks letters, spelled before they are laid out: « … » takes three cells there.

    Args:
        words: The language's words.
        encoding: How the terminal writes letters.
    """

    def __init__(self, words: Words, encoding: str) -> None:
        super().__init__(words.language, words.zone)
        self._encoding = encoding

    def in_language(self, language: str) -> Words:
        """Return the words of `language`: what they say is spelled with the rest."""
        return Words(language, self.zone)

    def say(self, message: Msg) -> str:
        """Return `message`, spelled."""
        return spell(super().say(message), self._encoding)

    def key(self, key: str, /, **filled: str | int) -> str:
        """Return the words of `key`, spelled."""
        return spell(super().key(key, **filled), self._encoding)


def glyphs_named(name: str, encoding: str) -> Glyphs:
    """Return the set that a setting names.

    Args:
        name: `unicode`, `latin` or `ascii`.
        encoding: How the terminal writes letters; it counts for `latin`.
    """
    if name == "unicode":
        return UNICODE
    return replace(ASCII, encoding=encoding) if name == "latin" else ASCII


def to_ascii(text: str) -> str:
    """Return `text` in ASCII, for a terminal that shows nothing else: accents dropped, quotes made straight."""
    return spell(text, charset.ASCII)
