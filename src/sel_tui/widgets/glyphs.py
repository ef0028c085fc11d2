"""The glyphs that are not letters. Debian's console fonts lack most of Unicode's; a terminal may lack all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.words import Msg


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of glyphs; each is one cell wide.

    Attributes:
        marker: Stands before the item that has the focus.
        bar: Stands at the left of a notice.
        rule: Drawn across the screen.
        mask: Shown for each character of a masked field.
        chosen: The radio button that is on.
        unchosen: The one that is off.
        ascii_only: Whether the terminal shows ASCII only, so that words have to be spelled without accents.
    """

    marker: str
    bar: str
    rule: str
    mask: str
    chosen: str
    unchosen: str
    ascii_only: bool = False


UNICODE: Final = Glyphs("▶", "│", "─", "•", "(•)", "( )")
ASCII: Final = Glyphs(">", "|", "-", "*", "(*)", "( )", ascii_only=True)

# Beside letters, only these: every one of them is in Lat15, Uni1 and Uni2 of Debian's console-setup.
ALLOWED: Final = frozenset("•…’«»“”–—€─│┌┐└┘├┤═║░▒█▶▲▼■←↑→↓·\u00a0")

_PLAIN: Final = str.maketrans(
    {"’": "'", "…": "...", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-",
     "·": "-", "\u00a0": " ", "•": "*",
     "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "▶": ">", "│": "|", "─": "-"}
)  # fmt: skip


class Spelled(Words):
    """Words for a terminal of ASCII, spelled so before they are laid out: « … » takes three cells there.

    Args:
        words: The language's words.
    """

    def __init__(self, words: Words) -> None:
        super().__init__(words.language, words.zone)

    def say(self, message: Msg) -> str:
        """Return `message` in ASCII."""
        return to_ascii(super().say(message))

    def key(self, key: str, /, **filled: str | int) -> str:
        """Return the words of `key` in ASCII."""
        return to_ascii(super().key(key, **filled))


def to_ascii(text: str) -> str:
    """Return `text` in ASCII, for a terminal that shows nothing else: accents dropped, quotes made straight."""
    import unicodedata

    # One by one: normalising a whole text is quadratic in combining marks, and here their order does not matter.
    spelled = "".join(unicodedata.normalize("NFKD", letter) for letter in text.translate(_PLAIN))
    return "".join(letter if letter.isascii() else "?" for letter in spelled if not unicodedata.combining(letter))
