"""Reads the mailbox for bounces; each message is put to its mail before it is marked: a crash loses or doubles none."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sel_backend.core import Core
from sel_backend.mail import returned
from sel_backend.mail.bounce_mailbox import BounceMailbox, MailboxError
from sel_backend.mail.returned import Became, Read
from sel_backend.observability import metrics
from sel_backend.storage.reasons import kind_of

log = logging.getLogger(__name__)

ROUND: Final = 500
"""The most messages over one connection."""
LONGEST_PAUSE_SECONDS: Final = 900.0


async def put(core: Core, message: Read) -> Became:
    """Put a message to its mail, count it, and return what became of it.

    Raises:
        OperationalError: the database cannot be reached.
    """
    became = await core.database.run(lambda tx: returned.put(tx, core.keys, message, core.clock()))
    metrics.count_bounce(became)
    return became


async def read_mailbox(core: Core, most: int = ROUND, stopped: Callable[[], bool] = lambda: False) -> Counter[Became]:
    """Read what nobody has read in the mailbox, and return how many messages became what.

    Args:
        core: whose settings name the mailbox.
        most: how many messages at most.
        stopped: asked before each message whether to leave the others.

    Raises:
        MailboxError: the mailbox cannot be used.
        OperationalError: the database cannot be reached.
    """
    mailbox = BounceMailbox(core.settings.mail.bounces)
    counted: Counter[Became] = Counter()
    try:
        await asyncio.to_thread(mailbox.open)
        for uid in await asyncio.to_thread(mailbox.unread, most):
            if stopped():
                break
            counted[await put(core, await asyncio.to_thread(_message, mailbox, uid))] += 1
            await asyncio.to_thread(mailbox.done, uid)
    finally:
        await asyncio.to_thread(mailbox.close)
    return counted


def _message(mailbox: BounceMailbox, uid: str) -> Read:
    return returned.read(mailbox.message(uid))


class BounceReader:
    """One process's reader; others may read the same mailbox."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stop = asyncio.Event()
        self._failures = 0

    def stop(self) -> None:
        """Stop after the message that is being read."""
        self._stop.set()

    @property
    def pause_seconds(self) -> float:
        """How long to wait before the mailbox is read again: longer and longer while it cannot be."""
        seconds = self._core.settings.mail.bounces.poll_seconds or 0.0
        return max(seconds, min(seconds * 2.0 ** min(self._failures, 20), LONGEST_PAUSE_SECONDS))

    async def run(self, went_well: Callable[[], None] = lambda: None) -> None:
        """Read until told to stop. A mailbox that cannot be read takes nothing from who is served.

        Args:
            went_well: called after each round.
        """
        while not self._stop.is_set():
            await self._round()
            went_well()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self.pause_seconds)

    async def _round(self) -> None:
        try:
            await read_mailbox(self._core, stopped=self._stop.is_set)
        except (MailboxError, OperationalError, InterfaceError, PoolTimeoutError) as error:
            self._failures += 1
            metrics.count_bounce_round("failed")
            failure = str(error) if isinstance(error, MailboxError) else kind_of(error)
            log.warning("the mailbox for bounces cannot be read", extra={"failure": failure})
        else:
            self._failures = 0
            metrics.count_bounce_round("read")
