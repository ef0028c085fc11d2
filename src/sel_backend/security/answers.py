"""Answers to authentication questions in the form in which they are compared.

Lesson of similar services: correct answers were refused for days because of one accent.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from sel_contract import FieldCode, QuestionKind
from sel_contract.text import LONG, normalized

VERSION: Final = 1
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier january jan janv",
            "fevrier february feb fev fevr",
            "mars march mar",
            "avril april apr avr",
            "mai may",
            "juin june jun",
            "juillet july jul juil",
            "aout august aug",
            "septembre september sep sept",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_YEARS: Final = range(1850, 2200)
_LONGEST_NUMBER: Final = 20


class UnreadableAnswerError(ValueError):
    """An answer that cannot be one of its kind: said at once, costs no try."""

    def __init__(self, code: FieldCode) -> None:
        super().__init__(code)
        self.code = code


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = normalized("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return bare.casefold().translate(_LIGATURES)


def _text(typed: str) -> str:
    # A modifier letter (Lm) such as U+02BC is an apostrophe, not a letter.
    kept = "".join(mark for mark in _folded(typed) if mark.isalnum() and unicodedata.category(mark) != "Lm")
    if not kept:
        raise UnreadableAnswerError(FieldCode.MISSING_ANSWER)
    return kept


def _date(typed: str) -> str:
    parts = re.findall(r"[0-9]+|[a-z]+", _folded(typed).replace("1er", "1"))
    words = [_MONTHS.get(part, 0) for part in parts if part.isalpha() and part not in {"le", "the", "of", "de"}]
    numbers = [part for part in parts if part.isdigit()]
    if len(numbers) == 1 and len(numbers[0]) == 8 and not words:  # noqa: PLR2004 - 19880417
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    years = [number for number in numbers if len(number) == 4]  # noqa: PLR2004 - a year has four digits
    rest = [int(number) for number in numbers if len(number) != 4]  # noqa: PLR2004
    try:
        if len(years) != 1:
            raise UnreadableAnswerError(FieldCode.BAD_DATE)
        year = int(years[0])
        if len(words) == 1 and len(rest) == 1:
            return date(year, words[0], rest[0]).isoformat()
        if words or len(rest) != 2:  # noqa: PLR2004 - a day and a month
            raise UnreadableAnswerError(FieldCode.BAD_DATE)
        # Year first is ISO; day first is how people in Québec write it otherwise.
        month, day = rest if numbers[0] == years[0] else reversed(rest)
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError) as error:
        raise UnreadableAnswerError(FieldCode.BAD_DATE) from error


def _postal_code(typed: str) -> str:
    kept = "".join(mark for mark in _folded(typed) if mark.isalnum()).upper()
    if not re.fullmatch(r"[A-Z0-9]{3,10}", kept, re.ASCII):
        raise UnreadableAnswerError(FieldCode.BAD_POSTAL_CODE)
    return kept


def _number(typed: str) -> str:
    kept = re.sub(r"[\s\-\u2010-\u2015.,]", "", normalized("NFKC", typed))
    if not re.fullmatch(r"[0-9]+", kept, re.ASCII) or len(kept) > _LONGEST_NUMBER:
        raise UnreadableAnswerError(FieldCode.BAD_NUMBER)
    return kept.lstrip("0") or "0"


def _year(typed: str) -> str:
    try:
        kept = _number(typed)
    except UnreadableAnswerError as error:
        raise UnreadableAnswerError(FieldCode.BAD_YEAR) from error
    if int(kept) not in _YEARS:
        raise UnreadableAnswerError(FieldCode.BAD_YEAR)
    return kept


_READERS: Final = {
    QuestionKind.TEXT: _text,
    QuestionKind.DATE: _date,
    QuestionKind.POSTAL_CODE: _postal_code,
    QuestionKind.NUMBER: _number,
    QuestionKind.YEAR: _year,
}


def normalised(kind: QuestionKind, typed: str) -> str:
    """Return an answer without what does not matter: case, accents, hyphens, apostrophes, spaces; dates by value.

    Args:
        kind: how the answer is compared.
        typed: what was typed, or what the record says.

    Raises:
        UnreadableAnswerError: it cannot be an answer of this kind.
    """
    if len(typed) > LONG:
        raise UnreadableAnswerError(FieldCode.TOO_LONG)
    return _READERS[kind](typed)
