"""`export`: client files (as `import` reads them, without secrets), links or support cases as CSV, page by page."""

import csv
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from sqlalchemy import Connection, func, select

from sel_backend.admin.base import (
    DONE,
    Result,
    Task,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.backend import Backend
from sel_backend.importing import columns
from sel_backend.settings import Settings
from sel_backend.storage import audit
from sel_backend.storage.tables import accounts, file_names, files, links, support_cases
from sel_contract.base import Request

PAGE: Final = 1_000
FILE_COLUMNS: Final = (*columns.REQUIRED, *columns.ADDRESS, *columns.CONTENTS, columns.OTHER_NAMES)
# Without a name, an address or a number of a file.
CASE_COLUMNS: Final = (
    *("reference", "at", "kind", "reason", "method", "terminal", "category", "handled", "handled_at", "linked_at"),
)
LINK_COLUMNS: Final = ("account", "identifier", "method", "reference", "linked_at", "frozen_at", "verification")


class ExportRequest(Request):
    """What to export, and the path of the new file on the machine where the task runs."""

    what: Literal["files", "links", "cases"]
    path: Path


async def export(backend: Backend, request: ExportRequest) -> Result:
    """Write the CSV file, readable by its owner alone; return its path and the number of rows.

    Raises:
        TaskRefusedError: the file exists or cannot be written.
    """
    core = backend.core
    pick, columns = _PICKS[request.what]
    try:
        made = os.open(request.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise TaskRefusedError(f"the file cannot be made: {error.strerror}") from error
    with os.fdopen(made, "w", encoding="utf-8", newline="") as file:
        rows = await _write(backend, file, pick, columns)
    now = core.clock()
    detail = f"{request.what}={rows}"
    await core.database.run(lambda tx: audit.record(tx, now, audit.OPERATOR, "export", detail=detail))
    return {"file": str(request.path), "rows": rows}


_Pick = Callable[[Connection, str], list[tuple[str, dict[str, Any]]]]


def _after(pick: _Pick, place: str) -> Callable[[Connection], list[tuple[str, dict[str, Any]]]]:
    return lambda tx: pick(tx, place)


async def _write(
    backend: Backend,
    file: TextIO,
    pick: _Pick,
    columns: Sequence[str],
) -> int:
    writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    total, after = 0, ""
    while page := await backend.core.database.run(_after(pick, after)):
        writer.writerows(row for _, row in page)
        total, after = total + len(page), page[-1][0]
    return total


def _files(tx: Connection, after: str) -> list[tuple[str, dict[str, Any]]]:
    rows = tx.execute(select(files).where(files.c.id > after).order_by(files.c.id).limit(PAGE)).all()
    names: dict[str, list[str]] = {row.id: [] for row in rows}
    for row in tx.execute(select(file_names).where(file_names.c.file_id.in_(list(names)))):
        names[row.file_id].append(row.name)
    return [(row.id, _file_row(row, names[row.id])) for row in rows]


def _file_row(row: Any, names: list[str]) -> dict[str, Any]:
    said = json.loads(row.contents)
    certificate = said.get("certificate") or {}
    return {
        **said,
        **said["address"],
        "identifier": row.identifier,
        "display_name": row.display_name,
        "certificate_number": certificate.get("number", ""),
        "certificate_expires_on": certificate.get("expires_on", ""),
        "other_names": "|".join(sorted(name for name in names if name != row.identifier)),
    }


def _links(tx: Connection, after: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = (
        select(links, accounts.c.email.label("account"), files.c.identifier)
        .join(accounts, accounts.c.id == links.c.account_id)
        .join(files, files.c.id == links.c.file_id)
        .where(links.c.ended_at.is_(None), links.c.id > after)
        .order_by(links.c.id)
        .limit(PAGE)
    )
    return [(row.id, {name: _text(getattr(row, name)) for name in LINK_COLUMNS}) for row in tx.execute(wanted)]


def _cases(tx: Connection, after: str) -> list[tuple[str, dict[str, Any]]]:
    # Whoever linked a file after a refusal got there.
    linked = (
        select(func.min(links.c.linked_at))
        .where(links.c.account_id == support_cases.c.account_id, links.c.linked_at >= support_cases.c.at)
        .scalar_subquery()
    )
    wanted = (
        select(support_cases, files.c.category, linked.label("linked_at"))
        .outerjoin(files, files.c.id == support_cases.c.file_id)
        .where(support_cases.c.reference > after)
        .order_by(support_cases.c.reference)
        .limit(PAGE)
    )
    return [(row.reference, {name: _text(getattr(row, name)) for name in CASE_COLUMNS}) for row in tx.execute(wanted)]


_PICKS: Final[dict[str, tuple[_Pick, Sequence[str]]]] = {
    "files": (_files, FILE_COLUMNS),
    "links": (_links, LINK_COLUMNS),
    "cases": (_cases, CASE_COLUMNS),
}


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    # OWASP, CSV injection: an address can be chosen so that a spreadsheet runs it as a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


EXPORT = Task("export", ExportRequest, export)


def main(arguments: Sequence[str]) -> int:
    """Export; return 0, or 1 when the file cannot be written."""
    parser = argument_parser(
        "export", "Write client files, active links or support cases as CSV; no hash, answer or code is in it."
    )
    parser.add_argument("what", choices=tuple(_PICKS))
    parser.add_argument("file", type=Path, help="a file that does not exist")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _export(settings, chosen.what, chosen.file))


def _export(settings: Settings, what: str, file: Path) -> int:
    request = ExportRequest.model_validate({"what": what, "path": file.absolute()})
    result = perform(settings, EXPORT, request)
    write_line(f"{result['file']}  {result['rows']:,} rows")
    return DONE
