"""An IMAP4rev1 server with one user, in threads of its own: as much of RFC 3501 as a reader of bounces needs."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "rebonds", 'mot de "passe"'
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')


@dataclass
class Message:
    """A message, its flags, and how often it was fetched."""

    raw: bytes
    flags: set[str] = field(default_factory=set)
    fetched: int = 0


@dataclass
class ImapServer:
    """What the server holds and how it behaves.

    Attributes:
        capabilities: what it says it can, to whoever is logged in; to others, what a connection needs.
        dies_at: the command, such as `STORE`, at which the connection ends, once.
        refuses: commands that are answered NO.
        tls: for `STARTTLS`, or from the first byte on where `implicit` is true.
    """

    folders: dict[str, dict[int, Message]] = field(default_factory=lambda: {"INBOX": {}, "Lus": {}})
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    dies_at: str = ""
    refuses: frozenset[str] = frozenset()
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    port: int = 0
    logins: list[str] = field(default_factory=list)

    def deliver(self, *raws: bytes) -> None:
        inbox = self.folders["INBOX"]
        for raw in raws:
            inbox[max([0, *inbox, *self.folders["Lus"]]) + 1] = Message(raw)

    @property
    def inbox(self) -> list[Message]:
        return list(self.folders["INBOX"].values())


class _Connection(socketserver.StreamRequestHandler):
    timeout = 20
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.box: ImapServer = self.server.box  # type: ignore[attr-defined]
        self.selected: dict[int, Message] = {}
        self.logged_in = False
        if self.box.tls and self.box.implicit:
            self._secure()
        self._say(b"* OK ready")
        while (line := self.rfile.readline(100_000)) and line.strip():
            tag, *words = [
                re.sub(rb"\\(.)", rb"\1", quoted) if quoted or not (group or word) else group or word
                for quoted, group, word in _WORD.findall(line)
            ]
            command = words.pop(0).upper().decode()
            if command == "UID":
                command = words.pop(0).upper().decode()
            if command == self.box.dies_at:
                self.box.dies_at = ""
                return
            if command in self.box.refuses:
                self._say(tag + b" NO refused for a@b.test")
                continue
            answer = getattr(self, f"on_{command.lower()}")(*[word.decode() for word in words])
            self._say(tag + (answer or b" OK done"))
            if command == "STARTTLS":
                self._secure()
            if command == "LOGOUT":
                return

    def _secure(self) -> None:
        assert self.box.tls
        self.connection = self.box.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def on_capability(self) -> None:
        known = self.box.capabilities if self.logged_in else "IMAP4rev1 STARTTLS"
        self._say(b"* CAPABILITY " + known.encode())

    def on_starttls(self) -> None:
        pass

    def on_login(self, user: str, password: str) -> bytes | None:
        self.box.logins.append(user)
        self.logged_in = (user, password) == (USER, PASSWORD)
        # As Dovecot does, which says it here and again when it is asked.
        return b" OK [CAPABILITY " + self.box.capabilities.encode() + b"] in" if self.logged_in else b" NO wrong"

    def on_select(self, folder: str) -> bytes | None:
        if folder not in self.box.folders:
            return b" NO no such folder"
        self.selected = self.box.folders[folder]
        self._say(b"* %d EXISTS" % len(self.selected))
        return None

    def on_search(self, window: str, *_criteria: str) -> None:
        first, last = map(int, window.split(":"))
        known = list(self.selected.items())[first - 1 : last]
        wanted = [str(uid) for uid, message in known if not message.flags & {"\\Seen", "\\Deleted"}]
        self._say(f"* SEARCH {' '.join(wanted)}".encode().rstrip())

    def on_fetch(self, uid: str, _what: str) -> None:
        message = self.selected[int(uid)]
        message.fetched += 1
        raw = message.raw[:262_144]
        self._say(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)" % (uid.encode(), len(raw), raw))

    def on_store(self, uid: str, _how: str, flags: str) -> None:
        self.selected[int(uid)].flags |= set(flags.strip("()").split())

    def on_copy(self, uid: str, folder: str) -> bytes | None:
        if folder not in self.box.folders:
            return b" NO [TRYCREATE] no such folder"
        self.box.folders[folder][int(uid)] = self.selected[int(uid)]
        return None

    def on_move(self, uid: str, folder: str) -> bytes | None:
        refused = self.on_copy(uid, folder)
        if refused is None:
            del self.selected[int(uid)]
        return refused

    def on_expunge(self, uid: str) -> None:
        del self.selected[int(uid)]

    def on_logout(self) -> None:
        self._say(b"* BYE")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True

    def handle_error(self, *_: Any) -> None:
        pass  # a client that does not trust the certificate hangs up


@contextmanager
def imap_server(**how: Any) -> Iterator[ImapServer]:
    """Yield a server on a port of its own."""
    box = ImapServer(**how)
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
