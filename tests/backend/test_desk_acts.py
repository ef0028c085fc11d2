"""What an agent does for a caller: the checklist first, once, kept, in the audit, and mailed to whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest

from sel_backend.storage.desk_tables import desk_acts
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import files, link_codes, sessions, support_cases
from sel_contract.rules.codes import find_coordinates
from tests.backend.desk import CHECKS, act, again, bounce, case, codes, enter, obstacle
from tests.backend.test_frozen_links import frozen
from tests.backend.test_profiles import linked
from tests.backend.world import Person, World

OFFICE = "bureau@toitures.exemple.test"


async def mailed(world: World, address: str) -> list[str]:
    """Return the subjects of the mails to an address, the newest first."""
    return [mail["subject"] for mail in await world.somebody().mails() if mail["to"] == address]


async def test_coordinates_are_sent_to_the_address_on_file_once(world: World) -> None:
    agent = await enter(world)
    shown = await case(agent, identifier="er123456")
    sent = await act(agent, shown, "send_coordinates", "one-key-of-one-intent")
    assert (sent.status_code, sent.json()["act"]) == (201, "send_coordinates")
    replayed = await act(agent, shown, "send_coordinates", "one-key-of-one-intent")
    assert (replayed.content, replayed.headers["idempotency-replayed"]) == (sent.content, "true")
    assert await mailed(world, OFFICE) == ["Vos coordonnées de liaison / Your linking coordinates"]
    assert (await act(agent, shown, "send_coordinates")).status_code == 429
    shown = await again(agent, shown)
    assert [one["act"] for one in shown["done"]] == ["send_coordinates"]
    assert (shown["coordinates"][0]["mail"], codes(shown)) == ("sent", ["mail_went_out"])
    (mail,) = [one for one in await agent.mails() if one["to"] == OFFICE]
    found = find_coordinates(mail["text"])
    assert found is not None
    assert (await (await world.person("nouvelle")).code(*found)).status_code == 201


async def test_an_act_is_kept_with_what_was_ticked_and_written_into_the_audit(world: World) -> None:
    agent = await enter(world)
    shown = await case(agent, email="nouvelle@exemple.test")
    await act(agent, shown, "end_sessions")
    (row,) = world.rows(desk_acts)
    me = (await agent.get("/v1/desk/sessions/current")).json()["agent"]["id"]
    assert (row.agent_id, row.act, row.checks, row.case_id) == (me, "end_sessions", ",".join(CHECKS), shown["id"])
    (line,) = world.rows(audit, audit.c.action == "desk_end_sessions")
    assert (line.actor, line.outcome, line.account_id) == (f"agent:{me}", "done", row.account_id)
    assert "reason=no_reference" in line.detail
    assert "checks=3" in line.detail


@pytest.mark.parametrize(
    ("ticked", "code"), [([], "missing-check"), (CHECKS[:2], "missing-check"), ([*CHECKS, "more"], "unknown-check")]
)
async def test_nothing_is_done_for_a_caller_who_was_not_checked(world: World, ticked: list[str], code: str) -> None:
    agent = await enter(world)
    shown = await case(agent, identifier="er123456")
    refused = await act(agent, shown, "send_coordinates", checks=ticked)
    assert (refused.status_code, refused.json()["errors"]) == (422, [{"pointer": "/checks", "code": code}])
    assert world.count(desk_acts) == 0
    assert await mailed(world, OFFICE) == []


async def test_what_a_case_lacks_is_said(world: World) -> None:
    agent = await enter(world)
    account, bare = await case(agent, email="nouvelle@exemple.test"), await case(agent, identifier="ci0000099")
    assert obstacle(await act(agent, account, "send_coordinates")) == "no-file"
    assert obstacle(await act(agent, bare, "send_coordinates")) == "no-address"
    assert obstacle(await act(agent, bare, "end_sessions")) == "no-account"
    assert obstacle(await act(agent, bare, "set_aside_mail")) == "no-mail"
    assert obstacle(await act(agent, bare, "free_link", link_id="x")) == "not-frozen"
    assert obstacle(await act(agent, bare, "take_report", reference="4T8W-2NRQ-6T")) == "no-such-report"
    assert (await act(agent, {"id": "x"}, "end_sessions")).json()["type"] == "not-found"
    assert (await act(agent, account, "correct_address", email="a@b.test")).json()["type"] == "supervisor-only"
    assert world.count(desk_acts) == 0


async def test_a_method_is_opened_again_for_the_account_and_on_the_file(world: World) -> None:
    person = await world.person("nouvelle")
    for _ in range(5):
        answer = await person.legacy("er123456", "Faux-0000!")
    assert (await person.legacy("er123456", "Toiture-99!")).json()["type"] == "method-locked"
    agent = await enter(world)
    shown = await case(agent, reference=answer.json()["reference"])
    assert "file_waits" not in codes(shown)
    assert (await act(agent, shown, "open_method", method="legacy_access")).status_code == 201
    assert (await mailed(world, "nouvelle@exemple.test"))[0] == "Méthode rouverte / Method open again"
    assert "method_waits" not in codes(await again(agent, shown))
    assert (await person.legacy("er123456", "Toiture-99!")).status_code == 201


async def test_a_method_that_is_not_offered_cannot_be_opened(worlds: Any) -> None:
    world = worlds(linking={"questions_enabled": False})
    agent = await enter(world)
    shown = await case(agent, email="nouvelle@exemple.test")
    assert obstacle(await act(agent, shown, "open_method", method="questions")) == "method-off"


async def test_tries_of_coordinates_are_forgotten_with_their_username(world: World) -> None:
    person = await world.person("rejean")
    for place in range(6):
        somebody = world.somebody(network=f"203.0.113.{place}")
        somebody.token = person.token if place < 5 else (await world.person("association")).token
        refused = await somebody.code("L-482913", "2B6WZ-8RNEK")
    agent = await enter(world)
    shown = await case(agent, reference=refused.json()["reference"])
    assert shown["attempts"][0]["reason"] == "file_exhausted"
    assert (await act(agent, shown, "open_method", method="link_code")).status_code == 201
    assert (await (await world.person("association")).code("L-482913", "7K3M9-QTDHX")).status_code == 201


@pytest.mark.parametrize(("kind", "state"), [("free_link", "active"), ("end_link", "ended")])
async def test_a_frozen_link_is_freed_or_ended_and_both_sides_are_told(world: World, kind: str, state: str) -> None:
    person, link = await frozen(world)
    agent = await enter(world)
    shown = await case(agent, reference=link["reference"])
    proposal = shown["proposals"][0]
    assert (proposal["code"], proposal["link_id"]) == ("link_is_frozen", link["id"])
    assert (await act(agent, shown, kind, link_id=link["id"])).status_code == 201
    shown = await again(agent, shown)
    assert next(one["state"] for one in shown["links"] if one["id"] == link["id"]) == state
    told = {"free_link": "Suspension levée", "end_link": "Fin d’une liaison"}[kind]
    for address in ("nouvelle@exemple.test", OFFICE):
        assert (await mailed(world, address))[0].startswith(told)
    assert obstacle(await act(agent, shown, kind, link_id=link["id"])) == "not-frozen"
    linked_again = await person.legacy("er123456", "Toiture-99!")
    assert linked_again.json()["type"] == {"free_link": "already-linked", "end_link": "link-frozen"}[kind]


async def test_a_link_of_another_case_cannot_be_freed(world: World) -> None:
    _, link = await frozen(world)
    agent = await enter(world)
    shown = await case(agent, email="rejean@exemple.test")
    assert obstacle(await act(agent, shown, "free_link", link_id=link["id"])) == "not-frozen"


async def report(world: World) -> tuple[Person, str]:
    """Return an account that has reported an error, and the reference."""
    person = await world.person("nouvelle")
    link = await linked(person, "er123456", "Toiture-99!")
    body = {"outcome": "error", "note": "Le code postal est faux."}
    answer = await person.put(f"/v1/links/{link['id']}/verification", body)
    return person, answer.json()["reference"]


async def test_a_report_is_taken_and_answered_by_mail_without_a_caller(world: World) -> None:
    _, reference = await report(world)
    agent = await enter(world)
    shown = await case(agent, reference=reference)
    about: dict[str, Any] = {"reference": reference, "checks": []}
    assert (await act(agent, shown, "take_report", **about)).status_code == 201
    shown = await again(agent, shown)
    assert (shown["reports"][0]["state"], shown["reports"][0]["mine"]) == ("taken", True)
    assert shown["proposals"][0]["act"] == "answer_report"
    words = "Bonjour,\nle code postal est corrigé.\x1b[31m"
    assert (await act(agent, shown, "answer_report", text=words, **about)).status_code == 201
    mail = next(one for one in await agent.mails() if one["to"] == "nouvelle@exemple.test")
    assert "    Bonjour,\n    le code postal est corrigé.[31m\n" in mail["text"]
    assert reference in mail["text"]
    shown = await again(agent, shown)
    assert (shown["reports"][0]["state"], "report_waits" in codes(shown)) == ("answered", False)
    assert obstacle(await act(agent, shown, "pass_on_report", **about)) == "report-closed"


async def test_a_report_is_passed_on(world: World) -> None:
    _, reference = await report(world)
    agent = await enter(world)
    shown = await case(agent, reference=reference)
    assert (await act(agent, shown, "pass_on_report", reference=reference, checks=[])).status_code == 201
    (row,) = world.rows(support_cases, support_cases.c.reference == reference)
    assert row.handled == "passed_on"
    assert (await mailed(world, "nouvelle@exemple.test"))[0].startswith("Signalement transmis")
    other = await case(agent, email="rejean@exemple.test")
    assert obstacle(await act(agent, other, "take_report", reference=reference)) == "no-such-report"


async def test_an_accounts_sessions_end_everywhere_and_it_is_told(world: World) -> None:
    person = await world.person("nouvelle")
    agent = await enter(world)
    shown = await case(agent, email="nouvelle@exemple.test")
    assert shown["account"]["open_sessions"] == 1
    assert (await act(agent, shown, "end_sessions")).status_code == 201
    assert (await person.get("/v1/links")).json()["type"] == "session-ended"
    assert (await again(agent, shown))["account"]["open_sessions"] == 0
    assert (await mailed(world, "nouvelle@exemple.test"))[0].startswith("Connexions coupées")
    assert world.count(sessions, sessions.c.ended_at.is_(None)) == 0


async def asked(world: World) -> tuple[Person, dict[str, Any], str]:
    """Return a supervisor, a case, and the correction of its file's address that waits."""
    supervisor = await enter(world, "superviseure")
    shown = await case(supervisor, identifier="er123456")
    waits = await act(supervisor, shown, "correct_address", email="Nouveau@Toitures.exemple.test")
    assert waits.status_code == 201, waits.text
    return supervisor, shown, waits.json()["correction"]


