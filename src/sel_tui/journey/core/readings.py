"""Dates, postal codes, years, numbers and codes as people type them, and the form in which they are sent. Pure."""

import re
import unicodedata
from datetime import date
from typing import Final

from sel_tui.journey.core.identifiers import fold, luhn

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
_ORDINAL = re.compile(r"\b([0-9]{1,2})(?:er|st|nd|rd|th|e)\b")
_PARTS = re.compile(r"[0-9]+|[a-z]+")
_POSTAL_CODE = re.compile(r"[A-CEGHJ-NPR-TVXY][0-9][A-CEGHJ-NPR-TV-Z][0-9][A-CEGHJ-NPR-TV-Z][0-9]")
_CROCKFORD = re.compile(r"[0-9A-HJKMNP-TV-Z]+")
_LOOKALIKES = str.maketrans("OIL", "011")
_GAP: Final = r"[ .\-\u00a0\u2010-\u2015]?"
_IN_THREES = re.compile(rf"(?<![0-9])[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}(?![0-9])")


def read_date(text: str) -> date | None:
    """Return the date that `text` says, or None.

    Accepts 1988-04-17, 17/04/1988, 17 avril 1988, April 17, 1988, 1er mai 1990, 19880417. Two numbers that could both
    be the month are read day first, as in Québec; the screens show the date in words so that the person can check it.
    """
    parts = _PARTS.findall(_ORDINAL.sub(r"\1", fold(text)))
    if len(parts) == 1 and len(parts[0]) == len("19880417") and parts[0].isdigit():
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    parts = [part for part in parts if part not in {"le", "the", "of", "de"}]
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
    return f"{squeezed[:3]} {squeezed[3:]}" if _POSTAL_CODE.fullmatch(squeezed) else ""


def read_year(text: str) -> str:
    """Return a year of four ASCII digits, or ""."""
    squeezed = re.sub(r"\s+", "", fold(text))
    return squeezed if re.fullmatch(r"(1[89]|20)[0-9]{2}", squeezed) else ""


def read_number(text: str) -> str:
    """Return ASCII digits without the separators that people put in long numbers, or ""."""
    squeezed = re.sub(r"[\s.,\-']+", "", fold(text))
    return squeezed if squeezed.isascii() and squeezed.isdigit() else ""


def read_crockford(text: str, length: int, group: int) -> str:
    """Return a Crockford base32 code in groups joined by hyphens, or "" when it is not one.

    Args:
        text: What was typed; spaces, hyphens and case do not matter, O reads 0, I and L read 1 (Crockford's rule).
        length: How many characters the code has.
        group: After how many of them a hyphen stands.
    """
    squeezed = re.sub(r"[\s\-\u2010-\u2015]+", "", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    if len(squeezed) != length or not _CROCKFORD.fullmatch(squeezed):
        return ""
    return "-".join(squeezed[start : start + group] for start in range(0, length, group))


def read_link_username(text: str) -> str:
    """Return a linking username as `L-482913`, or "" when it is not letters and digits."""
    found = re.fullmatch(r"([a-z]{1,3})([0-9]{4,12})", re.sub(r"[\s\-\u2010-\u2015]+", "", fold(text)))
    return f"{found[1]}-{found[2]}".upper() if found else ""


def read_coordinates(text: str) -> tuple[str, str] | None:
    """Return the linking username and the linking code that stand in a text such as a whole mail, or None."""
    username = re.search(r"\b[A-Za-z]{1,3}[ \-\u2010-\u2015]?[0-9]{4,12}\b", text)
    if username is None:
        return None
    code = re.search(r"\b[0-9A-TV-Za-tv-z]{5}[\-\u2010-\u2015][0-9A-TV-Za-tv-z]{5}\b", text[username.end() :])
    read = read_crockford(code[0], length=10, group=5) if code is not None else ""
    return (read_link_username(username[0]), read) if read else None


def looks_like_sin(text: str) -> bool:
    """Tell whether a social insurance number seems to stand in a text: nine digits in threes that pass Luhn's check."""
    return any(luhn(re.sub(r"[^0-9]", "", one)) for one in _IN_THREES.findall(text))


def read_name(text: str) -> str:
    """Return a person's name with its spaces tidied, or "" when it holds what no name does: a digit, a sign."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    letters = [sign for sign in name if unicodedata.category(sign)[0] in "LM"]
    return name if letters and all(sign in " '’.-\u2010\u2011" or sign in letters for sign in name) else ""


def read_digits(text: str, length: int) -> str:
    """Return a code of exactly `length` ASCII digits, typed with or without spaces, or ""."""
    digits = read_number(text)
    return digits if len(digits) == length else ""
