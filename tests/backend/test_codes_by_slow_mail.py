"""A code in a mail is good from the hand-over on, and a mail whose code is good no more is not sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sel_backend.mail import overview
from sel_backend.mail.sender import Sender
from sel_backend.storage.tables import outbox
from tests.backend.test_accounts_from_nothing import NEW, ask_for_account, confirm, resend
from tests.backend.test_outgoing_mail import Postman, mail_settings, smtp_server
from tests.backend.world import World

Make = Callable[..., World]
GREY = "451 4.7.1 greylisted"
CODE = r"^ {4}([0-9]{6})\b"


def in_mail(postman: Postman, pattern: str) -> list[str]:
    """Return what matches in the first part of each mail, the French one."""
    found = [re.search(pattern, mail.get_content(), re.MULTILINE) for mail in postman.mails]
    return [match[1] for match in found if match]


async def kept_back(world: World, postman: Postman, minutes: float) -> Sender:
    """Refuse what is due now, let time pass, and return the sender for when the server takes it."""
    sender = Sender(world.backend.core)
    postman.recipient_answer = GREY
    await sender.send_due()
    assert postman.mails == []
    world.clock.forward(minutes=minutes)
    postman.recipient_answer = "250 OK"
    return sender


async def test_a_code_that_greylisting_kept_back_is_good_for_ten_minutes_from_its_hand_over(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        person = world.somebody()
        early, late = await ask_for_account(person), await ask_for_account(person, "autre@exemple.test")
        sender = await kept_back(world, postman, 15)
        await sender.send_due()
        codes = dict(zip((mail["To"] for mail in postman.mails), in_mail(postman, CODE), strict=True))
        world.clock.forward(minutes=9)
        assert (await confirm(person, early, codes[NEW])).status_code == 201
        world.clock.forward(minutes=2)
        assert (await confirm(person, late, codes["autre@exemple.test"])).json()["type"].endswith("invalid-code")


async def test_a_code_for_a_new_password_is_as_well(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        person = world.somebody()
        started = await person.post("/v1/password-resets", {"email": "camille@exemple.test"})
        sender = await kept_back(world, postman, 300)
        await sender.send_due()
        (code,) = in_mail(postman, CODE)
        body = {"code": code, "new_password": "Nouveau-mot-2026!"}
        answer = await person.put(f"/v1/password-resets/{started.json()['id']}", body)
        assert answer.status_code == 200, answer.text


async def test_linking_coordinates_that_waited_for_days_are_good(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        person = await world.person("nouvelle")
        await person.post("/v1/link-code-requests", {"identifier": "ci1234567"})
        sender = await kept_back(world, postman, 60 * 50)
        await sender.send_due()
        (username,) = in_mail(postman, r"Identifiant de liaison\W*:\s(\S+)")
        (code,) = in_mail(postman, r"Code de liaison\W*:\s(\S+)")
        again = await world.person("nouvelle")
        assert (await again.code(username, code)).status_code == 201


async def test_of_codes_that_wait_only_the_newest_goes_out(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        person = world.somebody()
        started = await ask_for_account(person)
        for _ in range(2):
            world.clock.forward(seconds=61)
            assert (await resend(person, started)).status_code == 202
        assert world.count(outbox) == 3
        assert await Sender(world.backend.core).send_due() == 1
        (code,) = in_mail(postman, CODE)
        assert (await confirm(person, started, code)).status_code == 201
    assert world.backend.core.database.run_now(
        lambda tx: (overview.waiting(tx).number, overview.settled(tx).given_up)
    ) == (0, 0)


async def test_a_mail_whose_registration_has_become_an_account_is_not_sent(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        person = world.somebody()
        first: Any = await ask_for_account(person)
        await Sender(world.backend.core).send_due()
        await ask_for_account(person)
        assert (await confirm(person, first, in_mail(postman, CODE)[0])).status_code == 201
        assert await Sender(world.backend.core).send_due() == 0
    assert len(postman.mails) == 1
