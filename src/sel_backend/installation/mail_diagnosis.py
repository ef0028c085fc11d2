"""What `doctor` says of mail: whether the server would take one, asked as the sender asks, and what waits for it."""

import asyncio

from sel_backend.installation.findings import Finding
from sel_backend.mail.bounce_mailbox import BounceMailbox, MailboxError
from sel_backend.mail.server import MailServer, RefusedError
from sel_backend.settings import Settings


def server(settings: Settings) -> Finding:
    """Look whether the mail server can be reached, is the one that it must be, and takes mail from us."""
    mail = settings.mail
    if settings.demo:
        return Finding("mail", "the demonstration's mailbox")
    if not mail.host:
        return Finding("mail", "no server: mails wait in the outbox", "set mail.host")
    seen = f"{mail.host}:{mail.port} (security: {mail.security})"
    try:
        asyncio.run(MailServer(mail).probe())
    except RefusedError as error:
        advice = "check mail.host, port, security, ca_file, username, password, and who may send as mail.sender"
        return Finding("mail", f"{seen}: {error.said}", advice)
    return Finding("mail", f"{seen} answers and takes mail from mail.sender")


def bounces(settings: Settings) -> Finding | None:
    """Look whether the mailbox for bounces can be read, where there is one."""
    mailbox = settings.mail.bounces
    if settings.demo or not mailbox.host:
        return None
    seen = f"{mailbox.host}:{mailbox.port} (security: {mailbox.security})"
    opened = BounceMailbox(mailbox)
    try:
        opened.open()
    except MailboxError as error:
        advice = "check mail.bounces: host, port, security, ca_file, username, password, folder"
        return Finding("bounces", f"{seen}: {error}", advice)
    finally:
        opened.close()
    return Finding("bounces", f"{seen} opens {mailbox.folder}")


def outbox(waiting: int, refused: int, dead: int, *, demo: bool = False) -> Finding:
    """Say how many mails wait, how many of them because the server takes none, and how many were given up.

    In a demonstration one is given up from the start, for the desk.
    """
    seen = f"{waiting} wait, {dead} given up"
    if demo:
        return Finding("mails", seen)
    if refused:
        return Finding("mails", f"{seen}; the server takes none", "`sel-backend mails` says why; none is lost")
    return Finding("mails", seen, "`sel-backend mails --dead` says why, `--retry` sends them" if dead else "")
