"""Old usernames as people type them: `ci`, `er`, `as`, `ap` or an e-mail address. Pure.

Source: the guide's step 3 (prefixes and examples). Lengths come from its examples only, so another length is a
warning and never a refusal.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sel_tui.journey.core.messages import Msg, msg, public

EXAMPLE_LENGTHS: Final = {"ci": 7, "er": 6}
SIN_DIGITS: Final = 9
NEQ_DIGITS: Final = 10

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015_/']+")
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ"), "'")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
# The contract's rule: a whole address in ASCII. An accent that was dropped would make it somebody else's.
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)
# The contract's too: what is another mailbox, or none, to a server that reads it.
_AMBIGUOUS = re.compile(r"=\?|\?=|[%!]|\A[^@]{65}|\.[0-9]+\Z")
_LONGEST_EMAIL: Final = 254
_NUMBERED = re.compile(r"(ci|er)([0-9]{1,12})")
_ASSOCIATIONS: Final = ("as", "ap")
_LONGEST_ACRONYM: Final = 42
_ACRONYM = re.compile(r"(as|ap)[a-z0-9&]{1,40}")


class Category(StrEnum):
    """Who a client file belongs to."""

    WORKER = "worker"
    EMPLOYER = "employer"
    ASSOCIATION = "association"


PREFIX: Final = {Category.WORKER: "ci", Category.EMPLOYER: "er"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an identifier was understood to be.

    Attributes:
        canonical: What will be sent, or "" when it cannot be sent as it is.
        category: The category that follows from it, when it does.
        problem: Why it cannot be sent.
        warning: What looks unusual though it can be sent.
        bare: It is a number alone, so the person has to say whose it is.
        forget: It looks like a social insurance number: erase it, keep it nowhere.
    """

    canonical: str = ""
    category: Category | None = None
    problem: Msg | None = None
    warning: Msg | None = None
    bare: bool = False
    forget: bool = False


def luhn(digits: str) -> bool:
    """Tell whether ASCII `digits` pass the Luhn check, as a social insurance number does."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)  # noqa: PLR2004
    return total % 10 == 0


def fold(text: str) -> str:
    """Return `text` in the form in which identifiers are compared: full-width folded, no case, marks or invisibles."""
    flat = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", flat).translate(_APOSTROPHES).strip()


def looks_like_old_access(text: str) -> bool:
    """Tell whether `text`, typed as an e-mail address at login, is in fact an old username."""
    reading = read(text)
    return reading.bare or (bool(reading.canonical) and "@" not in reading.canonical)


def read(text: str, category: Category | None = None) -> Reading:
    """Understand an identifier as a person typed it.

    Args:
        text: Anything typed or pasted.
        category: The category that the person chose, needed for a number alone only.

    Returns:
        The reading; its `canonical` is stable: reading it again gives the same.
    """
    flat = fold(text)
    if not flat:
        return Reading(problem=msg("field.required"))
    if "@" in flat:
        return _address(text)
    squeezed = _SEPARATORS.sub("", flat)
    if squeezed.isascii() and squeezed.isdigit():
        return _bare_number(squeezed, category)
    if numbered := _NUMBERED.fullmatch(squeezed):
        return _numbered(numbered[1], numbered[2])
    if acronym := _ACRONYM.fullmatch(squeezed):
        return Reading(acronym[0], Category.ASSOCIATION)
    if squeezed in PREFIX.values():
        return Reading(problem=msg("identifier.number_missing", prefix=public(squeezed)))
    if squeezed in _ASSOCIATIONS:
        return Reading(problem=msg("identifier.acronym_missing", prefix=public(squeezed)))
    if len(squeezed) > _LONGEST_ACRONYM and squeezed.startswith(_ASSOCIATIONS):
        return Reading(problem=msg("identifier.too_long"))
    return Reading(problem=msg("identifier.unreadable"))


def _address(text: str) -> Reading:
    address = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower())
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        return Reading(problem=msg("identifier.bad_email"))
    if _AMBIGUOUS.search(address):
        return Reading(problem=msg("identifier.email_refused"))
    return Reading(address, Category.WORKER)


def _bare_number(digits: str, category: Category | None) -> Reading:
    if len(digits) == SIN_DIGITS and luhn(digits):
        return Reading(problem=msg("identifier.looks_like_sin"), forget=True)
    if len(digits) == NEQ_DIGITS:
        return Reading(problem=msg("identifier.looks_like_neq"))
    if category is None:
        return Reading(problem=msg("identifier.choose_category"), bare=True)
    if category is Category.ASSOCIATION:
        return Reading(problem=msg("identifier.association_needs_acronym"), bare=True)
    reading = _numbered(PREFIX[category], digits)
    return Reading(reading.canonical, category, reading.problem, reading.warning, bare=True, forget=reading.forget)


def _numbered(prefix: str, digits: str) -> Reading:
    if len(digits) == SIN_DIGITS and luhn(digits):
        return Reading(problem=msg("identifier.looks_like_sin"), forget=True)
    if len(digits) > 12:  # noqa: PLR2004  # longer than anything the wire carries
        return Reading(problem=msg("identifier.unreadable"))
    usual = EXAMPLE_LENGTHS[prefix]
    warning = (
        None
        if len(digits) == usual
        else msg("identifier.unusual_length", prefix=public(prefix), usual=usual, typed=len(digits))
    )
    return Reading(prefix + digits, Category.WORKER if prefix == "ci" else Category.EMPLOYER, warning=warning)
