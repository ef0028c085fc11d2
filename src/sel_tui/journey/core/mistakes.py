"""Why a text cannot be what its field asks for: the true reason, so that one knows what to mend. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sel_contract.rules.codes import ALPHABET, HANDOFF_CODE_LENGTH, canonical_linking_username, crockford
from sel_contract.rules.identifiers import PREFIX
from sel_contract.rules.text import fold
from sel_contract.rules.values import read_date, read_number
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, msg, personal

OLDEST_YEARS: Final = 130
"""Nobody who reads this was born, and no record of the industry begins, that long ago."""
_SINGLE_USE_DIGITS: Final = 6
_POSTAL_CODE_LENGTH: Final = 6
_YEAR_DIGITS: Final = 4
# Canada Post uses none of them, because they look like others.
_NOT_IN_POSTAL_CODES: Final = r"[DFIOQU]"
_SHORT_YEAR: Final = r"(?<![0-9])[0-9]{2}(?![0-9])"


def why_not(kind: Kind, text: str) -> Msg:
    """Return why `text` cannot be read as a value of `kind`.

    Args:
        kind: What the field asks for.
        text: What was typed, which its reader has refused.
    """
    name = kind.value
    match kind:
        case Kind.DATE:
            return msg(_date_mistake(text))
        case Kind.POSTAL_CODE:
            return _postal_code_mistake(text)
        case Kind.LINK_CODE | Kind.TOKEN | Kind.HANDOFF_CODE:
            return _code_mistake(name, text)
        case Kind.SINGLE_USE_CODE:
            digits = read_number(text)
            if digits and len(digits) != _SINGLE_USE_DIGITS:
                return msg("field.single_use_code.length", typed=len(digits))
        case Kind.YEAR:
            if len(read_number(text)) == _YEAR_DIGITS:
                return msg("field.year.impossible")
        case _:
            pass
    return msg(f"field.{name}.bad")


def is_file_number(username: str) -> bool:
    """Tell whether a linking username has the form of a worker's or an employer's file number."""
    try:
        prefix, _, _ = canonical_linking_username(username).partition("-")
    except ValueError:
        return False
    return prefix.lower() in PREFIX.values()


def impossible_date(day: date, today: date | None) -> Msg | None:
    """Return why no record can hold `day`, as far as `today`, the server's, tells; None where it can."""
    if today is None:
        return None
    if day > today:
        return msg("field.date.future")
    return msg("field.date.too_old") if today.year - day.year > OLDEST_YEARS else None


def impossible_year(year: str, today: date | None) -> Msg | None:
    """Return why no record can hold `year`, as far as `today`, the server's, tells; None where it can."""
    return msg("field.year.future") if today is not None and int(year) > today.year else None


def _date_mistake(text: str) -> str:
    flat = fold(text)
    if re.search(r"[0-9]{4}", flat):
        earlier = re.sub(r"(?<![0-9])(?:29|30|31)(?![0-9])", "28", flat)
        return "field.date.no_such_day" if earlier != flat and read_date(earlier) else "field.date.bad"
    short = list(re.finditer(_SHORT_YEAR, flat))
    whole = f"{flat[: short[-1].start()]}19{flat[short[-1].start() :]}" if short else ""
    return "field.date.short_year" if read_date(whole) else "field.date.bad"


def _postal_code_mistake(text: str) -> Msg:
    squeezed = re.sub(r"[\s\-]+", "", fold(text)).upper()
    if len(squeezed) != _POSTAL_CODE_LENGTH:
        return msg("field.postal_code.length", typed=len(squeezed))
    return msg("field.postal_code.letters" if re.search(_NOT_IN_POSTAL_CODES, squeezed) else "field.postal_code.order")


def _code_mistake(name: str, text: str) -> Msg:
    try:
        symbols = crockford("".join(text.split()))
    except ValueError:
        return msg(f"field.{name}.bad")
    strange = next((symbol for symbol in symbols if symbol not in ALPHABET), "")
    if strange:
        return msg("field.code.strange", sign=personal(strange))
    if name == Kind.HANDOFF_CODE and len(symbols) == HANDOFF_CODE_LENGTH:
        return msg("field.handoff_code.copied_wrong")  # its check symbol says so
    return msg(f"field.{name}.length", typed=len(symbols))
