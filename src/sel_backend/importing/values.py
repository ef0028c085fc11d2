"""Single cells as a record means them: dates whose order is known, numbers that a spreadsheet has touched, names."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from sel_backend.importing.columns import ANSWER_PREFIX
from sel_backend.questions import QuestionCatalogue
from sel_backend.security import answers
from sel_contract import FieldCode, QuestionKind, canonical_identifier
from sel_contract.rules.text import LONG, normalized
from sel_contract.text import SHORT

DATE_COLUMNS: Final = ("certificate_expires_on", "legacy_expires_on")
_NUMERIC: Final = frozenset({QuestionKind.NUMBER, QuestionKind.YEAR})
_DAY: Final = timedelta(days=1)
_YEARS: Final = range(1900, 2201)
_MIDNIGHT: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_IN_NUMBERS: Final = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})", re.ASCII)
_MONTHS: Final = 12
_FLOAT: Final = re.compile(r"(\d+)\.0{1,2}", re.ASCII)
_GROUPS: Final = re.compile(r"\d{1,3}([.,]\d{3})+|\d+([.,]\d+){2,}|[^.,]*", re.ASCII)
# The last point or comma is the only one of its kind: the others group digits.
_WHOLE: Final = re.compile(r"([^.]*\d)\.0{1,2}|([^,]*\d),0{1,2}", re.ASCII)
# An identifier with a slip in it, which somebody must look at; no old name of another kind looks like this.
_IDENTIFIER_LIKE: Final = re.compile(r"((ci|er)[\s-]*)?\d", re.ASCII | re.IGNORECASE)


class Order(StrEnum):
    """Which comes first where a date is written in numbers with the year last."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


WORDS: Final = {
    FieldCode.BAD_DATE: "no clear date, write 1988-04-17",
    FieldCode.BAD_EMAIL: "no plain e-mail address",
    FieldCode.BAD_FORMAT: "no identifier such as ci1234567",
    FieldCode.BAD_NUMBER: "no whole number",
    FieldCode.BAD_POSTAL_CODE: "no postal code",
    FieldCode.BAD_YEAR: "no year of four digits",
    FieldCode.MISSING_ANSWER: "nothing that can be compared",
    FieldCode.PREFIX_MISSING: "begins with none of ci, er, as, ap",
    FieldCode.TOO_LONG: "too long",
}
"""What the contract's codes mean in a record, in words for whoever corrects the file."""


class CellError(ValueError):
    """A cell cannot be used. The message names the column and what is wrong, never what it says."""

    @classmethod
    def of(cls, column: str, code: str) -> "CellError":
        """Return the refusal of a column for one of the contract's codes."""
        return cls(f"{column}: {WORDS.get(FieldCode(code), code) if code in list(FieldCode) else code}")


def date_columns(header: list[str], questions: QuestionCatalogue) -> list[str]:
    """Return the columns of a header that hold dates."""
    asked = {ANSWER_PREFIX + name for name, entry in questions.entries.items() if entry.kind is QuestionKind.DATE}
    return [name for name in header if name in asked or name in DATE_COLUMNS]


def in_numbers(text: str) -> tuple[int, int, int] | None:
    """Return the three numbers of a date whose year stands last, or None for a date that needs no order."""
    found = _IN_NUMBERS.fullmatch(_MIDNIGHT.sub("", normalized("NFKC", text))) if len(text) <= LONG else None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def proves(numbers: tuple[int, int, int]) -> Order | None:
    """Return the order that a date can only have, or None where both are possible."""
    first, second, _ = numbers
    if first > _MONTHS >= second:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > _MONTHS >= first else None


def record_date(column: str, text: str, order: Order | None) -> date:
    """Return a date of a record.

    Args:
        column: its name, for the reason.
        text: ISO 8601, eight digits, in words, or in numbers; the hour 0:00 behind it is left aside.
        order: that of its column, for dates in numbers.

    Raises:
        CellError: it is none.
    """
    try:
        if _ISO.fullmatch(text):  # what most are
            return date.fromisoformat(text)
        if numbers := in_numbers(text):
            first, second, year = numbers
            day, month = (second, first) if order is Order.MONTH_FIRST else (first, second)
            return date(year, month, day)
        return date.fromisoformat(answers.normalised(QuestionKind.DATE, _MIDNIGHT.sub("", text)))
    except ValueError as error:
        raise CellError.of(column, FieldCode.BAD_DATE) from error


def end_of(column: str, day: date, zone: tzinfo) -> datetime | None:
    """Return when a last day is over; None for a day that says « never », such as 9999-12-31.

    Raises:
        CellError: a day before 1900.
    """
    if day.year < _YEARS.start:
        raise CellError.of(column, FieldCode.BAD_DATE)
    return datetime.combine(day + _DAY, datetime.min.time(), zone) if day.year in _YEARS else None


def record_answer(column: str, kind: QuestionKind, text: str, order: Order | None, *, comparison: str = "") -> str:
    """Return the right answer to a question in the form in which it is compared: by its kind unless `comparison` says.

    Raises:
        CellError: it cannot be an answer of this kind.
    """
    if kind is QuestionKind.DATE:
        return record_date(column, text, order).isoformat()
    if len(text) > LONG:
        raise CellError.of(column, FieldCode.TOO_LONG)
    if kind in _NUMERIC and not (text.isascii() and text.isdigit()):
        text = _whole(column, kind, normalized("NFKC", text))
    try:
        return answers.normalised(comparison or kind, text)
    except answers.UnreadableAnswerError as error:
        raise CellError.of(column, error.code) from error


def _whole(column: str, kind: QuestionKind, text: str) -> str:
    """Return a number without a decimal part of zeros; points and commas elsewhere must group digits."""
    if found := _WHOLE.fullmatch(text):
        text = found[1] or found[2]
    if not _GROUPS.fullmatch(text):
        code = FieldCode.BAD_YEAR if kind is QuestionKind.YEAR else FieldCode.BAD_NUMBER
        raise CellError.of(column, code)
    return text


def unfloated(text: str) -> str:
    """Return a number that a column of floats once held, as it was: `1140000000.0` was `1140000000`."""
    found = _FLOAT.fullmatch(text)
    return found[1] if found else text


def short(column: str, text: str) -> str:
    """Return a text that is short enough to be shown.

    Raises:
        CellError: it is too long.
    """
    if len(text) > SHORT:
        raise CellError(f"{column}: longer than {SHORT} characters")
    return text


def checked(column: str, canonical: Callable[[str], str], text: str) -> str:
    """Return a cell in its canonical form.

    Raises:
        CellError: it has none.
    """
    try:
        return canonical(text)
    except ValueError as error:
        raise CellError.of(column, str(error)) from error


def other_name(text: str) -> str | None:
    """Return one further name, or None for an old user name that nobody can type at log-in today.

    Raises:
        CellError: an identifier with a slip in it.
    """
    try:
        return canonical_identifier(text)
    except ValueError as error:
        if _IDENTIFIER_LIKE.match(text.strip()):
            raise CellError.of("other_names", str(error)) from error
        return None
