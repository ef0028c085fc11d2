"""Linking a file by each method, as the demonstration's people do."""

from __future__ import annotations

import pytest

from sel_backend.storage.tables import events, links, outbox
from tests.backend.world import CORRECT, World


@pytest.mark.parametrize("username", ["ci1234567", "CI 123-4567", "maika.cote@exemple.test"])
async def test_old_access_links_a_file_by_number_or_by_the_email_formerly_used(world: World, username: str) -> None:
    nouvelle = await world.person("nouvelle")
    response = await nouvelle.legacy(username, "Ancien-1234!")
    assert response.status_code == 201
    assert response.json()["identifier"] == "ci1234567"
    assert [link["identifier"] for link in (await nouvelle.get("/v1/links")).json()["links"]] == ["ci1234567"]


async def test_old_access_of_both_associations_works_and_is_not_used_up(world: World) -> None:
    person = await world.person("association")
    assert (await person.legacy("asExemple", "Syndicat-1!")).status_code == 201
    assert (await person.legacy("ap exemple", "Patronale-1!")).status_code == 201
    linked = {link["identifier"]: link["id"] for link in (await person.get("/v1/links")).json()["links"]}
    await person.delete(f"/v1/links/{linked['apexemple']}")
    assert (await person.legacy("apexemple", "Patronale-1!")).status_code == 201


@pytest.mark.parametrize("identifier", sorted(CORRECT))
async def test_right_answers_link_a_file(world: World, identifier: str) -> None:
    person = await world.person("nouvelle")
    response = await person.answer(await person.questions(identifier), CORRECT[identifier])
    assert response.status_code == 201
    assert response.json()["method"] == "questions"


@pytest.mark.parametrize(
    ("trade", "birth", "postal_code"),
    [
        ("CHARPENTIER MENUISIER", "17/04/1988", "h2x1y4"),
        ("charpentier‑menuisier", "17 avril 1988", "H2X-1Y4"),
        ("Chârpentier-Menuisier", "April 17, 1988", " h2X  1y4 "),
        (" charpentiermenuisier ", "1988-04-17", "Ｈ２Ｘ１Ｙ４"),
        ("charpentière-menuisière", "1988-04-17", "H2X 1Y4"),
        ("Charpentiers-menuisiers / charpentières-menuisières", "1988-04-17", "H2X 1Y4"),
    ],
)
async def test_answers_are_compared_without_case_accents_hyphens_and_spaces(
    world: World, trade: str, birth: str, postal_code: str
) -> None:
    person = await world.person("nouvelle")
    given = CORRECT["ci1234567"] | {"trade": trade, "birth_date": birth, "worker_postal_code": postal_code}
    assert (await person.answer(await person.questions("ci1234567"), given)).status_code == 201


async def test_an_answer_that_rested_as_a_digest_is_hashed_after_its_first_use_and_still_right(world: World) -> None:
    from sel_backend.storage.tables import facts

    person = await world.person("nouvelle")
    settled = world.count(facts, facts.c.answer_hash.is_not(None))
    first = await person.answer(await person.questions("er123456"), CORRECT["er123456"])
    await world.backend.core.background.settle()
    assert world.count(facts, facts.c.answer_hash.is_not(None)) == settled + 4
    # What can be tried out quickly by whoever has the keys is gone.
    assert world.count(facts, facts.c.answer_hash.is_not(None), facts.c.digest != "") == 0
    await person.delete(f"/v1/links/{first.json()['id']}")
    again = await person.answer(await person.questions("er123456"), CORRECT["er123456"])
    assert again.status_code == 201


async def test_linking_coordinates_from_the_mailbox_link_a_file_once(world: World) -> None:
    rejean = await world.person("rejean")
    assert (await rejean.code("l 482913", "7k3m9qtdhx")).status_code == 201
    other = await world.person("nouvelle")
    assert (await other.code("L-482913", "7K3M9-QTDHX")).json()["type"] == "not-recognized"


async def test_coordinates_that_were_asked_for_arrive_at_the_address_on_the_file(world: World) -> None:
    person = await world.person("association")
    asked = await person.post("/v1/link-code-requests", {"identifier": "asexemple"})
    assert asked.status_code == 202
    mail = (await person.mails())[0]
    assert mail["to"] == "bureau@syndicat.exemple.test"
    lines = mail["text"].splitlines()
    username = next(line for line in lines if line.startswith("Identifiant de liaison")).split(": ")[1]
    code = next(line for line in lines if line.startswith("Code de liaison")).split(": ")[1]
    response = await person.code(username, code)
    assert response.status_code == 201
    assert response.json()["identifier"] == "asexemple"


async def test_only_the_newest_coordinates_are_good(world: World) -> None:
    rejean = await world.person("rejean")
    await rejean.post("/v1/link-code-requests", {"identifier": "ci0000077"})
    assert (await rejean.code("L-482913", "7K3M9-QTDHX")).json()["type"] == "not-recognized"


async def test_a_link_has_one_event_and_one_mail_for_each_address(world: World) -> None:
    person = await world.person("nouvelle")
    link = (await person.legacy("er123456", "Toiture-99!")).json()
    assert world.count(links, links.c.id == link["id"]) == 1
    assert world.count(events, events.c.link_id == link["id"]) == 1
    told = {row.recipient for row in world.rows(outbox, outbox.c.link_id == link["id"])}
    assert told == {"nouvelle@exemple.test", "bureau@toitures.exemple.test"}
    assert world.count(outbox, outbox.c.link_id == link["id"]) == 2


async def test_a_file_already_linked_to_this_account_is_said_to_be_and_the_profile_offered(world: World) -> None:
    camille = await world.person("camille")
    response = await camille.legacy("ci0000021", "Chantier-21!")
    assert response.status_code == 409
    problem = response.json()
    assert problem["type"] == "already-linked"
    assert (await camille.get(f"/v1/links/{problem['link_id']}")).status_code == 200


async def test_a_worker_file_held_by_another_account_is_refused_after_the_proof_and_both_are_told(world: World) -> None:
    person = await world.person("nouvelle")
    before = len(await person.mails())
    response = await person.legacy("ci0000021", "Chantier-21!")
    assert response.status_code == 409
    problem = response.json()
    assert problem["type"] == "held-elsewhere"
    mails = (await person.mails())[: len(await person.mails()) - before]
    assert {mail["to"] for mail in mails} == {"nouvelle@exemple.test", "camille@exemple.test"}
    assert all(problem["reference"] in mail["text"] for mail in mails)
    assert "camille" not in response.text


async def test_an_employer_may_be_linked_to_several_accounts(world: World) -> None:
    person = await world.person("nouvelle")
    assert (await person.legacy("er000021", "Courant-21!")).status_code == 201


async def test_which_files_are_exclusive_is_a_setting(worlds: object) -> None:
    world = worlds(linking={"exclusive": {"worker": False, "employer": True, "association": False}})  # type: ignore[operator]
    person = await world.person("nouvelle")
    assert (await person.legacy("ci0000021", "Chantier-21!")).status_code == 201
    assert (await person.legacy("er000021", "Courant-21!")).json()["type"] == "held-elsewhere"
