"""Hand-offs on the wire: what is sent, and under which key."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from sel_tui.api import ApiClient
from sel_tui.journey.core.effects import HandOff, RedeemHandoff
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State
from sel_tui.runtime.calls import perform
from tests.api.servers import Server, answer
from tests.unit import builders

KEY: Callable[[], str] = lambda: "k" * 24  # noqa: E731


async def test_a_step_goes_out_with_what_was_typed_and_a_code_comes_back() -> None:
    async with Server([answer(201, builders.handoff_opened()), answer(200, builders.handoff())]) as server:
        client = ApiClient(server.address)
        opened = await perform(HandOff("link_code", "", (("link_username", "L-482913"),)), client, State(), KEY)
        back = await perform(RedeemHandoff(Secret("4t8w 7k31")), client, State(), KEY)
        await client.close()
    assert (opened, back) == (builders.handoff_opened(), builders.handoff())
    first, second = server.seen
    assert (first.path, json.loads(first.body)) == (
        "/v1/handoffs",
        {"step": "link_code", "drafts": {"link_username": "L-482913"}},
    )
    assert (second.path, json.loads(second.body)) == ("/v1/handoffs/redeem", {"code": "4T8W-7K31"})
    assert {one.headers["idempotency-key"] for one in server.seen} == {"k" * 24}


async def test_what_does_not_fit_the_contract_is_not_sent() -> None:
    async with Server([]) as server:
        client = ApiClient(server.address)
        with pytest.raises(ValidationError):
            await perform(HandOff("step_up", "", ()), client, State(), KEY)
        await client.close()
    assert server.seen == []
