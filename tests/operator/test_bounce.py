"""The command `bounce`, at the end of a mail server's pipe and with a mailbox."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sel_backend.cli import main
from sel_backend.mail import texts
from sel_backend.mail.mail_ids import mail_id
from sel_backend.mail.phone import Phone
from sel_backend.storage.operator_tables import bounce_reports
from sel_backend.storage.tables import outbox
from tests.backend.imap_server import PASSWORD, USER, imap_server
from tests.backend.test_bounces import message
from tests.operator.conftest import Operator
from tests.operator.servers import port_of, serving


def sent(operator: Operator) -> str:
    """Put a mail into the outbox that has gone out; return its name."""
    core = operator.backend().core

    def work(tx: Connection) -> str:
        core.outbox.put(tx, texts.account_exists("bureau@toitures.exemple.test", phone=Phone("1", "1")), core.clock())
        leased = core.outbox.lease(tx, core.clock(), seconds=60)
        assert leased is not None
        core.outbox.sent(tx, leased, core.clock())
        return mail_id(core.keys, leased.id)

    name = core.database.run_now(work)
    core.close()
    return name


def piped(operator: Operator, raw: bytes, monkeypatch: pytest.MonkeyPatch, *flags: object) -> tuple[int, str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    return operator.run("bounce", *flags)


def test_a_bounce_is_put_to_its_mail_and_shown_without_its_address(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = sent(operator)
    assert piped(operator, message("postfix-delayed", name), monkeypatch) == (0, "delayed\n")
    said = operator.run("mails", "--bounced")[1]
    assert said.splitlines()[0].endswith("given up 0, came back 0, delayed 1")
    assert "…@toitures.exemple.test  delayed " in said
    assert piped(operator, message("exim", name), monkeypatch) == (0, "bounced\n")
    assert piped(operator, message("exim", name), monkeypatch) == (0, "read_before\n")
    for other, became in (("not-vacation", "no_bounce"), ("gmail", "repeated")):
        assert piped(operator, message(other, name), monkeypatch) == (0, f"{became}\n")
    assert piped(operator, b"\xff" * 1_000_000, monkeypatch) == (0, "no_bounce\n")
    first, line = operator.run("mails", "--bounced")[1].splitlines()
    assert first.endswith("given up 0, came back 1, delayed 0")
    assert "account_exists   …@toitures.exemple.test  came back " in line
    assert line.endswith("  5.2.2")
    assert "bureau@" not in line
    assert operator.run("mails", "--dead", "--retry")[1] == "will be sent now: 0\n"


def test_what_an_operator_must_put_right_keeps_the_message_with_the_mail_server(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raw = message("postfix", sent(operator))
    keys = operator.folder / "keys.json"
    keys.rename(tmp_path / "keys.json")
    assert piped(operator, raw, monkeypatch)[0] == 75
    assert piped(operator, raw, monkeypatch, "--settings", tmp_path / "none.toml")[0] == 75
    with pytest.raises(SystemExit) as wrong:
        main(["bounce", "--no-such-flag"])
    assert wrong.value.code == 64
    assert operator.count(bounce_reports) == 0


def tell(operator: Operator, port: int, **more: object) -> None:
    told = {"host": "127.0.0.1", "port": port, "security": "none", "username": USER, "password": PASSWORD} | more
    lines = "\n".join(f"{name} = {value!r}" for name, value in told.items())
    operator.settings.write_text(f"{operator.settings.read_text()}\n[mail.bounces]\n{lines}\n")


def test_a_mailbox_is_read_and_doctor_says_whether_it_can_be(operator: Operator) -> None:
    assert operator.run("bounce", "--imap") == (
        1,
        "sel-backend: there is no mailbox: set mail.bounces.host\n",
    )
    assert "  bounces " not in operator.run("doctor")[1]
    with imap_server() as box:
        tell(operator, box.port)
        assert (
            f"ok     bounces              127.0.0.1:{box.port} (security: none) opens INBOX"
            in operator.run("doctor")[1]
        )
        box.deliver(message("sendmail", sent(operator)), b"x")
        assert operator.run("bounce", "--imap") == (0, "bounced 1, no_bounce 1\n")
        assert operator.run("bounce", "--imap") == (0, "nothing new\n")
        box.refuses = frozenset({"LOGIN"})
        assert "WRONG  bounces " in operator.run("doctor")[1]
        code, said = operator.run("bounce", "--imap")
        assert (code, "cannot be read: error" in said, PASSWORD in said, "a@b.test" in said) == (1, True, False, False)


def test_a_server_that_holds_the_database_puts_bounces_and_reads_the_mailbox_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[hashing]\nmemory_kib = 8\ntime_cost = 1\n")
    operator = Operator(tmp_path / "data", settings, capsys)
    assert operator.run("init")[0] == 0
    with imap_server() as box:
        tell(operator, box.port, poll_seconds=3600)
        in_pipe, in_box, later = (sent(operator) for _ in range(3))
        box.deliver(message("postfix", in_box))
        with serving("--settings", settings, "--data", operator.folder) as server:
            port = ("--operator-port", port_of(server["operator_url"]))
            assert piped(operator, message("postfix", in_pipe), monkeypatch)[0] == 75
            assert piped(operator, message("postfix", in_pipe), monkeypatch, *port) == (0, "bounced\n")
            box.deliver(message("qmail", later))
            assert operator.run("bounce", "--imap", *port)[0] == 0
    assert {row.report_status for row in operator.rows(outbox)} == {"5.1.1"}
    assert all("\\Seen" in one.flags for one in box.inbox)
