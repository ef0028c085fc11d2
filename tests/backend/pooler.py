"""What stands before PostgreSQL in some installations: a pooler that lends a connection for one transaction.

It does what PgBouncer does with `pool_mode = transaction`: it greets by itself, lends the connections in turn, and
forgets nothing of what a transaction left behind on one.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

_HEAD = struct.Struct("!cI")
_NUMBER = struct.Struct("!I")
_WITHOUT_TLS = (80877103, 80877104)
_GREETING = b"R" + _NUMBER.pack(8) + _NUMBER.pack(0)
_OWN_PROCESS = b"K" + _NUMBER.pack(12) + struct.pack("!II", 0x7FFFFFFF, 1)
_READY = b"Z" + _NUMBER.pack(5) + b"I"


class _Server:
    """A connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.parameters = b""


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(_HEAD.size)
    kind, length = _HEAD.unpack(head)
    return kind, head + await reader.readexactly(length - 4)


class TransactionPooler:
    """Lends `size` connections, the one that has been free longest first."""

    def __init__(self, url: str, size: int = 2) -> None:
        self._about = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
        self._size = size
        self._free: asyncio.Queue[_Server] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[_Server] = []

    async def open(self) -> None:
        """Connect to the server, which must ask for no password."""
        for _ in range(self._size):
            server = await self._connected()
            self._servers.append(server)
            self._free.put_nowait(server)

    async def _connected(self) -> _Server:
        host, port = str(self._about.get("host")), self._about.get("port") or 5432
        if host.startswith("/"):
            server = _Server(*await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}"))
        else:
            server = _Server(*await asyncio.open_connection(host, int(port)))
        said = f"user\0{self._about['user']}\0database\0{self._about['dbname']}\0\0".encode()
        server.writer.write(_NUMBER.pack(8 + len(said)) + _NUMBER.pack(196608) + said)
        while (message := await _message(server.reader))[0] != b"Z":
            assert message[0] != b"E", message
            if message[0] == b"S":
                server.parameters += message[1]
        return server

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                await self._greet(reader, writer)
                await self._lend(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            (length,) = _NUMBER.unpack(await reader.readexactly(4))
            said = await reader.readexactly(length - 4)
            if _NUMBER.unpack(said[:4])[0] not in _WITHOUT_TLS:
                break
            writer.write(b"N")
        writer.write(_GREETING + self._servers[0].parameters + _OWN_PROCESS + _READY)

    async def _lend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server: _Server | None = None
        try:
            while True:
                kind, message = await _message(reader)
                if kind == b"X":
                    return
                server = server or await self._free.get()
                server.writer.write(message)
                if kind in b"QS" and await self._answered(server, writer) == b"I":
                    self._free.put_nowait(server)
                    server = None
        finally:
            if server is not None:
                self._free.put_nowait(server)

    async def _answered(self, server: _Server, writer: asyncio.StreamWriter) -> bytes:
        while True:
            kind, message = await _message(server.reader)
            writer.write(message)
            if kind == b"Z":
                return message[-1:]

    def close(self) -> None:
        """Drop every connection."""
        for task in self._tasks:
            task.cancel()
        for server in self._servers:
            server.writer.close()


@asynccontextmanager
async def transaction_pooler(url: str) -> AsyncIterator[str]:
    """Yield the address of a pooler before the database at `url`."""
    pooler = TransactionPooler(url)
    await pooler.open()
    listening = await asyncio.start_server(pooler.meet, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    about = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    try:
        yield f"postgresql://{about['user']}@127.0.0.1:{port}/{about['dbname']}"
    finally:
        listening.close()
        pooler.close()
        await asyncio.sleep(0)
