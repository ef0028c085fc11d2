"""The columns of the CSV file: UTF-8, a header line, any order. docs/operations.md prints the same list."""

from collections.abc import Sequence
from typing import Final

from sel_backend.questions import QuestionCatalogue

REQUIRED: Final = ("identifier", "display_name")
ADDRESS: Final = ("street", "city", "province", "postal_code", "country")
CONTENTS: Final = (
    "phone",
    "email",
    "contact_person",
    "trade",
    "certificate_number",
    "certificate_expires_on",
    "pension_status",
    "neq",
    "rbq_licence",
    "acronym",
    "side",
)
OLD_ACCESS: Final = ("other_names", "legacy_scheme", "legacy_hash", "legacy_salt", "legacy_expires_on")
ANSWER_PREFIX: Final = "answer:"
# What the file of refused rows adds: it can be corrected and imported as it is.
REFUSED: Final = ("refused_line", "refused_reason")


class HeaderError(ValueError):
    """The header cannot be used; the message is a sentence."""


def check_header(header: Sequence[str], questions: QuestionCatalogue) -> None:
    """Accept a header.

    Raises:
        HeaderError: a column is missing, unknown, or there twice.
    """
    known = {
        *REQUIRED,
        *ADDRESS,
        *CONTENTS,
        *OLD_ACCESS,
        *REFUSED,
        *(ANSWER_PREFIX + name for name in questions.entries),
    }
    missing = [name for name in (*REQUIRED, *ADDRESS) if name not in header]
    if missing:
        raise HeaderError(f"columns are missing: {', '.join(missing)}")
    unknown = [name for name in header if name not in known]
    if unknown:
        raise HeaderError(f"unknown columns: {', '.join(unknown)[:200]}")
    if len(set(header)) != len(header):
        raise HeaderError("a column is there twice")
