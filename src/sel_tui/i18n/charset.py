"""Text as bytes: the encoding of the terminal, and how letters that it lacks are spelled. No Textual."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Final

UTF_8: Final = "utf-8"
ASCII: Final = "ascii"
LATIN_1: Final = "iso8859-1"

# The error handler of codecs that spells a letter in ASCII where an encoding lacks it; for `open` and `reconfigure`.
SPELLED: Final = "sel-tui-spelled"

_FAMILIES: Final = ("iso8859-", "cp", "koi8-", "mac-")
_EVERY: Final = bytes(range(256))
_NOT_A_LETTER: Final = "\ufffd"
# A terminal in an encoding of one byte takes these for control sequences.
_C1: Final = dict.fromkeys(range(0x80, 0xA0))

_PLAIN: Final = str.maketrans(
    {"’": "'", "…": "...", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-",
     "·": "-", "\u00a0": " ", "•": "*",
     "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "▶": ">", "│": "|", "─": "-"}
)  # fmt: skip


def charset_of(locale: str) -> str:
    """Return the encoding that a locale's name stands for: `utf-8`, one of a byte a letter, or "" where none is known.

    Args:
        locale: The name, as LC_ALL, LC_CTYPE or LANG hold it, such as `fr_CA.ISO-8859-1`. Without a charset it has the
            one that the C library gives it: `fr_CA` is `iso8859-1`.
    """
    charset = locale.partition(".")[2].partition("@")[0]
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        from locale import normalize

        charset = normalize(locale).partition(".")[2]  # `iso88591`, as the C library lists it, or what goes unsaid
    try:
        codec = codecs.lookup(charset)
        letters = _EVERY.decode(codec.name, "replace") if codec.name.startswith(_FAMILIES) else ""
    except (LookupError, ValueError):  # no encoding of that name, or none of text
        return ""
    one_byte = len(letters) == len(_EVERY) and letters.startswith(_EVERY[:128].decode(ASCII))
    return codec.name if one_byte or codec.name == UTF_8 else ""


def name_of(encoding: str) -> str:
    """Return what people call `encoding`: UTF-8, ISO-8859-15."""
    return encoding.upper().replace("ISO8859", "ISO-8859")


class Decoder:
    """Decodes bytes, however they are split. Bytes that are not text are dropped and never raise.

    Args:
        encoding: The encoding.
        dropped: Called for each piece in which bytes are dropped.
    """

    def __init__(self, encoding: str, dropped: Callable[[], object]) -> None:
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode
        self._dropped = dropped

    def feed(self, data: bytes, *, final: bool = False) -> str:
        """Return the letters that `data` completes; with `final`, a letter that is still cut counts as left out."""
        text = self._decode(data, final)
        if _NOT_A_LETTER not in text:
            return text
        self._dropped()
        return text.replace(_NOT_A_LETTER, "")


def spell(text: str, encoding: str) -> str:
    """Return `text` in the letters of `encoding`, the others spelled: without accents, quotation marks straight."""
    if encoding == UTF_8:
        return text
    return text.translate(_C1).encode(encoding, SPELLED).decode(encoding)


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of `text` for a terminal of `encoding`."""
    return spell(text, encoding).encode(encoding, "replace")


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_in_ascii(letter) for letter in error.object[error.start : error.end]), error.end


def _in_ascii(letter: str) -> str:
    import unicodedata

    # One by one: normalising a whole text is quadratic in combining marks, and here their order does not matter.
    plain = unicodedata.normalize("NFKD", letter.translate(_PLAIN))
    return "".join(one if one.isascii() else "?" for one in plain if not unicodedata.combining(one))


codecs.register_error(SPELLED, _spell)
