"""Answers to authentication questions in the form in which they are compared.

Lesson of similar services: correct answers were refused for days because of one accent.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from sel_contract import FieldCode, QuestionKind
from sel_contract.rules.text import LIGATURES, LONG, bare_letters
from sel_contract.rules.trades import trade_key
from sel_contract.rules.values import read_date, read_number, read_year

TRADE: Final = "trade"
"""The comparison of a question whose answer is a text that names a trade."""


class UnreadableAnswerError(ValueError):
    """An answer that cannot be one of its kind: said at once, costs no try."""

    def __init__(self, code: FieldCode) -> None:
        super().__init__(code)
        self.code = code


def _folded(text: str) -> str:
    return bare_letters(text).translate(LIGATURES)


def _text(typed: str) -> str:
    # A modifier letter (Lm) such as U+02BC is an apostrophe, not a letter.
    kept = "".join(mark for mark in _folded(typed) if mark.isalnum() and unicodedata.category(mark) != "Lm")
    if not kept:
        raise UnreadableAnswerError(FieldCode.MISSING_ANSWER)
    return kept


def _date(typed: str) -> str:
    day = read_date(typed)
    if day is None:
        raise UnreadableAnswerError(FieldCode.BAD_DATE)
    return day.isoformat()


def _postal_code(typed: str) -> str:
    kept = "".join(mark for mark in _folded(typed) if mark.isalnum()).upper()
    if not re.fullmatch(r"[A-Z0-9]{3,10}", kept, re.ASCII):
        raise UnreadableAnswerError(FieldCode.BAD_POSTAL_CODE)
    return kept


def _number(typed: str) -> str:
    digits = read_number(typed)
    if not digits:
        raise UnreadableAnswerError(FieldCode.BAD_NUMBER)
    return digits.lstrip("0") or "0"


def _year(typed: str) -> str:
    year = read_year(typed)
    if not year:
        raise UnreadableAnswerError(FieldCode.BAD_YEAR)
    return year


def _trade(typed: str) -> str:
    key = trade_key(typed)
    if not key:
        raise UnreadableAnswerError(FieldCode.MISSING_ANSWER)
    return key


_READERS: Final[dict[str, Callable[[str], str]]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.DATE: _date,
    QuestionKind.POSTAL_CODE: _postal_code,
    QuestionKind.NUMBER: _number,
    QuestionKind.YEAR: _year,
    TRADE: _trade,
}
COMPARISONS: Final = frozenset(_READERS)
"""How answers can be compared: by kind, and trades whatever their gender and number."""


def normalised(comparison: str, typed: str) -> str:
    """Return an answer without what does not matter: case, accents, hyphens, apostrophes, spaces; dates by value.

    Args:
        comparison: how the answer is compared: one of `COMPARISONS`.
        typed: what was typed, or what the record says.

    Raises:
        UnreadableAnswerError: it cannot be an answer of this kind.
    """
    if len(typed) > LONG:
        raise UnreadableAnswerError(FieldCode.TOO_LONG)
    return _READERS[comparison](typed)
