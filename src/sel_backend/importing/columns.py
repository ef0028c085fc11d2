"""The columns of the CSV file: a header line, any order. docs/import.md prints the same list."""

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
OTHER_NAMES: Final = "other_names"
OLD_ACCESS: Final = (OTHER_NAMES, "legacy_scheme", "legacy_hash", "legacy_salt", "legacy_expires_on")
ANSWER_PREFIX: Final = "answer:"
# What the file of refused rows adds: it can be corrected and imported as it is.
REFUSED: Final = ("refused_line", "refused_reason")


class HeaderError(ValueError):
    """The file cannot be begun as it is; the message is a sentence."""


def missing_from(header: Sequence[str]) -> list[str]:
    """Return the columns that every file must have and this header has not."""
    return [name for name in (*REQUIRED, *ADDRESS) if name not in header]


def check_header(header: Sequence[str], questions: QuestionCatalogue) -> None:
    """Accept a header. Columns without a name are left aside: spreadsheets add them at the end.

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
    named = [name for name in header if name]
    if missing := missing_from(named):
        raise HeaderError(f"columns are missing: {', '.join(missing)}")
    unknown = [name for name in named if name not in known]
    if unknown:
        raise HeaderError(f"unknown columns: {', '.join(unknown)[:200]}")
    if len(set(named)) != len(named):
        raise HeaderError("a column is there twice")
