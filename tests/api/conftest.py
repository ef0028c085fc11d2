"""What the tests over HTTP share: waits that are counted instead of waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the waits between tries, in seconds; none of them really passes."""
    passed: list[float] = []
    yield_to_others = asyncio.sleep

    async def sleep(delay: float, result: Any = None) -> Any:
        if delay > 0:
            passed.append(delay)
        return await yield_to_others(0, result)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return passed
