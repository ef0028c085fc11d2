"""Identifiers of client files and e-mail addresses in one canonical form.

Source: the guide « How to link your CCQ client file to your user account » (ci, er, as, ap, or an e-mail address).
Addresses are checked here and not by email-validator: it takes 17 of the 56 ambiguous ones that tests refuse, in 52 µs
each against 2, and rewrites `xn--` domains, which mail servers know by that form only.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from sel_contract.rules.text import normalized

_EMAIL: Final = (
    r"(?a)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)
# What is another mailbox, or none, to whoever reads it later: an encoded word (RFC 2047: `=?…?=`), a route such as
# `user%host` or `host!user`, a local part longer than RFC 5321 allows, a domain that ends in a number.
_AMBIGUOUS: Final = r"=\?|\?=|[%!]|\A[^@]{65}|\.[0-9]+\Z"
_NUMBERED: Final = r"(?a)(ci|er)([0-9]{1,12})"
_ACRONYM: Final = r"(?a)(as|ap)([a-z0-9&]{1,40})"
_APART: Final = r"[\s\-\u2010-\u2015]"
_APOSTROPHES: Final = r"['\u2019\u02bc]"
EMAIL_LIMIT: Final = 254
IDENTIFIER_LIMIT: Final = 254
ACRONYM_LIMIT: Final = 42
"""The longest identifier of an association, its prefix included."""
NEQ_DIGITS: Final = 10
"""How many digits a Québec enterprise number has."""
_SIN_DIGITS: Final = 9
_GAP: Final = r"[ .\-\u00a0\u2010-\u2015]?"
_IN_THREES: Final = rf"(?<![0-9])[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}(?![0-9])"


class Category(StrEnum):
    """Whose file it is. A retiree's file is a worker's, with a pension."""

    WORKER = "worker"
    EMPLOYER = "employer"
    ASSOCIATION = "association"


PREFIX: Final = {Category.WORKER: "ci", Category.EMPLOYER: "er"}
"""What stands before the number of a file."""
ASSOCIATION_PREFIXES: Final = ("as", "ap")
"""What stands before the acronym of an association: of employees, of employers."""
USUAL_DIGITS: Final = {Category.WORKER: 7, Category.EMPLOYER: 6}
"""How many digits the guide's examples have. It gives no rule, so another length is unusual and never refused."""


class AmbiguousEmailError(ValueError):
    """An address of the right form that some mail servers read as another mailbox, or as none."""


def canonical_email(typed: str) -> str:
    """Return an e-mail address in lower case without outer spaces: the rule of the wire, of imports and of settings.

    A domain with accents becomes what mail servers know it by (`électricité.quebec`: `xn--lectricit-93aj.quebec`).

    Raises:
        ValueError: `bad-email`: not an address of at most 254 ASCII characters without quotes and comments; an
            `AmbiguousEmailError` for encoded words, routes and whatever else does not mean one mailbox everywhere.
    """
    if len(typed) > EMAIL_LIMIT:
        raise ValueError("bad-email")
    folded = _with_ascii_domain(normalized("NFKC", typed).strip().lower())
    if len(folded) > EMAIL_LIMIT or not re.fullmatch(_EMAIL, folded):
        raise ValueError("bad-email")
    if re.search(_AMBIGUOUS, folded):
        raise AmbiguousEmailError("bad-email")
    return folded


def _with_ascii_domain(address: str) -> str:
    """Return `address` with its domain in RFC 5891's `xn--` form.

    Raises:
        ValueError: `bad-email`: it has none that reads back as the same letters.
    """
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        encoded = domain.encode("idna").decode("ascii")
        same = encoded.encode("ascii").decode("idna") == domain
    except UnicodeError:
        same = False
    if not same:
        raise ValueError("bad-email")
    return f"{local}{at}{encoded}"


def canonical_identifier(typed: str) -> str:
    """Return a file's identifier in its one form: `ci1234567`, `er123456`, `asftqconstruction`, or an e-mail address.

    Case, accents, full-width characters, spaces, hyphens and apostrophes do not matter.

    Args:
        typed: what somebody typed.

    Raises:
        ValueError: `prefix-missing` for a bare number (never guess between `ci` and `er`), else `bad-format`.
    """
    if len(typed) > IDENTIFIER_LIMIT:
        raise ValueError("bad-format")
    folded = normalized("NFKC", typed).strip().lower()
    if "@" in folded:
        return canonical_email(folded)
    if len(folded) > IDENTIFIER_LIMIT:  # one sign may be eighteen in NFKC
        raise ValueError("bad-format")
    bare = re.sub(_APART, "", re.sub(_APOSTROPHES, "", folded))
    bare = "".join(mark for mark in normalized("NFKD", bare) if not unicodedata.combining(mark))
    if bare.isascii() and bare.isdigit():
        raise ValueError("prefix-missing")
    if not (re.fullmatch(_NUMBERED, bare) or re.fullmatch(_ACRONYM, bare)):
        raise ValueError("bad-format")
    return bare


def category_of(identifier: str) -> Category:
    """Return the category that a canonical identifier belongs to (an e-mail address: a worker or retiree)."""
    if "@" in identifier or identifier.startswith("ci"):
        return Category.WORKER
    return Category.EMPLOYER if identifier.startswith("er") else Category.ASSOCIATION


def luhn(digits: str) -> bool:
    """Tell whether ASCII `digits` pass the Luhn check (ISO/IEC 7812-1), as a social insurance number does."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)  # noqa: PLR2004  # the sum of its two digits
    return total % 10 == 0


def is_sin(digits: str) -> bool:
    """Tell whether ASCII `digits` can be a social insurance number, which nobody should type here."""
    return len(digits) == _SIN_DIGITS and luhn(digits)


def holds_sin(text: str) -> bool:
    """Tell whether a social insurance number seems to stand in a text: nine digits in threes that pass Luhn's check."""
    return any(is_sin(re.sub(r"[^0-9]", "", found)) for found in re.findall(_IN_THREES, text))
