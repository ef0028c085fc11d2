"""What operators learn of mail: whether the server would take one, what waits, what was given up, and how to go on."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy import Connection

from sel_backend.mail import texts
from sel_backend.mail.outbox import OF_SERVER, Outbox
from sel_backend.mail.phone import Phone
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import outbox
from tests.backend.test_outgoing_mail import certificate
from tests.operator.conftest import Operator


class Answering:
    """A server that answers MAIL FROM as it is told."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answer


@contextmanager
def smtp(handler: Answering, **options: Any) -> Iterator[int]:
    """Yield the port of a server in a thread of its own, since a command runs its own loop."""
    loop = asyncio.new_event_loop()
    met: list[SMTP] = []

    def meet() -> SMTP:
        met.append(SMTP(handler, loop=loop, **options))
        return met[-1]

    def stop() -> None:
        server.close()
        for one in met:
            if one.transport is not None:
                one.transport.close()
        loop.call_soon(loop.stop)  # once they have heard of it

    server = loop.run_until_complete(loop.create_server(meet, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stop)
        thread.join()
        loop.close()


def tell(operator: Operator, port: int, **more: object) -> None:
    told = {"host": "127.0.0.1", "port": port, "security": "none"} | more
    lines = "\n".join(f"{name} = {value!r}" for name, value in told.items())
    plain = operator.settings.read_text().partition("\n[mail]")[0]
    operator.settings.write_text(f"{plain}\n[mail]\n{lines}\n")


def test_doctor_trusts_whom_the_sender_trusts_and_gives_nobody_else_its_password(
    operator: Operator, tmp_path: Path
) -> None:
    logins: list[str] = []

    def authenticate(*about: Any) -> AuthResult:
        logins.append(about[3])
        return AuthResult(success=True)

    context: ssl.SSLContext = certificate(tmp_path)
    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
    with smtp(Answering(), **options) as port:
        tell(operator, port, security="starttls", username="sel", password="courrier")
        said = operator.run("doctor")[1]
        assert "WRONG  mail " in said
        assert "its certificate is refused: self-signed certificate" in said
        assert logins == []
        tell(operator, port, security="starttls", username="sel", password="courrier", ca_file=f"{tmp_path}/server.pem")
        assert "ok     mail " in operator.run("doctor")[1]
        assert len(logins) == 1
        tell(operator, port, security="starttls", ca_file=f"{tmp_path}/none.pem")
        assert "WRONG  mail " in operator.run("doctor")[1]


def test_doctor_says_that_the_server_refuses_the_sender(operator: Operator) -> None:
    with smtp(Answering("550 5.7.1 not you")) as port:
        tell(operator, port)
        said = operator.run("doctor")[1]
    assert f"WRONG  mail                 127.0.0.1:{port} (security: none): SMTPSenderRefused 550" in said
    assert "who may send as mail.sender" in said


def waiting(operator: Operator) -> None:
    """Put three mails into the outbox: one not tried, one that the server refused, one given up."""
    backend = operator.backend()
    core = backend.core
    box: Outbox = core.outbox

    def put(tx: Connection) -> None:
        now = core.clock()
        for name in ("dead", "refused", "new"):
            box.put(tx, texts.account_exists(f"{name}@e.test", phone=Phone("1", "1")), now)
        dead = box.lease(tx, now, seconds=60)
        assert dead is not None
        box.failed(tx, dead, "SMTPRecipientRefused 550", now, final=True)
        refused = box.lease(tx, now, seconds=60)
        assert refused is not None
        box.put_back(tx, refused, "SMTPSenderRefused 550", now)

    core.database.run_now(put)
    core.close()


def test_mails_that_wait_or_were_given_up_are_shown_without_whom_they_go_to_and_sent_again(operator: Operator) -> None:
    waiting(operator)
    code, said = operator.run("mails")
    first, *lines = said.splitlines()
    assert (code, first) == (0, "waiting 2 (the server takes none: 1), given up 1, came back 0, delayed 0")
    assert len(lines) == 2
    assert any(line.endswith("…@e.test  not tried  server: SMTPSenderRefused 550") for line in lines)
    said = operator.run("doctor")[1]
    assert "WRONG  mails                2 wait, 1 given up; the server takes none" in said
    _, dead = operator.run("mails", "--dead")[1].splitlines()
    assert dead.endswith("account_exists   …@e.test  1 tries  SMTPRecipientRefused 550")
    assert "dead@e.test" not in said + dead
    assert operator.run("mails", "--dead", "--retry")[1] == "will be sent now: 1\n"
    assert operator.run("mails")[1].startswith(
        "waiting 3 (the server takes none: 1), given up 0, came back 0, delayed 0\n"
    )
    assert operator.run("mails", "--retry")[1] == "will be sent now: 3\n"
    rows = operator.rows(outbox)
    assert {(row.tries, row.dead_at) for row in rows} == {(0, None)}
    backend = operator.backend()
    assert all(row.due_at <= backend.core.clock() + timedelta(seconds=1) for row in rows)
    backend.core.close()
    assert [row.detail for row in operator.rows(audit) if row.action == "mails"] == [
        "retried=1 dead=True",
        "retried=3 dead=False",
    ]
    assert sum((row.last_error or "").startswith(OF_SERVER) for row in rows) == 1
