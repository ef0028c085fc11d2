"""Every text that crosses the wire: its bounds, its rules, and plain text for what a server says."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, SecretStr, StringConstraints
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

SHORT: Final = 200
LONG: Final = 4_000
WHOLE_MAIL: Final = 20_000
FEW: Final = 100
MANY: Final = 1_000
VERY_MANY: Final = 10_000
"""The most items in a list or mapping of an answer: languages, notices; paragraphs, events; profiles."""

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


Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]


def normalized(form: Form, text: str, limit: int = LONG) -> str:
    """Return `text` in a normal form of Unicode: the only way to one, because its time is quadratic in marks.

    Raises:
        ValueError: `too-long`: more than `limit` characters, which were not looked at.
    """
    if len(text) > limit:
        raise ValueError("too-long")
    return unicodedata.normalize(form, text)


@dataclass(frozen=True, slots=True)
class Typed:
    """The rule of every text that somebody sends: nothing reads it before its length has been looked at.

    Attributes:
        limit: the most characters, as they were sent.
        read: makes the one form of it, or raises ValueError with a code of `FieldCode`.
        code: the code of a text that is longer.
    """

    limit: int
    read: Callable[[str], str] = str
    code: str = "too-long"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Put the rule before all others of the type."""
        return no_info_before_validator_function(self._first, handler(source))

    def _first(self, value: Any) -> Any:
        if isinstance(value, SecretStr):
            return SecretStr(self._first(value.get_secret_value()))
        if not isinstance(value, str):
            return value
        if len(value) > self.limit:
            raise ValueError(self.code)
        return self.read(value)


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


def _one_line(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: plain(value, limit) if isinstance(value, str) else value)


def _lines(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: plain(value, limit, keep_lines=True) if isinstance(value, str) else value)


def cleaned(limit: int) -> Typed:
    """Return the rule for free text in a request: plain, without outer spaces, fit for any database."""
    return Typed(limit, lambda text: plain(text, limit).strip())


PlainText = Annotated[str, _one_line(LONG), StringConstraints(max_length=LONG)]
"""A paragraph at most, on one line."""

ShortText = Annotated[str, _one_line(SHORT), StringConstraints(max_length=SHORT)]
"""A name, a label, a phone number."""

MultilineText = Annotated[str, _lines(WHOLE_MAIL), StringConstraints(max_length=WHOLE_MAIL)]
"""A whole mail: plain text whose line feeds stay."""

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Typed(64, code="bad-format")]
"""An identifier that means nothing to its reader."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
"""`fr-CA`, `en-CA`, or a language that an organisation adds."""

LocalText = Annotated[dict[LanguageTag, PlainText], Field(max_length=FEW)]
"""One text in each language of the service: a person may change the language without a request."""
