"""Dates, postal codes, years, numbers and names as people type them, each in the one form in which it is sent."""

import re
import unicodedata
from datetime import date
from typing import Final

from sel_contract.rules.text import LONG, fold, normalized

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "aout august aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ORDINAL: Final = r"(?<![0-9])([0-9]{1,2})(?:er|st|nd|rd|th|e)\b"
_PARTS: Final = r"[0-9]+|[a-z]+"
_BESIDE_A_DATE: Final = frozenset({"le", "the", "of", "de"})
# Canada Post's letters: no D, F, I, O, Q, U; neither W nor Z in the first place.
_POSTAL_CODE: Final = r"[A-CEGHJ-NPR-TVXY][0-9][A-CEGHJ-NPR-TV-Z][0-9][A-CEGHJ-NPR-TV-Z][0-9]"
# The same shape with letters in the place of digits that look like them.
_LIKE_CANADIAN: Final = r"[A-Z][0-9OIL][A-Z][0-9OIL][A-Z][0-9OIL]"
_BEGUN_CANADIAN: Final = r"[A-Z][0-9][A-Z](?:[0-9][A-Z]?)?"
_AS_DIGITS: Final = str.maketrans("OIL", "011")
_ANY_POSTAL_CODE: Final = r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{3,10}"
_DIGIT_GROUPS: Final = r"[\s.,\-\u2010-\u2015']+"
_YEARS: Final = range(1850, 2200)
NUMBER_LIMIT: Final = 20
"""The most digits of a number."""


def read_date(text: str) -> date | None:
    """Return the date that `text` says, or None.

    Accepts 1988-04-17, 17/04/1988, 17 avril 1988, April 17, 1988, 1er mai 1990, 19880417. Two numbers that could both
    be the month are read day first, as in Québec; the screens show the date in words so that the person can check it.
    """
    parts = [part for part in re.findall(_PARTS, re.sub(_ORDINAL, r"\1", fold(text))) if part not in _BESIDE_A_DATE]
    if len(parts) == 1 and len(parts[0]) == len("19880417") and parts[0].isdigit():
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) != len(("day", "month", "year")):
        return None
    words = [part for part in parts if part.isalpha()]
    if words:
        return _date_in_words(words, [part for part in parts if not part.isalpha()])
    if len(parts[0]) == len("1988"):
        return _date(parts[0], parts[1], parts[2])
    if len(parts[2]) == len("1988"):
        return _date(parts[2], parts[1], parts[0]) or _date(parts[2], parts[0], parts[1])
    return None


def _date_in_words(words: list[str], numbers: list[str]) -> date | None:
    if len(words) != 1 or words[0] not in _MONTHS:
        return None
    day, year = sorted(numbers, key=len)
    return _date(year, str(_MONTHS[words[0]]), day) if len(year) == len("1988") else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def read_postal_code(text: str) -> str:
    """Return a Canadian postal code as `H2X 1Y4`, or "" when `text` is not one."""
    squeezed = re.sub(r"[\s\-]+", "", fold(text)).upper()
    return f"{squeezed[:3]} {squeezed[3:]}" if re.fullmatch(_POSTAL_CODE, squeezed) else ""


def read_any_postal_code(text: str) -> str:
    """Return a postal code of any country as a record can hold it, or "" when `text` is none.

    A Canadian one becomes `H2X 1Y4`, also from letters that look like its digits; one that was begun, or that no place
    in Canada has, is none. Others (33101, SW1A 1AA, 1234 AB) are returned in capitals, without spaces and hyphens.
    """
    squeezed = re.sub(r"[\s\-]+", "", fold(text)).upper()
    if re.match(_LIKE_CANADIAN, squeezed):
        digits = squeezed[1:6:2].translate(_AS_DIGITS)
        corrected = "".join(map("".join, zip(squeezed[0:6:2], digits, strict=True)))
        return read_postal_code(corrected + squeezed[6:])
    if re.fullmatch(_BEGUN_CANADIAN, squeezed):
        return ""
    return squeezed if re.fullmatch(_ANY_POSTAL_CODE, squeezed) else ""


def read_number(text: str) -> str:
    """Return at most twenty ASCII digits without the separators that people put in long numbers, or ""."""
    digits = re.sub(_DIGIT_GROUPS, "", fold(text))
    return digits if len(digits) <= NUMBER_LIMIT and digits.isascii() and digits.isdigit() else ""


def read_year(text: str) -> str:
    """Return a year from 1850 to 2199 as four ASCII digits, or ""."""
    digits = read_number(text).lstrip("0")
    return digits if digits and int(digits) in _YEARS else ""


NAME_LIMIT: Final = 100
"""The most characters of a person's name, in Unicode's NFC."""

_IN_NAMES: Final = " '’‘.-\u2010\u2011"
# Kanien'kéha writes a colon behind a long vowel (also as a letter of its own), Catalan a dot between two l.
_BEHIND_LETTERS: Final = ":\ua789·"


def read_name(text: str) -> str:
    """Return a person's name to the letter, its spaces tidied, or "" when it holds what no name does: a digit, a sign.

    Its length is not looked at: `NAME_LIMIT` is a matter of its own.
    """
    name = " ".join(normalized("NFC", text[:LONG]).split())
    is_letter = [unicodedata.category(sign)[0] in "LM" for sign in name]
    fits = all(
        letter or sign in _IN_NAMES or (sign in _BEHIND_LETTERS and place > 0 and is_letter[place - 1])
        for place, (sign, letter) in enumerate(zip(name, is_letter, strict=True))
    )
    return name if fits and any(is_letter) else ""
