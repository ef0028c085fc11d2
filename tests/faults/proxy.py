"""A proxy on loopback between the client and the back end that does to a request whatever a network can do to it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.api.trust import certificate
from tests.faults.clock import ClockLoop


class Fault(StrEnum):
    """What happens to one request; the last four happen to every connection until the line is good again."""

    CUT_BEFORE = "cut before the request is forwarded"
    CUT_REQUEST = "cut in the middle of the request"
    CUT_MEANWHILE = "cut while the server works on it"
    CUT_AFTER = "cut before the first byte of the answer"
    CUT_HEADERS = "cut in the middle of the answer's headers"
    CUT_BODY = "cut in the middle of the answer's body"
    TRICKLED = "answered byte by byte"
    DOUBLED = "sent twice, one after the other"
    DOUBLED_TOGETHER = "sent twice at once"
    SLOW = "answered after the client has stopped reading"
    DELAYED = "answered after the deadline"
    LATE = "forwarded after the client has given up"
    PORTAL = "answered by a portal with 200 and a page"
    REDIRECTED = "answered by a portal with 302"
    STRANGER = "answered by another server's JSON with 200"
    GATEWAY_502 = "answered by a gateway with 502, never forwarded"
    GATEWAY_503 = "answered by a gateway with 503 and Retry-After, never forwarded"
    GATEWAY_504 = "done by the server, and answered by a gateway with 504"
    TRUNCATED = "answered with a Content-Length that is too small"
    PROMISED = "answered with a Content-Length that is too large, then cut"
    WRONG_TYPE = "answered with another Content-Type"
    COMPRESSED = "said to be compressed"
    GARBAGE = "answered by random bytes"
    KILLED_MEANWHILE = "the server is killed while it works on it"
    KILLED_AFTER = "the server is killed before its answer arrives"
    REFUSED = "every connection is refused"
    CERTIFICATE = "another certificate is shown"


# What holds until the line is good again, instead of for one request.
STANDING: Final = frozenset({Fault.REFUSED, Fault.CERTIFICATE})
KILLS: Final = frozenset({Fault.KILLED_MEANWHILE, Fault.KILLED_AFTER})
PAST_READING: Final = 11.0
PAST_DEADLINE: Final = 25.0
_PAGE: Final = b"<!doctype html><title>Wi-Fi</title><form><button>Accepter</button></form>"
_ANSWERS: Final = {
    Fault.PORTAL: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
    Fault.REDIRECTED: b"HTTP/1.1 302 Found\r\nLocation: http://portail.exemple.test/\r\nContent-Type: text/html\r\n",
    Fault.GATEWAY_502: b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n",
    Fault.GATEWAY_503: b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Type: text/html\r\n",
    Fault.GATEWAY_504: b"HTTP/1.1 504 Gateway Timeout\r\nContent-Type: text/html\r\n",
}
_STRANGERS: Final = b'{"status": "ok"}'


def _with_body(head: bytes, body: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _with_header(answer: bytes, name: bytes, value: bytes) -> bytes:
    """Return `answer` with this value of a header in place of its own."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(name.lower() + b":")]
    return b"\r\n".join([*lines, name + b": " + value]) + b"\r\n\r\n" + body


