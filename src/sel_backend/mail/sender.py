"""Sends what waits in the outbox: leases rows, speaks SMTP, tries again later and later, gives up in the end."""

import asyncio
import logging
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial

from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.core import Core
from sel_backend.mail.outbox import Leased

log = logging.getLogger(__name__)

BATCH = 20
_FINAL = range(500, 600)


def message_of(leased: Leased, core: Core) -> EmailMessage:
    """Return a leased mail as a message; its Message-ID is its row, so that a mail sent twice can be seen to be one."""
    sender = core.settings.mail.sender
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = leased.mail.recipient
    message["Subject"] = leased.mail.subject
    message["Date"] = format_datetime(core.clock())
    message["Message-ID"] = f"<{leased.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(leased.mail.text, charset="utf-8")
    return message


class Sender:
    """One process's sender; any number of them share one outbox."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settings = core.settings.mail
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Stop after the mail that is being sent."""
        self._stop.set()

    async def run(self) -> None:
        """Send until told to stop."""
        while not self._stop.is_set():
            try:
                sent = await self.send_due()
            except (SQLAlchemyError, OSError) as error:
                log.warning("the outbox cannot be read", extra={"failure": type(error).__name__})
                sent = 0
            if not sent:
                try:
                    await asyncio.wait_for(self._stop.wait(), self._settings.poll_seconds)
                except TimeoutError:
                    continue

    async def send_due(self) -> int:
        """Send one batch of what is due and return how many rows were taken."""
        core = self._core
        batch = await core.database.run(
            lambda tx: core.outbox.lease(tx, core.clock(), limit=BATCH, seconds=self._settings.lease_seconds)
        )
        if not batch:
            return 0
        try:
            server = await self._connect()
        except (SMTPException, OSError) as error:
            # Whatever the server says before it has seen a mail is the operator's to put right, not the mail's end.
            for leased in batch:
                await self._failed(leased, error, final=False)
            return len(batch)
        for leased in batch:
            try:
                if not server.is_connected:
                    server = await self._connect()
                await server.send_message(message_of(leased, core))
            except (SMTPException, OSError, ValueError) as error:
                await self._failed(leased, error, final=_is_final(error))
            else:
                await core.database.run(partial(core.outbox.sent, leased=leased, now=core.clock()))
        with suppress(SMTPException, OSError):
            await server.quit()
        return len(batch)

    async def _connect(self) -> SMTP:
        told = self._settings
        password = told.password.get_secret_value() if told.password else None
        server = SMTP(
            hostname=told.host,
            port=told.port,
            timeout=told.timeout_seconds,
            use_tls=told.security == "tls",
            start_tls=told.security == "starttls",
            username=told.username,
            password=password,
        )
        await server.connect()
        return server

    async def _failed(self, leased: Leased, error: Exception, *, final: bool) -> None:
        # A server's words may hold an address: the kind of failure and its number are enough.
        final = final or leased.tries >= self._settings.max_tries
        code = getattr(error, "code", "")
        said = f"{type(error).__name__} {code}".strip()
        core = self._core
        await core.database.run(lambda tx: core.outbox.failed(tx, leased, said, core.clock(), final=final))
        log.warning("a mail was not sent", extra={"failure": said, "mail": leased.id, "given_up": final})


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(refused.code in _FINAL for refused in error.recipients)
    if isinstance(error, SMTPResponseException):
        return error.code in _FINAL
    # An address or a header that cannot be written; a certificate's failure is a ValueError as well.
    return isinstance(error, ValueError) and not isinstance(error, OSError)
