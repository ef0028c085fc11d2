"""Speaks through speech-dispatcher: a small client of its protocol, SSIP (its own Python binding is not on PyPI)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_END: Final = "\r\n"
_REFUSED: Final = 300
_PATIENCE: Final = 2.0
_CHUNK: Final = 4096
# `message` queues behind itself and is never dropped for what comes after; nothing is kept in the server's history.
_SETTINGS: Final = (
    "CLIENT_NAME person:sel-tui:voice",
    "PRIORITY message",
    "HISTORY off",
    "PUNCTUATION none",
    "CAP_LET_RECOGN none",
)
_OPTIONAL: Final = frozenset({"HISTORY off", "CAP_LET_RECOGN none", "PUNCTUATION none"})


class CommandRefusedError(OSError):
    """The server did not accept a command."""


class Ssip:
    """One connection to speech-dispatcher.

    Args:
        address: The path of its socket, or a host and a port.

    Raises:
        OSError: Nobody listens there, or the server refuses us.
    """

    def __init__(self, address: Path | tuple[str, int]) -> None:
        self._socket = socket.socket(socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET)
        self._socket.settimeout(_PATIENCE)
        self._held = b""
        self._language = ""
        self._rate = 0
        try:
            self._socket.connect(str(address) if isinstance(address, Path) else address)
            for setting in _SETTINGS:
                with suppress(*((CommandRefusedError,) if setting in _OPTIONAL else ())):
                    self._ask(f"SET SELF {setting}")
        except OSError:
            self._socket.close()
            raise

    def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
        """Have `text` said after what was sent before; returns when the server has it, not when it is said."""
        if language != self._language:
            self._ask(f"SET SELF LANGUAGE {language}")
            self._language = language
        if rate != self._rate:
            self._ask(f"SET SELF RATE {rate}")
            self._rate = rate
        if wanted():
            self._ask("SPEAK")
            self._ask(("." if text.startswith(".") else "") + text + _END + ".")

    def say_last(self, text: str, language: str, rate: int) -> None:
        """Have `text` said: the server says what it has also when the connection is closed."""
        self.say(text, language, rate, lambda: True)

    def cancel(self) -> None:
        """Stop what is being said and drop what waits."""
        self._ask("CANCEL SELF")

    def close(self) -> None:
        """Say goodbye to the server."""
        with suppress(OSError):
            self._ask("QUIT")
        self._socket.close()

    def _ask(self, command: str) -> None:
        self._socket.sendall(f"{command}{_END}".encode())
        while True:
            line = self._line()
            if not line[:3].isdigit():
                raise CommandRefusedError(line)
            if line[3:4] != "-":  # a hyphen says that more lines follow
                break
        if int(line[:3]) >= _REFUSED:
            raise CommandRefusedError(line)

    def _line(self) -> str:
        while b"\n" not in self._held:
            data = self._socket.recv(_CHUNK)
            if not data:
                raise ConnectionResetError
            self._held += data
        line, _, self._held = self._held.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")
