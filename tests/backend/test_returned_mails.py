"""A bounce is put to its mail, once, whoever reads it and whatever dies meanwhile; what is made up changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import update

from sel_backend.mail import bounce_reader, overview, returned
from sel_backend.mail.bounce_mailbox import BounceMailbox, MailboxError
from sel_backend.mail.bounce_reader import BounceReader
from sel_backend.mail.mail_ids import mail_id
from sel_backend.mail.returned import Became
from sel_backend.mail.sender import Sender
from sel_backend.observability.metrics import exposition
from sel_backend.settings import BounceSettings
from sel_backend.storage.operator_tables import bounce_reports
from sel_backend.storage.tables import outbox
from tests.backend.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.backend.test_bounces import message
from tests.backend.test_outgoing_mail import Postman, certificate, mail_settings
from tests.backend.world import KEYS, World

Make = Callable[..., World]


async def sent_mail(world: World, email: str = "nouvelle@exemple.test") -> str:
    """Have a mail sent; return its row."""
    await world.somebody().post("/v1/password-resets", {"email": email})
    (row,) = world.rows(outbox, outbox.c.recipient == email)
    assert row.sent_at is not None
    return str(row.id)


def put(world: World, form: str, row_id: str, mail: str = "") -> Became:
    core = world.backend.core
    read = returned.read(message(form, mail or mail_id(KEYS, row_id)))
    return core.database.run_now(lambda tx: returned.put(tx, core.keys, read, core.clock()))


def the_row(world: World, row_id: str) -> Any:
    return world.rows(outbox, outbox.c.id == row_id)[0]


async def test_a_mail_that_came_back_is_marked_once_and_stays_so(world: World) -> None:
    row_id = await sent_mail(world)
    world.clock.forward(hours=4)
    assert put(world, "postfix-delayed", row_id) is Became.DELAYED
    assert (the_row(world, row_id).delayed_at, the_row(world, row_id).report_status) == (world.clock.now, "4.4.1")
    world.clock.forward(hours=4)
    assert put(world, "sendmail", row_id) is Became.BOUNCED
    bounced = the_row(world, row_id)
    assert (bounced.dead_at, bounced.report_status, bounced.last_error) == (
        world.clock.now,
        "5.1.2",
        "came back: 5.1.2",
    )
    world.clock.forward(hours=4)
    assert [put(world, form, row_id) for form in ("sendmail", "gmail", "postfix-delayed", "postfix-delayed")] == [
        Became.READ_BEFORE,
        Became.REPEATED,
        Became.READ_BEFORE,
        Became.READ_BEFORE,
    ]
    assert the_row(world, row_id) == bounced
    found = world.backend.core.database.run_now(overview.settled)
    assert (found.given_up, found.bounced, found.delayed) == (0, 1, 0)
    said = (await exposition(world.backend.core)).decode()
    assert "sel_mails_bounced 1.0" in said
    assert "sel_mails_given_up 0.0" in said
    assert world.backend.core.database.run_now(lambda tx: overview.retry(tx, world.clock.now, dead=True)) == 0


async def test_a_delayed_mail_that_arrives_after_all_is_as_any_other(world: World) -> None:
    row_id = await sent_mail(world)
    before = the_row(world, row_id)
    assert put(world, "postfix-delayed", row_id) is Became.DELAYED
    core = world.backend.core
    raw = message("postfix", mail_id(KEYS, row_id)).replace(b"Action: failed", b"Action: relayed")
    assert await bounce_reader.put(core, returned.read(raw)) is Became.DELIVERED
    assert the_row(world, row_id) == before


async def test_what_is_made_up_or_no_bounce_changes_nothing(world: World) -> None:
    row_id = await sent_mail(world)
    before = the_row(world, row_id)
    unsent = "0" * 32
    for mail in (f"{row_id}.{'0' * 16}", row_id, mail_id(KEYS, unsent), "x' OR 1=1"):
        assert put(world, "postfix", row_id, mail) is Became.UNKNOWN
    assert put(world, "not-vacation", row_id) is Became.NO_BOUNCE
    assert the_row(world, row_id) == before
    assert world.count(bounce_reports) == 5


async def test_a_mail_that_has_not_gone_out_cannot_have_come_back(world: World) -> None:
    row_id = await sent_mail(world)
    waits = update(outbox).where(outbox.c.id == row_id).values(sent_at=None)
    world.backend.core.database.run_now(lambda tx: tx.execute(waits))
    assert put(world, "postfix", row_id) is Became.UNKNOWN


class Notifying(SMTP):
    """A server that knows delivery status notifications, and keeps what it was told of them."""

    told: ClassVar[list[list[str]]] = []

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's names
        address, *options = arg.split()
        self.told.append(options)
        await super().smtp_MAIL(address)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        address, *options = arg.split()
        self.told.append(options)
        await super().smtp_RCPT(address)


class Announcing(Postman):
    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        session.host_name = host
        return [*lines[:-1], "250-DSN", lines[-1]]


async def test_a_server_that_reports_is_told_by_what_name_and_to_return_headers_alone(worlds: Make) -> None:
    postman = Announcing()
    Notifying.told.clear()
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: Notifying(postman, loop=loop), "127.0.0.1", 0) as server:
        world = worlds(**mail_settings(server.sockets[0].getsockname()[1]))
        await world.somebody().post("/v1/password-resets", {"email": "nouvelle@exemple.test"})
        assert await Sender(world.backend.core).send_due() == 1
    (row,) = world.rows(outbox, outbox.c.recipient == "nouvelle@exemple.test")
    assert Notifying.told == [[f"ENVID={mail_id(KEYS, row.id)}", "RET=HDRS"], ["NOTIFY=FAILURE,DELAY"]]
    assert postman.mails[0]["Message-ID"] == f"<{mail_id(KEYS, row.id)}@exemple.test>"


def reading(box: ImapServer, **more: Any) -> dict[str, Any]:
    about = {"host": "127.0.0.1", "port": box.port, "security": "none", "username": USER, "password": PASSWORD}
    return {"mail": {"bounces": about | {"poll_seconds": 60} | more}}


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
async def test_the_mailbox_is_read_once_and_what_was_read_is_moved(worlds: Make, capabilities: str) -> None:
    with imap_server(capabilities=capabilities) as box:
        world = worlds(**reading(box, done_folder="Lus"))
        name = mail_id(KEYS, await sent_mail(world))
        box.deliver(message("gmail", name), b"\0 nothing", message("not-loop", name), message("postfix", "x"))
        counted = await bounce_reader.read_mailbox(world.backend.core)
        assert counted == {Became.BOUNCED: 1, Became.NO_BOUNCE: 2, Became.UNKNOWN: 1}
        assert await bounce_reader.read_mailbox(world.backend.core) == {}
        assert [one.fetched for one in box.folders["Lus"].values()] == [1, 1, 1, 1]
        assert all("\\Seen" in one.flags for one in box.folders["Lus"].values())
        assert [one.flags for one in box.inbox] == [{"\\Seen", "\\Deleted"}] * 4 * (capabilities == "IMAP4rev1")


@pytest.mark.parametrize("command", ["FETCH", "STORE", "MOVE", "LOGOUT"])
async def test_a_reader_that_dies_anywhere_loses_nothing_and_counts_nothing_twice(worlds: Make, command: str) -> None:
    with imap_server(dies_at=command) as box:
        world = worlds(**reading(box, done_folder="Lus"))
        rows = [await sent_mail(world, f"{name}@exemple.test") for name in ("nouvelle", "camille")]
        box.deliver(*(message("postfix", mail_id(KEYS, row)) for row in rows))
        try:
            await bounce_reader.read_mailbox(world.backend.core)
        except MailboxError:
            await bounce_reader.read_mailbox(world.backend.core)
        assert [the_row(world, row).report_status for row in rows] == ["5.1.1", "5.1.1"]
        assert box.inbox == [one for one in box.inbox if "\\Seen" in one.flags]
        outcomes = [row.outcome for row in world.rows(bounce_reports)]
        assert outcomes == ["bounced", "bounced"]


async def test_a_database_that_fails_leaves_the_message_unread(worlds: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with imap_server() as box:
        world = worlds(**reading(box))
        box.deliver(message("postfix", mail_id(KEYS, await sent_mail(world))))
        with monkeypatch.context() as patched:
            patched.setattr(returned, "put", partial(_fail))
            with pytest.raises(RuntimeError):
                await bounce_reader.read_mailbox(world.backend.core)
        assert [one.flags for one in box.inbox] == [set()]
        assert await bounce_reader.read_mailbox(world.backend.core) == {Became.BOUNCED: 1}
        assert [one.flags for one in box.inbox] == [{"\\Seen"}]


def _fail(*_: object) -> None:
    raise RuntimeError


async def test_a_server_reads_the_mailbox_until_it_is_stopped_and_goes_on_when_it_could_not(worlds: Make) -> None:
    with imap_server(refuses=frozenset({"SELECT"})) as box:
        world = worlds(**reading(box))
        box.deliver(message("postfix", mail_id(KEYS, await sent_mail(world))))
        reader = BounceReader(world.backend.core)
        rounds = asyncio.Event()
        running = asyncio.create_task(reader.run(rounds.set))
        await rounds.wait()
        assert reader.pause_seconds == 120
        reader.stop()
        await running
        box.refuses = frozenset()
        rounds.clear()
        reader = BounceReader(world.backend.core)
        running = asyncio.create_task(reader.run(rounds.set))
        await rounds.wait()
        reader.stop()
        await running
    assert reader.pause_seconds == 60
    assert world.count(outbox, outbox.c.report_status == "5.1.1") == 1
    said = (await exposition(world.backend.core)).decode()
    assert 'sel_bounce_rounds_total{outcome="failed"}' in said
    assert 'sel_bounces_total{outcome="bounced"}' in said


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_only_a_server_with_a_trusted_certificate_gets_the_password(
    tmp_path: Path, database_kind: str, security: str
) -> None:
    del database_kind
    context = certificate(tmp_path)

    def settings(box: ImapServer, **more: Any) -> BounceSettings:
        about = {"host": "127.0.0.1", "port": box.port, "username": USER, "password": PASSWORD, "security": security}
        return BounceSettings.model_validate(about | more)

    with imap_server(tls=context, implicit=security == "tls") as box:
        mailbox = BounceMailbox(settings(box))
        with pytest.raises(MailboxError, match="its certificate is refused: self-signed certificate"):
            await asyncio.to_thread(mailbox.open)
        mailbox.close()
        assert box.logins == []
        mailbox = BounceMailbox(settings(box, ca_file=tmp_path / "server.pem"))
        await asyncio.to_thread(mailbox.open)
        mailbox.close()
        assert box.logins == [USER]
        wrong = BounceMailbox(settings(box, ca_file=tmp_path / "server.pem", password="canari"))
        with pytest.raises(MailboxError) as refused:
            await asyncio.to_thread(wrong.open)
        wrong.close()
        assert "canari" not in str(refused.value)


async def test_what_came_back_is_kept_as_long_as_what_was_given_up(world: World) -> None:
    from sel_backend.admin.purge import PurgeRequest, purge

    row_id = await sent_mail(world)
    put(world, "postfix", row_id)
    world.clock.now += timedelta(days=60)
    await purge(world.backend, PurgeRequest())
    assert (world.count(outbox, outbox.c.id == row_id), world.count(bounce_reports)) == (1, 1)
    world.clock.now += timedelta(days=31)
    await purge(world.backend, PurgeRequest())
    assert (world.count(outbox, outbox.c.id == row_id), world.count(bounce_reports)) == (0, 0)
