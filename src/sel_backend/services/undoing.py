"""Rule 1: when the service itself fails, what was counted is given back; only a refusal costs a try."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.refusals import Refusal

log = logging.getLogger(__name__)


async def undo(core: Core, work: Callable[[Connection], None]) -> None:
    """Do `work` in a transaction of its own; when that fails too, only the log hears of it."""
    try:
        await core.database.run(work)
    except Exception as error:  # noqa: BLE001 - the first failure is the one to tell
        log.warning("a counted try could not be given back", extra={"failure": type(error).__name__})


@asynccontextmanager
async def given_back_on_failure(core: Core, work: Callable[[Connection], None]) -> AsyncIterator[None]:
    """Do `work`, which gives back, when what stands inside fails without refusing."""
    try:
        yield
    except Refusal:
        raise
    except Exception:
        await undo(core, work)
        raise
