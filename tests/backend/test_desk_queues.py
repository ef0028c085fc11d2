"""What waits at the desk, the oldest first; nobody works on what a colleague has taken."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from sel_backend.mail import returned
from sel_backend.mail.mail_ids import mail_id
from sel_backend.storage.desk_tables import desk_cases, desk_holds
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import outbox
from tests.backend.desk import act, again, bounce, case, enter
from tests.backend.test_bounces import message
from tests.backend.test_frozen_links import code_at
from tests.backend.test_profiles import linked
from tests.backend.world import KEYS, Person, World

FILES = {"er123456": "Toiture-99!", "asexemple": "Syndicat-1!", "apexemple": "Patronale-1!"}


async def reports(world: World) -> list[str]:
    """Return the references of three reports of errors, a minute apart."""
    person = await world.person("nouvelle")
    made = []
    for identifier, password in FILES.items():
        link = await linked(person, identifier, password)
        path = f"/v1/links/{link['id']}/verification"
        made.append((await person.put(path, {"outcome": "error", "note": "Faux."})).json()["reference"])
        world.clock.forward(minutes=1)
    return made


async def queue(agent: Person, name: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await agent.ask("POST", f"/v1/desk/queues/{name}", asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def take(agent: Person, name: str, key: str | None = None, **asked: Any) -> httpx.Response:
    return await agent.post(f"/v1/desk/queues/{name}/next", asked, key)


async def taken(agent: Person, name: str, **asked: Any) -> dict[str, Any]:
    """Take the next thing and return its case."""
    answer = await take(agent, name, **asked)
    assert answer.status_code == 200, answer.text
    return await again(agent, {"id": answer.json()["case_id"]})


async def test_reports_wait_the_oldest_first_and_are_filtered_by_number_name_and_reference(world: World) -> None:
    references = await reports(world)
    agent = await enter(world)
    items = await queue(agent, "reports")
    assert [item["reference"] for item in items] == references
    assert items[0] | {"since": ""} == {
        "id": references[0],
        "since": "",
        "reference": references[0],
        "number": "er123456",
        "category": "employer",
        "display_name": "Toitures Exemple inc.",
        "address": "n•••@e•••.test",
        "mine": False,
    }
    for text, found in (
        ("SYNDICÂT", [1]),
        ("er12", [0]),
        (references[2].lower(), [2]),
        ("exemple", [0, 1, 2]),
        ("%", []),
    ):
        assert [item["reference"] for item in await queue(agent, "reports", text=text)] == [
            references[n] for n in found
        ]


async def test_what_one_agent_has_taken_no_other_gets_nor_acts_on(world: World) -> None:
    references = await reports(world)
    first, second = await enter(world), await enter(world, "superviseure")
    mine, theirs = await taken(first, "reports"), await taken(second, "reports")
    assert (mine["reference"], theirs["reference"]) == (references[0], references[1])
    assert (mine["found_by"], mine["held_until"]) == ("queue", "2026-03-02T14:18:00Z")
    seen = await queue(second, "reports")
    assert [(item.get("held_until") is not None, item["mine"]) for item in seen] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    known = await case(second, reference=references[0])
    assert (known["busy_until"], "held_until" in known) == (mine["held_until"], False)
    about: dict[str, Any] = {"reference": references[0], "checks": []}
    held = await act(second, theirs, "take_report", **about)
    assert (held.status_code, held.json()["type"], held.json()["retry_at"]) == (
        409,
        "case-held",
        "2026-03-02T14:18:00Z",
    )
    named = await take(second, "reports", item=references[0])
    assert (named.status_code, named.json()["type"]) == (409, "case-held")
    assert (await act(first, mine, "take_report", **about)).status_code == 201
    assert [item["reference"] for item in await queue(first, "reports")] == references[1:]


async def test_the_next_one_lets_go_the_one_before_and_time_lets_go_all(world: World) -> None:
    references = await reports(world)
    agent, other = await enter(world), await enter(world, "superviseure")
    assert (await taken(agent, "reports"))["reference"] == references[0]
    shown = await taken(agent, "reports")
    assert shown["reference"] == references[1]
    assert world.count(desk_holds) == 1
    assert (await agent.delete(f"/v1/desk/cases/{shown['id']}/hold")).status_code == 204
    assert world.count(desk_holds) == 0
    assert "held_until" not in await again(agent, shown)
    assert (await taken(agent, "reports"))["reference"] == references[0]
    world.clock.forward(minutes=16)
    assert (await taken(other, "reports"))["reference"] == references[0]
    assert (await taken(agent, "reports", text="patronale"))["reference"] == references[2]
    assert (await taken(agent, "reports", item=references[1]))["reference"] == references[1]
    gone = await take(agent, "reports", item="4T8W-2NRQ-6T")
    assert gone.json()["type"] == "not-found"


async def test_many_agents_at_once_each_have_another_one(world: World) -> None:
    references = await reports(world)
    agents = [await enter(world, name) for name in ("agent", "superviseure", "superviseur")]
    answers = await asyncio.gather(*(take(agent, "reports") for agent in agents))
    ids = [answer.json()["case_id"] for answer in answers]
    found = {row.reference for row in world.rows(desk_cases, desk_cases.c.id.in_(ids))}
    assert found == set(references)
    assert world.count(audit, audit.c.action == "desk_look", audit.c.outcome == "taken_reports") == 3


async def test_taken_again_under_its_key_it_is_the_same_and_nothing_waits_is_said(world: World) -> None:
    await reports(world)
    agent = await enter(world)
    first = await take(agent, "reports", "one-key-of-one-intent")
    again_ = await take(agent, "reports", "one-key-of-one-intent")
    assert (first.content, again_.headers["idempotency-replayed"]) == (again_.content, "true")
    assert (await take(agent, "frozen")).json() == {}
    assert (await take(agent, "nothing")).json()["type"] == "not-found"


async def test_a_mail_that_was_given_up_waits_until_it_is_set_aside_or_sent_anew(world: World) -> None:
    person = await world.person("nouvelle")
    for identifier in FILES:
        await person.post("/v1/link-code-requests", {"identifier": identifier})
        world.clock.forward(minutes=2)
    for address in ("bureau@toitures.exemple.test", "bureau@syndicat.exemple.test"):
        bounce(world, address)
        world.clock.forward(minutes=1)
    bounce(world, "bureau@patronale.exemple.test", "its code was replaced, used or ended")
    await person.post("/v1/password-resets", {"email": "nouvelle@exemple.test"})
    bounce(world, "nouvelle@exemple.test")
    agent = await enter(world)
    items = await queue(agent, "mails")
    assert [(item.get("number"), item["address"], item["mail"]) for item in items] == [
        ("er123456", "b•••@t•••.test", "bounced"),
        ("asexemple", "b•••@s•••.test", "bounced"),
        (None, "n•••@e•••.test", "bounced"),
    ]
    shown = await taken(agent, "mails")
    assert shown["file"]["number"] == "er123456"
    assert (await act(agent, shown, "send_coordinates")).status_code == 201
    shown = await taken(agent, "mails")
    assert (await act(agent, shown, "set_aside_mail", checks=[])).status_code == 201
    shown = await taken(agent, "mails")
    assert ("file" in shown, shown["account"]["address"]) == (False, "n•••@e•••.test")
    assert len(await queue(agent, "mails")) == 1
    assert world.count(outbox, outbox.c.handled_at.is_not(None)) == 2


async def test_a_mail_that_came_back_says_so_and_why_and_leads_to_what_helps(world: World) -> None:
    person = await world.person("nouvelle")
    await person.post("/v1/link-code-requests", {"identifier": "er123456"})
    (row,) = world.rows(outbox, outbox.c.recipient == "bureau@toitures.exemple.test")
    agent = await enter(world)

    def comes_back(form: str) -> None:
        world.clock.forward(minutes=20)
        core = world.backend.core
        read = returned.read(message(form, mail_id(KEYS, row.id)))
        core.database.run_now(lambda tx: returned.put(tx, KEYS, read, core.clock()))

    comes_back("postfix-delayed")
    assert await queue(agent, "mails") == []
    shown = await case(agent, identifier="er123456")
    assert shown["coordinates"][0] | {"expires_at": "", "at": ""} == {
        "at": "",
        "state": "good",
        "expires_at": "",
        "address": "b•••@t•••.test",
        "mail": "delayed",
        "mail_at": "2026-03-02T14:20:00Z",
        "mail_reason": "not_reached",
        "asked_by": "n•••@e•••.test",
    }
    assert [(one["code"], one.get("act")) for one in shown["proposals"]] == [("mail_delayed", None)]
    comes_back("exim")
    (item,) = await queue(agent, "mails")
    assert (item["mail"], item["mail_reason"], item["since"]) == ("returned", "mailbox_full", "2026-03-02T14:40:00Z")
    shown = await taken(agent, "mails")
    newest = shown["coordinates"][0]
    assert (newest["mail"], newest["mail_at"], newest["mail_reason"]) == ("returned", item["since"], "mailbox_full")
    first = shown["proposals"][0]
    assert (first["code"], first["act"], first["at"]) == ("mail_returned", "send_coordinates", item["since"])
    assert (await act(agent, shown, "send_coordinates")).status_code == 201
    assert await queue(agent, "mails") == []


async def test_mails_to_nobody_whom_we_know_wait_for_nobody(world: World) -> None:
    person = world.somebody()
    version = (await person.get("/v1/terms")).json()["version"]
    body = {"email": "zoe@exemple.test", "password": "Grand-chantier-8!", "first_name": "Zoé", "last_name": "Roy"}
    await person.post("/v1/accounts", body | {"terms_version": version, "language": "fr-CA"})
    bounce(world, "zoe@exemple.test")
    assert await queue(await enter(world), "mails") == []


@pytest.mark.parametrize("kind", ["free_link", "end_link"])
async def test_a_frozen_link_waits_until_it_is_decided(world: World, kind: str) -> None:
    person = await world.person("nouvelle")
    link = await linked(person, "er123456", "Toiture-99!")
    token = await code_at(person, "bureau@toitures.exemple.test")
    await world.somebody().post("/v1/disavowals", {"token": token})
    agent = await enter(world)
    (item,) = await queue(agent, "frozen")
    assert (item["id"], item["reference"], item["number"]) == (link["id"], link["reference"], "er123456")
    shown = await taken(agent, "frozen")
    assert shown["proposals"][0]["link_id"] == link["id"]
    assert (await act(agent, shown, kind, link_id=link["id"])).status_code == 201
    assert await queue(agent, "frozen") == []
