"""What an agent types in the one field of the desk: a reference as it is heard, a file, or an account. Pure."""

from __future__ import annotations

import re
from typing import Final

from sel_contract.rules.codes import ALPHABET, REFERENCE_LENGTH, TYPED_LIMIT, canonical_reference, crockford
from sel_contract.rules.identifiers import ASSOCIATION_PREFIXES, PREFIX
from sel_tui.journey.core import identifiers
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.readings import Checked

REFERENCE: Final = "reference"
FILE: Final = "file"
ACCOUNT: Final = "account"
# `ci12345678` has as many signs as a reference, and is a file.
_NUMBERED: Final = rf"(?:{'|'.join(PREFIX.values())})[0-9]+"
# How linking coordinates are written, where a reference has three parts.
_LINKING_CODE: Final = r"[0-9A-Za-z]{5}[ -][0-9A-Za-z]{5}"
# The first two digits say the kind of enterprise (Registraire des entreprises du Québec).
_NEQ: Final = r"(11|22|33|88)[0-9]{8}"
_BEGINS_A_FILE: Final = (*PREFIX.values(), *ASSOCIATION_PREFIXES)


def kind_of(text: str) -> str:
    """Return what `text` is taken for: a reference, a file or an account; a reference where it could be several."""
    if "@" in text:
        return ACCOUNT
    squeezed = _squeezed(text)
    if not re.fullmatch(_NUMBERED, squeezed) and (_is_reference(text) or not squeezed.startswith(_BEGINS_A_FILE)):
        return REFERENCE
    return FILE


def read_lookup(text: str) -> Checked:
    """Return what `text` was understood to be; a reference is checked by its symbol, before anything is sent."""
    kind = kind_of(text)
    if kind == REFERENCE:
        if not _is_reference(text):
            return Checked(problem=_why_no_reference(text))
        sent = canonical_reference(text)
    else:
        read = identifiers.read(text)
        if read.problem is not None:
            return Checked(problem=read.problem, forget=read.forget)
        sent = read.canonical
    return Checked(sent, echo=msg(f"lookup.{kind}", what=personal(sent)))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.\-]+", "", text).lower()


def _is_reference(text: str) -> bool:
    try:
        canonical_reference(text)
    except ValueError:
        return False
    return True


def _why_no_reference(text: str) -> Msg:
    if re.fullmatch(_LINKING_CODE, text.strip()):  # a secret: nobody must be asked to say it again
        return msg("lookup.linking_code")
    symbols = crockford(text) if len(text) <= TYPED_LIMIT else ""
    digits = _squeezed(text)
    if digits.isdigit() and len(digits) != REFERENCE_LENGTH:
        return identifiers.read(text).problem or msg("lookup.length", count=len(symbols))
    if re.fullmatch(_NEQ, digits):
        return msg("lookup.neq")
    strange = next((symbol for symbol in symbols if symbol not in ALPHABET), "")
    if strange:
        return msg("field.code.strange", sign=personal(strange))
    if len(symbols) != REFERENCE_LENGTH:
        return msg("lookup.length", count=len(symbols))
    return msg("lookup.heard_wrong")
