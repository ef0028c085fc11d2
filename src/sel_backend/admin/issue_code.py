"""`issue-code`: issue linking coordinates for a file, to say on the phone, to print, or to mail."""

from collections.abc import Sequence

from pydantic import ValidationError
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
from sel_backend.security.tokens import new_linking_code
from sel_backend.services import coordinates
from sel_backend.settings import Settings
from sel_backend.storage import audit, files
from sel_contract import FileIdentifier
from sel_contract.base import Request


class IssueCodeRequest(Request):
    """Which file; `mail`: send the coordinates to the address on the file and do not show them to the operator."""

    identifier: FileIdentifier
    mail: bool = False


async def issue(backend: Backend, request: IssueCodeRequest) -> Result:
    """Issue coordinates, which replace the file's earlier ones.

    Raises:
        TaskRefusedError: no such file, or no address to mail them to.
    """
    core = backend.core
    code = new_linking_code()
    code_hash = await core.hasher.hash(code)
    zone = core.settings.service.zone

    def work(tx: Connection) -> Result:
        now = core.clock()
        file = files.by_name(tx, request.identifier)
        if file is None:
            raise TaskRefusedError("there is no such file")
        if request.mail and not file.email:
            raise TaskRefusedError("the file has no e-mail address: issue the code without --mail and send a letter")
        way = "mailed" if request.mail else "told"
        audit.record(tx, now, audit.OPERATOR, "issue_code", outcome=way, file_id=file.id)
        if request.mail and file.email:
            coordinates.mail(core, tx, file, file.email, code=code, code_hash=code_hash, now=now)
            return {"mailed": True}
        username, expires = coordinates.make(core, tx, file, code_hash, now)
        return {"username": username, "code": code, "expires": f"{expires.astimezone(zone):%Y-%m-%d %H:%M %Z}"}

    return await core.database.run(work)


ISSUE_CODE = Task("issue-code", IssueCodeRequest, issue)


def main(arguments: Sequence[str]) -> int:
    """Issue coordinates; return 0, or 1 when there is no such file or address."""
    parser = argument_parser("issue-code", "Issue linking coordinates for a file; they replace its earlier ones.")
    parser.add_argument("identifier", help="ci1234567, er123456, asexemple …")
    parser.add_argument("--mail", action="store_true", help="send them to the address on the file, show nothing")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _issue(settings, chosen.identifier, mail=chosen.mail))


def _issue(settings: Settings, identifier: str, *, mail: bool) -> int:
    try:
        request = IssueCodeRequest(identifier=identifier, mail=mail)
    except ValidationError as error:
        raise TaskRefusedError("this cannot be a file's identifier") from error
    result = perform(settings, ISSUE_CODE, request)
    if result.get("mailed"):
        write_line("the coordinates wait in the outbox")
        return DONE
    for name in ("username", "code", "expires"):
        write_line(f"{name:<9} {result[name]}")
    return DONE
