"""`issue-code`: linking coordinates for a file, told to the operator or mailed to the address on the file."""

from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.backend import Backend
from sel_backend.mail import texts
from sel_backend.operations.task import Task, TaskRefusedError, Told
from sel_backend.security.tokens import new_linking_code, new_linking_username
from sel_backend.storage import audit, files
from sel_contract import FileIdentifier
from sel_contract.base import Request


class CodeIssue(Request):
    """Which file; `mail`: send them to the address on it and tell the operator nothing."""

    identifier: FileIdentifier
    mail: bool = False


async def issue(backend: Backend, request: CodeIssue) -> Told:
    """Issue coordinates that replace the file's earlier ones.

    Raises:
        TaskRefusedError: no such file, or no address to mail them to.
    """
    core = backend.core
    code = new_linking_code()
    code_hash = await core.hasher.hash(code)
    hours, zone = core.settings.codes.linking_code_hours, core.settings.service.zone

    def work(tx: Connection) -> Told:
        now = core.clock()
        file = files.by_name(tx, request.identifier)
        if file is None:
            raise TaskRefusedError("there is no such file")
        if request.mail and not file.email:
            raise TaskRefusedError("the file has no e-mail address: issue the code without --mail and send a letter")
        expires = now + timedelta(hours=hours)
        username = files.add_link_code(
            tx, file.id, draw=new_linking_username, code_hash=code_hash, created_at=now, expires_at=expires
        )
        if request.mail and file.email:
            mail = texts.link_code(
                file.email, username=username, code=code, hours=hours, phone=core.settings.service.phone
            )
            core.outbox.put(tx, mail, now)
        way = "mailed" if request.mail else "told"
        audit.record(tx, now, audit.OPERATOR, "issue_code", outcome=way, file_id=file.id)
        if request.mail:
            return {"mailed": True}
        return {"username": username, "code": code, "expires": f"{expires.astimezone(zone):%Y-%m-%d %H:%M %Z}"}

    return await core.database.run(work)


ISSUE_CODE = Task("issue-code", CodeIssue, issue)
