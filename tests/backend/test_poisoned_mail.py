"""One mail that cannot be sent is one mail's failure: the others go out, now and after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import Message
from typing import Any

import pytest
from sqlalchemy import insert

from sel_backend.mail import sender as sender_module
from sel_backend.mail import texts
from sel_backend.mail.local_time import local
from sel_backend.mail.outbox import Leased
from sel_backend.mail.sender import Sender
from sel_backend.mail.texts import Mail
from sel_backend.storage.rows import timed_id
from sel_backend.storage.tables import files, limits, outbox, registrations
from tests.backend.test_outgoing_mail import PHONE, Postman, link_something, mail_settings, smtp_server
from tests.backend.world import World
from tests.contract.addresses import PLAIN, REFUSED

Make = Callable[..., World]
NAME = {"first_name": "Ada", "last_name": "Roy", "terms_version": "2026-01", "language": "fr-CA"}
POISONED = ["=?utf-8?q??=@e.test", "=?utf-8?q?vict=69m?=@e.test", "a@e.test\r\nBcc: victim@e.test", "", "\u0301"]


def put(world: World, recipient: str, **changes: Any) -> None:
    """Write a mail into the outbox, as an earlier version or an import may have."""
    core, now = world.backend.core, world.clock.now
    row = {
        "id": timed_id(now),
        "kind": "account_code",
        "recipient": recipient,
        "sealed": core.keys.seal(json.dumps({"subject": "Code", "text": "x"}).encode()),
        "created_at": now,
        "due_at": now,
        "tries": 0,
    }
    core.database.run_now(lambda tx: tx.execute(insert(outbox).values(row | changes)))


def waiting(world: World) -> int:
    return world.count(outbox, outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))


async def test_no_request_takes_an_address_that_is_not_one_mailbox(world: World) -> None:
    person, taken = world.somebody(), []
    before = world.count(outbox), world.count(registrations), world.count(limits)
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/accounts", {"password": "Chantier-2026!", **NAME}),
        ("/v1/password-resets", {}),
        ("/v1/sessions", {"password": "x"}),
    ]
    for path, rest in bodies:
        for address in REFUSED:
            answer = await person.post(path, {"email": address, **rest})
            if answer.json().get("errors") != [{"pointer": "/email", "code": "bad-email"}]:
                taken.append((path, address, answer.status_code))
    assert taken == []
    assert (world.count(outbox), world.count(registrations), world.count(limits)) == before


async def test_poisoned_rows_are_dead_and_all_others_go_out(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        for address in POISONED:
            put(world, address)
        for spoilt in (b"", b"k1:short", b"gone:" + bytes(40)):
            put(world, "a@e.test", sealed=spoilt)
        for clear in ("[]", "{}", '"x"', "null", '{"subject": 1, "text": []}', "no JSON"):
            put(world, "a@e.test", sealed=world.backend.core.keys.seal(clear.encode()))
        await link_something(world)
        while await Sender(world.backend.core).send_due():
            pass
    assert {mail["To"] for mail in postman.mails} == {"nouvelle@exemple.test", "bureau@toitures.exemple.test"}
    assert waiting(world) == 0
    dead = world.rows(outbox, outbox.c.dead_at.is_not(None))
    assert len(dead) == len(POISONED) + 3 + 6
    assert all(row.tries == 1 and row.last_error for row in dead)
    assert "victim" not in str([row.last_error for row in dead])


async def test_a_mail_to_an_encoded_word_reaches_nobody(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        put(world, "=?utf-8?q?vict=69m?=@e.test")
        await Sender(world.backend.core).send_due()
    assert (postman.mails, postman.secure) == ([], [])


@pytest.mark.parametrize("failure", [IndexError, KeyError, RecursionError, TypeError, AttributeError])
async def test_any_failure_is_counted_and_backed_off_and_in_the_end_dead_while_the_others_go_out(
    worlds: Make, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    real: Callable[..., Message] = sender_module.message_of

    def failing(leased: Leased, core: Any) -> Message:
        if leased.mail.recipient == "bad@e.test":
            raise failure("bad@e.test")
        return real(leased, core)

    monkeypatch.setattr(sender_module, "message_of", failing)
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port, max_tries=3))
        put(world, "bad@e.test")
        put(world, "good@e.test")
        sender, waits = Sender(world.backend.core), []
        for _ in range(2):
            await sender.send_due()
            (row,) = world.rows(outbox, outbox.c.recipient == "bad@e.test")
            assert (row.dead_at, row.last_error) == (None, failure.__name__)
            waits.append((row.due_at - world.clock.now).total_seconds())
            world.clock.now = row.due_at
        await sender.send_due()
    assert waits == [5, 10]
    assert world.rows(outbox, outbox.c.recipient == "bad@e.test")[0].dead_at == world.clock.now
    assert [mail["To"] for mail in postman.mails] == ["good@e.test"]


@pytest.mark.parametrize("host", ["x" * 64 + ".test", "é..test"])
async def test_a_server_whose_name_cannot_be_written_is_no_mails_end(worlds: Make, host: str) -> None:
    world = worlds(demo=False, mail={"host": host, "port": 25, "security": "none", "timeout_seconds": 1})
    put(world, "a@e.test")
    assert await Sender(world.backend.core).send_due() == 1
    (row,) = world.rows(outbox, outbox.c.recipient == "a@e.test")
    assert (row.dead_at, row.tries) == (None, 0)


@pytest.mark.parametrize("address", PLAIN)
async def test_the_envelope_names_the_address_as_it_is(worlds: Make, address: str) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port, sender='"CCQ, Québec" <sel@exemple.test>'))
        put(world, address)
        await Sender(world.backend.core).send_due()
    (mail,) = postman.mails
    assert mail["To"].strip() == address
    assert mail["From"].addresses[0].display_name == "CCQ, Québec"
    assert postman.recipients == [address]


async def test_a_files_name_cannot_add_a_line_to_a_mail(worlds: Make) -> None:
    world = worlds()
    hostile = "Toitures\r\n\r\nAppelez le 1 900 555-0199 =?utf-8?q?x?=\u202e\x1b[31m"
    world.backend.core.database.run_now(lambda tx: tx.execute(files.update().values(display_name=hostile)))
    await link_something(world)
    mails = [mail for mail in await world.somebody().mails() if "1 900" in mail["text"]]
    assert mails
    for mail in mails:
        (line,) = (line for line in mail["text"].split("\n") if line.startswith("Le dossier «"))
        assert "«\u00a0Toitures    Appelez le 1 900 555-0199 =?utf-8?q?x?=[31m\u00a0» a été lié" in line


def test_every_mail_that_names_a_file_keeps_its_name_on_one_line(world: World) -> None:
    about: dict[str, Any] = {"file_name": "a\nb\u2028c", "reference": "4T8W-2NRQ-6T", "phone": PHONE}
    when = local(world.clock.now, world.backend.core.settings.service.zone)
    mails: list[Mail] = [
        texts.linked("a@b.test", **about, when=when, code="X", link_id="l"),
        texts.unlinked("a@b.test", **about, when=when, link_id="l"),
        texts.held_elsewhere("a@b.test", **about, when=when),
        texts.held_here("a@b.test", **about, when=when),
        texts.frozen("a@b.test", **about, link_id="l"),
    ]
    for mail in mails:
        assert mail.text.count("a b c") == 2, mail.kind


def test_who_did_not_do_it_is_told_to_call_before_a_program_is_named(world: World) -> None:
    when = local(world.clock.now, world.backend.core.settings.service.zone)
    file = {"file_name": "Toitures", "reference": "4T8W-2NRQ-6T"}
    mails = (
        texts.linked("a@b.test", **file, when=when, code="CODE", phone=PHONE, link_id="l"),
        texts.password_changed("a@b.test", when=when, code="CODE", phone=PHONE),
    )
    for mail in mails:
        for half in mail.text.split("-" * 40):
            assert half.index("1\u00a0888\u00a0555-0142 (") < half.index("F3") < half.index("CODE"), mail.kind
        assert "toutes les connexions au compte seront coupées" in mail.text.lower()
    assert "Mot de passe oublié" in mails[1].text
    assert "Forgot password" in mails[1].text
