"""What an agent finds, by what, and for which reason: enough for the next step, and nothing more."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sel_backend.storage.operator_tables import audit
from sel_contract import TERMINAL
from tests.backend.desk import act, again, bounce, case, codes, enter, look
from tests.backend.test_frozen_links import frozen
from tests.backend.test_profiles import linked
from tests.backend.world import World, wrong


async def refused(world: World, username: str, password: str = "Faux-0000!") -> str:
    """Return the reference of a refusal, from a line face."""
    person = await world.person("nouvelle")
    body = {"method": "legacy_access", "username": username, "password": password}
    answer = await person.ask("POST", "/v1/links", body, uuid.uuid4().hex, **{TERMINAL: "line"})
    reference: str = answer.json()["reference"]
    return reference


async def test_a_reference_shows_what_was_tried_and_the_true_reason(world: World) -> None:
    reference = await refused(world, "er123456")
    agent = await enter(world)
    shown = await case(agent, reference=reference.lower().replace("-", " "))
    assert (shown["found_by"], shown["reference"]) == ("reference", reference)
    attempt = shown["attempts"][0]
    assert attempt | {"at": ""} == {
        "at": "",
        "outcome": "refused",
        "reason": "wrong_password",
        "method": "legacy_access",
        "terminal": "line",
        "number": "er123456",
        "reference": reference,
    }
    assert shown["account"] == {
        "address": "n•••@e•••.test",
        "language": "fr-CA",
        "linked_files": 0,
        "open_sessions": 1,
    }
    assert (shown["file"]["number"], shown["file"]["address"]) == ("er123456", "b•••@t•••.test")
    assert [method["tries_left"] for method in shown["methods"]] == [4, 3, 5]
    assert codes(shown) == ["try_another_method", "methods_open"]
    assert (await again(agent, shown)) | {"now": ""} == shown | {"now": ""}


async def test_an_enterprise_number_for_an_employers_is_said_to_be_one(world: World) -> None:
    reference = await refused(world, "er1140000001")
    shown = await case(await enter(world), reference=reference)
    assert shown["attempts"][0]["reason"] == "neq_typed"
    assert "file" not in shown
    assert codes(shown)[0] == "neq_instead_of_number"


async def test_a_method_that_waits_says_until_when_and_can_be_opened(world: World) -> None:
    for number in range(5):
        reference = await refused(world, f"er99999{number}")
    shown = await case(await enter(world), reference=reference)
    waits = next(one for one in shown["proposals"] if one["code"] == "method_waits")
    assert (waits["method"], waits["act"], waits["at"]) == ("legacy_access", "open_method", "2026-03-02T16:00:00Z")
    left = next(one for one in shown["proposals"] if one["code"] == "methods_open")
    assert left["methods"] == ["questions", "link_code"]


async def test_a_file_that_strangers_used_up_says_so_to_the_agent_alone(world: World) -> None:
    for place, name in enumerate(("nouvelle", "rejean", "association")):
        person = world.somebody(network=f"203.0.113.{place}")
        await person.log_in(f"{name}@exemple.test")
        for _ in range(2):
            challenge = await person.questions("er000021")
            await person.answer(challenge, wrong(challenge))
    shown = await case(await enter(world), identifier="er000021")
    assert [one["available"] for one in shown["file"]["methods"]] == [True, False]
    waits = next(one for one in shown["proposals"] if one["code"] == "file_waits")
    assert (waits["method"], waits["act"]) == ("questions", "open_method")


async def test_coordinates_say_what_became_of_their_mail_and_never_what_they_are(world: World) -> None:
    person = await world.person("nouvelle")
    agent = await enter(world)
    assert codes(await case(agent, identifier="er123456")) == []
    await person.post("/v1/link-code-requests", {"identifier": "er123456"})
    shown = await case(agent, identifier="er123456")
    assert shown["coordinates"][0] | {"expires_at": ""} == {
        "at": "2026-03-02T14:00:00Z",
        "state": "good",
        "expires_at": "",
        "address": "b•••@t•••.test",
        "mail": "sent",
        "mail_at": "2026-03-02T14:00:00Z",
        "asked_by": "n•••@e•••.test",
    }
    assert codes(shown) == ["mail_went_out"]
    bounce(world, "bureau@toitures.exemple.test")
    shown = await again(agent, shown)
    assert (shown["coordinates"][0]["mail"], codes(shown)) == ("bounced", ["mail_bounced"])


async def test_of_coordinates_that_the_caller_asked_for_nobody_else_is_named(world: World) -> None:
    person = await world.person("nouvelle")
    await person.post("/v1/link-code-requests", {"identifier": "er123456"})
    agent = await enter(world)
    own = await case(agent, reference=await refused(world, "er123456"))
    assert (own["coordinates"][0]["state"], own["coordinates"][0].get("asked_by")) == ("good", None)
    assert (await act(agent, own, "send_coordinates")).status_code == 429  # a minute apart
    world.clock.forward(minutes=2)
    assert (await act(agent, own, "send_coordinates")).status_code == 201
    first, second = (await case(agent, identifier="er123456"))["coordinates"]
    assert (first.get("asked_by"), second["asked_by"]) == (None, "n•••@e•••.test")


async def test_who_holds_a_file_is_masked_and_known_from_the_caller(world: World) -> None:
    reference = await refused(world, "ci0000021", "Chantier-21!")
    agent = await enter(world)
    shown = await case(agent, reference=reference)
    (holder,) = shown["file"]["holders"]
    assert (holder["address"], holder["caller"], holder["frozen"]) == ("c•••@e•••.test", False, False)
    assert shown["attempts"][0]["reason"] == "held_elsewhere"
    assert codes(shown)[0] == "held_by_another"
    link = await linked(await world.person("nouvelle"), "er123456", "Toiture-99!")
    shown = await case(agent, reference=link["reference"])
    assert (shown["file"]["holders"][0]["caller"], codes(shown)[0]) == (True, "already_linked")


async def test_a_file_without_an_address_says_that_nothing_can_be_sent(world: World) -> None:
    shown = await case(await enter(world), identifier="ci0000099")
    assert "address" not in shown["file"]
    assert codes(shown) == ["no_address_on_file"]


async def test_a_frozen_link_comes_first_and_a_report_shows_its_note_masked(world: World) -> None:
    _, link = await frozen(world)
    agent = await enter(world)
    shown = await case(agent, reference=link["reference"])
    assert (shown["links"][0]["state"], codes(shown)[0]) == ("frozen", "link_is_frozen")
    assert {one["outcome"] for one in shown["attempts"]} == {"linked", "disavowed"}
    person = await world.person("rejean")
    link = await linked(person, "er123456", "Toiture-99!")
    note = "Écrivez-moi à rejean@exemple.test, le téléphone a changé."
    body = {"outcome": "error", "note": note}
    reference = (await person.put(f"/v1/links/{link['id']}/verification", body)).json()["reference"]
    shown = await case(agent, reference=reference)
    (report,) = shown["reports"]
    assert (report["state"], report["mine"], report["number"]) == ("new", False, "er123456")
    assert report["note"] == "Écrivez-moi à r•••@e•••.test, le téléphone a changé."
    assert codes(shown)[0] == "report_waits"
    await person.put(f"/v1/links/{link['id']}/verification", {"outcome": "accurate"})
    shown = await again(agent, shown)
    assert (shown["reports"][0]["state"], "note" in shown["reports"][0]) == ("withdrawn", False)


async def test_an_account_is_found_by_its_address_for_a_reason(world: World) -> None:
    agent = await enter(world)
    shown = await case(agent, email="comptable@exemple.test")
    assert (shown["found_by"], shown["reason"], shown["account"]["linked_files"]) == ("account", "no_reference", 40)
    assert len(shown["links"]) == 40
    for wanting in ({"by": "account", "email": "comptable@exemple.test"}, {"by": "file", "identifier": "er123456"}):
        answer = await agent.ask("POST", "/v1/desk/lookups", wanting)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    answer = await agent.ask("POST", "/v1/desk/lookups", {"by": "name"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/by")


@pytest.mark.parametrize(
    "lookup",
    [
        {"reference": "4T8W-2NRQ-6T"},
        {"identifier": "er999999"},
        {"email": "personne@exemple.test"},
        {"email": "agent@exemple.test"},
    ],
)
async def test_each_look_is_in_the_audit_also_one_that_finds_nothing(world: World, lookup: dict[str, Any]) -> None:
    agent = await enter(world)
    assert (await look(agent, **lookup)).json()["type"] == "not-found"
    (line,) = world.rows(audit, audit.c.action == "desk_look")
    me = (await agent.get("/v1/desk/sessions/current")).json()["agent"]["id"]
    assert (line.actor, line.outcome, line.reference) == (f"agent:{me}", "nothing", lookup.get("reference"))
    assert f"reason={'-' if 'reference' in lookup else 'no_reference'}" in line.detail


async def test_a_case_is_its_agents_alone_and_ends_with_the_session(world: World) -> None:
    agent = await enter(world)
    shown = await case(agent, identifier="er123456")
    (line,) = world.rows(audit, audit.c.action == "desk_look", audit.c.outcome == "found")
    assert line.file_id is not None
    other = await enter(world, "superviseure")
    mine_later = await enter(world)
    for somebody in (other, mine_later):
        assert (await somebody.get(f"/v1/desk/cases/{shown['id']}")).json()["type"] == "not-found"
    assert (await agent.delete(f"/v1/desk/cases/{shown['id']}/hold")).status_code == 204


async def test_an_agent_does_not_look_up_everybody(world: World) -> None:
    agent = await enter(world)
    answers = [(await look(agent, identifier="er999999")).status_code for _ in range(201)]
    assert (answers[0], answers[-1]) == (404, 429)
