"""The demonstration's desk has a case of each kind, under a reference that can be said, and a full queue of each."""

from __future__ import annotations

import pytest

from sel_backend.demo import desk_cases
from sel_backend.storage.tables import support_cases
from tests.backend.desk import case, codes, enter
from tests.backend.world import World


@pytest.fixture
def demonstration(world: World) -> World:
    desk_cases.add(world.backend)
    return world


async def test_each_kind_of_case_is_there_and_proposes_what_is_to_be_done(demonstration: World) -> None:
    agent = await enter(demonstration)
    for reference, code in (
        (desk_cases.NEQ_TYPED, "neq_instead_of_number"),
        (desk_cases.EXPIRED, "send_new_coordinates"),
        (desk_cases.EXPIRED, "mail_bounced"),
        (desk_cases.LOCKED, "method_waits"),
        (desk_cases.HELD, "held_by_another"),
        (desk_cases.FROZEN, "link_is_frozen"),
        (desk_cases.REPORTED, "report_waits"),
    ):
        assert code in codes(await case(agent, reference=reference)), reference
    assert "no_address_on_file" in codes(await case(agent, identifier="ci0000099"))


async def test_each_queue_has_something_and_the_figures_two_weeks(demonstration: World) -> None:
    supervisor = await enter(demonstration, "superviseure")
    for queue, number in (("reports", "er000403"), ("mails", "er000401"), ("frozen", "ci0000402")):
        items = (await supervisor.ask("POST", f"/v1/desk/queues/{queue}", {})).json()["items"]
        assert [item["number"] for item in items] == [number]
    figures = (await supervisor.get("/v1/desk/figures")).json()
    assert len({row["day"] for row in figures["rows"]}) >= 15
    assert figures["calls"] > figures["calls_by_reference"] > 20


async def test_it_is_added_once(demonstration: World) -> None:
    before = demonstration.count(support_cases)
    desk_cases.add(demonstration.backend)
    assert demonstration.count(support_cases) == before
