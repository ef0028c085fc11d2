"""Figures for supervision: counts by day, reason, method and outcome; nobody's name in them, on the wire or as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sel_backend.admin.export import EXPORT, ExportRequest
from sel_backend.admin.purge import PurgeRequest, purge
from sel_backend.observability.metrics import desk as counter
from sel_backend.storage.desk_tables import desk_acts, desk_cases, desk_sessions
from tests.backend.desk import act, case, enter
from tests.backend.world import World

NAMES = ("nouvelle", "Maïka", "Toitures", "er123456", "exemple.test", "Gagné")


async def a_day(world: World) -> None:
    """Two refusals, then a link forty minutes later; one call by reference, one without."""
    person = await world.person("nouvelle")
    refused = await person.legacy("er1140000001", "Toiture-99!")
    await person.legacy("er123456", "Faux-0000!")
    world.clock.forward(minutes=40)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.legacy("er123456", "Toiture-99!")).status_code == 201
    agent = await enter(world)
    shown = await case(agent, reference=refused.json()["reference"])
    await act(agent, shown, "end_sessions")
    await case(agent, identifier="er123456")


async def test_what_happened_is_counted_by_day_reason_method_and_outcome(world: World) -> None:
    await a_day(world)
    world.clock.forward(hours=24)
    supervisor = await enter(world, "superviseure")
    answer = await supervisor.get("/v1/desk/figures?days=2")
    figures = answer.json()
    assert (figures["first"], figures["last"]) == ("2026-03-02", "2026-03-03")
    assert (figures["minutes_until_linked"], figures["calls_by_reference"], figures["calls"]) == (40, 1, 2)
    day: dict[str, Any] = {"day": "2026-03-02", "number": 1}
    for row in (
        {"kind": "refused", "reason": "neq_typed", "method": "legacy_access"},
        {"kind": "refused", "reason": "wrong_password", "method": "legacy_access"},
        {"kind": "linked", "method": "legacy_access"},
        {"kind": "looked_up", "found_by": "reference"},
        {"kind": "looked_up", "found_by": "file"},
        {"kind": "acted", "act": "end_sessions"},
    ):
        assert row | day in figures["rows"]
    assert len(figures["rows"]) == 6
    assert not any(name in answer.text for name in NAMES)
    assert (await supervisor.get("/v1/desk/figures?days=1")).json()["rows"] == []


async def test_looks_and_acts_are_counted_for_whoever_watches_the_service(world: World) -> None:
    def counted(what: str, outcome: str) -> Any:
        return counter.labels(what, outcome)._value.get()

    before = [counted("look", "reference"), counted("act", "end_sessions")]
    await a_day(world)
    assert [counted("look", "reference"), counted("act", "end_sessions")] == [one + 1 for one in before]


async def test_a_day_is_one_of_the_organisations_clocks(world: World) -> None:
    world.clock.forward(hours=14)  # 4 in the morning in UTC, 23 o'clock in Québec
    await (await world.person("nouvelle")).legacy("er999999", "Faux-0000!")
    supervisor = await enter(world, "superviseure")
    figures = (await supervisor.get("/v1/desk/figures?days=1")).json()
    assert [row["day"] for row in figures["rows"]] == ["2026-03-02"]
    assert "minutes_until_linked" not in figures


async def test_figures_are_for_supervisors_and_for_a_year_at_most(world: World) -> None:
    agent = await enter(world)
    assert (await agent.get("/v1/desk/figures")).json()["type"] == "supervisor-only"
    supervisor = await enter(world, "superviseure")
    assert (await supervisor.get("/v1/desk/figures")).json()["first"] == "2026-02-01"
    for days in ("0", "367", "x"):
        assert (await supervisor.get(f"/v1/desk/figures?days={days}")).json()["type"] == "validation"


async def test_cases_are_exported_without_names(world: World, tmp_path: Path) -> None:
    await a_day(world)
    written = tmp_path / "cases.csv"
    result = await EXPORT.do(world.backend, ExportRequest(what="cases", path=written))
    assert result["rows"] == 2
    rows = {row["reason"]: row for row in csv.DictReader(written.read_text("utf-8").splitlines())}
    assert set(rows) == {"neq_typed", "wrong_password"}
    assert rows["wrong_password"]["category"] == "employer"
    assert rows["neq_typed"]["linked_at"] == "2026-03-02T14:40:00+00:00"
    assert not any(name in written.read_text("utf-8") for name in NAMES)


async def test_what_agents_looked_up_and_did_is_purged_with_the_support_cases(world: World) -> None:
    await a_day(world)
    assert (world.count(desk_cases), world.count(desk_acts), world.count(desk_sessions)) == (2, 1, 1)
    world.clock.forward(days=366)
    gone = await purge(world.backend, PurgeRequest())
    assert (gone["desk_cases"], gone["desk_acts"], gone["desk_sessions"], gone["support_cases"]) == (2, 1, 1, 2)
    assert world.count(desk_cases) == world.count(desk_acts) == 0
