"""What a mail server refuses is its own fault or one mail's: all wait, or that one alone; nobody's mail goes twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from sel_backend.mail import overview
from sel_backend.mail.outbox import OF_SERVER
from sel_backend.mail.sender import LONGEST_PAUSE_SECONDS, POLICY_REFUSALS, Sender
from sel_backend.mail.server import Fault, fault_of_reply
from sel_backend.observability.metrics import exposition
from sel_backend.storage.tables import outbox
from tests.backend.test_outgoing_mail import Postman, mail_settings, smtp_server
from tests.backend.test_poisoned_mail import put, waiting
from tests.backend.world import World

Make = Callable[..., World]


class Relay(Postman):
    """A server that answers as it is told: by sender, by recipient, after so many mails, at its door."""

    sender_answer = "250 OK"
    refused: frozenset[str] = frozenset()
    closes_after = 1_000
    greeting = ""
    greeting_once_closed = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if len(self.mails) >= self.closes_after:
            self.greeting = self.greeting_once_closed
            return "421 4.7.0 too many"
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refused and address not in self.refused:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return await super().handle_RCPT(server, session, envelope, address, options)


class Closed(asyncio.Protocol):
    """What answers at a door that is closed."""

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(f"{self._greeting}\r\n".encode())


@asynccontextmanager
async def relay(postman: Relay) -> AsyncIterator[int]:
    """A server whose door may be closed."""
    loop = asyncio.get_running_loop()

    def answering() -> asyncio.Protocol:
        return Closed(postman.greeting) if postman.greeting else SMTP(postman, loop=loop)

    server = await loop.create_server(answering, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def tries(world: World) -> list[tuple[int, datetime | None]]:
    return [(row.tries, row.dead_at) for row in world.rows(outbox, outbox.c.sent_at.is_(None))]


@pytest.mark.parametrize(
    ("change", "last_error"),
    [
        ({"sender_answer": "550 5.1.8 not you"}, "SMTPSenderRefused 550"),
        ({"sender_answer": "451 4.3.0 later"}, "SMTPSenderRefused 451"),
        ({"greeting": "554 go away"}, "SMTPConnectResponseError 554"),
        ({"greeting": "421 busy"}, "SMTPConnectResponseError 421"),
        ({"closes_after": 0}, "SMTPSenderRefused 421"),
        ({"recipient_answer": "554 5.7.1 Relay access denied"}, "SMTPRecipientRefused 554"),
        ({"recipient_answer": "550 relay not permitted"}, "SMTPRecipientRefused 550"),
        ({"recipient_answer": "530 5.7.0 authenticate first"}, "SMTPRecipientRefused 530"),
        ({"answer": "550 5.7.60 not allowed to send as this sender"}, "SMTPDataError 550"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_server_that_takes_nothing_is_no_mails_fault_and_all_go_out_once_it_does(
    worlds: Make, change: dict[str, Any], last_error: str
) -> None:
    postman = Relay()
    async with relay(postman) as port:
        world = worlds(**mail_settings(port, max_tries=2))
        for number in range(5):
            put(world, f"a{number}@e.test")
        for name, value in change.items():
            setattr(postman, name, value)
        sender = Sender(world.backend.core)
        pauses = []
        for _ in range(9):
            assert 1 <= await sender.send_due() <= POLICY_REFUSALS
            pauses.append(sender.pause_seconds)
            world.clock.forward(seconds=sender.pause_seconds)
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1]) == (5, LONGEST_PAUSE_SECONDS)
        assert tries(world) == [(0, None)] * 5
        errors = {row.last_error for row in world.rows(outbox, outbox.c.last_error.is_not(None))}
        assert errors == {f"{OF_SERVER}{last_error}"}
        said = (await exposition(world.backend.core)).decode()
        assert "sel_mails_waiting 5.0" in said
        assert "sel_mails_refused_by_server 0.0" not in said
        for name in change:
            delattr(postman, name) if hasattr(Relay, name) else setattr(postman, name, "250 OK")
        assert await sender.send_due() == 5
        assert sender.pause_seconds == world.backend.core.settings.mail.poll_seconds
    assert len(postman.mails) == 5
    said = (await exposition(world.backend.core)).decode()
    assert "sel_mails_refused_by_server 0.0" in said
    assert 'sel_mails_total{outcome="sent"}' in said


async def test_a_recipient_whom_a_working_server_refuses_by_policy_loses_tries_and_only_in_the_end_its_mail(
    worlds: Make,
) -> None:
    postman = Relay(recipient_answer="550 5.7.1 recipient wants no mail from you")
    postman.refused = frozenset({"bad@e.test"})
    async with relay(postman) as port:
        world = worlds(**mail_settings(port, max_tries=2))
        put(world, "bad@e.test")
        sender = Sender(world.backend.core)
        for given_up in (False, False, True):
            assert tries(world)[0][1] is None
            world.clock.forward(seconds=300)
            put(world, "good@e.test")
            await sender.send_due()
            assert (waiting(world) == 0) is given_up
    assert world.backend.core.database.run_now(overview.settled).given_up == 1
    assert [mail["To"] for mail in postman.mails] == ["good@e.test"] * 3


async def test_a_connection_that_ends_after_three_mails_costs_no_mail_a_try(worlds: Make) -> None:
    postman = Relay()
    async with relay(postman) as port:
        world = worlds(**mail_settings(port))
        for number in range(20):
            put(world, f"a{number}@e.test")
        postman.closes_after, postman.greeting_once_closed = 3, "554 not now"
        sender = Sender(world.backend.core)
        await sender.send_due()
        assert len(postman.mails) == 3
        assert tries(world) == [(0, None)] * 17
        postman.greeting, postman.closes_after = "", 1_000
        world.clock.forward(seconds=sender.pause_seconds)
        assert await sender.send_due() == 17
    assert len({mail["To"] for mail in postman.mails}) == 20


async def test_behind_a_slow_server_each_mail_goes_once(worlds: Make, database_kind: str) -> None:
    """Two mails take a whole lease, then a second sender looks while the third is being handed over."""
    others: list[Sender] = []

    class Slow(Relay):
        async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
            if others:
                world.clock.forward(seconds=60)
            if len(self.mails) == 2 and others:
                await others.pop().send_due()
            return await super().handle_DATA(server, session, envelope)

    postman = Slow()
    async with relay(postman) as port:
        world = worlds(**mail_settings(port, lease_seconds=120))
        other = world if database_kind == "sqlite" else worlds(**mail_settings(port, lease_seconds=120))
        for number in range(12):
            put(world, f"a{number}@e.test")
        others.append(Sender(other.backend.core))
        await Sender(world.backend.core).send_due()
    assert sorted(mail["To"] for mail in postman.mails) == sorted(f"a{number}@e.test" for number in range(12))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_a_sender_that_is_stopped_waits_no_longer_than_a_server_usually_takes(worlds: Make) -> None:
    began = asyncio.Event()

    class Silent(Postman):
        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Envelope) -> str:  # noqa: N802
            began.set()
            await asyncio.Event().wait()
            return "250 OK"

    async with smtp_server(Silent()) as port:
        world = worlds(**mail_settings(port, timeout_seconds=1))
        put(world, "a@e.test")
        sender = Sender(world.backend.core)
        running = asyncio.create_task(sender.run())
        await began.wait()
        sender.stop()
        async with asyncio.timeout(10):
            await running
    assert tries(world) == [(1, None)]


@pytest.mark.parametrize(
    ("code", "words", "fault"),
    [
        (421, "4.7.0 closing", Fault.CLOSING),
        (450, "4.2.0 greylisted", Fault.MAIL),
        (451, "4.7.1 greylisted", Fault.MAIL),
        (550, "5.1.1 no such user", Fault.MAIL_FOR_GOOD),
        (550, "nobody here", Fault.MAIL_FOR_GOOD),
        (552, "5.2.2 mailbox full", Fault.MAIL_FOR_GOOD),
        (554, "5.4.14 loop", Fault.MAIL_FOR_GOOD),
        (554, "5.7.1 <a@e.test>: Relay access denied", Fault.POLICY),
        (554, "denied", Fault.POLICY),
        (530, "authentication required", Fault.POLICY),
        (550, "5.7.60 client may not send as this sender", Fault.POLICY),
        (553, "Sender address rejected", Fault.POLICY),
        (550, "relaying denied", Fault.POLICY),
    ],
)
def test_a_refusal_is_read_by_its_code_then_its_subject_then_its_words(code: int, words: str, fault: Fault) -> None:
    assert fault_of_reply(code, words) is fault
