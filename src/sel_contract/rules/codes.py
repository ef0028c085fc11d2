"""Codes that people read aloud and type: Crockford’s base32 with its check symbol, and the codes made of it.

Source of the alphabet and of the check symbol: Douglas Crockford, "Base 32" (crockford.com/base32.html).
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from sel_contract.rules.text import normalized
from sel_contract.rules.values import read_date, read_year

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINKING_CODE_LENGTH: Final = 10
REFERENCE_LENGTH: Final = 10
CHECK_CODE_LENGTH: Final = 20
HANDOFF_CODE_LENGTH: Final = 8
REPORT_CODE_LENGTH: Final = 25
TYPED_LIMIT: Final = 64
"""The longest text that is looked at as a code: twice the longest one, however it is spaced."""

_LOOK_ALIKES: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = r"[ \-\u2010-\u2015]"
# As the mail names them, in either language, also where a mail program has broken or quoted the line.
_USERNAME: Final = r"\b[A-Za-z]{1,3}[ \-\u2010-\u2015]?[0-9]{4,12}\b"
_MARKED: Final = r"\s*:[\s*_<>«»\"']*"  # a mail program may have made it bold, or a link
_NAMED_USERNAME: Final = rf"(?i)(?:identifiant\s+de\s+liaison|linking\s+username){_MARKED}({_USERNAME})"
_NAMED_CODE: Final = (
    rf"(?i)(?:code\s+de\s+liaison|linking\s+code){_MARKED}"
    r"(\b[0-9A-TV-Z]{5}[ \-\u2010-\u2015]?[0-9A-TV-Z]{5}\b)"
)
_CODE_IN_TEXT: Final = r"\b[0-9A-TV-Za-tv-z]{5}[\-\u2010-\u2015][0-9A-TV-Za-tv-z]{5}\b"


def crockford(typed: str) -> str:
    """Return what was typed as Crockford symbols: upper case, `O` as `0`, `I` and `L` as `1`, no spaces or hyphens.

    Raises:
        ValueError: longer than any code is typed.
    """
    return _closed_up(typed).translate(_LOOK_ALIKES)


def _closed_up(typed: str) -> str:
    if len(typed) > TYPED_LIMIT:
        raise ValueError("bad-format")
    return re.sub(_SEPARATORS, "", normalized("NFKC", typed).strip().upper())


def check_symbol(symbols: str) -> str | None:
    """Return the check symbol of `symbols`, or None where it is one of those nobody can say on the phone (`*~$=U`)."""
    value = 0
    for symbol in symbols:
        value = value * 32 + ALPHABET.index(symbol)
    remainder = value % 37
    return ALPHABET[remainder] if remainder < len(ALPHABET) else None


def reference_from(symbols: str) -> str | None:
    """Return nine symbols with their check symbol as `XXXX-XXXX-XX`, or None where they have no sayable one."""
    check = check_symbol(symbols)
    whole = f"{symbols}{check}"
    return f"{whole[:4]}-{whole[4:8]}-{whole[8:]}" if check else None


def canonical_reference(typed: str) -> str:
    """Return a support reference as `XXXX-XXXX-XX`.

    Raises:
        ValueError: the length, a symbol or the check symbol is wrong.
    """
    symbols = crockford(typed) if len(typed) <= TYPED_LIMIT else ""
    if len(symbols) != REFERENCE_LENGTH or set(symbols) - set(ALPHABET) or check_symbol(symbols[:-1]) != symbols[-1]:
        raise ValueError("bad-reference")
    return f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"


def handoff_code_from(symbols: str) -> str | None:
    """Return seven symbols with their check symbol as `XXXX-XXXX`, or None where they have no sayable one."""
    check = check_symbol(symbols)
    whole = f"{symbols}{check}"
    return f"{whole[:4]}-{whole[4:]}" if check else None


def canonical_handoff_code(typed: str) -> str:
    """Return the code of a hand-off as `XXXX-XXXX`.

    Raises:
        ValueError: the length, a symbol or the check symbol is wrong.
    """
    symbols = crockford(typed)
    if len(symbols) != HANDOFF_CODE_LENGTH or set(symbols) - set(ALPHABET):
        raise ValueError("bad-format")
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise ValueError("bad-reference")  # no schema can say so
    return f"{symbols[:4]}-{symbols[4:]}"


def canonical_linking_code(typed: str) -> str:
    """Return a linking code as `XXXXX-XXXXX`.

    Raises:
        ValueError: not ten Crockford symbols.
    """
    return _in_fives(typed, LINKING_CODE_LENGTH)


def canonical_linking_username(typed: str) -> str:
    """Return a linking username as `L-482913`, however it was typed.

    Raises:
        ValueError: not one to three letters and four to twelve digits.
    """
    folded = _closed_up(typed)
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{4,12})", folded, re.ASCII)
    if not found:
        raise ValueError("bad-format")
    return f"{found[1]}-{found[2]}"


def canonical_single_use_code(typed: str) -> str:
    """Return a single-use code as six digits.

    Raises:
        ValueError: not six digits.
    """
    digits = _closed_up(typed)
    if not re.fullmatch(r"[0-9]{6}", digits, re.ASCII):
        raise ValueError("bad-format")
    return digits


def canonical_check_code(typed: str) -> str:
    """Return a receipt's check code as four groups of five symbols.

    Raises:
        ValueError: not twenty Crockford symbols.
    """
    return _in_fives(typed, CHECK_CODE_LENGTH)


def canonical_report_code(typed: str) -> str:
    """Return the code of a mail with which one says « this was not me », as five groups of five symbols.

    Raises:
        ValueError: not twenty-five Crockford symbols.
    """
    return _in_fives(typed, REPORT_CODE_LENGTH)


def _in_fives(typed: str, length: int) -> str:
    symbols = crockford(typed)
    if len(symbols) != length or set(symbols) - set(ALPHABET):
        raise ValueError("bad-format")
    return "-".join(symbols[start : start + 5] for start in range(0, length, 5))


def without_name(text: str) -> str:
    """Return a linking username or code without the name that the mail gives it: a line may be copied whole.

    Anything else is returned as it is.
    """
    named = re.fullmatch(_NAMED_USERNAME, text.strip()) or re.fullmatch(_NAMED_CODE, text.strip())
    return named[1] if named else text


def find_coordinates(text: str) -> tuple[str, str] | None:
    """Return the canonical linking username and linking code of a text such as a whole mail.

    What stands behind their names in the mail counts; without these names, the one pair that can be coordinates, the
    username first. None when there is none, or more than one: nothing is guessed.
    """
    usernames = _all(canonical_linking_username, re.findall(_NAMED_USERNAME, text))
    codes = _all(canonical_linking_code, re.findall(_NAMED_CODE, text))
    if not usernames and not codes:
        found = list(re.finditer(_USERNAME, text))
        if any(_may_be_a_date(one[0]) for one in found):
            return None
        usernames = _all(canonical_linking_username, (one[0] for one in found))
        codes = _all(canonical_linking_code, re.findall(_CODE_IN_TEXT, text[found[0].end() :])) if found else set()
    return (usernames.pop(), codes.pop()) if len(usernames) == len(codes) == 1 else None


def _may_be_a_date(text: str) -> bool:
    digits = "".join(re.findall("[0-9]", text))
    return bool(read_year(digits) or read_date(digits))


def _all(canonical: Callable[[str], str], found: Iterable[str]) -> set[str]:
    read = set()
    for one in found:
        with suppress(ValueError):
            read.add(canonical(one))
    return read
