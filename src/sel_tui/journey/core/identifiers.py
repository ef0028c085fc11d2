"""Identifiers as people type them in this client: what they are taken for, and what is said when they cannot be sent.

The identifiers themselves, and which of them can be sent, are `sel_contract.rules.identifiers`. Lengths come from the
guide's examples only, so another length is a warning and never a refusal.
"""

import re
from dataclasses import replace
from typing import Final

from sel_contract.rules.identifiers import (
    ACRONYM_LIMIT,
    ASSOCIATION_PREFIXES,
    EMAIL_LIMIT,
    NEQ_DIGITS,
    PREFIX,
    USUAL_DIGITS,
    AmbiguousEmailError,
    Category,
    canonical_email,
    canonical_identifier,
    category_of,
    is_sin,
)
from sel_contract.rules.text import fold, normalized, visible
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.late_dataclass import dataclass

# Associations of the industry, suggested while an acronym is typed; never a closed list. The acronyms behind `as` and
# `ap` are our proposal: no public page prints them. Names verified on 2026-11-23.
KNOWN: Final = {
    "asftq": "FTQ-Construction",
    "ascsn": "CSN-Construction",
    "ascsd": "CSD Construction",
    "assqc": "SQC",
    "ascpqmc": "CPQMC",
    "apacq": "ACQ",
    "apacrgtq": "ACRGTQ",
    "apapchq": "APCHQ",
    "apaecq": "AECQ",
}
MOST: Final = 3
_FEWEST_DIGITS: Final = 5

_SEPARATORS = r"[\s.\-\u2010-\u2015_/']+"


@dataclass(frozen=True)
class Reading:
    """What an identifier was understood to be.

    Attributes:
        canonical: What will be sent, or "" when it cannot be sent as it is.
        category: The category that follows from it, when it does.
        problem: Why it cannot be sent.
        warning: What looks unusual though it can be sent.
        expected: What usually follows, when fewer digits are there than usual: the person may be typing still.
        bare: It is a number alone, so the person has to say whose it is.
        forget: It looks like a social insurance number: erase it, keep it nowhere.
    """

    canonical: str = ""
    category: Category | None = None
    problem: Msg | None = None
    warning: Msg | None = None
    expected: Msg | None = None
    bare: bool = False
    forget: bool = False


def suggestions(identifier: str) -> tuple[str, ...]:
    """Return known identifiers that begin as `identifier` does, or whose acronym it holds, with their names."""
    prefix, typed = identifier[:2], identifier[2:]
    if prefix not in {"as", "ap"}:
        return ()
    found = [known for known in KNOWN if known.startswith(identifier)]
    # « FTQ-Construction » typed whole still leads to the acronym.
    found += [known for known in KNOWN if known[:2] == prefix and typed.startswith(known[2:]) and known not in found]
    return tuple(f"{known} ({KNOWN[known]})" for known in found[:MOST])


def looks_like_old_access(text: str) -> bool:
    """Tell whether `text`, typed as an e-mail address at login, is in fact an old username."""
    reading = read(text)
    if reading.bare:  # fewer digits are no number of anybody: rather a choice, or a slip
        return sum(sign.isdigit() for sign in text) >= _FEWEST_DIGITS
    return bool(reading.canonical) and "@" not in reading.canonical


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
    squeezed = re.sub(_SEPARATORS, "", flat)
    if squeezed.isascii() and squeezed.isdigit():
        return _bare_number(squeezed, category)
    return _prefixed(squeezed)


def _address(text: str) -> Reading:
    parts = visible(text).split()
    if len(parts) > 1 and "<" not in text:  # without the space it would be another mailbox
        return Reading(problem=msg("identifier.email_space"))
    try:
        return Reading(canonical_email(" ".join(parts)), Category.WORKER)
    except AmbiguousEmailError:
        return Reading(problem=msg("identifier.email_refused"))
    except ValueError:
        mailbox = normalized("NFKC", parts[0][:EMAIL_LIMIT]).partition("@")[0] if parts else ""
        accented = any(sign.isalpha() and not sign.isascii() for sign in mailbox)
        return Reading(problem=msg("identifier.email_accent" if accented else "identifier.bad_email"))


def _bare_number(digits: str, category: Category | None) -> Reading:
    if is_sin(digits):
        return Reading(problem=msg("identifier.looks_like_sin"), forget=True)
    if len(digits) == NEQ_DIGITS:
        return Reading(problem=msg("identifier.looks_like_neq"))
    if category is None:
        return Reading(problem=msg("identifier.choose_category"), bare=True)
    if category is Category.ASSOCIATION:
        return Reading(problem=msg("identifier.association_needs_acronym"), bare=True)
    return replace(_prefixed(PREFIX[category] + digits), category=category, bare=True)


def _prefixed(squeezed: str) -> Reading:
    try:
        canonical = canonical_identifier(squeezed)
    except ValueError:
        return Reading(problem=_why_not(squeezed))
    category = category_of(canonical)
    if category is Category.ASSOCIATION:
        return Reading(canonical, category)
    prefix, digits, usual = PREFIX[category], canonical[2:], USUAL_DIGITS[category]
    if is_sin(digits):
        return Reading(problem=msg("identifier.looks_like_sin"), forget=True)
    if len(digits) == usual:
        return Reading(canonical, category)
    warning = msg("identifier.unusual_length", prefix=public(prefix), usual=usual, count=len(digits))
    short = len(digits) < usual
    expected = msg("identifier.usual_length", prefix=public(prefix), usual=usual) if short else None
    return Reading(canonical, category, warning=warning, expected=expected)


def _why_not(squeezed: str) -> Msg:
    if squeezed in PREFIX.values():
        return msg("identifier.number_missing", prefix=public(squeezed))
    if squeezed in ASSOCIATION_PREFIXES:
        return msg("identifier.acronym_missing", prefix=public(squeezed))
    if len(squeezed) > ACRONYM_LIMIT and squeezed.startswith(ASSOCIATION_PREFIXES):
        return msg("identifier.too_long")
    if squeezed.startswith(tuple(PREFIX.values())) and any(sign.isdigit() for sign in squeezed):
        kind = "too_many_digits" if squeezed[2:].isdigit() else "digits_only"
        return msg(f"identifier.{kind}", prefix=public(squeezed[:2]))
    return msg("identifier.unreadable")
