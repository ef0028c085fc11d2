"""Text before anything else reads it: normal forms in bounded time, folding, and text that no terminal acts upon."""

import re
import unicodedata
from typing import Final, Literal, TypeAlias

LONG: Final = 4_000
"""The most characters of a text that are ever put into a normal form at once, unless a rule says otherwise."""

MARKS_IN_A_ROW: Final = 30
"""Unicode's Stream-Safe Text Format (UAX #15): normalising takes time quadratic in unordered combining marks."""

# No mark is in \w. Looking behind keeps the search itself linear.
_SIGNS: Final = r"[^\w\s\x00-\x7f]"
_MARKS: Final = rf"(?<!{_SIGNS}){_SIGNS}{{{MARKS_IN_A_ROW + 1},}}"

# Tabs and line ends become one space, so that the words around them do not grow together.
_LINE_FEED: Final = r"\n"
_SPACED: Final = r"[\t\r\x85\u2028\u2029]"
# Patterns, since tables of these characters take a third of a megabyte.
_DROPPED: Final = (
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but line feed, DEL, C1
    r"\u00ad"  # soft hyphen
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidirectional controls
    r"\u180e\u200b-\u200d\u2060-\u2064\ufeff"  # zero width
    r"\ufff9-\ufffb"  # interlinear annotation
    r"\ud800-\udfff"  # lone surrogates
    r"\U000e0000-\U000e007f]"  # tags
)
_INVISIBLE: Final = r"[\u00ad\u200b-\u200f\u2060\ufeff]"
LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
"""Letters that no normal form takes apart, as they are spelled without them."""

_APOSTROPHES: Final = dict.fromkeys(map(ord, "’‘ʼ"), "'")

Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]


def normalized(form: Form, text: str, limit: int = LONG) -> str:
    """Return `text` in a normal form of Unicode: the only way to one, because its time is quadratic in marks.

    Raises:
        ValueError: `too-long`: more than `limit` characters, which were not looked at.
    """
    if len(text) > limit:
        raise ValueError("too-long")
    return unicodedata.normalize(form, text)


def bare_letters(text: str) -> str:
    """Return `text` without case and combining marks, full-width characters and ligatures of Unicode resolved.

    Raises:
        ValueError: `too-long`: more than `LONG` characters.
    """
    if text.isascii():
        return text.lower()
    decomposed = normalized("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def visible(text: str) -> str:
    """Return `text` without the characters that nobody sees: soft hyphens, zero-width and direction marks."""
    return re.sub(_INVISIBLE, "", text)


def fold(text: str) -> str:
    """Return the first `LONG` characters of `text` in the form in which words and identifiers are compared.

    Without case, accents, invisible characters and outer spaces; full-width characters are ASCII, and every
    apostrophe is `'`.
    """
    bare = bare_letters(visible(text[:LONG]))
    return normalized("NFC", bare, len(bare)).translate(_APOSTROPHES).strip()


def plain(text: str, limit: int = LONG, *, keep_lines: bool = False) -> str:
    """Return `text` with nothing in it that a terminal or a reader could act upon.

    Args:
        text: anything, hostile texts included.
        limit: the most characters that stay.
        keep_lines: keep line feeds (and nothing else of the kind).

    Returns:
        At most `limit` characters in Unicode's NFC, without C0, DEL, C1, bidirectional, zero-width and separator
        characters, without surrogates, and with at most thirty combining marks in a row.
    """
    if text.isascii() and text.isprintable():
        # What most texts are: nothing to drop, and its own NFC.
        return text[:limit]
    if keep_lines:
        text = text.replace("\r\n", "\n")
    spaced = re.sub(_SPACED if keep_lines else f"{_SPACED}|{_LINE_FEED}", " ", text[: limit * 4])
    kept = re.sub(_DROPPED, "", spaced)[:limit]
    composed = normalized("NFC", re.sub(_MARKS, _few_marks, kept), limit)
    # Once more: some marks are two in NFC.
    return re.sub(_MARKS, _few_marks, composed)[:limit]


def _few_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in found[0]:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
