"""A speech-dispatcher that speaks to nobody: it keeps what it was told to say and when it was told to stop."""

from __future__ import annotations

import socket
import threading
from pathlib import Path


class FakeSsip:
    """Listens on `path`; `heard` holds texts and, as `<cancel>`, the moments when all was to stop."""

    def __init__(self, path: Path, refuses: str = "") -> None:
        self.heard: list[str] = []
        self.settings: list[str] = []
        self.news = threading.Condition()
        self._refuses = refuses
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._socket:
            connection, _ = self._socket.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            for line in iter(stream.readline, b""):
                command = line.decode().rstrip("\r\n")
                stream.write(self._answer(command).encode())
                if command == "SPEAK":
                    lines = [one.decode().rstrip("\r\n") for one in iter(stream.readline, b".\r\n")]
                    self._note(self.heard, "\n".join(one[1:] if one.startswith("..") else one for one in lines))
                    stream.write(b"225-7\r\n225 OK MESSAGE QUEUED\r\n")

    def _answer(self, command: str) -> str:
        if self._refuses and self._refuses in command:
            return "409 ERR NOT SUPPORTED\r\n"
        if command.startswith("SET"):
            self._note(self.settings, command.removeprefix("SET SELF "))
        if command == "CANCEL SELF":
            self._note(self.heard, "<cancel>")
        return "230 OK RECEIVING DATA\r\n" if command == "SPEAK" else "208 OK\r\n"

    def _note(self, where: list[str], what: str) -> None:
        with self.news:
            where.append(what)
            self.news.notify_all()

    def hears(self, count: int, patience: float = 5.0) -> list[str]:
        """Wait until `count` things were heard; return them."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.heard) >= count, patience), self.heard
            return list(self.heard)
