"""Accounts, forgotten passwords, conditions of use: one answer whoever asks, codes that live ten minutes."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from sel_backend.storage.single_use import CodeRow
from sel_backend.storage.tables import accounts, outbox, registrations, single_use_codes
from tests.backend.world import PASSWORD, Person, World

NEW = "arrivante@exemple.test"
GOOD = "Nouveau-2026!"


async def ask_for_account(person: Person, email: str = NEW, **changes: str) -> Any:
    version = (await person.get("/v1/terms")).json()["version"]
    body = {
        "email": email,
        "password": GOOD,
        "first_name": "Zoé",
        "last_name": "D’Amours",
        "terms_version": version,
        "language": "fr-CA",
    }
    return await person.post("/v1/accounts", body | changes)


async def code_for(person: Person, email: str) -> str:
    mail = next(mail for mail in await person.mails() if mail["to"] == email)
    found = re.search(r"^ {4}([0-9]{6})$", mail["text"], re.MULTILINE)
    assert found
    return found[1]


async def confirm(person: Person, started: Any, code: str) -> Any:
    return await person.post("/v1/accounts/verification", {"registration_id": started.json()["id"], "code": code})


async def resend(person: Person, started: Any) -> Any:
    return await person.post("/v1/accounts/resend", {"registration_id": started.json()["id"]})


async def test_from_nothing_to_a_linked_file(world: World) -> None:
    person = world.somebody()
    started = await ask_for_account(person)
    assert started.status_code == 202
    assert (await person.log_in(NEW, GOOD)).status_code == 401
    code = await code_for(person, NEW)
    confirmed = await confirm(person, started, f"{code[:3]} {code[3:]}")
    assert confirmed.status_code == 201
    assert confirmed.json()["account"]["last_name"] == "D’Amours"
    assert "token" not in confirmed.text
    assert (await person.log_in(NEW, GOOD)).status_code == 201
    assert (await person.legacy("ci1234567", "Ancien-1234!")).status_code == 201


async def test_an_address_that_has_an_account_gets_the_same_answer_and_a_mail_that_says_so(world: World) -> None:
    person = world.somebody()
    new, old = await ask_for_account(person), await ask_for_account(person, "camille@exemple.test")
    assert (new.status_code, len(new.content), new.headers.keys()) == (202, len(old.content), old.headers.keys())
    assert {**new.json(), "id": ""} == {**old.json(), "id": ""}
    assert new.json()["id"] != old.json()["id"]
    mail = next(mail for mail in await person.mails() if mail["to"] == "camille@exemple.test")
    assert "déjà un compte" in mail["subject"]
    # What waits under its identifier leads nowhere: its code is in no mail.
    assert not re.search(r"^ {4}[0-9]{6}$", mail["text"], re.MULTILINE)
    assert (await person.log_in("camille@exemple.test", PASSWORD)).status_code == 201


async def test_as_much_is_written_for_an_address_with_an_account_as_for_one_without(world: World) -> None:
    person = world.somebody()

    async def written(asked: Awaitable[Any], *tables: Table) -> tuple[Any, list[int]]:
        before = [world.count(table) for table in tables]
        answer = await asked
        assert answer.status_code == 202
        return answer, [world.count(table) - then for table, then in zip(tables, before, strict=True)]

    for email in ("camille@exemple.test", NEW):
        all_of_it = (registrations, single_use_codes, outbox)
        started, rows = await written(ask_for_account(person, email), *all_of_it)
        assert rows == [1, 1, 1]
        assert (await written(resend(person, started), *all_of_it))[1] == [0, 1, 1]
        assert (await written(resend(person, started), *all_of_it))[1] == [0, 0, 0]
        assert (await written(start_reset(person, email), single_use_codes))[1] == [1]


async def test_a_right_code_that_was_never_mailed_makes_no_second_account_and_changes_no_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.somebody()
    monkeypatch.setattr("sel_backend.services.single_use.new_single_use_code", lambda _: "123456")
    started = await ask_for_account(person, "camille@exemple.test", password=GOOD)
    nobodys = await start_reset(person, "personne@exemple.test")
    assert (await confirm(person, started, "123456")).json()["type"] == "invalid-code"
    assert (await finish_reset(person, nobodys, "123456")).json()["type"] == "invalid-code"
    assert (await person.log_in("camille@exemple.test", GOOD)).status_code == 401
    assert (await person.log_in("camille@exemple.test", PASSWORD)).status_code == 201


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("court-1A", ["too-common"]),
        ("tk4-Rw9z", []),
        ("Ab1!", ["too-short"]),
        ("chantier-2026!", ["needs-upper"]),
        ("CHANTIER-2026!", ["needs-lower"]),
        ("Chantier-!", ["needs-digit"]),
        ("Chantier2026", ["needs-special"]),
        ("aaaa", ["too-short", "needs-upper", "needs-digit", "needs-special"]),
        ("Été 2026 à Gaspé, c’est beau!", []),
    ],
)
async def test_a_new_password_is_told_everything_it_lacks_at_once(
    world: World, password: str, codes: list[str]
) -> None:
    response = await ask_for_account(world.somebody(), password=password)
    if codes:
        assert response.status_code == 422
        assert response.json()["errors"] == [{"pointer": "/password", "code": code} for code in codes]
        assert password not in response.text
    else:
        assert response.status_code == 202


async def test_outdated_conditions_of_use_are_refused(world: World) -> None:
    response = await ask_for_account(world.somebody(), terms_version="2020-01")
    assert response.json()["errors"] == [{"pointer": "/terms_version", "code": "outdated"}]


async def test_a_wrong_an_expired_a_used_and_an_unknown_code_get_one_answer(world: World) -> None:
    person = world.somebody()
    started = await ask_for_account(person)
    code = await code_for(person, NEW)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    nobodys = await ask_for_account(person, "camille@exemple.test")
    answers = [await confirm(person, started, wrong), await confirm(person, nobodys, code)]
    world.clock.forward(minutes=10)
    answers.append(await confirm(person, started, code))
    await resend(person, started)
    newest = await code_for(person, NEW)
    answers.append(await confirm(person, started, code))
    assert (await confirm(person, started, newest)).status_code == 201
    answers.append(await confirm(person, started, newest))
    assert {(answer.status_code, answer.content) for answer in answers} == {(422, answers[0].content)}
    assert answers[0].json()["type"] == "invalid-code"


@pytest.mark.parametrize(("wrong", "status"), [(4, 201), (5, 422), (6, 422)])
async def test_a_single_use_code_has_five_tries_and_the_fifth_is_one(world: World, wrong: int, status: int) -> None:
    person = world.somebody()
    started, reset = await ask_for_account(person), await start_reset(person)
    for number in range(wrong):
        for finish, email in ((confirm, NEW), (finish_reset, "nouvelle@exemple.test")):
            code = await code_for(person, email)
            asked = started if email == NEW else reset
            assert (await finish(person, asked, f"{(int(code) + 1 + number) % 10**6:06d}")).status_code == 422
    confirmed = await confirm(person, started, await code_for(person, NEW))
    assert confirmed.status_code == status
    changed = await finish_reset(person, reset, await code_for(person, "nouvelle@exemple.test"))
    assert changed.status_code == {201: 200}.get(status, status)
    assert world.count(accounts, accounts.c.email == NEW) == (status == 201)


async def test_a_code_is_good_until_the_second_before_it_expires_and_once_only(world: World) -> None:
    single = world.backend.accounts._single
    row = CodeRow("id", "account", None, 5, world.clock.now + timedelta(seconds=1), None, "hash")
    assert single.good_hash(row, world.clock.now) == "hash"
    assert single.good_hash(row, row.expires_at) is None
    assert single.good_hash(replace(row, tries=6), world.clock.now) is None
    used = replace(row, used_at=world.clock.now)
    assert single.good_hash(used, world.clock.now) is None
    assert single.good_hash(used, world.clock.now, used_too=True) == "hash"
    assert single.good_hash(used, row.expires_at, used_too=True) is None
    assert single.good_hash(None, world.clock.now) is None
    person = world.somebody()
    started = await ask_for_account(person)
    code = await code_for(person, NEW)
    world.clock.forward(minutes=9, seconds=59)
    assert (await confirm(person, started, code)).status_code == 201


async def test_a_code_is_sent_again_at_most_every_minute_and_nobody_learns_whether(world: World) -> None:
    person = world.somebody()
    started, nobodys = await ask_for_account(person), await ask_for_account(person, "camille@exemple.test")
    answers, sent = [], []
    for asked in (started, started, nobodys):
        before = len(await person.mails())
        answers.append(await resend(person, asked))
        sent.append(len(await person.mails()) - before)
    assert sent == [1, 0, 1]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


async def start_reset(person: Person, email: str = "nouvelle@exemple.test", **earlier: str) -> Any:
    return await person.post("/v1/password-resets", {"email": email} | earlier)


async def finish_reset(person: Person, started: Any, code: str, password: str = GOOD) -> Any:
    path = f"/v1/password-resets/{started.json()['id']}"
    return await person.put(path, {"code": code, "new_password": password})


async def test_a_forgotten_password_is_replaced_and_every_session_ends(world: World) -> None:
    logged_in = await world.person("nouvelle")
    person = world.somebody()
    started = await start_reset(person)
    assert started.status_code == 202
    code = await code_for(person, "nouvelle@exemple.test")
    assert (await finish_reset(person, started, code)).status_code == 200
    assert (await logged_in.get("/v1/links")).status_code == 401
    assert (await person.log_in("nouvelle@exemple.test", PASSWORD)).status_code == 401
    assert (await person.log_in("nouvelle@exemple.test", GOOD)).status_code == 201
    events = [event["kind"] for event in (await person.get("/v1/events")).json()["events"]]
    assert "password_changed" in events


async def test_a_reset_sent_again_after_a_lost_answer_says_the_same_again(world: World) -> None:
    person = world.somebody()
    started = await start_reset(person)
    code = await code_for(person, "nouvelle@exemple.test")
    first = await finish_reset(person, started, code)
    again = await finish_reset(person, started, code)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = await finish_reset(person, started, code, "Autrement-2026!")
    assert other.json()["type"] == "invalid-code"


async def test_a_reset_for_nobody_looks_the_same_and_leads_nowhere(world: World) -> None:
    person = world.somebody()
    known, unknown = await start_reset(person), await start_reset(person, "personne@exemple.test")
    assert unknown.status_code == known.status_code
    assert set(unknown.json()) == set(known.json())
    assert len(unknown.content) == len(known.content)
    code = await code_for(person, "nouvelle@exemple.test")
    wrong = await finish_reset(person, known, f"{(int(code) + 1) % 10**6:06d}")
    nobody = await finish_reset(person, unknown, code)
    assert (wrong.status_code, wrong.content) == (nobody.status_code, nobody.content)
    assert [row.account_id is None for row in world.rows(single_use_codes)].count(True) == 1


async def test_asking_again_within_the_minute_keeps_the_first_code_good(world: World) -> None:
    person = world.somebody()
    started = await start_reset(person)
    code = await code_for(person, "nouvelle@exemple.test")
    again = await start_reset(person, earlier=started.json()["id"])
    assert again.json()["id"] == started.json()["id"]
    assert (await finish_reset(person, again, code)).status_code == 200


async def test_a_new_password_must_follow_the_rule_and_a_bad_one_costs_no_try(world: World) -> None:
    person = world.somebody()
    started = await start_reset(person)
    for _ in range(6):
        refused = await finish_reset(person, started, "000000", "faible")
        assert refused.json()["errors"][0]["pointer"] == "/new_password"
    code = await code_for(person, "nouvelle@exemple.test")
    assert (await finish_reset(person, started, code)).status_code == 200


async def test_codes_and_passwords_rest_as_hashes(world: World) -> None:
    person = world.somebody()
    await ask_for_account(person)
    await start_reset(person)
    code = await code_for(person, NEW)
    kept = str(world.rows(single_use_codes)) + str(world.rows(registrations))
    assert f"'{code}'" not in kept
    assert GOOD not in kept
    assert kept.count("$argon2id$") == 3


async def test_the_conditions_of_use_have_a_version_and_both_languages(world: World) -> None:
    terms = (await world.somebody().get("/v1/terms")).json()
    assert terms["version"]
    assert set(terms["texts"]) == {"fr-CA", "en-CA"}
    assert all(text["paragraphs"] for text in terms["texts"].values())
