"""What `sel-tui doctor` says of the server, over real connections on loopback."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from sel_tui import cli
from sel_tui.i18n import Words
from sel_tui.runtime.server_check import check_server
from tests.api.servers import Reaction, Server, answer, problem
from tests.api.trust import Proxy, certificate
from tests.unit import builders


@contextmanager
def serving(*reactions: Reaction, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, str]]:
    """Serve in a thread of its own, beside a proxy; yield both addresses."""
    addresses, started, ended = list[str](), threading.Event(), list[asyncio.Event]()

    async def serve() -> None:
        async with Server(list(reactions), tls) as server, Proxy() as proxy:
            addresses.extend((server.address, proxy.address))
            ended.append(asyncio.Event())
            started.set()
            await ended[0].wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    try:
        yield addresses[0], addresses[1]
    finally:
        loop.call_soon_threadsafe(ended[0].set)
        thread.join()
        loop.close()


def told(address: str, proxy: str = "", language: str = "en") -> tuple[dict[str, str], bool]:
    lines, usable = check_server(address, proxy, Words(language))
    return dict(line.split(": ", 1) if language == "en" else line.split("\u00a0: ", 1) for line in lines), usable


def at(ahead: timedelta) -> str:
    return format_datetime(datetime.now(UTC) - ahead, usegmt=True)


def test_a_server_that_can_be_used_is_told_with_certificate_versions_clock_and_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = certificate(tmp_path / "server.pem", ends=9)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    right = answer(body=builders.service(), Date=at(timedelta(0)))
    with serving(right, tls=context) as (address, proxy):
        said, usable = told(address)
        through, _ = told(address, proxy.replace("//", "//sel:canari@"))
        french, _ = told(address, language="fr")
    assert usable
    assert said["Server"] == address
    assert said["Connection"].startswith("“Online services (SEL)” answers in ")
    assert said["Certificate"].startswith("trusted, valid until ")
    assert "they understand each other" in said["Versions"]
    assert (said["Clock of this computer"], said["Proxy"]) == ("agrees with the server’s", "none")
    assert through["Proxy"] == proxy
    assert through["Certificate"] == said["Certificate"]
    assert french["Certificat"].startswith("reconnu, valide jusqu’au ")


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (timedelta(hours=13, minutes=2), "ahead of the server’s, by 13 hours"),
        (timedelta(minutes=-40), "behind the server’s, by 40 minutes"),
    ],
)
def test_a_clock_that_is_off_is_told(ahead: timedelta, says: str) -> None:
    with serving(answer(body=builders.service(), Date=at(ahead))) as (address, _):
        said, usable = told(address)
    assert usable
    assert said["Certificate"] == "none; the connection does not leave this computer"
    assert said["Clock of this computer"] == says


@pytest.mark.parametrize(
    ("reaction", "says"),
    [
        (answer(200, b"<h1>Bienvenue</h1>", Content_Type="text/html"), "The server’s answer cannot be understood."),
        (problem(503, "unavailable", retry_after="600"), "The service is not available at the moment."),
    ],
)
def test_a_server_that_cannot_be_used_is_told_with_its_reason(reaction: Reaction, says: str) -> None:
    with serving(reaction) as (address, _):
        said, usable = told(address)
    assert (said["Connection"], usable) == (says, False)


def test_a_certificate_that_is_refused_is_told_with_its_reason_and_ends_with_69(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    context = certificate(tmp_path / "server.pem", starts=-9, ends=-2)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with serving(answer(body=builders.service()), tls=context) as (address, _):
        code = cli.main(["--server", address, "doctor", "--language", "en"])
    said = capsys.readouterr().out
    assert code == 69
    assert "The server’s certificate is not trusted. Nothing was sent." in said
    assert "Certificate: refused: it is no longer valid." in said


def test_without_a_server_doctor_says_how_to_name_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--language", "en"]) == 0
    assert "Server: none; give its address by --server or SEL_TUI_SERVER" in capsys.readouterr().out
