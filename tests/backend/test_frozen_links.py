"""A link that its owner disowned stays frozen: no way round it but Customer Service."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from sel_backend.admin.base import TaskRefusedError
from sel_backend.admin.unfreeze import UnfreezeRequest, unfreeze
from sel_backend.storage import links as stored_links
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import events, links, support_cases
from tests.backend.test_profiles import disavowal_code, linked
from tests.backend.world import CORRECT, Person, World

EMPLOYER = ("er123456", "Toiture-99!")


async def code_at(person: Person, address: str) -> str:
    return disavowal_code(next(mail for mail in await person.mails() if mail["to"] == address))


async def frozen(world: World) -> tuple[Person, dict[str, Any]]:
    """Return an account whose link the file's owner has disowned, logged in again."""
    person = await world.person("nouvelle")
    link = await linked(person, *EMPLOYER)
    token = await code_at(person, "bureau@toitures.exemple.test")
    await world.somebody().post("/v1/disavowals", {"token": token})
    await person.log_in("nouvelle@exemple.test")
    return person, link


async def test_a_frozen_link_cannot_be_ended_by_the_account_that_it_was_made_with(world: World) -> None:
    person, link = await frozen(world)
    refused = await person.delete(f"/v1/links/{link['id']}")
    assert (refused.status_code, refused.json()["type"]) == (409, "link-frozen")
    assert refused.json()["reference"] == link["reference"]
    (row,) = world.rows(links, links.c.id == link["id"])
    assert not world.backend.core.database.run_now(
        lambda tx: stored_links.end(tx, row.account_id, row.id, world.clock())
    )
    assert (await person.get("/v1/links")).json()["links"][0]["state"] == "frozen"


async def test_no_method_links_a_frozen_file_again_and_only_a_proof_is_told_so(world: World) -> None:
    person, link = await frozen(world)
    unproved = await person.legacy("er123456", "Faux-1234!")
    assert unproved.json()["type"] == "not-recognized"
    old = await person.legacy(*EMPLOYER)
    answered = await person.answer(await person.questions("er123456"), CORRECT["er123456"])
    for refused in (old, answered):
        assert (refused.status_code, refused.json()["type"]) == (409, "link-frozen")
        assert refused.json()["reference"] == link["reference"]
    assert world.count(events, events.c.kind == "link_refused") == 2


async def test_a_link_that_was_ended_before_it_was_disowned_cannot_be_made_again(world: World) -> None:
    person = await world.person("nouvelle")
    link = await linked(person, *EMPLOYER)
    token = await code_at(person, "bureau@toitures.exemple.test")
    assert (await person.delete(f"/v1/links/{link['id']}")).status_code == 204
    await world.somebody().post("/v1/disavowals", {"token": token})
    await person.log_in("nouvelle@exemple.test")
    refused = await person.legacy(*EMPLOYER)
    assert (refused.json()["type"], refused.json()["reference"]) == ("link-frozen", link["reference"])


async def test_disowning_an_ended_link_freezes_the_one_that_was_made_after_it(world: World) -> None:
    person = await world.person("nouvelle")
    first = await linked(person, *EMPLOYER)
    token = await code_at(person, "bureau@toitures.exemple.test")
    await person.delete(f"/v1/links/{first['id']}")
    second = await linked(person, *EMPLOYER)
    await world.somebody().post("/v1/disavowals", {"token": token})
    await person.log_in("nouvelle@exemple.test")
    assert (await person.get(f"/v1/links/{second['id']}")).json()["type"] == "link-frozen"


async def test_other_accounts_are_not_refused_for_what_one_account_did(world: World) -> None:
    await frozen(world)
    other = await world.person("rejean")
    assert (await other.legacy(*EMPLOYER)).status_code == 201


@pytest.mark.parametrize("which", ["link", "case"])
async def test_customer_service_lifts_a_freeze_by_either_reference(world: World, which: str) -> None:
    person, link = await frozen(world)
    case = world.rows(support_cases, support_cases.c.kind == "disavowed")[0].reference
    request = UnfreezeRequest(reference=link["reference"] if which == "link" else case)
    assert await unfreeze(world.backend, request) == {"freed": 1, "ended": 0}
    assert (await person.get(f"/v1/links/{link['id']}")).status_code == 200
    assert (await person.delete(f"/v1/links/{link['id']}")).status_code == 204
    assert (await person.legacy(*EMPLOYER)).status_code == 201
    (line,) = world.rows(audit, audit.c.action == "unfreeze")
    assert (line.actor, line.link_id, line.outcome) == ("operator", link["id"], "freed")


