"""Hashing anew after a log-in does not get in the way of another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.backend.world import CHEAP, World


async def test_many_log_ins_at_once_succeed_while_the_password_is_hashed_anew(worlds: Callable[..., World]) -> None:
    world = worlds(hashing=CHEAP.model_dump() | {"memory_kib": 16})
    people = [world.somebody(network=f"192.0.2.{number}") for number in range(8)]
    for _ in range(2):
        answers = await asyncio.gather(*(person.log_in("nouvelle@exemple.test") for person in people))
        assert {answer.status_code for answer in answers} == {201}
