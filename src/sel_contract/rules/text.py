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
_MARKS: Final = re.compile(rf"(?<!{_SIGNS}){_SIGNS}{{{MARKS_IN_A_ROW + 1},}}")

# Tabs and line ends become one space, so that the words around them do not grow together.
_SPACED = dict.fromkeys([0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029], " ")
_DROPPED = dict.fromkeys(
    [
        *range(0x20),  # C0
        *range(0x7F, 0xA0),  # DEL and C1
        0x00AD,  # soft hyphen
        0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x2070),  # bidirectional controls
        0x180E, *range(0x200B, 0x200E), *range(0x2060, 0x2065), 0xFEFF,  # zero width
        *range(0xFFF9, 0xFFFC),  # interlinear annotation
        *range(0xD800, 0xE000),  # lone surrogates
        *range(0xE0000, 0xE0080),  # tags
    ]
)  # fmt: skip
_ONE_LINE: Final = _DROPPED | _SPACED
_MANY_LINES: Final = {code: to for code, to in _ONE_LINE.items() if code != ord("\n")}
_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
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
    return _INVISIBLE.sub("", text)


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
    kept = text[: limit * 4].translate(_MANY_LINES if keep_lines else _ONE_LINE)[:limit]
    composed = normalized("NFC", _MARKS.sub(_few_marks, kept), limit)
    # Once more: some marks are two in NFC.
    return _MARKS.sub(_few_marks, composed)[:limit]


def _few_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in found[0]:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
