"""Answers that leave so long after their request whatever was done for it: a mail takes work that must not show."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sel_backend.core import Core


@asynccontextmanager
async def evenly(core: Core) -> AsyncIterator[None]:
    """Let the body of the `with` end when `codes.even_answer_milliseconds` are over at the earliest, failed or not.

    Equal work alone does not do it (rule 4 of the contract): coordinates, a code and a mail are written for an address
    that exists, and nothing can be written for one that does not.
    """
    ends = time.monotonic() + core.settings.codes.even_answer_milliseconds / 1000
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, ends - time.monotonic()))
