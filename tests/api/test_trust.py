"""TLS and proxies, over real connections on loopback: what is not trusted gets nothing, and that is what is said."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sel_tui.api import ApiClient, ConnectionFailedError, ProxyRefusedError, UntrustedServerError
from sel_tui.journey.core.events import Failure
from sel_tui.runtime.calls import failure_of
from tests.api.servers import Server, answer, cut
from tests.api.trust import Proxy, certificate
from tests.unit import builders

SERVICE = answer(body=builders.service())


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate that this machine trusts."""
    context = certificate(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    return context


@asynccontextmanager
async def secure(tls: ssl.SSLContext, **more: Any) -> AsyncIterator[tuple[ApiClient, Server]]:
    async with Server([SERVICE], tls) as server:
        client = ApiClient(server.address, **more)
        try:
            yield client, server
        finally:
            await client.close()


async def test_a_certificate_that_this_machine_trusts_is_enough(trusted: ssl.SSLContext) -> None:
    async with secure(trusted) as (client, server):
        assert await client.service() == builders.service()

    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({}, "unknown-issuer"),
        ({"starts": -9, "ends": -2}, "expired"),
        ({"starts": 2, "ends": 9}, "not-yet-valid"),
        ({"address": "127.0.0.2"}, "wrong-name"),
    ],
)
async def test_a_certificate_that_is_not_trusted_is_said_to_be_so_and_nothing_is_sent(
    made: dict[str, Any], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    context = certificate(tmp_path / "server.pem", **made)
    certificate(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / ("server.pem" if made else "other.pem")))
    async with secure(context) as (client, server):
        with pytest.raises(UntrustedServerError) as caught:
            await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    assert (caught.value.reason, server.seen, waits) == (reason, [], [])
    assert failure_of(caught.value) == Failure("untrusted")


async def test_a_server_that_speaks_no_tls_is_not_trusted_either() -> None:
    async def in_clear(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(in_clear, "127.0.0.1", 0) as server:
        client = ApiClient(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(UntrustedServerError) as caught:
            await client.service()
        await client.close()

    assert caught.value.reason == "other"


async def test_through_a_proxy_the_server_is_checked_as_without_and_the_proxy_reads_nothing(
    trusted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy() as proxy:
        asked = proxy.address.replace("http://", "http://sel:mot-de-passe@")
        async with secure(trusted, proxy=asked) as (client, server):
            assert await client.service() == builders.service()
            assert "mot-de-passe" not in repr(client._transport)
        certificate(tmp_path / "other.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
        async with secure(trusted, proxy=proxy.address) as (client, other):
            with pytest.raises(UntrustedServerError):
                await client.sessions.open("nom@exemple.com", "Chantier-2026!")

    first, second = proxy.asked
    assert first.startswith(f"CONNECT {server.address.removeprefix('https://')} ")
    assert "proxy-authorization: basic" in first.lower()
    assert "proxy-authorization" not in second.lower()
    assert (len(server.seen), other.seen) == (1, [])
    assert "proxy-authorization" not in server.seen[0].headers


async def test_what_goes_in_clear_to_this_machine_goes_through_no_proxy() -> None:
    async with Proxy() as proxy, Server([SERVICE]) as server:
        client = ApiClient(server.address, proxy=proxy.address)
        assert await client.service() == builders.service()
        await client.close()

    assert proxy.asked == []


@pytest.mark.parametrize(
    "refusal",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
        b"HTTP/1.1 502 Bad gateway\r\nContent-Length: 0\r\n\r\n",
        b"220 smtp\r\n",
    ],
)
async def test_a_proxy_that_does_not_let_through_is_named_and_nothing_was_sent(
    refusal: bytes, trusted: ssl.SSLContext, waits: list[float]
) -> None:
    async with Proxy(refusal) as proxy, secure(trusted, proxy=proxy.address) as (client, server):
        with pytest.raises(ProxyRefusedError) as caught:
            await client.links.by_code("L-482913", "7K3M9-QTDHX", "key-12345678")

    assert (server.seen, waits, len(proxy.asked)) == ([], [], 1)
    assert failure_of(caught.value) == Failure("proxy-refused")


async def test_a_proxy_that_is_not_there_received_nothing(trusted: ssl.SSLContext) -> None:
    async with Server([cut()]) as gone:
        gone.listen_no_more()
        async with secure(trusted, proxy=gone.address) as (client, server):
            with pytest.raises(ConnectionFailedError):
                await client.links.by_code("L-482913", "7K3M9-QTDHX", "key-12345678")

    assert server.seen == []