class Line:
    """The line: two ports, in clear and with TLS, that lead to one back end.

    Args:
        loop: The event loop, whose clock the delays move.
        folder: Where the certificates are written.
        kill: Kills the back end with SIGKILL.

    Attributes:
        plan: What happens to the next requests, in their order.
        hits: How often each fault has happened.
        arrived: Set when a request has come whole.
        upstream: The back end's port.
        trusted: The certificate that a client has to trust.
    """

    def __init__(self, loop: ClockLoop, folder: Path, kill: Callable[[], None]) -> None:
        self.plan: deque[Fault] = deque()
        self.hits: Counter[Fault] = Counter()
        self.arrived = asyncio.Event()
        self.upstream = 0
        self.trusted = folder / "trusted.pem"
        self._swapped = folder / "swapped.pem"
        certificate(self._swapped)
        self._tls = certificate(self.trusted)
        self._loop = loop
        self._kill = kill
        self._chance = random.Random(0)  # noqa: S311  # bytes that mean nothing
        self._ports = [0, 0]
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: list[bytes] = []
        self._standing: Fault | None = None

    def address(self, *, secure: bool) -> str:
        """Return where a client connects to."""
        return f"https://127.0.0.1:{self._ports[1]}" if secure else f"http://127.0.0.1:{self._ports[0]}"

    async def listen(self) -> None:
        """Take connections, on the same ports as before."""
        for place, tls in enumerate((None, self._tls)):
            server = await asyncio.start_server(self._serve, "127.0.0.1", self._ports[place], ssl=tls)
            self._ports[place] = server.sockets[0].getsockname()[1]
            self._servers.append(server)

    async def close(self) -> None:
        """Refuse every connection, and cut those that are open."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        await self.cut_all()

    async def begin(self, faults: list[Fault]) -> None:
        """Let `faults` happen to the next requests, one to each."""
        self.plan.extend(fault for fault in faults if fault not in STANDING)
        self._standing = next((fault for fault in faults if fault in STANDING), None)
        if self._standing is Fault.REFUSED:
            await self.close()
        elif self._standing is Fault.CERTIFICATE:
            self._tls.load_cert_chain(self._swapped)
            await self.cut_all()
        if self._standing is not None:
            self.hits[self._standing] += 1

    async def mend(self) -> None:
        """Let the line be good again; what was held on it arrives now."""
        self.plan.clear()
        standing, self._standing = self._standing, None
        if standing is Fault.REFUSED:
            await self.listen()
        elif standing is Fault.CERTIFICATE:
            self._tls.load_cert_chain(self.trusted)
            await self.cut_all()
        late, self._late = self._late, []
        for request in late:
            await self._forward(request)

    async def rests(self) -> None:
        """Wait until what was forwarded for clients that are gone is answered."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut_all(self) -> None:
        """Cut every connection, also one that a killed client never closed; what was forwarded is still answered."""
        for writer in list(self._writers):
            writer.transport.abort()
        await self.rests()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while True:
                request = await _message(reader)
                self.arrived.set()
                fault = self.plan.popleft() if self.plan else None
                if fault is not None:
                    self.hits[fault] += 1
                answer = await self._answer(request, fault, reader)
                if answer is None:
                    return
                if fault is Fault.TRICKLED:
                    for place in range(len(answer)):
                        writer.write(answer[place : place + 1])
                        await writer.drain()
                        await asyncio.sleep(0)
                    continue
                writer.write(answer)
                await writer.drain()
                if fault in _THEN_CUT:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _answer(self, request: bytes, fault: Fault | None, reader: asyncio.StreamReader) -> bytes | None:
        """Return what the client reads; None where it reads that the connection is over."""
        match fault:
            case Fault.CUT_BEFORE:
                return None
            case Fault.CUT_REQUEST:
                await self._send(request[: len(request) // 2])
                return None
            case Fault.CUT_MEANWHILE:
                await self._send(request)
                return None
            case Fault.KILLED_MEANWHILE:
                await self._send(request)
                self._kill()
                return None
            case Fault.LATE:
                self._late.append(request)
                await self._wait(PAST_DEADLINE, reader)
                return None
            case Fault.PORTAL | Fault.REDIRECTED | Fault.GATEWAY_502 | Fault.GATEWAY_503:
                return _with_body(_ANSWERS[fault], _PAGE)
            case Fault.STRANGER:
                return _with_body(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", _STRANGERS)
            case Fault.DOUBLED:
                await self._forward(request)
            case Fault.DOUBLED_TOGETHER:
                answers = await asyncio.gather(self._forward(request), self._forward(request))
                return answers[0]
        return await self._spoilt(await self._forward(request), fault, reader)

    async def _spoilt(self, answer: bytes | None, fault: Fault | None, reader: asyncio.StreamReader) -> bytes | None:
        """Return what is left of the back end's answer."""
        if answer is None:
            return None
        head, _, body = answer.partition(b"\r\n\r\n")
        match fault:
            case Fault.CUT_AFTER:
                return None
            case Fault.KILLED_AFTER:
                self._kill()
                return None
            case Fault.SLOW:
                await self._wait(PAST_READING, reader)
                return None
            case Fault.DELAYED:
                await self._wait(PAST_DEADLINE, reader)
                return None
            case Fault.GATEWAY_504:
                return _with_body(_ANSWERS[fault], _PAGE)
            case Fault.CUT_HEADERS:
                return head[: len(head) // 2]
            case Fault.CUT_BODY | Fault.TRUNCATED | Fault.PROMISED if not body:
                return head[: len(head) // 2]
            case Fault.CUT_BODY:
                return head + b"\r\n\r\n" + body[: len(body) // 2]
            case Fault.TRUNCATED:
                half = body[: len(body) // 2]
                return _with_header(head + b"\r\n\r\n" + half, b"Content-Length", b"%d" % len(half))
            case Fault.PROMISED:
                return _with_header(answer, b"Content-Length", b"%d" % (len(body) + 9))
            case Fault.WRONG_TYPE:
                return _with_header(answer, b"Content-Type", b"text/html")
            case Fault.COMPRESSED:
                return _with_header(answer, b"Content-Encoding", b"gzip")
            case Fault.GARBAGE:
                return self._chance.randbytes(200)
            case _:
                return answer

    async def _wait(self, seconds: float, reader: asyncio.StreamReader) -> None:
        """Let the client's clock go on until it has given up."""
        self._loop.forward(seconds)
        await reader.read()

    async def _send(self, request: bytes) -> None:
        """Send `request` to the back end, and hang up."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except ConnectionError:
            return
        writer.write(request)
        with suppress(ConnectionError):
            await writer.drain()
        await _hang_up(writer)

    async def _forward(self, request: bytes) -> bytes | None:
        """Return the back end's answer; None where it gave none."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except ConnectionError:
            return None
        try:
            writer.write(request)
            return await _message(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        finally:
            await _hang_up(writer)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()  # nothing stays open when the loop ends


_THEN_CUT: Final = frozenset({Fault.CUT_HEADERS, Fault.CUT_BODY, Fault.PROMISED, Fault.TRUNCATED, Fault.GARBAGE})


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return one HTTP message, whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)
