"""The outbox and its sender, against a real SMTP server in this process."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sel_backend.mail import desk_texts, texts
from sel_backend.mail.local_time import local
from sel_backend.mail.mail_ids import mail_id
from sel_backend.mail.phone import Phone
from sel_backend.mail.sender import Sender
from sel_backend.service_settings import ServiceSettings
from sel_backend.storage.tables import demo_mails, outbox
from sel_contract import LinkMethod
from tests.backend.world import KEYS, START, World, demo_settings

Make = Callable[..., World]


@dataclass
class Postman:
    """What an SMTP server does with what it gets."""

    mails: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"
    recipient_answer: str = "250 OK"
    secure: list[bool] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    second: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: Any, session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.secure.append(session.ssl is not None)
        self.recipients.append(address)
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            if len(self.mails) > 1:
                self.second.set()
        return self.answer


@asynccontextmanager
async def smtp_server(postman: Postman, **options: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postman, loop=loop, **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def mail_settings(port: int, **changes: Any) -> dict[str, Any]:
    return {"demo": False, "mail": {"host": "127.0.0.1", "port": port, "security": "none"} | changes}


async def link_something(world: World) -> str:
    person = await world.person("nouvelle")
    link: str = (await person.legacy("er123456", "Toiture-99!")).json()["id"]
    return link


async def test_a_mail_arrives_bilingual_and_in_plain_text(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        link_id = await link_something(world)
        assert await Sender(world.backend.core).send_due() == 2
    assert {mail["To"] for mail in postman.mails} == {"nouvelle@exemple.test", "bureau@toitures.exemple.test"}
    mail = postman.mails[0]
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "Ce n’était pas vous?" in text
    assert "Was this not you?" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    rows = world.rows(outbox, outbox.c.link_id == link_id)
    assert mail["Message-ID"] in {f"<{mail_id(KEYS, row.id)}@exemple.test>" for row in rows}
    assert all(row.sent_at == world.clock.now and row.sealed is None for row in rows)


async def test_a_mail_that_waits_is_sealed(worlds: Make) -> None:
    world = worlds(demo=False)
    person = await world.person("nouvelle")
    await person.post("/v1/link-code-requests", {"identifier": "ci1234567"})
    (row,) = world.rows(outbox, outbox.c.kind == "link_code")
    assert b"Identifiant" not in row.sealed
    assert world.count(demo_mails, demo_mails.c.recipient == "maika.cote@exemple.test") == 0
    leased = world.backend.core.database.run_now(
        lambda tx: world.backend.core.outbox.lease(tx, world.clock.now, seconds=60)
    )
    assert leased is not None
    assert "Identifiant de liaison" in leased.mail.text


async def test_two_senders_at_once_send_each_mail_once(worlds: Make, database_kind: str) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        one = worlds(**mail_settings(port))
        other = one if database_kind == "sqlite" else worlds(**mail_settings(port))
        person = await one.person("nouvelle")
        for number in range(301, 316):
            await person.legacy(f"er000{number}", "Comptable-40!")
        senders = [Sender(world.backend.core) for world in (one, other, one)]
        while sum(await asyncio.gather(*(sender.send_due() for sender in senders))):
            pass
    ids = [mail["Message-ID"] for mail in postman.mails]
    assert len(ids) == len(set(ids)) == 30


async def test_a_temporary_failure_waits_longer_each_time_and_gives_up_in_the_end(worlds: Make) -> None:
    postman = Postman(answer="451 later")
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port, max_tries=4))
        await link_something(world)
        sender = Sender(world.backend.core)
        waits = []
        for _ in range(3):
            assert await sender.send_due() == 2
            assert await sender.send_due() == 0
            row = world.rows(outbox, outbox.c.dead_at.is_(None), outbox.c.sent_at.is_(None))[0]
            waits.append((row.due_at - world.clock.now).total_seconds())
            world.clock.now = row.due_at
        assert waits == [5, 10, 20]
        await sender.send_due()
    dead = world.rows(outbox, outbox.c.dead_at.is_not(None))
    assert len(dead) == 2
    assert dead[0].last_error == "SMTPDataError 451"


async def test_a_server_that_is_away_is_a_temporary_failure(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        pass
    world = worlds(**mail_settings(port))
    await link_something(world)
    await Sender(world.backend.core).send_due()
    waiting = world.rows(outbox, outbox.c.sent_at.is_(None))
    assert len(waiting) == 2
    assert all(row.dead_at is None and row.leased_until is None for row in waiting)


async def test_a_recipient_refused_for_good_is_not_tried_again(worlds: Make) -> None:
    postman = Postman(recipient_answer="550 nobody here")
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        await link_something(world)
        await Sender(world.backend.core).send_due()
    assert world.count(outbox, outbox.c.dead_at.is_not(None)) == 2
    assert "exemple" not in str([row.last_error for row in world.rows(outbox)])


async def test_a_lease_that_ended_is_taken_over_by_another_sender(worlds: Make) -> None:
    world = worlds(demo=False)
    await link_something(world)
    core = world.backend.core

    def lease_one() -> Any:
        return core.database.run_now(lambda tx: core.outbox.lease(tx, world.clock.now, seconds=60))

    def lease() -> list[Any]:
        return list(iter(lease_one, None))

    first = lease()
    assert (len(first), len(lease())) == (2, 0)
    world.clock.forward(seconds=60)
    second = lease()
    assert {one.id for one in second} == {one.id for one in first}
    core.database.run_now(lambda tx: core.outbox.sent(tx, first[0], world.clock.now))
    assert world.count(outbox, outbox.c.sent_at.is_not(None)) == 0


async def test_a_mail_that_cannot_be_unsealed_does_not_stop_the_others(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port))
        await link_something(world)
        row = world.rows(outbox, outbox.c.sent_at.is_(None))[0]
        spoilt = outbox.update().where(outbox.c.id == row.id).values(sealed=b"gone:" + bytes(40))
        world.backend.core.database.run_now(lambda tx: tx.execute(spoilt))
        await Sender(world.backend.core).send_due()
    assert len(postman.mails) == 1
    assert world.count(outbox, outbox.c.dead_at.is_not(None)) == 1


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_starttls_and_login_are_used_and_an_unknown_certificate_is_refused(worlds: Make, tmp_path: Path) -> None:
    postman = Postman()
    logins: list[tuple[bytes, bytes]] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=True)

    options = {"tls_context": certificate(tmp_path), "require_starttls": True, "authenticator": authenticate}
    async with smtp_server(postman, **options, auth_required=True) as port:
        world = worlds(**mail_settings(port, security="starttls", username="sel", password="courrier"))
        await link_something(world)
        await Sender(world.backend.core).send_due()
        assert postman.mails == []
        world.clock.forward(seconds=10)
        told = mail_settings(port, security="starttls", username="sel", password="courrier")
        told["mail"]["ca_file"] = tmp_path / "server.pem"
        await Sender(replace(world.backend.core, settings=demo_settings(**told))).send_due()
    assert len(postman.mails) == 2
    assert logins == [(b"sel", b"courrier")]
    assert all(postman.secure)
    assert "courrier" not in repr(world.backend.core.settings)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_the_sender_runs_until_it_is_told_to_stop(worlds: Make) -> None:
    postman = Postman()
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port, poll_seconds=0.01))
        sender = Sender(world.backend.core)
        running = asyncio.create_task(sender.run())
        await link_something(world)
        async with asyncio.timeout(10):
            await postman.second.wait()
        sender.stop()
        await running
    assert len(postman.mails) == 2


PHONE = Phone(
    "1\u00a0888\u00a0555-0142 (du lundi au vendredi, de 8\u00a0h\u00a030 à 16\u00a0h\u00a030)",
    "1\u00a0888\u00a0555-0142 (Monday to Friday, 8:30\u00a0a.m. to 4:30\u00a0p.m.)",
)


def every_mail() -> list[texts.Mail]:
    about: dict[str, Any] = {"file_name": "Exemple", "reference": "4T8W-2NRQ-6T", "phone": PHONE}
    when = local(START, ZoneInfo("America/Toronto"))
    return [
        texts.linked("a@b.test", **about, when=when, code="X", link_id="l"),
        texts.unlinked("a@b.test", **about, when=when, link_id="l"),
        texts.held_elsewhere("a@b.test", **about, when=when),
        texts.held_here("a@b.test", **about, when=when),
        texts.frozen("a@b.test", **about, link_id="l"),
        texts.link_code("a@b.test", username="L-482913", code="7K3M9-QTDHX", hours=24, phone=PHONE, file_id="f"),
        texts.account_code("a@b.test", code="123456", minutes=10),
        texts.account_exists("a@b.test", phone=PHONE),
        texts.password_code("a@b.test", code="123456", minutes=10, phone=PHONE),
        texts.password_changed("a@b.test", when=when, code="X", phone=PHONE),
        *(desk_texts.method_opened("a@b.test", method=method, phone=PHONE) for method in LinkMethod),
        desk_texts.link_freed("a@b.test", reference="4T8W-2NRQ-6T", phone=PHONE, link_id="l"),
        desk_texts.link_ended("a@b.test", reference="4T8W-2NRQ-6T", phone=PHONE, link_id="l"),
        desk_texts.report_answered("a@b.test", text="Corrigé.", reference="4T8W-2NRQ-6T", phone=PHONE),
        desk_texts.report_passed_on("a@b.test", reference="4T8W-2NRQ-6T", phone=PHONE),
        desk_texts.sessions_ended("a@b.test", phone=PHONE),
        desk_texts.address_corrected("a@b.test", phone=PHONE),
    ]


async def test_a_mail_says_the_phone_and_the_hours_of_the_settings(worlds: Make) -> None:
    world = worlds()
    shown = world.backend.core.settings.service
    await link_something(world)
    text = world.rows(demo_mails)[0].body
    for language in ("fr-CA", "en-CA"):
        assert f"{shown.phone} ({shown.hours[language]})" in text


def test_a_phone_without_hours_stands_alone() -> None:
    service = ServiceSettings(phone="1 888 555-0142", hours={"en-CA": "always"})
    assert Phone.of(service) == Phone("1\u00a0888\u00a0555-0142", "1\u00a0888\u00a0555-0142 (always)")


@pytest.mark.parametrize("mail", every_mail(), ids=lambda mail: mail.kind)
def test_every_mail_is_bilingual_and_keeps_quebecs_typography(mail: texts.Mail) -> None:
    french, english = mail.text.split("-" * 40)
    assert " / " in mail.subject
    for wrong in (" :", " ?", " !", " ;", "« ", " »", "'", "\u00a0?", "\u00a0!"):
        assert wrong not in french, wrong
    assert "\u00a0:" in french
    assert english.strip()
    assert (PHONE.french in french) is (PHONE.english in english) is (mail.kind != "account_code")
    assert "X" not in repr(mail).replace("Exemple", "")
