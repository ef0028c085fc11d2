"""Profiles: the list, what a file says, step 5, the receipt, unlinking, the history, « this was not me »."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from sel_backend.storage.tables import disavowals, links, support_cases
from sel_contract import ClientFile
from tests.backend.world import Person, World


async def linked(person: Person, username: str = "er123456", password: str = "Toiture-99!") -> dict[str, Any]:
    response = await person.legacy(username, password)
    assert response.status_code == 201
    link: dict[str, Any] = response.json()
    return link


@pytest.mark.parametrize(
    ("account", "username", "password"),
    [
        ("nouvelle", "ci1234567", "Ancien-1234!"),
        ("nouvelle", "er123456", "Toiture-99!"),
        ("association", "asexemple", "Syndicat-1!"),
        ("rejean", "ci0000077", "Retraite-77!"),
    ],
)
async def test_a_file_says_everything_that_the_contract_lists(
    world: World, account: str, username: str, password: str
) -> None:
    person = await world.person(account)
    link = await linked(person, username, password)
    detail = (await person.get(f"/v1/links/{link['id']}")).json()
    assert detail["link"] == link
    file: Any = TypeAdapter(ClientFile).validate_python(detail["file"])
    assert all(value is not None for value in dict(file).values())


async def test_one_account_never_sees_the_profiles_of_another(world: World) -> None:
    link = await linked(await world.person("nouvelle"))
    other = await world.person("rejean")
    path = f"/v1/links/{link['id']}"
    answers = [
        await other.get(path),
        await other.get(f"{path}/receipt"),
        await other.put(f"{path}/verification", {"outcome": "accurate"}),
        await other.delete(path),
        await other.put("/v1/sessions/current/profile", {"link_id": link["id"]}),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {(404, "not-found")}


async def test_a_file_said_to_be_accurate_is_verified(world: World) -> None:
    person = await world.person("nouvelle")
    link = await linked(person)
    said = (await person.put(f"/v1/links/{link['id']}/verification", {"outcome": "accurate"})).json()
    assert said == {"state": "accurate", "at": "2026-03-02T14:00:00Z"}
    assert (await person.get("/v1/links")).json()["links"][0]["verification"] == said


async def test_an_error_gets_one_reference_however_often_it_is_sent(world: World) -> None:
    person = await world.person("nouvelle")
    path = f"/v1/links/{(await linked(person))['id']}/verification"
    body = {"outcome": "error", "note": "Le code postal est J4K 5E7."}
    first, again = await person.put(path, body), await person.put(path, body)
    assert first.content == again.content
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", first.json()["reference"])
    reference = support_cases.c.reference == first.json()["reference"]
    assert world.count(support_cases, reference) == 1
    more = await person.put(path, body | {"note": "Le téléphone aussi."})
    assert more.json()["reference"] == first.json()["reference"]


async def test_a_receipt_can_be_checked_by_anybody_and_a_forged_one_is_found_out(world: World) -> None:
    person = await world.person("nouvelle")
    link = await linked(person)
    receipt = (await person.get(f"/v1/links/{link['id']}/receipt")).json()
    assert receipt["reference"] == link["reference"]
    assert "Délier" in receipt["undo"]
    stranger = world.somebody()

    async def check(code: str) -> Any:
        return await stranger.ask("POST", "/v1/receipt-checks", {"code": code})

    genuine = await check(receipt["check_code"].lower().replace("-", " "))
    assert genuine.status_code == 200
    assert genuine.json()["still_linked"] is True
    assert "Toitures" not in genuine.text
    assert "er123456" not in genuine.text
    last = receipt["check_code"][-1]
    forged = receipt["check_code"][:-1] + ("0" if last != "0" else "1")
    assert (await check(forged)).status_code == 404
    await person.delete(f"/v1/links/{link['id']}")
    assert (await check(receipt["check_code"])).json()["still_linked"] is False


async def test_unlinking_is_told_to_both_addresses_and_frees_the_file(world: World) -> None:
    camille = await world.person("camille")
    links_now = (await camille.get("/v1/links")).json()["links"]
    link = next(one for one in links_now if one["identifier"] == "ci0000021")
    await camille.put("/v1/sessions/current/profile", {"link_id": link["id"]})
    assert (await camille.delete(f"/v1/links/{link['id']}")).status_code == 204
    assert (await camille.delete(f"/v1/links/{link['id']}")).status_code == 404
    told = {mail["to"] for mail in (await camille.mails())[:2]}
    assert told == {"camille@exemple.test", "camille.bouchard@exemple.test"}
    assert "selected" not in (await camille.get("/v1/sessions/current")).json()
    assert (await (await world.person("nouvelle")).legacy("ci0000021", "Chantier-21!")).status_code == 201


async def test_the_history_is_the_accounts_own_newest_first_page_by_page(world: World) -> None:
    person = await world.person("comptable")
    seen: list[str] = []
    page = (await person.get("/v1/events")).json()
    assert len(page["events"]) == 41
    assert page["events"][0]["kind"] == "logged_in"
    for number in range(30):
        world.clock.forward(minutes=4)
        await person.post("/v1/link-code-requests", {"identifier": f"ci70000{number:02d}"})
    path = "/v1/events"
    while path:
        page = (await person.get(path)).json()
        seen += [event["at"] for event in page["events"]]
        path = f"/v1/events?before={page['next']}" if "next" in page else ""
    assert len(seen) == 71
    assert seen == sorted(seen, reverse=True)
    other = (await (await world.person("nouvelle")).get("/v1/events")).json()
    assert [event["kind"] for event in other["events"]] == ["logged_in"]


def disavowal_code(mail: dict[str, Any]) -> str:
    found = re.search(r"^ {4}((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})$", mail["text"], re.MULTILINE)
    assert found
    return found[1]


async def test_this_was_not_me_freezes_the_link_and_ends_the_sessions_without_logging_in(world: World) -> None:
    person = await world.person("nouvelle")
    link = await linked(person)
    mail = next(mail for mail in await person.mails() if mail["to"] == "bureau@toitures.exemple.test")
    owner = world.somebody()
    token = disavowal_code(mail).lower().replace("-", " ")
    assert (await owner.post("/v1/disavowals", {"token": token})).status_code == 202
    assert (await person.get("/v1/links")).status_code == 401
    await person.log_in("nouvelle@exemple.test")
    (shown,) = (await person.get("/v1/links")).json()["links"]
    assert shown["state"] == "frozen"
    opened = await person.get(f"/v1/links/{link['id']}")
    assert (opened.status_code, opened.json()["type"]) == (409, "link-frozen")
    assert (await person.put("/v1/sessions/current/profile", {"link_id": link["id"]})).status_code == 409
    told = {mail["to"] for mail in (await person.mails())[:2]}
    assert told == {"nouvelle@exemple.test", "bureau@toitures.exemple.test"}
    assert world.count(support_cases, support_cases.c.kind == "disavowed") == 1


async def test_every_code_gets_the_same_answer_and_works_once(world: World) -> None:
    person = await world.person("nouvelle")
    await linked(person)
    token = disavowal_code((await person.mails())[0])
    owner = world.somebody()
    answers = [await owner.post("/v1/disavowals", {"token": one}) for one in (token, token, "X" * 25, "7K3M9" * 5)]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert world.count(links, links.c.frozen_at.is_not(None)) == 1
    assert world.count(disavowals, disavowals.c.used_at.is_not(None)) == 1
    assert token not in str(world.rows(disavowals))
    mistyped = await owner.post("/v1/disavowals", {"token": token[:-1]})
    assert mistyped.status_code == 422
    assert token[:-1] not in mistyped.text


async def test_a_code_for_this_was_not_me_is_good_for_thirty_days(world: World) -> None:
    person = await world.person("nouvelle")
    await linked(person)
    token = disavowal_code((await person.mails())[0])
    world.clock.forward(days=30)
    await world.somebody().post("/v1/disavowals", {"token": token})
    assert world.count(links, links.c.frozen_at.is_not(None)) == 0


async def test_disowning_a_changed_password_locks_it_out(world: World) -> None:
    somebody = world.somebody()
    started = await somebody.post("/v1/password-resets", {"email": "nouvelle@exemple.test"})
    mail = (await somebody.mails())[0]
    code = re.search(r"^ {4}([0-9]{6})$", mail["text"], re.MULTILINE)
    assert code
    thief = "Voleur-2026!"
    path = f"/v1/password-resets/{started.json()['id']}"
    assert (await somebody.put(path, {"code": code[1], "new_password": thief})).status_code == 200
    await somebody.log_in("nouvelle@exemple.test", thief)
    token = disavowal_code((await somebody.mails())[0])
    await world.somebody().post("/v1/disavowals", {"token": token})
    assert (await somebody.get("/v1/links")).status_code == 401
    assert (await somebody.log_in("nouvelle@exemple.test", thief)).status_code == 401
