"""Linking coordinates: made for a file, and mailed to the address on it. Whoever may ask for them is decided before."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.mail.phone import Phone
from sel_backend.mail.validity import CodeInMail, CodeKind
from sel_backend.security.tokens import new_linking_username
from sel_backend.storage import files
from sel_backend.storage.files import FileRow


def make(
    core: Core, tx: Connection, file: FileRow, code_hash: str, now: datetime, *, asked_by: str | None = None
) -> tuple[str, datetime]:
    """Make coordinates, which replace the file's earlier ones; return their username, and when they expire."""
    expires = now + timedelta(hours=core.settings.codes.linking_code_hours)
    username = files.add_link_code(
        tx,
        file.id,
        draw=new_linking_username,
        code_hash=code_hash,
        created_at=now,
        expires_at=expires,
        asked_by=asked_by,
    )
    return username, expires


def mail(
    core: Core,
    tx: Connection,
    file: FileRow,
    address: str,
    *,
    code: str,
    code_hash: str,
    now: datetime,
    asked_by: str | None = None,
) -> None:
    """Make coordinates and have them sent.

    Args:
        core: the resources of this process.
        tx: the transaction of what causes it.
        file: whose they are.
        address: the one on the file.
        code: the linking code, new.
        code_hash: its hash.
        now: the current time.
        asked_by: the account of the person who asked; None for an agent or an operator.
    """
    hours = core.settings.codes.linking_code_hours
    username, _ = make(core, tx, file, code_hash, now, asked_by=asked_by)
    phone = Phone.of(core.settings.service)
    written = texts.link_code(address, username=username, code=code, hours=hours, phone=phone, file_id=file.id)
    core.outbox.put(tx, written, now, CodeInMail(CodeKind.LINKING, username, hours * 3600))
