"""Compensation (rule 1): when the service itself fails, counted attempts are given back; only a refusal costs one."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.services.problems import ProblemError
from sel_backend.storage.reasons import kind_of

log = logging.getLogger(__name__)


async def compensate(core: Core, work: Callable[[Connection], None]) -> None:
    """Run `work`, which gives back, in a transaction of its own; a failure of its own is only logged."""
    try:
        await core.database.run(work)
    except Exception as error:  # noqa: BLE001 - the first failure is the one to report
        log.warning("a counted try could not be given back", extra={"failure": kind_of(error)})


@asynccontextmanager
async def compensating(core: Core, work: Callable[[Connection], None]) -> AsyncIterator[None]:
    """Run `work`, which gives back, when the body of the `with` fails with anything but a ProblemError."""
    try:
        yield
    except ProblemError:
        raise
    except Exception:
        await compensate(core, work)
        raise
