"""A small HTTP server on loopback that answers as it is told to, however badly."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from sel_contract import Message

Reaction = Callable[["Server", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def answer(status: int = 200, body: Message | dict[str, Any] | bytes = b"", **headers: str) -> Reaction:
    """Answer with `body`; `Content_Type` and the like may be given as headers, empty to leave them out."""
    content = (
        body if isinstance(body, bytes) else body.wire() if isinstance(body, Message) else json.dumps(body).encode()
    )
    usual = {"Content-Type": "application/json", "X-Request-Id": "req-1"}
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in given.items() if value]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


def problem(status: int, kind: str, *, retry_after: str = "", Date: str = "", **more: Any) -> Reaction:  # noqa: N803
    """Refuse with problem details."""
    headers = {"Content_Type": "application/problem+json", "Date": Date}
    if retry_after:
        headers["Retry_After"] = retry_after
    return answer(status, {"type": kind, "title": kind, "status": status, **more}, **headers)


def raw(content: bytes) -> Reaction:
    """Write `content` whatever it is."""

    async def react(_: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return react


def cut(content: bytes = b"") -> Reaction:
    """Write `content` and hang up."""

    async def react(_: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        writer.close()

    return react


async def silence(server: Server, _: asyncio.StreamWriter) -> None:
    """Say nothing until the server stops."""
    await server.over.wait()


async def vanish(server: Server, writer: asyncio.StreamWriter) -> None:
    """Hang up and accept no other connection."""
    server.listen_no_more()
    writer.close()


@dataclass
class Gate:
    """A server's answer that waits until the test lets it go."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def holds(self, reaction: Reaction) -> Reaction:
        async def react(server: Server, writer: asyncio.StreamWriter) -> None:
            self.arrived.set()
            await self.open.wait()
            await reaction(server, writer)

        return react


@dataclass
class Server:
    """Answers with one reaction after the other; the last one stays.

    Args:
        reactions: What to do with each request.
        tls: How it speaks TLS; in clear when None.
    """

    reactions: list[Reaction]
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    address: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http{'s' if self.tls else ''}://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.listen_no_more()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks)

    def listen_no_more(self) -> None:
        """Refuse every new connection."""
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while not writer.is_closing():
                self.seen.append(await _request(reader))
                reaction = self.reactions.pop(0) if len(self.reactions) > 1 else self.reactions[0]
                await reaction(self, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body)
