"""Sends what waits in the outbox: leases a mail, hands it over, tries again later and later, gives up in the end.

A server that takes nothing is no mail's failure: all wait, none loses a try, and the sender asks it again ever later.
"""

import asyncio
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sel_backend.core import Core
from sel_backend.mail.headers import mailbox, message, written
from sel_backend.mail.mail_ids import mail_id
from sel_backend.mail.outbox import Leased
from sel_backend.mail.server import Fault, MailServer, RefusedError, fault_of_mail
from sel_backend.observability import metrics
from sel_backend.observability.logs import place_of
from sel_backend.storage.reasons import kind_of

log = logging.getLogger(__name__)

ROUND: Final = 100
"""The most mails over one connection."""
POLICY_REFUSALS: Final = 3
"""So many mails in a row that it does not relay, and the server takes none."""
FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 300.0


def message_of(leased: Leased, core: Core) -> Message:
    """Return a leased mail as a message; its Message-ID names its row, so that one sent twice can be seen to be one.

    Raises:
        ValueError: it cannot be written, now or later: its recipient is no address, for example.
    """
    sender = mailbox(core.settings.mail.sender)
    made = message(sender, leased.mail.recipient, leased.mail.subject, leased.mail.text)
    made["Date"] = format_datetime(core.clock())
    made["Message-ID"] = f"<{mail_id(core.keys, leased.id)}@{sender.address.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    return made


class Sender:
    """One process's sender; any number of them share one outbox."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settings = core.settings.mail
        self._stop = asyncio.Event()
        self._accepted_at: datetime | None = None
        self._refusals = 0

    def stop(self) -> None:
        """Stop after the mail that is being sent."""
        self._stop.set()

    @property
    def pause_seconds(self) -> float:
        """How long to wait before the outbox is looked at again: longer and longer while the server takes nothing."""
        if not self._refusals:
            return self._settings.poll_seconds
        return min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._refusals - 1, 20), LONGEST_PAUSE_SECONDS)

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
                log.warning("the outbox cannot be read", extra={"failure": kind_of(error)})
            else:
                went_well()
            if not sent or self._refusals:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self.pause_seconds)

    async def send_due(self) -> int:
        """Hand over what is due, until nothing is or the server takes no more; return how many were taken in hand.

        Each mail is leased by itself, just before it is handed over: behind a slow server no lease ends meanwhile.
        """
        core, seconds = self._core, self._settings.lease_seconds
        server = MailServer(self._settings)
        taken = unrelayed = 0
        refusing = False
        try:
            while taken < ROUND and not refusing and not self._stop.is_set():
                leased = await core.database.run(lambda tx: core.outbox.lease(tx, core.clock(), seconds=seconds))
                if leased is None:
                    break
                taken += 1
                accepted = server.accepted
                try:
                    await self._in_time(server, self._hand_over(server, leased))
                    await self._sent(leased)
                    unrelayed = 0
                except RefusedError as refused:
                    of_server = await self._note(leased, refused)
                    unrelayed = unrelayed + 1 if of_server and refused.fault is Fault.POLICY else 0
                    refusing = (
                        refused.fault is Fault.SERVER
                        or (refused.fault is Fault.CLOSING and not accepted)
                        or unrelayed >= POLICY_REFUSALS
                    )
        finally:
            await server.quit()
        if taken:
            self._refusals = self._refusals + 1 if refusing or unrelayed else 0
        return taken

    async def _in_time(self, server: MailServer, work: Coroutine[Any, Any, None]) -> None:
        """Do the work while the lease lasts; once told to stop, only as long as a server usually takes.

        What is not done then is dropped with its connection: nothing more may reach a server in the middle of a mail.

        Raises:
            RefusedError: it was not done in time.
        """
        task, stopping = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({task, stopping}, timeout=self._settings.lease_seconds, return_when=FIRST_COMPLETED)
            if self._stop.is_set():
                await asyncio.wait({task}, timeout=self._settings.timeout_seconds)
            if not task.done():
                server.close()
                raise RefusedError(Fault.MAIL, TimeoutError.__name__)
            await task
        finally:
            task.cancel()
            stopping.cancel()

    async def _hand_over(self, server: MailServer, leased: Leased) -> None:
        try:
            mail = written(message_of(leased, self._core))
        except Exception as error:
            raise RefusedError(fault_of_mail(error), type(error).__name__, place_of(error.__traceback__)) from error
        if not server.connected:
            await server.connect()
        await server.hand_over(leased.mail.recipient, mail, mail_id(self._core.keys, leased.id))

    async def _sent(self, leased: Leased) -> None:
        core = self._core
        await core.database.run(partial(core.outbox.sent, leased=leased, now=core.clock()))
        self._accepted_at = core.clock()
        metrics.count_mail("sent")

    async def _note(self, leased: Leased, refused: RefusedError) -> bool:
        """Write down why a mail was not sent, and return whether that is the server's fault: then it lost no try.

        A refusal to relay is, until the server has taken another mail since this one was written.
        """
        core = self._core
        about: dict[str, object] = {"failure": refused.said, "place": refused.place, "mail": leased.id}
        relays = self._accepted_at is not None and self._accepted_at >= leased.created_at
        if refused.fault in (Fault.SERVER, Fault.CLOSING) or (refused.fault is Fault.POLICY and not relays):
            metrics.count_mail("refused_by_server")
            await core.database.run(lambda tx: core.outbox.put_back(tx, leased, refused.said, core.clock()))
            log.warning("the mail server takes no mail: all wait", extra=about)
            return True
        final = refused.fault is Fault.MAIL_FOR_GOOD or leased.tries >= self._settings.max_tries
        metrics.count_mail("dead" if final else "failed")
        await core.database.run(lambda tx: core.outbox.failed(tx, leased, refused.said, core.clock(), final=final))
        log.warning("a mail was not sent", extra=about | {"given_up": final})
        return False