async def decide(somebody: Person, correction: str, **word: Any) -> Any:
    return await somebody.post(f"/v1/desk/corrections/{correction}/decision", word)


async def test_an_address_is_corrected_by_two_supervisors(world: World) -> None:
    supervisor, shown, correction = await asked(world)
    await act(await enter(world), await case(await enter(world), identifier="er123456"), "send_coordinates")
    assert obstacle(await act(supervisor, shown, "correct_address", email="a@b.test")) == "waits-already"
    assert (await again(supervisor, shown))["correction"] == correction
    second = await enter(world, "superviseur")
    (waiting,) = (await second.get("/v1/desk/corrections")).json()["corrections"]
    assert (waiting["before"], waiting["after"], waiting["mine"]) == ("b•••@t•••.test", "n•••@t•••.test", False)
    right = "nouveau@toitures.exemple.test"
    assert obstacle(await decide(supervisor, correction, confirm=True, email=right)) == "same-person"
    for email in ("autre@toitures.exemple.test", None):
        assert obstacle(await decide(second, correction, confirm=True, email=email)) == "other-address"
    agent = await enter(world)
    assert (await decide(agent, correction, confirm=True, email=right)).json()["type"] == "supervisor-only"
    assert (await agent.get("/v1/desk/corrections")).json()["type"] == "supervisor-only"
    done = await decide(second, correction, confirm=True, email=right)
    assert (done.status_code, done.json()["act"]) == (201, "confirm_address")
    (file,) = world.rows(files, files.c.identifier == "er123456")
    assert (file.email, f'"{right}"' in file.contents) == (right, True)
    for address in (OFFICE, right):
        assert (await mailed(world, address))[0].startswith("Adresse courriel corrigée")
    assert world.count(link_codes, link_codes.c.file_id == file.id, link_codes.c.replaced_at.is_(None)) == 0
    assert (await decide(second, correction, confirm=True, email=right)).json()["type"] == "not-found"
    assert {one["act"] for one in (await again(supervisor, shown))["done"]} >= {"correct_address", "confirm_address"}


