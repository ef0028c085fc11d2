"""`case`: what stands behind a reference that a person reads over the phone: the true reason, and a report's note."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

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
from sel_backend.settings import Settings
from sel_backend.storage import accounts, audit, desk_views, files, links
from sel_backend.storage.links import LinkRow
from sel_contract import Reference, canonical_reference, plain
from sel_contract.base import Request

REASONS: Final = {
    "neq_typed": "there is no such file: it is an enterprise number (NEQ), not an employer's number",
    "no_such_file": "there is no such file",
    "no_old_access": "the file never had an access to the old services",
    "old_access_expired": "the file's access to the old services has expired",
    "wrong_password": "there is such a file; its old password was wrong",
    "wrong_answers": "there is such a file; an answer was wrong",
    "no_such_code": "there is no such linking username",
    "code_expired": "the coordinates have expired",
    "code_replaced": "newer coordinates were sent: these are no longer good",
    "code_used": "the coordinates were used already",
    "wrong_code": "there is such a linking username; its code was wrong",
    "file_exhausted": "the file's tries were used up, so nothing was compared: wait, or `unlock --file`",
    "used_up_meanwhile": "everything was right, but the code was used up at the same moment",
    "held_elsewhere": "everything was right, but another account holds the file, which one alone may have",
    "file_contents": "the person says that something in the file is wrong",
    "link": "« this was not me »: a link was disowned; `unfreeze` frees or ends it",
    "password": "« this was not me »: a new password was disowned",
    # Of versions before 0010.
    "no_such_file_or_code": "there is no such file, or no such linking username",
    "wrong_secret": "there is such a file; the password, an answer or the code was wrong, used or expired",
    "exclusive_file": "everything was right, but another account holds the file, which one alone may have",
}
_NOTE_LIMIT: Final = 4_000


class CaseRequest(Request):
    """Which case, by its reference."""

    reference: Reference


async def look(backend: Backend, request: CaseRequest) -> Result:
    """Return what is known of a reference, as lines of a name and a text.

    Raises:
        TaskRefusedError: nothing has this reference.
    """
    core = backend.core

    def local(at: datetime) -> str:
        return f"{at.astimezone(core.settings.service.zone):%Y-%m-%d %H:%M %Z}"

    def link_lines(link: LinkRow) -> list[tuple[str, str]]:
        state = "ended" if link.ended_at else "frozen" if link.frozen_at else "active"
        lines = [("link", f"{state}, made {local(link.linked_at)}, reference {link.reference}")]
        if link.verification_note:
            lines.append(("note", link.verification_note))
        return lines

    def work(tx: Connection) -> Result:
        case = desk_views.support_case(tx, request.reference)
        link = links.by_id(tx, case.link_id) if case and case.link_id else links.by_reference(tx, request.reference)
        if case is None and link is None:
            raise TaskRefusedError("nothing has this reference; the reference of a failure stands in the log")
        lines: list[tuple[str, str]] = []
        if case is not None:
            lines += [("when", local(case.at)), ("what", case.kind), ("reason", REASONS.get(case.reason, case.reason))]
            lines += [("method", case.method)] if case.method else []
        account = accounts.by_id(tx, case.account_id if case else link.account_id if link else "")
        if account:
            lines.append(("account", f"{account.first_name} {account.last_name}, {account.email}"))
        file = files.by_id(tx, (case and case.file_id) or (link.file_id if link else ""))
        if file:
            lines.append(("file", f"{file.identifier}, {file.display_name}"))
        lines += link_lines(link) if link else []
        audit.record(tx, core.clock(), audit.OPERATOR, "case", reference=request.reference)
        return {"lines": lines}

    return await core.database.run(work)


CASE = Task("case", CaseRequest, look)


def main(arguments: Sequence[str]) -> int:
    """Show a case; return 0, or 1 when nothing has the reference."""
    parser = argument_parser("case", "What stands behind a reference: the true reason, and the note of a report.")
    parser.add_argument("reference", metavar="REFERENCE", help="as the person reads it")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _show(settings, chosen.reference))


def _show(settings: Settings, typed: str) -> int:
    try:
        request = CaseRequest(reference=canonical_reference(typed))
    except ValueError as error:
        raise TaskRefusedError("this is not a reference") from error
    for name, text in perform(settings, CASE, request)["lines"]:
        # A note is somebody's own words: nothing in it may act upon the terminal.
        write_line(f"{name:<8} {plain(text, _NOTE_LIMIT)}")
    return DONE
