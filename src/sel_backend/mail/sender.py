"""Sends what waits in the outbox: leases rows, speaks SMTP, tries again later and later, gives up in the end."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from email.utils import format_datetime
from functools import partial

from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sel_backend.core import Core
from sel_backend.mail.headers import mailbox, message, written
from sel_backend.mail.outbox import Leased
from sel_backend.observability.logs import place_of

log = logging.getLogger(__name__)

BATCH = 20
_FINAL = range(500, 600)


def message_of(leased: Leased, core: Core) -> Message:
    """Return a leased mail as a message; its Message-ID is its row, so that a mail sent twice can be seen to be one.

    Raises:
        ValueError: it cannot be written, now or later: its recipient is no address, for example.
    """
    sender = mailbox(core.settings.mail.sender)
    made = message(sender, leased.mail.recipient, leased.mail.subject, leased.mail.text)
    made["Date"] = format_datetime(core.clock())
    made["Message-ID"] = f"<{leased.id}@{sender.address.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    return made


class Sender:
    """One process's sender; any number of them share one outbox."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settings = core.settings.mail
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Stop after the mail that is being sent."""
        self._stop.set()

    async def run(self, went_well: Callable[[], None] = lambda: None) -> None:
        """Send until told to stop.

        Args:
            went_well: called after each round in which the outbox could be read.
        """
        while not self._stop.is_set():
            sent = 0
            try:
                sent = await self.send_due()
            except (OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
                log.warning("the outbox cannot be read", extra={"failure": type(error).__name__})
            else:
                went_well()
            if not sent:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._settings.poll_seconds)

    async def send_due(self) -> int:
        """Send one batch of what is due and return how many rows were taken."""
        core = self._core
        batch = await core.database.run(
            lambda tx: core.outbox.lease(tx, core.clock(), limit=BATCH, seconds=self._settings.lease_seconds)
        )
        server: SMTP | None = None
        away: Exception | None = None
        for leased in batch:
            if away is None and (server is None or not server.is_connected):
                try:
                    server = await self._connect()
                except Exception as error:  # noqa: BLE001 - a name that cannot be encoded is a ValueError, for example
                    away = error
            if away is not None:
                # Whatever the server says before it has seen a mail is the operator's to put right, not the mail's end.
                await self._failed(leased, away, final=False)
            elif server is not None:
                await self._send(server, leased)
        if server is not None:
            with suppress(SMTPException, OSError):
                await server.quit()
        return len(batch)

    async def _send(self, server: SMTP, leased: Leased) -> None:
        core = self._core
        try:
            mail = message_of(leased, core)
            # The envelope is given, not read from the headers: it names the recipient and nobody else.
            await server.sendmail(mailbox(self._settings.sender).address, [leased.mail.recipient], written(mail))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not stop the others
            if not isinstance(error, SMTPResponseException | SMTPRecipientsRefused | ValueError):
                server.close()  # nobody knows how far it came
            await self._failed(leased, error, final=_is_final(error))
        else:
            await core.database.run(partial(core.outbox.sent, leased=leased, now=core.clock()))

    async def _connect(self) -> SMTP:
        settings = self._settings
        password = settings.password.get_secret_value() if settings.password else None
        server = SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout_seconds,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            username=settings.username,
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
        about = {"failure": said, "place": place_of(error.__traceback__), "mail": leased.id, "given_up": final}
        log.warning("a mail was not sent", extra=about)


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(refused.code in _FINAL for refused in error.recipients)
    if isinstance(error, SMTPResponseException):
        return error.code in _FINAL
    # An address or a header that cannot be written; a certificate's failure is a ValueError as well.
    return isinstance(error, ValueError) and not isinstance(error, OSError)
