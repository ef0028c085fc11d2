"""The figures of the desk as CSV (RFC 4180): the rows of the contract, without anybody's name. No Textual, no API."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sel_contract.desk_acts import DeskFigures

# `kind`, `reason` and `method` mean what they do in `sel-backend export cases`, which has a row for each case.
COLUMNS: Final = ("day", "kind", "method", "reason", "found_by", "act", "number")
# What a spreadsheet runs as a formula (OWASP, CSV injection).
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def figures_csv(figures: DeskFigures) -> str:
    """Return `figures` as CSV, one row for each count of a day; what is not known is empty."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in figures.rows)
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text