async def test_a_correction_is_refused_taken_back_or_expires(world: World) -> None:
    _, _, correction = await asked(world)
    second = await enter(world, "superviseur")
    assert (await decide(second, correction, confirm=False)).json()["act"] == "refuse_address"
    supervisor, _, correction = await asked(world)
    assert (await decide(supervisor, correction, confirm=False)).status_code == 201
    _, _, correction = await asked(world)
    world.clock.forward(hours=25)
    second = await enter(world, "superviseur")
    assert (await second.get("/v1/desk/corrections")).json() == {"corrections": []}
    refused = await decide(second, correction, confirm=True, email="nouveau@toitures.exemple.test")
    assert refused.json()["type"] == "not-found"
    await asked(world)
    (file,) = world.rows(files, files.c.identifier == "er123456")
    assert file.email == OFFICE


async def test_an_address_that_bounced_is_the_one_to_correct(world: World) -> None:
    supervisor = await enter(world, "superviseure")
    shown = await case(supervisor, identifier="er123456")
    assert obstacle(await act(supervisor, shown, "correct_address", email=OFFICE)) == "same-address"
    await act(supervisor, shown, "send_coordinates")
    bounce(world, OFFICE)
    assert (await again(supervisor, shown))["proposals"][0] | {"at": ""} == {
        "code": "mail_bounced",
        "act": "correct_address",
        "at": "",
        "methods": [],
        "address": "b•••@t•••.test",
    }