async def test_customer_service_ends_a_link_that_was_rightly_disowned_and_the_account_stays_refused(
    world: World,
) -> None:
    person = await world.person("nouvelle")
    link = await linked(person, "ci0000077", "Retraite-77!")
    await world.somebody().post("/v1/disavowals", {"token": await code_at(person, "nouvelle@exemple.test")})
    owner = await world.person("rejean")
    assert (await owner.legacy("ci0000077", "Retraite-77!")).json()["type"] == "held-elsewhere"
    told = await unfreeze(world.backend, UnfreezeRequest(reference=link["reference"], end=True))
    assert told == {"freed": 0, "ended": 1}
    assert (await owner.legacy("ci0000077", "Retraite-77!")).status_code == 201
    await person.log_in("nouvelle@exemple.test")
    assert (await person.get("/v1/links")).json()["links"] == []
    assert (await person.legacy("ci0000077", "Retraite-77!")).json()["type"] == "link-frozen"
    (line,) = world.rows(audit, audit.c.action == "unfreeze")
    assert (line.link_id, line.outcome) == (link["id"], "ended")
    kinds = world.backend.core.database.run_now(
        lambda tx: tx.scalars(select(events.c.kind).where(events.c.link_id == link["id"]).order_by(events.c.id)).all()
    )
    assert list(kinds) == ["linked", "link_frozen", "unlinked", "link_refused"]


async def test_a_reference_that_names_nothing_frozen_is_refused(world: World) -> None:
    person = await world.person("nouvelle")
    link = await linked(person, *EMPLOYER)
    with pytest.raises(TaskRefusedError, match="nothing that is frozen"):
        await unfreeze(world.backend, UnfreezeRequest(reference=link["reference"]))


async def test_a_disowned_account_sees_that_its_link_is_frozen_with_its_reference_and_nothing_of_the_file(
    world: World,
) -> None:
    person = await world.person("nouvelle")
    other = await linked(person, "ci0000077", "Retraite-77!")
    key, moment = "k" * 16, partial(world.clock.forward, seconds=1)
    moment()
    await person.post("/v1/link-code-requests", {"identifier": "er123456"})
    moment()
    ended = await linked(person, *EMPLOYER)  # the same file, linked and unlinked before
    moment()
    assert (await person.delete(f"/v1/links/{ended['id']}")).status_code == 204
    moment()
    link = (await person.legacy(*EMPLOYER, key=key)).json()
    moment()
    report = {"outcome": "error", "note": "Rue Canari"}
    assert (await person.ask("PUT", f"/v1/links/{link['id']}/verification", report)).status_code == 200
    moment()
    before = (await person.get("/v1/events")).json()["events"]
    token = await code_at(person, "bureau@toitures.exemple.test")
    assert (await world.somebody().post("/v1/disavowals", {"token": token})).status_code == 202
    moment()
    await person.log_in("nouvelle@exemple.test")

    listed = (await person.get("/v1/links")).json()["links"]
    assert listed == [{"id": link["id"], "state": "frozen", "reference": link["reference"]}, other]
    for path in ("", "/receipt"):
        refused = await person.get(f"/v1/links/{link['id']}{path}")
        assert (refused.status_code, refused.json()["type"]) == (409, "link-frozen")
        assert refused.json()["reference"] == link["reference"]
    moment()
    # Sent again under its key it would be the answer from before, name and number included.
    again = await person.legacy(*EMPLOYER, key=key)
    assert (again.status_code, again.json()["type"]) == (409, "link-frozen")

    shown = (await person.get("/v1/events")).json()["events"]
    kept = {one["id"]: one for one in before}
    assert {one["id"] for one in shown} >= set(kept)
    of_the_file = [one for one in shown if one["kind"] != "logged_in" and one.get("identifier") != "ci0000077"]
    kinds = ["link_refused", "link_frozen", "error_reported", "linked", "unlinked", "linked", "linking_code_asked"]
    assert [one["kind"] for one in of_the_file] == kinds
    for one in of_the_file:
        assert {name for name, value in one.items() if value is not None} <= {"id", "kind", "at", "reference"}
        assert one.get("reference") == kept.get(one["id"], one).get("reference")
    assert [one for one in shown if one.get("identifier") == "ci0000077"] == [
        one for one in before if one.get("identifier") == "ci0000077"
    ]
    told = str([listed, shown, refused.text, again.text])
    assert not [one for one in ("Toitures", "er123456", "Canari", "employer") if one in told]

    await unfreeze(world.backend, UnfreezeRequest(reference=link["reference"]))
    assert (await person.get("/v1/links")).json()["links"][0]["display_name"] == link["display_name"]
    assert [one for one in (await person.get("/v1/events")).json()["events"] if one["id"] in kept] == before


async def test_the_account_and_the_address_on_the_file_are_mailed_once_each_that_a_link_is_frozen(
    world: World,
) -> None:
    person = await world.person("nouvelle")
    await linked(person, *EMPLOYER)
    token = await code_at(person, "bureau@toitures.exemple.test")
    before = {mail["id"] for mail in await person.mails()}
    for _ in range(2):  # the code is used up by the first
        await world.somebody().post("/v1/disavowals", {"token": token})
    new = {mail["to"]: mail for mail in await person.mails() if mail["id"] not in before}
    assert len(await person.mails()) == len(before) + 2
    assert set(new) == {"nouvelle@exemple.test", "bureau@toitures.exemple.test"}
    (case,) = world.rows(support_cases, support_cases.c.kind == "disavowed")
    for mail in new.values():
        assert mail["subject"] == "Liaison suspendue / Link suspended"
        assert mail["text"].count(case.reference) == 2
    assert "Toitures" in new["bureau@toitures.exemple.test"]["text"]
    assert "Toitures" not in new["nouvelle@exemple.test"]["text"]
    assert "un dossier lié à votre compte" in new["nouvelle@exemple.test"]["text"]
