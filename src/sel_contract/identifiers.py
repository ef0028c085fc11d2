"""Identifiers of client files and e-mail addresses in one canonical form.

Source: the guide « How to link your CCQ client file to your user account » (ci, er, as, ap, or an e-mail address).
"""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Final

from pydantic import StringConstraints, WithJsonSchema

from sel_contract.text import Typed, normalized

_EMAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+",
    re.ASCII,
)
# What is another mailbox, or none, to whoever reads it later: an encoded word (RFC 2047: `=?…?=`), a route such as
# `user%host` or `host!user`, a local part longer than RFC 5321 allows, a domain that ends in a number.
_AMBIGUOUS: Final = re.compile(r"=\?|\?=|[%!]|\A[^@]{65}|\.[0-9]+\Z")
_NUMBERED: Final = re.compile(r"(ci|er)([0-9]{1,12})", re.ASCII)
_ACRONYM: Final = re.compile(r"(as|ap)([a-z0-9&]{1,40})", re.ASCII)
_APART: Final = re.compile(r"[\s\-\u2010-\u2015]")
_APOSTROPHES: Final = re.compile(r"['\u2019\u02bc]")
EMAIL_LIMIT: Final = 254
IDENTIFIER_LIMIT: Final = 254


class Category(StrEnum):
    """Whose file it is. A retiree's file is a worker's, with a pension."""

    WORKER = "worker"
    EMPLOYER = "employer"
    ASSOCIATION = "association"


def canonical_email(typed: str) -> str:
    """Return an e-mail address in lower case without outer spaces: the rule of the wire, of imports and of settings.

    Raises:
        ValueError: `bad-email`: not an address of at most 254 ASCII characters that means one mailbox everywhere: no
            quotes, comments, encoded words or routes.
    """
    if len(typed) > EMAIL_LIMIT:
        raise ValueError("bad-email")
    folded = normalized("NFKC", typed).strip().lower()
    if len(folded) > EMAIL_LIMIT or not _EMAIL.fullmatch(folded) or _AMBIGUOUS.search(folded):
        raise ValueError("bad-email")
    return folded


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
    bare = _APART.sub("", _APOSTROPHES.sub("", folded))
    bare = "".join(mark for mark in normalized("NFKD", bare) if not unicodedata.combining(mark))
    if bare.isascii() and bare.isdigit():
        raise ValueError("prefix-missing")
    if not (_NUMBERED.fullmatch(bare) or _ACRONYM.fullmatch(bare)):
        raise ValueError("bad-format")
    return bare


def category_of(identifier: str) -> Category:
    """Return the category that a canonical identifier belongs to (an e-mail address: a worker or retiree)."""
    if "@" in identifier or identifier.startswith("ci"):
        return Category.WORKER
    return Category.EMPLOYER if identifier.startswith("er") else Category.ASSOCIATION


EmailAddress = Annotated[
    str,
    Typed(EMAIL_LIMIT, canonical_email, "bad-email"),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": EMAIL_LIMIT,
            "pattern": r"^[A-Za-z0-9_+-]{1,32}(\.[A-Za-z0-9_+-]{1,16})?@[A-Za-z0-9]{1,30}(\.[A-Za-z0-9]{1,12}){1,2}$",
            "examples": ["nouvelle@exemple.test"],
        },
        mode="validation",
    ),
]
"""An e-mail address in a request. The schema shows the common shape; `canonical_email` says what is accepted."""

FileIdentifier = Annotated[
    str,
    Typed(IDENTIFIER_LIMIT, canonical_identifier, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([Cc][Ii]|[Ee][Rr])[ -]?[0-9]{1,6}[ -]?[0-9]{1,6}$"
            r"|^[Aa][SsPp][A-Za-z0-9&]{1,40}$|^[a-z0-9]{1,30}@[a-z0-9]{1,30}\.[a-z]{2,12}$",
            "examples": ["ci1234567", "er123456", "asexemple", "ci 123-4567", "maika.cote@exemple.test"],
        },
        mode="validation",
    ),
]
"""A file's identifier in a request, typed as people type it. The schema shows the common shapes only."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9&'@.!#$%*+/=?^_`{|}~-]{1,254}$")]
"""An identifier in a response, in its canonical form."""
